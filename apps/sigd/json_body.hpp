#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsig/codec/guard.hpp"
#include "libsig/codec/object_view.hpp"
#include "libsig/core/error.hpp"

namespace libsig::sigd {

/// The members of a JSON object that a request brings, as they are asked for.
///
/// All refusals are `errc::invalid_argument` (400), but those of
/// `codec::guard_json`, and their place is the JSON pointer of the member.
/// Views into the text, which must outlive it.
class json_body {
public:
  // -- constructors -----------------------------------------------------------

  /// Reads an object whose members have these names. An empty or blank text is
  /// an object without members.
  [[nodiscard]] static result<json_body>
  read(std::string_view text, std::initializer_list<std::string_view> known,
       const codec::json_limits& bounds = {});

  // -- observers --------------------------------------------------------------

  /// The value as it stands in the text; nothing when it is not there.
  [[nodiscard]] std::optional<std::string_view>
  raw(std::string_view name) const noexcept;

  /// The same, and nothing when it is `null`.
  [[nodiscard]] std::optional<std::string_view>
  raw_or_null(std::string_view name) const noexcept;

  /// A string; nothing when it is not there or `null`.
  [[nodiscard]] result<std::optional<std::string>>
  text(std::string_view name) const;

  /// One of a few words; the place of the word among them. Nothing when it is
  /// not there.
  [[nodiscard]] result<std::optional<std::size_t>>
  choice(std::string_view name,
         std::initializer_list<std::string_view> words) const;

  /// A whole number within bounds, written in digits alone; nothing when it is
  /// not there.
  [[nodiscard]] result<std::optional<std::uint64_t>>
  whole(std::string_view name, std::uint64_t least, std::uint64_t most) const;

  /// `true` or `false`; nothing when it is not there.
  [[nodiscard]] result<std::optional<bool>> truth(std::string_view name) const;

  /// An array of strings; nothing when it is not there.
  [[nodiscard]] result<std::optional<std::vector<std::string>>>
  texts(std::string_view name) const;

  /// An object of strings by their names, in which `null` is an empty one;
  /// empty when it is not there or `null`.
  [[nodiscard]] result<std::vector<std::pair<std::string, std::string>>>
  texts_by_name(std::string_view name) const;

private:
  explicit json_body(std::vector<codec::object_member> members) noexcept
    : members_{std::move(members)} {}

  std::vector<codec::object_member> members_;
};

/// The refusal of a member; `rule` follows its pointer, as in `must be a
/// string`.
[[nodiscard]] tl::unexpected<error> refuse_member(std::string_view name,
                                                  std::string rule);

/// The same for a member or element of a member.
[[nodiscard]] tl::unexpected<error>
refuse_member(std::string_view name, std::string_view inner, std::string rule);

} // namespace libsig::sigd
