#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "libsig/review/language.hpp"

/// What names and texts mean to the checks of injections.
namespace libsig::review::checks {

/// Names in a sorted table, found without regard to case.
template <std::size_t Count>
struct word_table {
  std::array<std::string_view, Count> words;

  /// Whether the word, in lower case, is in the table.
  [[nodiscard]] constexpr bool has(std::string_view lowered) const noexcept {
    std::size_t low = 0;
    std::size_t high = Count;
    while (low < high) {
      const auto middle = low + (high - low) / 2;
      if (words[middle] < lowered)
        low = middle + 1;
      else
        high = middle;
    }
    return low < Count && words[low] == lowered;
  }
};

/// Sorts the words; for constants.
template <std::size_t Count>
[[nodiscard]] consteval word_table<Count>
make_words(const std::string_view (&words)[Count]) {
  word_table<Count> made{};
  for (std::size_t at = 0; at < Count; ++at) {
    auto place = at;
    for (; place > 0 && words[at] < made.words[place - 1]; --place)
      made.words[place] = made.words[place - 1];
    made.words[place] = words[at];
  }
  return made;
}

/// A name in lower case without leading `$` and `@`; longer names are cut.
class lowered {
public:
  explicit lowered(std::string_view name) noexcept;

  [[nodiscard]] operator std::string_view() const noexcept {
    return {text_.data(), size_};
  }

  [[nodiscard]] friend bool operator==(const lowered& name,
                                       std::string_view other) noexcept {
    return std::string_view(name) == other;
  }

private:
  std::array<char, 48> text_;
  std::size_t size_ = 0;
};

/// The facts of a piece of text: whether it is SQL or HTML. `first` says that
/// no other piece stands before it in its literal.
[[nodiscard]] std::uint32_t facts_of_text(std::string_view text) noexcept;

/// What a function of this name does with its arguments.
enum class effect : std::uint8_t {
  unknown,
  number,     ///< the result is a number, a date, a boolean
  quotes_sql, ///< the result is harmless in SQL
  escapes,    ///< the result is harmless in HTML
  cleans,     ///< harmless in both
  formats,    ///< puts its arguments into the first one
  passes,     ///< the result is of the receiver and the arguments
  looks_up,   ///< the result is of the receiver
  maps,       ///< the result is what a function makes of each element
  literal,    ///< the result is constant as far as we know
};

/// By the function's name, as written.
[[nodiscard]] effect effect_of(std::string_view name) noexcept;

/// Whether `root.member` reads what a client sent.
[[nodiscard]] bool reads_request(std::string_view root, std::string_view member,
                                 language spoken) noexcept;

/// Whether the name alone stands for what a client sent.
[[nodiscard]] bool is_request_data(std::string_view name,
                                   language spoken) noexcept;

/// Whether a name is a constant by convention (`TABLE_NAME`).
[[nodiscard]] bool is_constant_name(std::string_view name) noexcept;

/// Whether a declared type holds no text that could do harm.
[[nodiscard]] bool is_harmless_type(std::string_view name) noexcept;

} // namespace libsig::review::checks
