#pragma once

#include <cstdint>
#include <string_view>

namespace libsig::sigd {

/// What paths have in common beside what is behind them: the form of errors.
enum class path_family : std::uint8_t {
  /// Errors are problems (RFC 9457).
  plain,
  /// Those of document 001, below `/v1/engine`: errors have `"ok":false` and
  /// `"error"` beside the problem's members.
  engine,
};

/// The family of a request's target, as it was sent: split, then decoded. One
/// that cannot be decoded has that of the letters it begins with.
[[nodiscard]] path_family family_of(std::string_view target);

} // namespace libsig::sigd
