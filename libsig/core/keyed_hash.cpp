#include "libsig/core/keyed_hash.hpp"

#include <cstring>

#include <sodium.h>

namespace libsig {

namespace {

__extension__ using wide = unsigned __int128;

/// SipHash-2-4, for keys of any length and to draw factors from a secret.
[[nodiscard]] std::uint64_t
sip_hash(const void* bytes, std::size_t size,
         const short_text_hash::secret& by) noexcept {
  std::uint64_t hash = 0;
  static_assert(sizeof(hash) == crypto_shorthash_BYTES);
  static_assert(sizeof(by) == crypto_shorthash_KEYBYTES);
  crypto_shorthash(reinterpret_cast<unsigned char*>(&hash),
                   static_cast<const unsigned char*>(bytes), size, by.data());
  return hash;
}

[[nodiscard]] std::uint64_t load(const char* from, std::size_t bytes) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, from, bytes);
  return word;
}

} // namespace

// -- short_text_hash
// -----------------------------------------------------------

short_text_hash::short_text_hash() {
  randombytes_buf(factors_.data(), sizeof(factors_));
}

short_text_hash::short_text_hash(const secret& by, unsigned stream) noexcept {
  std::array<std::uint64_t, 2> place{stream, 0};
  const auto next = [&] {
    ++place[1];
    return sip_hash(place.data(), sizeof(place), by);
  };
  for (auto& one : factors_) {
    one = {next(), next()};
  }
}

std::uint64_t short_text_hash::operator()(std::string_view text,
                                          std::uint64_t offset) const noexcept {
  const auto times = [](const factor& by, std::uint64_t word) {
    return (static_cast<wide>(by.high) << 64 | by.low) * word;
  };
  // The upper half of the sum is the hash. The length is a word of the text, so
  // that the zeros behind a text do not make it meet another.
  wide sum =
    (static_cast<wide>(offset) << 64) + times(factors_.back(), text.size() + 1);
  const auto* one = factors_.data();
  const char* at = text.data();
  std::size_t left = text.size();
  for (; left >= sizeof(std::uint64_t); left -= sizeof(std::uint64_t)) {
    sum += times(*one++, load(at, sizeof(std::uint64_t)));
    at += sizeof(std::uint64_t);
  }
  if (left >= sizeof(std::uint32_t)) {
    // Two halves that may overlap hold every byte, and need no loop.
    sum += times(*one, load(at + left - 4, 4) << 32 | load(at, 4));
  } else if (left > 0) {
    sum += times(*one, load(at, 1) | load(at + left / 2, 1) << 8
                         | load(at + left - 1, 1) << 16);
  }
  return static_cast<std::uint64_t>(sum >> 64);
}

// -- keyed_hash
// ----------------------------------------------------------------

keyed_hash::keyed_hash() { randombytes_buf(secret_.data(), secret_.size()); }

std::size_t keyed_hash::operator()(std::string_view key) const noexcept {
  return static_cast<std::size_t>(
    key.size() <= short_text_hash::bytes_max
      ? short_(key, 0)
      : sip_hash(key.data(), key.size(), secret_));
}

} // namespace libsig
