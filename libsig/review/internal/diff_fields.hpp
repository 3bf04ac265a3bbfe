#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

/// The values in the header lines of diffs.
namespace libsig::review::internal {

/// The mode of a submodule's entry.
inline constexpr std::uint32_t submodule_mode = 0160000;

/// An octal mode of up to six digits.
[[nodiscard]] std::optional<std::uint32_t> parse_mode(std::string_view text);

/// A whole number followed by `%`, up to 100.
[[nodiscard]] bool is_percentage(std::string_view text) noexcept;

/// Whether the text is the abbreviated or full name of a git object.
[[nodiscard]] bool is_object_name(std::string_view text) noexcept;

/// What a line `index <old>[,<old>...]..<new>[ <mode>]` says.
struct index_line {
  std::size_t parents = 0;
  std::optional<std::uint32_t> mode;
  /// The new name is neither the first old one, nor null, nor that of empty
  /// content.
  bool content_differs = false;
};

/// Reads the rest of a line `index `.
[[nodiscard]] std::optional<index_line> parse_index(std::string_view text);

} // namespace libsig::review::internal
