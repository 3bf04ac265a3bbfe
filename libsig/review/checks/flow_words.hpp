#pragma once

#include <string_view>

#include "libsig/review/checks/words.hpp"
#include "libsig/review/language.hpp"
#include "libsig/review/lexer.hpp"

/// What names and operators mean to the walk of a flow; nothing outside of
/// flow*.cpp includes this.
namespace libsig::review::checks {

inline constexpr language_set indented{language::python, language::ruby,
                                       language::elixir, language::erb,
                                       language::slim};

inline constexpr language_set semicolons{
  language::c_family, language::csharp, language::java, language::php,
  language::rust,     language::jsp,    language::blade};

inline constexpr language_set rubies{language::ruby, language::erb,
                                     language::slim, language::html};

inline constexpr language_set typed_before{language::c_family, language::csharp,
                                           language::java, language::php,
                                           language::jsp};

/// Languages in which `.` joins texts and `+` only adds numbers.
inline constexpr language_set dot_adds{language::php, language::blade};

/// Languages in which `name(…) {` begins a function without a keyword.
inline constexpr language_set plain_heads{
  language::c_family, language::csharp, language::java, language::javascript,
  language::jsp,      language::vue,    language::html};

inline constexpr auto function_words = make_words(
  {"def", "defp", "defmacro", "fun", "func", "fn", "function", "sub", "defn"});

inline constexpr auto control_words = make_words(
  {"if",    "for",    "foreach", "while",        "switch", "catch", "using",
   "lock",  "with",   "return",  "synchronized", "elseif", "elsif", "unless",
   "until", "match",  "when",    "case",         "new",    "throw", "await",
   "in",    "and",    "or",      "not",          "else",   "do",    "function",
   "print", "typeof", "sizeof",  "try"});

inline constexpr auto guard_words =
  make_words({"if", "elif", "elsif", "elseif", "unless", "assert", "guard",
              "while", "require", "raise"});

/// Tests of a list for an argument, and of a text by its receiver.
inline constexpr auto membership_words =
  make_words({"includes",   "contains",       "include?",    "in?",
              "has",        "containskey",    "in_array",    "array_key_exists",
              "indexof",    "hasownproperty", "member?",     "key?",
              "is_numeric", "ctype_digit",    "ctype_alnum", "ctype_alpha",
              "preg_match", "isnan",          "isinteger",   "has_key?",
              "exists",     "test",           "fullmatch",   "match",
              "match?",     "is_int",         "matchstring", "is_valid",
              "isvalid",    "validate",       "anymatch",    "tryparse",
              "isfinite",   "inarray",        "ismatch",     "some",
              "matcher",    "matches",        "settype"});

inline constexpr auto own_test_words =
  make_words({"matches", "isdigit", "isalnum", "isnumeric", "isalpha", "match?",
              "match", "isidentifier", "isdecimal", "in?"});

/// Words behind which the rest of the function does not run.
inline constexpr auto leaving_words = make_words(
  {"return", "throw", "raise", "abort", "die", "exit", "continue", "panic",
   "redirect", "redirect_to", "halt", "next", "fail", "reject", "break"});

/// Functions that stop unless what they are given is true.
inline constexpr auto asserting_words = make_words(
  {"checkargument", "istrue", "require", "check", "assert", "abort_unless",
   "invariant", "verify", "checkstate", "assert_", "guard", "validateif"});

inline constexpr auto appending_words = make_words(
  {"append", "appendformat", "appendline", "writestring", "push", "add",
   "appendln", "concat", "extend", "write", "array_push", "plus", "insert",
   "puts", "safe_concat", "writebyte", "writerune"});

/// Names that are called without brackets, where their language lets them.
inline constexpr auto bare_words =
  make_words({"execute",      "exec_query",    "select_all",  "select_rows",
              "select_value", "select_values", "select_one",  "find_by_sql",
              "count_by_sql", "where",         "order",       "group",
              "having",       "joins",         "select",      "pluck",
              "raw",          "render",        "link_to",     "exec",
              "query",        "run",           "fetch",       "update_all",
              "delete_all",   "from",          "reorder",     "safe_concat",
              "content_tag",  "sanitize",      "insert",      "update",
              "delete",       "print",         "echo",        "exec_update",
              "exec_insert",  "puts",          "reselect",    "not",
              "rewhere",      "html",          "concat",      "exit",
              "die",          "text",          "exec_delete", "and",
              "or",           "lock",          "sum",         "calculate",
              "returning"});

[[nodiscard]] inline bool is_assigning(std::string_view text) noexcept {
  return text == "=" || text == ":=" || text == "+=" || text == ".="
         || text == "||=" || text == "?\?=" || text == "&=" || text == "<>=";
}

/// Whether an expression goes on in the next line behind this token.
[[nodiscard]] inline bool goes_on_behind(const token& last) noexcept {
  if (last.kind == token_kind::identifier)
    return last.text == "and" || last.text == "or" || last.text == "not"
           || last.text == "in" || last.text == "await" || last.text == "new"
           || last.text == "return" || last.text == "else";
  if (last.kind != token_kind::punctuation)
    return last.kind == token_kind::hole_open
           || last.kind == token_kind::markup_open
           || last.kind == token_kind::string_open;
  const auto text = last.text;
  return text != ")" && text != "]" && text != "}" && text != "++"
         && text != "--" && text != "!" && text != "?";
}

/// Whether an expression goes on in this line with this token.
[[nodiscard]] inline bool goes_on_with(const token& first,
                                       language spoken) noexcept {
  if (first.kind != token_kind::punctuation)
    return first.kind == token_kind::string_text
           || first.kind == token_kind::string_close
           || first.kind == token_kind::hole_open;
  const auto text = first.text;
  if (text == "{" && spoken == language::csharp)
    return true;
  return text == "." || text == "+" || text == "?" || text == ":"
         || text == "?." || text == "&." || text == "|>" || text == "<>"
         || text == "||" || text == "&&" || text == "->" || text == "=="
         || text == "%" || text == "??" || text == "?:" || text == "=";
}

} // namespace libsig::review::checks
