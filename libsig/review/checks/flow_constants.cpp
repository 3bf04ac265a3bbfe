#include <algorithm>
#include <charconv>

#include "libsig/review/checks/flow.hpp"
#include "libsig/review/checks/flow_words.hpp"

namespace libsig::review::checks {

namespace {

/// Longer conditions are not computed.
constexpr std::uint32_t computed_max = 32;
constexpr int computed_depth_max = 8;

/// How tightly an operator binds; 0 for what is none.
[[nodiscard]] int level_of(std::string_view text) noexcept {
  if (text == "||" || text == "or")
    return 1;
  if (text == "&&" || text == "and")
    return 2;
  if (text == "==" || text == "===" || text == "!=" || text == "!==")
    return 3;
  if (text == "<" || text == ">" || text == "<=" || text == ">=")
    return 4;
  if (text == "+" || text == "-")
    return 5;
  if (text == "*" || text == "/" || text == "%" || text == "//")
    return 6;
  return 0;
}

/// Numbers so small that no operator overflows.
[[nodiscard]] std::optional<std::int64_t> bounded(std::int64_t made) noexcept {
  constexpr std::int64_t most = 1'000'000'000;
  if (made > most || made < -most)
    return std::nullopt;
  return made;
}

[[nodiscard]] std::optional<std::int64_t>
computed(std::int64_t left, std::string_view text, std::int64_t right) {
  if (text == "||" || text == "or")
    return left != 0 || right != 0;
  if (text == "&&" || text == "and")
    return left != 0 && right != 0;
  if (text == "==" || text == "===")
    return left == right;
  if (text == "!=" || text == "!==")
    return left != right;
  if (text == "<")
    return left < right;
  if (text == ">")
    return left > right;
  if (text == "<=")
    return left <= right;
  if (text == ">=")
    return left >= right;
  if (text == "+")
    return bounded(left + right);
  if (text == "-")
    return bounded(left - right);
  if (text == "*")
    return bounded(left * right);
  if (right == 0)
    return std::nullopt;
  return text == "%" ? left % right : left / right;
}

} // namespace

// -- what a condition is, when constants alone decide it

/// Whether a number that is known may begin with the token; mostly not.
bool flow::may_be_number(std::uint32_t at) const noexcept {
  const auto& it = tokens_[at];
  if (it.kind == token_kind::identifier) {
    if (it.text == "true" || it.text == "false" || it.text == "True"
        || it.text == "False")
      return true;
    const auto* known = numbers_ ? find(it.text) : nullptr;
    return known != nullptr && known->number.has_value();
  }
  return it.kind == token_kind::number || it.kind == token_kind::string_open
         || codes_[at] == code_of("(") || codes_[at] == code_of("-")
         || codes_[at] == code_of("!");
}

std::optional<std::int64_t> flow::number_of(token_range what, int depth) const {
  if (what.empty() || what.last - what.first > computed_max
      || depth > computed_depth_max || !may_be_number(what.first))
    return std::nullopt;
  int lowest = 8;
  auto split = what.first;
  for (auto at = what.first; at < what.last; at = behind(at)) {
    const auto kind = tokens_[at].kind;
    if (at == what.first
        || (kind != token_kind::punctuation && kind != token_kind::identifier))
      continue;
    const auto level = level_of(tokens_[at].text);
    if (level == 0 || level > lowest || level_of(tokens_[at - 1].text) != 0)
      continue;
    lowest = level;
    split = at;
  }
  if (split == what.first)
    return number_of_term(what, depth);
  const auto left = number_of({what.first, split}, depth + 1);
  if (!left)
    return std::nullopt;
  const auto right = number_of({split + 1, what.last}, depth + 1);
  if (!right)
    return std::nullopt;
  return computed(*left, tokens_[split].text, *right);
}

std::optional<std::int64_t> flow::number_of_term(token_range what,
                                                 int depth) const {
  const auto& first = tokens_[what.first];
  const auto length = what.last - what.first;
  if (first.kind == token_kind::number && length == 1) {
    std::int32_t made = 0;
    const auto end = first.text.data() + first.text.size();
    const auto read = std::from_chars(first.text.data(), end, made);
    if (read.ec != std::errc{} || read.ptr != end)
      return std::nullopt;
    return bounded(made);
  }
  if (first.kind == token_kind::identifier && length == 1) {
    if (first.text == "true" || first.text == "True")
      return 1;
    if (first.text == "false" || first.text == "False")
      return 0;
    const auto* known = find(first.text);
    return known != nullptr ? known->number : std::nullopt;
  }
  if (first.kind == token_kind::punctuation) {
    if (first.text == "(" && match_[what.first] + 1 == what.last)
      return number_of({what.first + 1, what.last - 1}, depth + 1);
    const auto rest = number_of({what.first + 1, what.last}, depth + 1);
    if (rest && first.text == "-")
      return -*rest;
    if (rest && first.text == "!")
      return *rest == 0;
    return std::nullopt;
  }
  // `"ABC".charAt(1)`, `"ABC"[1]` and `'B'` are characters.
  const auto text = literal_text(what);
  if (text.empty() || match_[what.first] != what.first + 2)
    return std::nullopt;
  if (length == 3 && text.size() == 1)
    return text.front();
  const auto open =
    what.last - 1 < tokens_.size() ? match_[what.last - 1] : what.first;
  const bool indexes = open == what.first + 3 && is_operator(open, "[");
  const bool calls = open == what.first + 5 && is_operator(open, "(")
                     && is_word(open - 1, "charAt");
  if (!indexes && !calls)
    return std::nullopt;
  const auto place = number_of({open + 1, what.last - 1}, depth + 1);
  if (!place || *place < 0 || static_cast<std::uint64_t>(*place) >= text.size())
    return std::nullopt;
  return text[static_cast<std::size_t>(*place)];
}

// -- branches that never run

void flow::leave_out(token_range what) {
  if (!what.empty() && dead_.size() < ranges_max)
    dead_.push_back(what);
}

bool flow::is_live(std::uint32_t at, std::uint32_t since) const noexcept {
  return std::any_of(live_.begin(), live_.end(), [&](token_range each) {
    return each.first <= at && at < each.last && since <= each.first;
  });
}

/// The block or the one statement that begins at the token.
token_range flow::statement_at(std::uint32_t from) const noexcept {
  const auto count = static_cast<std::uint32_t>(tokens_.size());
  if (from >= count)
    return {};
  if (is_operator(from, "{"))
    return {from, behind(from)};
  auto at = from;
  if (spoken_ == language::python) {
    // On the same line, or all lines that are indented deeper than the head.
    const auto indent = indents_[from - 1];
    const bool same_line = tokens_[from].line == tokens_[from - 1].line;
    for (; at < count && fuel_ > 0; at = behind(at), --fuel_) {
      const bool new_line =
        tokens_[at].line != tokens_[at > 0 ? at - 1 : 0].line;
      if (new_line && at > from && (same_line || indents_[at] <= indent))
        break;
    }
    return {from, at};
  }
  for (; at < count && fuel_ > 0 && !is_operator(at, ";") && !is_close(at);
       --fuel_)
    at = behind(at);
  return {from, std::min(count, at + 1)};
}

/// All that an `else` at the token begins, with what follows it.
token_range flow::alternative_at(std::uint32_t from,
                                 std::uint32_t indent) const noexcept {
  const auto count = static_cast<std::uint32_t>(tokens_.size());
  auto at = from;
  constexpr int chain_max = 16;
  for (int links = 0; links < chain_max && at < count; ++links) {
    const bool python = spoken_ == language::python;
    const bool other = is_word(at, "else") || is_word(at, "elseif")
                       || (python && is_word(at, "elif"));
    if (!other || (python && indents_[at] != indent))
      break;
    auto body = at + 1;
    if (python) {
      while (body < count && !is_operator(body, ":"))
        body = behind(body);
      ++body;
    } else {
      if (body < count && is_word(body, "if"))
        ++body;
      if (body < count && is_operator(body, "(") && !is_operator(at + 1, "("))
        body = behind(body);
    }
    const auto all = statement_at(body);
    if (all.empty())
      break;
    at = all.last;
  }
  return {from, at};
}

void flow::choose_branch(token_range condition, std::uint32_t body) {
  if (body >= tokens_.size() || body == 0 || live_.size() == ranges_max)
    return;
  const auto decided = number_of(condition, 0);
  if (!decided)
    return;
  const auto then = statement_at(body);
  if (then.empty())
    return;
  const auto other = alternative_at(then.last, indents_[at_]);
  leave_out(*decided != 0 ? other : then);
  if (live_.size() < ranges_max)
    live_.push_back(*decided != 0 ? then : other);
}

/// `switch (x)` and `match x:` of which it is known what they choose.
void flow::choose_case() {
  const auto count = static_cast<std::uint32_t>(tokens_.size());
  const bool python = spoken_ == language::python;
  auto body = at_ + 1;
  while (body < count && body < at_ + computed_max && !is_operator(body, "{")
         && !(python && is_operator(body, ":")))
    body = behind(body);
  if (body >= count || body >= at_ + computed_max || live_.size() == ranges_max)
    return;
  const auto subject = number_of({at_ + 1, body}, 0);
  if (!subject)
    return;
  const token_range all =
    python ? statement_at(body + 1)
           : token_range{body + 1, std::min(match_[body], count)};
  // A case begins with its label and lasts to the next one, or to a `break`.
  const bool falls = !python && spoken_ != language::go;
  auto begin = all.last;
  auto end = all.last;
  auto fallback = all.last;
  const auto indent = all.empty() ? 0u : indents_[all.first];
  for (auto at = all.first; at < all.last; at = behind(at)) {
    const bool label =
      is_word(at, "case") && (!python || indents_[at] == indent);
    const bool other = is_word(at, "default");
    if (begin < all.last && falls && is_word(at, "break")) {
      end = at;
      break;
    }
    if (!label && !other)
      continue;
    if (begin < all.last && !falls) {
      end = at;
      break;
    }
    auto colon = at + 1;
    while (colon < all.last && !is_operator(colon, ":")
           && !is_operator(colon, "->") && !is_operator(colon, "=>"))
      colon = behind(colon);
    if (other || (python && is_word(at + 1, "_"))) {
      fallback = fallback < all.last ? fallback : at;
      continue;
    }
    const auto chosen = number_of({at + 1, colon}, 0);
    if (!chosen)
      return;
    if (*chosen == *subject && begin >= all.last)
      begin = at;
  }
  if (begin >= all.last) {
    // None fits: what stands behind `default`.
    begin = fallback;
    if (begin >= all.last)
      return;
    for (auto at = begin + 1; at < all.last; at = behind(at))
      if ((falls && is_word(at, "break")) || is_word(at, "case")) {
        end = at;
        break;
      }
  }
  leave_out({all.first, begin});
  leave_out({end, all.last});
  if (live_.size() < ranges_max)
    live_.push_back({begin, end});
}

} // namespace libsig::review::checks
