#pragma once

#include <string_view>

namespace libsig {

/// The text without the blanks of ASCII around it; empty for a blank one.
[[nodiscard]] constexpr std::string_view trim(std::string_view text) noexcept {
  constexpr std::string_view blanks{" \t\n\r\f\v"};
  const auto begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) {
    return {};
  }
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

} // namespace libsig
