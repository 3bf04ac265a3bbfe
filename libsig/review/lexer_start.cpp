#include "libsig/review/lexer_start.hpp"

#include <array>
#include <span>

#include "libsig/core/limits.hpp"

namespace libsig::review::internal {

namespace {

using lines = std::span<const diff_line>;

[[nodiscard]] bool seen(const diff_line& line, side which) noexcept {
  const auto skipped =
    which == side::new_side ? line_kind::removed : line_kind::added;
  return line.kind != skipped
         && line.text.size() <= limits::checked_line_bytes_max;
}

[[nodiscard]] frame code_frame(language spoken) {
  frame code;
  code.spoken = spoken;
  return code;
}

[[nodiscard]] frame markup_frame(language spoken) {
  frame markup;
  markup.kind = frame::what::markup;
  markup.spoken = spoken;
  return markup;
}

/// Whether the first mark that the hunk shows is a closing one.
[[nodiscard]] bool closes_first(lines of, side which, std::string_view open,
                                std::string_view close) {
  for (const auto& line : of) {
    if (!seen(line, which))
      continue;
    const auto opened = line.text.find(open);
    const auto closed = line.text.find(close);
    if (opened != closed)
      return closed < opened;
  }
  return false;
}

[[nodiscard]] bool begins_in_comment(lines of, side which) {
  for (const auto& line : of) {
    if (!seen(line, which))
      continue;
    const auto opened = line.text.find("/*");
    const auto closed = line.text.find("*/");
    if (opened == closed)
      continue;
    if (opened < closed)
      return false;
    // A `*/` behind a quote is a path with a wildcard, not a comment's end.
    return trim(line.text).starts_with('*')
           || line.text.substr(0, closed).find_first_of("'\"`")
                == std::string_view::npos;
  }
  return false;
}

/// Whether the first three quotes of a hunk end a docstring: they stand behind
/// prose, or alone below something that opens no expression.
[[nodiscard]] bool begins_in_docstring(lines of, side which,
                                       std::string_view quotes) {
  std::string_view before;
  for (const auto& line : of) {
    if (!seen(line, which))
      continue;
    const auto text = trim(line.text);
    const auto found = text.find(quotes);
    if (found != std::string_view::npos) {
      if (text.find(quotes, found + 1) != std::string_view::npos)
        return false;
      if (text.size() == quotes.size())
        return !before.empty()
               && std::string_view(":=([{,").find(before.back())
                    == std::string_view::npos;
      return found + quotes.size() == text.size()
             && text.find_first_of("=([") == std::string_view::npos;
    }
    if (!text.empty())
      before = text;
  }
  return false;
}

[[nodiscard]] frame php_frame(lines of, side which) {
  auto code = code_frame(language::php);
  code.closers = "?>";
  for (const auto& line : of) {
    if (!seen(line, which))
      continue;
    const auto opened = line.text.find("<?");
    const auto closed = line.text.find("?>");
    if (opened != closed)
      return closed < opened ? code : markup_frame(language::php);
  }
  for (const auto& line : of)
    if (const auto text = trim(line.text); seen(line, which) && !text.empty())
      return text.front() == '<' ? markup_frame(language::php) : code;
  return code;
}

struct template_marks {
  language what;
  language spoken;
  std::string_view open;
  std::string_view close;
};

constexpr auto template_languages = std::to_array<template_marks>({
  {language::erb, language::ruby, "<%", "%>"},
  {language::ejs, language::javascript, "<%", "%>"},
  {language::jsp, language::java, "<%", "%>"},
  {language::jinja, language::jinja, "{%", "%}"},
  {language::html, language::javascript, "<script", "</script"},
  {language::vue, language::javascript, "<script", "</script"},
});

[[nodiscard]] frame template_frame(lines of, side which, language what) {
  for (const auto& marks : template_languages)
    if (marks.what == what
        && closes_first(of, which, marks.open, marks.close)) {
      auto code = code_frame(marks.spoken);
      code.closers = marks.close;
      return code;
    }
  return markup_frame(what);
}

} // namespace

bool begins_in_markup(language what) noexcept {
  return what >= language::html || what == language::php;
}

frame first_frame(const hunk& where, side which, language what) {
  const lines of(where.lines);
  const auto start =
    which == side::new_side ? where.new_start : where.old_start;
  if (what == language::php)
    return php_frame(of, which);
  if (begins_in_markup(what))
    return start > 1 ? template_frame(of, which, what) : markup_frame(what);
  auto code = code_frame(what);
  if (start <= 1)
    return code;
  if (what == language::python || what == language::elixir) {
    if (begins_in_docstring(of, which, R"(""")")) {
      code.kind = frame::what::string;
      code.close = R"(""")";
      code.multiline = true;
    }
  } else if (what != language::ruby && what != language::unknown
             && begins_in_comment(of, which)) {
    code.kind = frame::what::block_comment;
    code.close = "*/";
  }
  return code;
}

} // namespace libsig::review::internal
