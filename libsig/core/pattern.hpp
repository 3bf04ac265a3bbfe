#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libsig/core/error.hpp"

namespace libsig {

/// How the segments of a type or pattern are separated.
enum class separator : std::uint8_t {
  none,  ///< a single segment; it belongs to both
  dot,   ///< no `:` in it
  colon, ///< a `:` anywhere makes `:` the separator, and `.` a literal
};

/// The separator of a type or of a pattern's text.
[[nodiscard]] separator separator_of(std::string_view text) noexcept;

/// A pattern over signal types: literals, `*` for exactly one segment, `**` for
/// zero or more. Immutable.
///
/// `parse` trims blanks and refuses, by name: an empty pattern, an empty
/// segment, a `*` inside a longer segment, two adjacent `**`, more than
/// `limits::pattern_bytes_max` bytes or `limits::pattern_segments_max`
/// segments. A pattern matches only types of its own separator; `**` alone
/// matches all, and a single segment belongs to both.
class pattern {
public:
  enum class kind : std::uint8_t { literal, one, many };

  struct segment {
    pattern::kind kind;
    std::string text; ///< of a literal
  };

  [[nodiscard]] static result<pattern> parse(std::string_view text);

  /// The pattern that a type alone matches, whatever is in it: an empty segment
  /// or a `*` stands for itself. Refused for its length alone.
  [[nodiscard]] static result<pattern> literal(std::string_view type);

  /// Whether it is one that a type alone matches.
  [[nodiscard]] bool is_literal() const noexcept;

  /// Whether the type matches; linear-time reference semantics (dynamic
  /// programming over segments), without the table's index.
  [[nodiscard]] bool matches(std::string_view type) const;

  [[nodiscard]] const std::string& text() const noexcept { return text_; }

  [[nodiscard]] std::span<const segment> segments() const noexcept {
    return segments_;
  }

  [[nodiscard]] libsig::separator separator() const noexcept {
    return separator_;
  }

private:
  std::string text_;
  std::vector<segment> segments_;
  libsig::separator separator_ = libsig::separator::none;
};

} // namespace libsig
