#include "libsig/review/checks/code.hpp"

#include <algorithm>

namespace libsig::review::checks {

namespace {

char lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32)
                                        : letter;
}

/// Whether a token of this kind begins a new line of code.
bool begins_line(token_kind kind) {
  switch (kind) {
  case token_kind::identifier:
  case token_kind::number:
  case token_kind::punctuation:
  case token_kind::string_open:
  case token_kind::hole_open:
  case token_kind::markup_open:
    return true;
  case token_kind::string_text:
  case token_kind::hole_close:
  case token_kind::string_close:
  case token_kind::comment:
  case token_kind::markup:
  case token_kind::markup_close:
    return false;
  }
  return false;
}

bool starts_with_lower(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size()
         && std::equal(prefix.begin(), prefix.end(), text.begin(),
                       [](char a, char b) { return a == lower(b); });
}

bool ends_with_any(std::string_view text,
                   std::initializer_list<std::string_view> endings) {
  return std::any_of(
    endings.begin(), endings.end(),
    [text](std::string_view end) { return text.ends_with(end); });
}

} // namespace

void view_into(code_view& out, std::span<const token> lexed) {
  out.tokens.clear();
  out.lines.clear();
  out.tokens.reserve(lexed.size());
  // Removed lines that follow each other share a line number, so that lines
  // are told apart by where their text begins.
  const char* begin = nullptr;
  for (const auto& next : lexed) {
    if (next.kind == token_kind::comment || next.kind == token_kind::markup)
      continue;
    const auto place = static_cast<std::uint32_t>(out.tokens.size());
    if (begins_line(next.kind) && !next.text.empty()
        && next.text.data() - next.column != begin) {
      begin = next.text.data() - next.column;
      out.lines.push_back({next.line, next.column, place, place, next.origin});
    } else if (out.lines.empty()) {
      out.lines.push_back({next.line, next.column, place, place, next.origin});
    }
    out.tokens.push_back(next);
    out.lines.back().last = place + 1;
  }
}

bool one_of(std::string_view text,
            std::initializer_list<std::string_view> words) {
  // The first letter tells most words apart without a call.
  if (text.empty())
    return false;
  return std::any_of(words.begin(), words.end(), [text](std::string_view word) {
    return word.size() == text.size() && word.front() == text.front()
           && word == text;
  });
}

bool spelled(std::span<const token> tokens, std::size_t place,
             std::string_view text) {
  return place < tokens.size() && is_code(tokens[place])
         && tokens[place].text == text;
}

bool is_code(const token& what) {
  return what.kind == token_kind::identifier
         || what.kind == token_kind::punctuation
         || what.kind == token_kind::number;
}

std::size_t behind_bracket(std::span<const token> tokens, std::size_t open) {
  const auto end = std::min(tokens.size(), open + reach_max);
  std::size_t depth = 0;
  for (auto place = open; place < end; ++place) {
    const auto& next = tokens[place];
    if (next.kind != token_kind::punctuation || next.text.empty())
      continue;
    const char mark = next.text.front();
    if (mark == '(' || mark == '[' || mark == '{') {
      ++depth;
    } else if (mark == ')' || mark == ']' || mark == '}') {
      if (depth <= 1)
        return place + 1;
      --depth;
    }
  }
  return tokens.size();
}

bool holds(std::string_view text, std::string_view part) {
  return std::search(text.begin(), text.end(), part.begin(), part.end(),
                     [](char a, char b) { return lower(a) == lower(b); })
         != text.end();
}

bool holds_word(std::string_view text, std::string_view part) {
  const auto in_word = [](char letter) {
    const char small = lower(letter);
    return (small >= 'a' && small <= 'z') || (letter >= '0' && letter <= '9')
           || letter == '_';
  };
  auto from = text.begin();
  while (from != text.end()) {
    const auto found =
      std::search(from, text.end(), part.begin(), part.end(),
                  [](char a, char b) { return lower(a) == lower(b); });
    if (found == text.end())
      return false;
    const auto end = found + static_cast<std::ptrdiff_t>(part.size());
    if ((found == text.begin() || !in_word(*(found - 1)))
        && (end == text.end() || !in_word(*end)))
      return true;
    from = found + 1;
  }
  return false;
}

bool is_test_path(std::string_view path) {
  auto rest = path;
  while (true) {
    const auto slash = rest.find('/');
    const auto part = rest.substr(0, slash);
    if (slash == std::string_view::npos)
      break;
    if (one_of(part, {"test", "tests", "spec", "specs", "__tests__", "testing",
                      "fixtures", "testdata", "Tests", "factories", "e2e"}))
      return true;
    rest.remove_prefix(slash + 1);
  }
  const auto dot = rest.find_last_of('.');
  const auto stem = rest.substr(0, dot);
  return ends_with_any(stem, {"_test", "_spec", ".test", ".spec", "Test",
                              "Tests", "Spec", ".stories"})
         || starts_with_lower(stem, "test_") || stem == "conftest";
}

} // namespace libsig::review::checks
