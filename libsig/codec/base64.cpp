#include "libsig/codec/base64.hpp"

#include <array>
#include <cstdint>

namespace libsig::codec {

namespace {

constexpr std::string_view alphabet =
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t no_digit = 0xFF;

consteval std::array<std::uint8_t, 256> make_digits() {
  std::array<std::uint8_t, 256> digits{};
  digits.fill(no_digit);
  for (std::size_t value = 0; value < alphabet.size(); ++value) {
    digits[static_cast<unsigned char>(alphabet[value])] =
      static_cast<std::uint8_t>(value);
  }
  return digits;
}

constexpr auto digits = make_digits();

[[nodiscard]] tl::unexpected<error> refusal(std::size_t at,
                                            std::string_view what) {
  return fail(error(errc::invalid_argument, std::string{what})
                .at("byte " + std::to_string(at)));
}

/// Decodes the quantum at `at` into `letters - 1` bytes. False when a letter is
/// none of the alphabet or a bit stands behind the last byte.
[[nodiscard]] bool decode_quantum(std::string_view text, std::size_t letters,
                                  std::string& out) {
  std::uint32_t bits = 0;
  for (std::size_t index = 0; index < 4; ++index) {
    const auto digit = index < letters
                         ? digits[static_cast<unsigned char>(text[index])]
                         : std::uint8_t{0};
    if (digit == no_digit) {
      return false;
    }
    bits = bits << 6 | digit;
  }
  const std::uint32_t unused = 8 * static_cast<std::uint32_t>(4 - letters);
  if ((bits & ((std::uint32_t{1} << unused) - 1)) != 0) {
    return false;
  }
  for (std::size_t index = 0; index + 1 < letters; ++index) {
    out += static_cast<char>(
      static_cast<unsigned char>(bits >> (16 - 8 * index) & 0xFF));
  }
  return true;
}

} // namespace

void append_base64(std::string& out, std::string_view bytes) {
  out.reserve(out.size() + (bytes.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::size_t count = bytes.size() - at < 3 ? bytes.size() - at : 3;
    std::uint32_t bits = 0;
    for (std::size_t index = 0; index < 3; ++index) {
      bits =
        bits << 8
        | (index < count ? static_cast<unsigned char>(bytes[at + index]) : 0u);
    }
    for (std::size_t index = 0; index < 4; ++index) {
      out += index <= count ? alphabet[bits >> (18 - 6 * index) & 0x3F] : '=';
    }
  }
}

result<std::string> decode_base64(std::string_view text) {
  if (text.size() % 4 != 0) {
    return refusal(text.size(), "base64 whose length is no multiple of four");
  }
  std::string out;
  out.reserve(text.size() / 4 * 3);
  for (std::size_t at = 0; at < text.size(); at += 4) {
    std::size_t letters = 4;
    if (at + 4 == text.size()) {
      letters -= text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
    }
    if (!decode_quantum(text.substr(at, 4), letters, out)) {
      return refusal(at, "no base64 of the standard alphabet");
    }
  }
  return out;
}

} // namespace libsig::codec
