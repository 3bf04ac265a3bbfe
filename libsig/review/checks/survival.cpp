#include "libsig/review/checks/survival.hpp"

#include <algorithm>

#include "libsig/review/checks/report.hpp"

namespace libsig::review::checks {

namespace {

/// Lines that are walked back to what encloses a line.
constexpr std::size_t enclosing_lines_max = 80;

/// Whether added text names something.
bool is_added(const hunk_guards& where, std::string_view name) {
  for (const auto& line : where.after.lines) {
    if (line.origin != line_kind::added)
      continue;
    for (const auto& next : where.after.of(line))
      if ((next.kind == token_kind::identifier
           || next.kind == token_kind::string_text)
          && next.text == name)
        return true;
  }
  return false;
}

/// Whether a line's text is added again, indented as it may be.
bool is_added_again(const hunk_guards& where, const code_line& line) {
  const auto text = text_of(where.before, line);
  if (text.size() < 3)
    return false;
  return std::any_of(where.after.lines.begin(), where.after.lines.end(),
                     [&](const code_line& other) {
                       return other.origin == line_kind::added
                              && text_of(where.after, other) == text;
                     });
}

/// Tells whether what a removed guard guarded is still there.
class survival {
public:
  survival(const hunk_guards& where, language what)
    : where_(where), lines_(where.before.lines), what_(what) {}

  [[nodiscard]] bool of(const guard& lost) const {
    if (is_enclosing_gone(lost.line))
      return false;
    switch (lost.form) {
    case guard_form::decoration:
      return below_decoration(lost.line + 1);
    case guard_form::argument:
      return of_argument(lost.line);
    case guard_form::condition:
      return lost.denies || below_condition(lost.line);
    case guard_form::statement:
      return true;
    }
    return true;
  }

private:
  [[nodiscard]] bool is_removed(std::size_t line) const {
    return lines_[line].origin == line_kind::removed;
  }

  [[nodiscard]] std::string_view subject(std::size_t line) const {
    return subject_of(where_.before.of(lines_[line]));
  }

  /// What a decoration stood above.
  [[nodiscard]] bool below_decoration(std::size_t line) const {
    while (line < lines_.size() && is_decoration(where_.before, line, what_))
      ++line;
    if (line >= lines_.size() || !is_removed(line))
      return true;
    const auto name = subject(line);
    if (!name.empty() && is_added(where_, name))
      return true;
    return has_kept_body(line);
  }

  /// Whether the first line below a removed head is kept: the head was
  /// replaced, not deleted with what it heads.
  [[nodiscard]] bool has_kept_body(std::size_t line) const {
    return line + 1 < lines_.size() && !is_removed(line + 1)
           && lines_[line + 1].indent > lines_[line].indent;
  }

  [[nodiscard]] bool of_argument(std::size_t line) const {
    const auto tokens = where_.before.of(lines_[line]);
    const auto name = subject(line);
    if (!name.empty() && is_added(where_, name))
      return true;
    if (is_decoration(where_.before, line, what_))
      return below_decoration(line + 1);
    if (!defines(tokens))
      for (auto place = tokens.size(); place-- > 0;)
        if (is_identifier(tokens[place]))
          return is_added(where_, tokens[place].text);
    return has_kept_body(line);
  }

  /// What a condition let in: the lines below it.
  [[nodiscard]] bool below_condition(std::size_t line) const {
    const auto first = where_.before.of(lines_[line]);
    if (spelled(first, 0, "||") || spelled(first, 0, "or"))
      return false;
    if (!spelled(first, 0, "&&") && !spelled(first, 0, "and")
        && !opens_block(first.back()))
      return is_guarded_kept(line);
    if (line + 1 >= lines_.size())
      return true;
    return !is_removed(line + 1) || is_added_again(where_, lines_[line + 1]);
  }

  static bool opens_block(const token& last) {
    return last.kind == token_kind::markup_close
           || (is_code(last)
               && one_of(last.text, {"{", ":", "do", "then", "(", "&&", "||",
                                     "and", "or", "|", ")"}));
  }

  /// For a condition with what it guards on one line: whether some of that is
  /// added again.
  [[nodiscard]] bool is_guarded_kept(std::size_t line) const {
    const auto tokens = where_.before.of(lines_[line]);
    std::size_t asked = 0;
    for (const auto& next :
         tokens.first(std::min<std::size_t>(tokens.size(), reach_max))) {
      const bool telling =
        is_identifier(next) && next.text.size() > 3
        && guard_name_of(next.text).asks == demand::nothing
        && !one_of(next.text, {"return", "unless", "else", "user", "then",
                               "current_user", "self", "this", "true", "false",
                               "request", "raise", "throw"});
      if (telling && ++asked <= 8 && is_added(where_, next.text))
        return true;
    }
    return false;
  }

  /// Whether a definition around the line is removed as a whole.
  [[nodiscard]] bool is_enclosing_gone(std::size_t line) const {
    auto indent = lines_[line].indent;
    for (auto here = line; here > 0 && line - here < enclosing_lines_max;) {
      --here;
      if (lines_[here].indent >= indent)
        continue;
      const auto tokens = where_.before.of(lines_[here]);
      // A brace on a line of its own: the head stands above, as deep.
      indent = lines_[here].indent + (tokens.size() == 1 ? 1U : 0U);
      if (!is_removed(here))
        return false;
      const bool heads = defines(tokens) || registers_route(tokens)
                         || tokens.back().text == "{"
                         || tokens.back().text == "do";
      const auto name = subject(here);
      if (heads && !name.empty() && name != "if" && !is_added(where_, name))
        return true;
      if (indent == 0)
        return false;
    }
    return false;
  }

  const hunk_guards& where_;
  const std::vector<code_line>& lines_;
  language what_;
};

} // namespace

bool survives(const hunk_guards& where, const guard& lost, language what) {
  return survival(where, what).of(lost);
}

} // namespace libsig::review::checks
