#include <algorithm>

#include "libsig/review/checks/value.hpp"
#include "libsig/review/checks/words.hpp"

namespace libsig::review::checks {

// -- texts

namespace {

[[nodiscard]] constexpr bool is_letter(char given) noexcept {
  return (given >= 'a' && given <= 'z') || (given >= 'A' && given <= 'Z');
}

[[nodiscard]] constexpr bool is_word(char given) noexcept {
  return is_letter(given) || given == '_' || (given >= '0' && given <= '9');
}

/// The words of a text, one after the other.
class words_of {
public:
  explicit words_of(std::string_view text) noexcept : text_(text) {}

  /// The next word, empty at the end; what stood before it is `gap`.
  [[nodiscard]] std::string_view next() noexcept {
    const auto from = at_;
    while (at_ < text_.size() && !is_word(text_[at_])) {
      // An escape in the literal is a blank, not a letter.
      if (text_[at_] == '\\' && at_ + 1 < text_.size())
        ++at_;
      ++at_;
    }
    at_ = std::min(at_, text_.size());
    gap_ = text_.substr(from, at_ - from);
    const auto begin = at_;
    while (at_ < text_.size() && is_word(text_[at_]))
      ++at_;
    return text_.substr(begin, at_ - begin);
  }

  [[nodiscard]] std::string_view gap() const noexcept { return gap_; }

  [[nodiscard]] std::string_view rest() const noexcept {
    return text_.substr(at_);
  }

private:
  std::string_view text_;
  std::string_view gap_;
  std::size_t at_ = 0;
};

[[nodiscard]] bool is_upper(std::string_view word) noexcept {
  return std::ranges::none_of(
    word, [](char each) { return each >= 'a' && each <= 'z'; });
}

/// Whether a later word of the text is one of two.
[[nodiscard]] bool follows(words_of words, std::string_view first,
                           std::string_view second) noexcept {
  for (int count = 0; count < 200; ++count) {
    const auto word = words.next();
    if (word.empty())
      return false;
    const lowered low(word);
    if (low == first || low == second)
      return true;
  }
  return false;
}

/// Whether prose is ruled out between SELECT and FROM: columns stand alone or
/// between commas.
[[nodiscard]] bool lists_columns(words_of words) noexcept {
  int run = 0;
  for (int count = 0; count < 60; ++count) {
    const auto word = words.next();
    const auto gap = words.gap();
    if (gap.find_first_of("*,(=.%?:`\"{") != std::string_view::npos)
      return true;
    const lowered low(word);
    if (word.empty() || low == "from")
      return run <= 1;
    if (low != "distinct" && low != "as" && low != "top" && low != "all")
      ++run;
    if (run > 2)
      return false;
  }
  return false;
}

[[nodiscard]] bool has_comparison(std::string_view text) noexcept {
  return text.find_first_of("=<>?") != std::string_view::npos;
}

constexpr std::uint32_t sure = fact::sql | fact::sql_maybe;
constexpr std::uint32_t maybe = fact::sql_maybe;

[[nodiscard]] std::uint32_t statement(std::string_view verb, words_of rest,
                                      bool upper) noexcept {
  const auto after = rest;
  auto peek = rest;
  const std::string_view text = after.rest();
  const auto second_word = peek.next();
  const lowered second(second_word);
  const bool upper_second = is_upper(second_word);
  if (verb == "select") {
    if (follows(after, "from", "from"))
      return upper || lists_columns(after) ? sure : maybe;
    return upper || text.find_first_not_of(' ') == std::string_view::npos
             ? maybe
             : 0;
  }
  if (verb == "insert" || verb == "replace" || verb == "merge")
    return second == "into"
             ? (upper || follows(peek, "values", "select") ? sure : maybe)
           : upper && second == "ignore" ? sure
                                         : 0;
  if (verb == "delete")
    return second == "from"
             ? (upper || text.find("where") != std::string_view::npos
                    || text.find("WHERE") != std::string_view::npos
                  ? sure
                  : maybe)
             : 0;
  if (verb == "update") {
    if (follows(after, "set", "set") && (upper || has_comparison(text)))
      return sure;
    return upper ? maybe : 0;
  }
  if (verb == "drop" || verb == "alter" || verb == "create"
      || verb == "truncate" || verb == "lock" || verb == "analyze"
      || verb == "optimize") {
    constexpr auto things = make_words(
      {"table",    "database",   "index",     "view",         "user",
       "schema",   "role",       "procedure", "function",     "trigger",
       "sequence", "unique",     "temporary", "temp",         "column",
       "or",       "tablespace", "login",     "materialized", "extension",
       "type"});
    return things.has(second) ? (upper || upper_second ? sure : maybe) : 0;
  }
  if (verb == "exec" || verb == "execute" || verb == "call")
    return upper && !second_word.empty() ? sure : maybe;
  if (verb == "union")
    return second == "select" || second == "all" ? sure : maybe;
  if (verb == "with")
    return upper && follows(after, "select", "select") ? sure : 0;
  if (verb == "grant" || verb == "revoke")
    return upper && follows(after, "to", "on") ? sure : 0;
  if (verb == "from")
    return follows(after, "where", "order") && (upper || has_comparison(text))
             ? (second_word.empty() || upper || is_letter(second_word[0]) ? sure
                                                                          : 0)
             : maybe;
  if (verb == "show" || verb == "use" || verb == "describe" || verb == "explain"
      || verb == "pragma" || verb == "set" || verb == "declare"
      || verb == "begin" || verb == "vacuum")
    return upper ? maybe : 0;
  return 0;
}

[[nodiscard]] std::uint32_t fragment(std::string_view word, words_of rest,
                                     bool upper) noexcept {
  const auto text = rest.rest();
  auto peek = rest;
  const lowered second(peek.next());
  if (word == "where" || word == "and" || word == "or" || word == "having"
      || word == "on" || word == "when")
    return has_comparison(text) || follows(rest, "like", "in")
               || follows(rest, "between", "is")
             ? (upper || word == "where" ? maybe : maybe)
             : (upper && word == "where" ? maybe : 0);
  if (word == "order" || word == "group")
    return second == "by" ? maybe : 0;
  if (word == "limit" || word == "offset" || word == "values" || word == "join"
      || word == "inner" || word == "left" || word == "like" || word == "in"
      || word == "returning" || word == "asc" || word == "desc"
      || word == "right" || word == "set" || word == "into" || word == "as")
    return upper || word == "limit" || word == "values" ? maybe : 0;
  return 0;
}

[[nodiscard]] std::uint32_t sql_facts(std::string_view text) noexcept {
  words_of words(text);
  const auto first = words.next();
  if (first.empty() || first.size() > 10)
    return 0;
  // A comment or a bracket may stand before a statement; other signs may not.
  if (words.gap().find_first_of("<#:/&%$@?=!") != std::string_view::npos)
    return 0;
  const lowered low(first);
  const bool upper = is_upper(first);
  constexpr auto verbs = make_words(
    {"select",  "insert", "replace",  "merge",    "delete",  "update",
     "drop",    "alter",  "create",   "truncate", "exec",    "execute",
     "call",    "union",  "with",     "grant",    "revoke",  "from",
     "show",    "use",    "describe", "explain",  "pragma",  "set",
     "declare", "begin",  "lock",     "vacuum",   "analyze", "optimize"});
  if (verbs.has(low)) {
    // A name such as `select_option` or `update-x` is no statement.
    const auto after = words.rest();
    if (!after.empty() && after.front() != ' ' && after.front() != '\\'
        && after.front() != '\t' && after.front() != '\r'
        && after.front() != '*' && after.front() != '(')
      return 0;
    return statement(low, words, upper);
  }
  return fragment(low, words, upper);
}

[[nodiscard]] bool has_tag(std::string_view text) noexcept {
  for (auto at = text.find('<'); at != std::string_view::npos;
       at = text.find('<', at + 1)) {
    auto from = at + 1;
    if (from < text.size() && (text[from] == '/' || text[from] == '!'))
      ++from;
    if (from < text.size() && is_letter(text[from])) {
      auto to = from;
      while (to < text.size() && is_word(text[to]))
        ++to;
      constexpr auto tags = make_words(
        {"a",          "abbr",    "article", "b",       "body",   "br",
         "button",     "center",  "code",    "dd",      "div",    "dl",
         "doctype",    "dt",      "em",      "font",    "footer", "form",
         "h1",         "h2",      "h3",      "h4",      "h5",     "h6",
         "head",       "header",  "hr",      "html",    "i",      "iframe",
         "img",        "input",   "label",   "li",      "link",   "main",
         "meta",       "nav",     "ol",      "option",  "p",      "pre",
         "script",     "section", "select",  "small",   "span",   "strong",
         "style",      "svg",     "table",   "tbody",   "td",     "textarea",
         "th",         "thead",   "title",   "tr",      "u",      "ul",
         "video",      "object",  "embed",   "s",       "sup",    "sub",
         "blockquote", "mark",    "details", "summary", "q",      "tt",
         "marquee",    "image",   "audio",   "figure",  "dialog", "aside"});
      if (tags.has(lowered(text.substr(from, to - from)))
          && (to == text.size() || text[to] == '>' || text[to] == ' '
              || text[to] == '/' || text[to] == '\\'))
        return true;
    }
  }
  return false;
}

} // namespace

std::uint32_t facts_of_text(std::string_view text) noexcept {
  constexpr std::size_t bytes_looked_at = 4096;
  text = text.substr(0, bytes_looked_at);
  return fact::text | sql_facts(text) | (has_tag(text) ? fact::html : 0u);
}

} // namespace libsig::review::checks
