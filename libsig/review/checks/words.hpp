#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "libsig/review/language.hpp"

/// What names and texts mean to the checks of injections.
namespace libsig::review::checks {

/// FNV-1a of a name in lower case.
[[nodiscard]] constexpr std::uint32_t hash_of(std::string_view word) noexcept {
  std::uint32_t made = 0x811c'9dc5u;
  for (const char each : word)
    made = (made ^ static_cast<unsigned char>(each)) * 0x0100'0193u;
  return made;
}

/// A name in lower case without leading `$` and `@` and without a `!` behind
/// it; longer names are cut.
class lowered {
public:
  explicit lowered(std::string_view name) noexcept;

  [[nodiscard]] operator std::string_view() const noexcept {
    return {text_.data(), size_};
  }

  [[nodiscard]] std::uint32_t hash() const noexcept { return hash_; }

  [[nodiscard]] friend bool operator==(const lowered& name,
                                       std::string_view other) noexcept {
    return std::string_view(name) == other;
  }

private:
  std::array<char, 48> text_;
  std::size_t size_ = 0;
  std::uint32_t hash_ = 0;
};

/// A constant set of names in lower case.
template <std::size_t Slots>
struct word_table {
  std::array<std::string_view, Slots> words;
  std::array<std::uint32_t, Slots> hashes;

  [[nodiscard]] constexpr bool has(std::string_view word,
                                   std::uint32_t hash) const noexcept {
    for (auto slot = hash % Slots; !words[slot].empty();
         slot = (slot + 1) % Slots)
      if (hashes[slot] == hash && words[slot] == word)
        return true;
    return false;
  }

  [[nodiscard]] bool has(const lowered& word) const noexcept {
    return has(word, word.hash());
  }

  [[nodiscard]] bool has(std::string_view word) const noexcept {
    return has(word, hash_of(word));
  }
};

/// Slots for so many words: a power of two, at most half of them taken.
[[nodiscard]] consteval std::size_t slots_for(std::size_t words) {
  std::size_t slots = 4;
  while (slots < words * 2)
    slots *= 2;
  return slots;
}

/// Makes a set; for constants.
template <std::size_t Count>
[[nodiscard]] consteval word_table<slots_for(Count)>
make_words(const std::string_view (&words)[Count]) {
  word_table<slots_for(Count)> made{};
  constexpr auto slots = slots_for(Count);
  for (const auto word : words) {
    const auto hash = hash_of(word);
    auto slot = hash % slots;
    while (!made.words[slot].empty() && made.words[slot] != word)
      slot = (slot + 1) % slots;
    made.words[slot] = word;
    made.hashes[slot] = hash;
  }
  return made;
}

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
