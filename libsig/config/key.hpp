#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "libsig/core/error.hpp"

namespace libsig::config {

/// What the value of a key is.
enum class kind : std::uint8_t {
  text,
  whole_number,
  size,     ///< bytes: `8GiB`
  duration, ///< `10s`
  truth,
  texts,  ///< a list of texts; in the environment with commas between them
  choice, ///< one of a few words
};

/// No bound, where a bound could stand; written `unlimited`.
struct unlimited {
  friend bool operator==(const unlimited&, const unlimited&) = default;
};

/// The value of a key. Whole numbers and sizes are `uint64_t`; texts and
/// choices `string`.
using value =
  std::variant<unlimited, bool, std::uint64_t, std::chrono::milliseconds,
               std::string, std::vector<std::string>>;

/// Values of one list, and bytes of a text.
inline constexpr std::size_t list_values_max = 10'000;
inline constexpr std::size_t text_bytes_max = 4'096;

/// A key that a configuration may have.
struct key {
  /// Empty for the keys of a list's tables.
  std::string section = {};
  std::string name = {};
  config::kind kind = config::kind::text;
  /// Its default.
  value standard = {};
  /// One line for people.
  std::string meaning = {};
  /// The bounds of a number, of bytes, or of a duration in milliseconds.
  std::uint64_t least = 0;
  std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  /// Whether `unlimited` is a value.
  bool may_be_unlimited = false;
  /// Whether each table of a list must have it.
  bool required = false;
  /// Whether its value is shown to nobody.
  bool secret = false;
  /// Whether a reload changes it.
  bool live = false;
  /// The words of a choice, or those that a list of texts may have.
  std::vector<std::string> choices = {};
  /// Names in the environment beside its own.
  std::vector<std::string> also_named = {};
  /// Whether a text, or each of a list, may stand there; the detail of the
  /// error follows the key's name: `must be HOST:PORT`. Null for any.
  result<void> (*check)(std::string_view) = nullptr;
  /// What is shown of a text; null for all of it.
  std::string (*show)(std::string_view) = nullptr;

  /// `section.name`, or the name alone.
  [[nodiscard]] std::string full_name() const;

  /// What its value must be, in words: `a size such as 8GiB`.
  [[nodiscard]] std::string expected() const;
};

/// Tables that a file may have any number of: `[[tokens]]`.
struct table_list {
  std::string name = {};
  std::string meaning = {};
  std::vector<key> keys = {};
  std::size_t tables_max = 0;
  bool live = false;
};

/// All that a configuration may have.
struct declaration {
  /// What names in the environment begin with: `SIGD_`.
  std::string prefix = {};
  /// Those of a section stand together.
  std::vector<key> keys = {};
  std::vector<table_list> lists = {};
  /// Names in the environment with the prefix that are no keys.
  std::vector<std::string> foreign_names = {};

  /// The key's own name in the environment: `SIGD_RETENTION_BYTES`.
  [[nodiscard]] std::string environment_name(const key& of) const;

  /// The index of a key, or the number of keys when there is none.
  [[nodiscard]] std::size_t find(std::string_view section,
                                 std::string_view name) const noexcept;
};

/// Reads a value from the environment or a flag. A list is split at its commas.
/// Errors are `errc::invalid_argument`; their detail follows the key's name.
[[nodiscard]] result<value> parse_value(const key& of, std::string_view text);

/// Whether a value, of the key's kind, keeps its bounds, its choices and its
/// check. Errors as above.
[[nodiscard]] result<void> check_value(const key& of, const value& given);

/// The same for one text, or one of a list.
[[nodiscard]] result<void> check_text(const key& of, std::string_view text);

} // namespace libsig::config
