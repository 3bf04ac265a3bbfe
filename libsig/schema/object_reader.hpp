#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libsig/codec/json_forward.hpp"
#include "libsig/core/error.hpp"

namespace libsig::schema {

/// Whether a member must be there. One that is there must be valid: `null` is
/// no way to leave a member out.
enum class presence : std::uint8_t { required, optional };

/// The least and the greatest number that a member may be.
struct number_range {
  double min = std::numeric_limits<double>::lowest();
  double max = std::numeric_limits<double>::max();
};

/// The same for whole numbers.
struct integer_range {
  std::int64_t min = std::numeric_limits<std::int64_t>::min();
  std::int64_t max = std::numeric_limits<std::int64_t>::max();
};

/// The sizes of an array of strings.
struct strings_limits {
  std::size_t count_max = 0;
  std::size_t bytes_max = 0;
};

/// Reads the members of one JSON object with a closed set of names, for
/// contracts that are written by hand.
///
/// Each function reads one member and makes its name known; it answers nothing
/// (or null) when the member is absent or refused. The first refusal is kept
/// and given by `finish`, which refuses unknown members too. Refusals are
/// `errc::schema_violation` at the member's pointer, and say the rule and the
/// type that was found: `/risk: must be <= 1, found number`.
///
/// Borrows the value; one thread uses it.
class object_reader {
public:
  // -- constructors -----------------------------------------------------------

  /// `pointer` is the place of the value, empty for a whole document. What is
  /// no object is refused, and reads as one without members.
  object_reader(const nlohmann::json& value, std::string pointer);

  // -- mutators ---------------------------------------------------------------

  /// A string of at most so many bytes, which may be empty.
  [[nodiscard]] std::optional<std::string>
  string(std::string_view name, presence need, std::size_t bytes_max);

  /// A string that is not empty.
  [[nodiscard]] std::optional<std::string>
  filled_string(std::string_view name, presence need, std::size_t bytes_max);

  /// An array of strings, none of them empty.
  [[nodiscard]] std::optional<std::vector<std::string>>
  strings(std::string_view name, presence need, const strings_limits& sizes);

  /// A number, whole ones included, within the range.
  [[nodiscard]] std::optional<double>
  number(std::string_view name, presence need, const number_range& range);

  /// A number without a fraction (`3.0` is one) within the range.
  [[nodiscard]] std::optional<std::int64_t>
  integer(std::string_view name, presence need, const integer_range& range);

  [[nodiscard]] std::optional<bool> boolean(std::string_view name,
                                            presence need);

  /// One of the given strings, as its index.
  [[nodiscard]] std::optional<std::size_t>
  one_of(std::string_view name, presence need,
         std::span<const std::string_view> choices);

  /// An array of at most so many elements.
  [[nodiscard]] const nlohmann::json*
  array(std::string_view name, presence need, std::size_t count_max);

  /// An object, whatever is in it; read it with a reader of its own.
  [[nodiscard]] const nlohmann::json* object(std::string_view name,
                                             presence need);

  /// Any value, `null` included.
  [[nodiscard]] const nlohmann::json* any(std::string_view name, presence need);

  /// Refuses a member by a rule that the functions above do not know; the rule
  /// goes on after the name, as `must come before end_line`.
  void refuse(std::string_view name, std::string_view rule);

  /// Keeps the refusal of an inner value unless there is one already.
  void adopt(const result<void>& inner);

  // -- observers --------------------------------------------------------------

  /// The JSON pointer of a member.
  [[nodiscard]] std::string pointer_of(std::string_view name) const;

  /// Whether nothing was refused so far.
  [[nodiscard]] bool intact() const noexcept { return !first_.has_value(); }

  /// The first refusal; when there is none, that of the first member whose name
  /// no function has asked for.
  [[nodiscard]] result<void> finish() const;

private:
  [[nodiscard]] const nlohmann::json* find(std::string_view name,
                                           presence need);
  void refuse_value(std::string_view name, std::string_view rule,
                    std::string_view found);

  const nlohmann::json& value_;
  std::string pointer_;
  std::vector<std::string_view> known_;
  std::optional<error> first_;
};

/// The JSON pointer of an element.
[[nodiscard]] std::string element_pointer(std::string pointer,
                                          std::size_t index);

/// The refusal of a value: `errc::schema_violation` at the pointer, with the
/// rule and the type that was found.
[[nodiscard]] error refusal_of(const nlohmann::json& value, std::string pointer,
                               std::string_view rule);

} // namespace libsig::schema
