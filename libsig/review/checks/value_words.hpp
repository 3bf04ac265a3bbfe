#pragma once

#include <string_view>

#include "libsig/review/checks/value.hpp"
#include "libsig/review/checks/words.hpp"
#include "libsig/review/language.hpp"
#include "libsig/review/lexer.hpp"

/// What names and operators mean to the values of a flow; nothing outside of
/// flow_value.cpp and flow_names.cpp includes this.
namespace libsig::review::checks {

inline constexpr language_set dot_concatenates{language::php, language::blade};

inline constexpr language_set arrow_lambdas{language::java, language::kotlin,
                                            language::elixir};

/// Languages in which `|` hands a value to a filter.
inline constexpr language_set pipes{language::jinja, language::html,
                                    language::vue};

/// Languages that call methods without brackets.
inline constexpr language_set bare_calls{language::ruby,  language::erb,
                                         language::scala, language::slim,
                                         language::twirl, language::kotlin};

inline constexpr value unknown_value{fact::free, 0};

inline constexpr auto literal_words = make_words(
  {"true", "false", "null", "nil", "none", "undefined", "this", "self", "super",
   "void", "nullptr", "cls", "static", "parent", "iota"});

inline constexpr auto prefix_words =
  make_words({"new", "await", "yield", "return", "const", "ref", "out", "lazy",
              "static", "begin", "try", "throw", "move", "mut"});

inline constexpr auto membership =
  make_words({"includes",   "contains",       "include?",    "in?",
              "has",        "containskey",    "in_array",    "array_key_exists",
              "indexof",    "hasownproperty", "member?",     "key?",
              "is_numeric", "ctype_digit",    "ctype_alnum", "preg_match",
              "isinteger",  "fullmatch",      "isdigit",     "isalnum",
              "exists",     "trygetvalue",    "matches",     "matcher"});

/// Of the functions that pass text on, those that replace parts of it.
inline constexpr auto replacing =
  make_words({"replace", "replaceall", "gsub", "sub", "preg_replace",
              "str_replace", "replacefirst", "regexp_replace"});

/// What a view or a form gives; other capitalised names are types.
inline constexpr auto given_to_view =
  make_words({"model", "viewbag", "viewdata", "tempdata", "request", "session",
              "item", "context", "httpcontext"});

[[nodiscard]] inline bool is_capitalised(std::string_view name) noexcept {
  return !name.empty() && name.front() >= 'A' && name.front() <= 'Z';
}

/// Names that developers give to things of their own database.
[[nodiscard]] inline bool names_table(std::string_view name) noexcept {
  const lowered low(name);
  const std::string_view word(low);
  return word.find("table") != std::string_view::npos
         || word.find("prefix") != std::string_view::npos
         || word.find("schema") != std::string_view::npos
         || word.find("placeholder") != std::string_view::npos;
}

[[nodiscard]] inline bool is_member_mark(const token& it,
                                         language spoken) noexcept {
  if (it.kind != token_kind::punctuation)
    return false;
  if (it.text == ".")
    return !dot_concatenates.has(spoken);
  return it.text == "->" || it.text == "::" || it.text == "?."
         || it.text == "&." || it.text == "?->" || it.text == "!.";
}

} // namespace libsig::review::checks
