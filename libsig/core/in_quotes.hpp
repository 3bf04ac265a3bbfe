#pragma once

#include <string>
#include <string_view>

namespace libsig {

/// The text between apostrophes, for errors.
[[nodiscard]] inline std::string in_quotes(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 2);
  out += '\'';
  out += text;
  out += '\'';
  return out;
}

} // namespace libsig
