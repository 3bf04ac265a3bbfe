#include "libsig/config/internal/shown.hpp"

#include <array>
#include <cstddef>

#include "libsig/core/in_quotes.hpp"

namespace libsig::config::internal {

namespace {

constexpr std::size_t bytes_max = 80;
constexpr std::string_view digits = "0123456789abcdef";

} // namespace

std::string shown(std::string_view text) {
  std::string out;
  for (const char letter : text.substr(0, bytes_max)) {
    const auto byte = static_cast<unsigned char>(letter);
    if (byte < 0x20 || byte >= 0x7f) {
      out.append("\\x")
        .append(1, digits[byte >> 4])
        .append(1, digits[byte & 15]);
    } else {
      out += letter;
    }
  }
  return in_quotes(text.size() > bytes_max ? out + "..." : out);
}

} // namespace libsig::config::internal
