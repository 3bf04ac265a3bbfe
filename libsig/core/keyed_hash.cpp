#include "libsig/core/keyed_hash.hpp"

#include <cstdint>
#include <cstring>

#include <sodium.h>

namespace libsig {

keyed_hash::keyed_hash() {
  static_assert(sizeof(secret_) == crypto_shorthash_KEYBYTES);
  randombytes_buf(secret_.data(), secret_.size());
}

std::size_t keyed_hash::operator()(std::string_view key) const noexcept {
  std::uint64_t hash = 0;
  static_assert(sizeof(hash) == crypto_shorthash_BYTES);
  crypto_shorthash(reinterpret_cast<unsigned char*>(&hash),
                   reinterpret_cast<const unsigned char*>(key.data()),
                   key.size(), secret_.data());
  return static_cast<std::size_t>(hash);
}

} // namespace libsig
