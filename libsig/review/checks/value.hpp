#pragma once

#include <cstdint>

namespace libsig::review::checks {

/// What is known of the value of an expression, as bits.
namespace fact {

/// Some part is neither a constant nor made harmless in SQL (in HTML).
inline constexpr std::uint32_t free_in_sql = 1u << 0;
inline constexpr std::uint32_t free_in_html = 1u << 1;
/// Some part comes from a request, as far as the hunk shows.
inline constexpr std::uint32_t request = 1u << 2;
/// Some part is a parameter of the function around.
inline constexpr std::uint32_t parameter = 1u << 3;
/// Text that begins a statement of SQL, or looks as if it did or continued one.
inline constexpr std::uint32_t sql = 1u << 4;
inline constexpr std::uint32_t sql_maybe = 1u << 5;
/// SQL text put together with something free; with `sql_maybe` text.
inline constexpr std::uint32_t sql_built = 1u << 6;
inline constexpr std::uint32_t sql_built_maybe = 1u << 7;
/// Text with tags of HTML, and such text with something free in it.
inline constexpr std::uint32_t html = 1u << 8;
inline constexpr std::uint32_t html_built = 1u << 9;
/// Text put together with something free.
inline constexpr std::uint32_t built = 1u << 10;
/// Some part is text.
inline constexpr std::uint32_t text = 1u << 11;
/// A class, a module or the object itself, which is no text.
inline constexpr std::uint32_t thing = 1u << 12;
inline constexpr std::uint32_t free = free_in_sql | free_in_html;

} // namespace fact

/// The facts of one expression, and where it was put together.
struct value {
  std::uint32_t facts = 0;
  std::uint32_t line = 0; ///< where text and something free met, or 0

  [[nodiscard]] bool has(std::uint32_t asked) const noexcept {
    return (facts & asked) != 0;
  }

  [[nodiscard]] bool has_all(std::uint32_t asked) const noexcept {
    return (facts & asked) == asked;
  }
};

/// One of two values, the program decides which.
[[nodiscard]] constexpr value either(value first, value second) noexcept {
  return {first.facts | second.facts,
          first.line != 0 ? first.line : second.line};
}

/// Two values one behind the other in one text.
[[nodiscard]] constexpr value joined(value first, value second,
                                     std::uint32_t line) noexcept {
  auto made = either(first, second);
  auto add = std::uint32_t{0};
  if ((made.facts & fact::free) != 0 && (made.facts & fact::text) != 0)
    add |= fact::built;
  if ((made.facts & fact::free_in_sql) != 0) {
    if ((made.facts & fact::sql) != 0)
      add |= fact::sql_built;
    if ((made.facts & fact::sql_maybe) != 0)
      add |= fact::sql_built_maybe;
  }
  if ((made.facts & fact::free_in_html) != 0 && (made.facts & fact::html) != 0)
    add |= fact::html_built;
  if ((add & ~made.facts) != 0)
    made.line = line;
  made.facts |= add;
  return made;
}

} // namespace libsig::review::checks
