#include "libsig/report/internal/uri.hpp"

namespace libsig::report {

namespace {

bool stays(char byte) noexcept {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z')
         || (byte >= '0' && byte <= '9')
         || std::string_view{"-._~/"}.find(byte) != std::string_view::npos;
}

} // namespace

std::string path_to_uri(std::string_view path) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  std::string out;
  if (path.starts_with('/')) {
    out = "file://";
  }
  for (const auto byte : path) {
    if (stays(byte)) {
      out += byte;
      continue;
    }
    const auto value = static_cast<unsigned char>(byte);
    out += '%';
    out += hex[value >> 4];
    out += hex[value & 0xf];
  }
  return out;
}

} // namespace libsig::report
