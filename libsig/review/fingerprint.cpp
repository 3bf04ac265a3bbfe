#include "libsig/review/fingerprint.hpp"

#include <cstdint>

namespace libsig::review {

namespace {

/// FNV-1a over 128 bits, in two halves because the standard has no such type.
/// The prime is 2^88 + 0x13b.
class hash {
public:
  void add(unsigned char byte) noexcept {
    low_ ^= byte;
    constexpr std::uint64_t prime_low = 0x13b;
    constexpr unsigned prime_shift = 88 - 64;
    // low * 0x13b in 32-bit steps, for the carry into the high half.
    const std::uint64_t first = (low_ & 0xffff'ffffu) * prime_low;
    const std::uint64_t second = (low_ >> 32u) * prime_low + (first >> 32u);
    high_ = high_ * prime_low + (second >> 32u) + (low_ << prime_shift);
    low_ = (second << 32u) | (first & 0xffff'ffffu);
  }

  void add(std::string_view text) noexcept {
    for (const char each : text)
      add(static_cast<unsigned char>(each));
    add(
      static_cast<unsigned char>('\0')); // So that fields cannot run together.
  }

  [[nodiscard]] std::string hex() const {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    out.reserve(32);
    for (const auto half : {high_, low_})
      for (unsigned shift = 64; shift > 0; shift -= 4)
        out.push_back(digits[(half >> (shift - 4)) & 0xfu]);
    return out;
  }

private:
  std::uint64_t high_ = 0x6c62'272e'07bb'0142;
  std::uint64_t low_ = 0x62b8'2175'6295'c58d;
};

[[nodiscard]] bool is_blank(char given) noexcept {
  return given == ' ' || (given >= '\t' && given <= '\r');
}

void add_normalised(hash& to, std::string_view text) {
  bool begun = false;
  bool blank = false;
  for (const char each : text) {
    if (is_blank(each)) {
      blank = begun;
      continue;
    }
    if (blank)
      to.add(static_cast<unsigned char>(' '));
    to.add(static_cast<unsigned char>(each));
    begun = true;
    blank = false;
  }
  to.add(static_cast<unsigned char>('\0'));
}

} // namespace

std::string fingerprint(std::string_view rule, std::string_view path,
                        std::string_view line_text, std::size_t occurrence) {
  hash made;
  made.add(rule);
  made.add(path);
  add_normalised(made, line_text);
  for (unsigned shift = 0; shift < 64; shift += 8)
    made.add(
      static_cast<unsigned char>((std::uint64_t{occurrence} >> shift) & 0xffu));
  return made.hex();
}

} // namespace libsig::review
