#include "libsig/core/utf8.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace libsig {

namespace {

/// What a leading byte asks for: how many bytes follow it, and between which
/// bounds the first of them lies (table 3-7 of the Unicode standard).
struct lead {
  std::size_t following;
  unsigned char low;
  unsigned char high;
};

constexpr lead lead_of(unsigned char byte) noexcept {
  if (byte >= 0xC2 && byte <= 0xDF)
    return {1, 0x80, 0xBF};
  if (byte == 0xE0)
    return {2, 0xA0, 0xBF};
  if (byte == 0xED)
    return {2, 0x80, 0x9F};
  if (byte >= 0xE1 && byte <= 0xEF)
    return {2, 0x80, 0xBF};
  if (byte == 0xF0)
    return {3, 0x90, 0xBF};
  if (byte >= 0xF1 && byte <= 0xF3)
    return {3, 0x80, 0xBF};
  if (byte == 0xF4)
    return {3, 0x80, 0x8F};
  return {0, 0, 0};
}

/// One sequence that starts with a byte beyond ASCII.
struct sequence {
  std::size_t length;
  bool well_formed;
};

sequence sequence_at(std::string_view bytes, std::size_t at) noexcept {
  const auto [following, low, high] =
    lead_of(static_cast<unsigned char>(bytes[at]));
  if (following == 0)
    return {1, false};
  for (std::size_t index = 1; index <= following; ++index) {
    if (at + index == bytes.size())
      return {index, false};
    const auto byte = static_cast<unsigned char>(bytes[at + index]);
    const bool fits =
      index == 1 ? byte >= low && byte <= high : byte >= 0x80 && byte <= 0xBF;
    if (!fits)
      return {index, false};
  }
  return {following + 1, true};
}

/// The first byte from `at` on that is not ASCII.
std::size_t skip_ascii(std::string_view bytes, std::size_t at) noexcept {
  constexpr std::uint64_t high_bits = 0x8080808080808080u;
  while (bytes.size() - at >= sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + at, sizeof(word));
    if ((word & high_bits) != 0)
      break;
    at += sizeof(word);
  }
  while (at < bytes.size() && static_cast<unsigned char>(bytes[at]) < 0x80)
    ++at;
  return at;
}

} // namespace

bool is_utf8(std::string_view bytes) noexcept {
  for (auto at = skip_ascii(bytes, 0); at < bytes.size();
       at = skip_ascii(bytes, at)) {
    const auto [length, well_formed] = sequence_at(bytes, at);
    if (!well_formed)
      return false;
    at += length;
  }
  return true;
}

std::string to_utf8_lossy(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  std::size_t copied = 0;
  for (auto at = skip_ascii(bytes, 0); at < bytes.size();
       at = skip_ascii(bytes, at)) {
    const auto [length, well_formed] = sequence_at(bytes, at);
    if (!well_formed) {
      text.append(bytes.substr(copied, at - copied));
      text.append("\xEF\xBF\xBD");
      copied = at + length;
    }
    at += length;
  }
  text.append(bytes.substr(copied));
  return text;
}

} // namespace libsig
