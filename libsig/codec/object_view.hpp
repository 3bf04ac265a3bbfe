#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsig/codec/guard.hpp"
#include "libsig/core/error.hpp"

/// Looks at JSON as text, so that what is handed on stays to the byte, numbers
/// included.
namespace libsig::codec {

/// A member of an object.
struct object_member {
  /// With its escapes decoded.
  std::string name;
  /// As it stands in the text, without blanks around it.
  std::string_view value;
};

/// Guards the text of an object as `guard_json` does and gives its members in
/// their order. Views into the text. What is no object is
/// `errc::invalid_argument`.
[[nodiscard]] result<std::vector<object_member>>
read_object(std::string_view text, const json_limits& bounds = {});

/// The same with the elements of an array.
[[nodiscard]] result<std::vector<std::string_view>>
read_array(std::string_view text, const json_limits& bounds = {});

/// What a JSON string stands for; nothing when the text, which was guarded
/// before, is something else.
[[nodiscard]] std::optional<std::string> string_of(std::string_view json);

/// The name of the type of a JSON text that was guarded before, as refusals say
/// it: `number`, `object`.
[[nodiscard]] std::string_view type_name_of(std::string_view json) noexcept;

} // namespace libsig::codec
