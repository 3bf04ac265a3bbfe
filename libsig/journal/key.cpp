#include "libsig/journal/key.hpp"

#include "libsig/codec/json_text.hpp"

#include <functional>
#include <utility>

#include <sodium.h>

namespace libsig::journal {

namespace {

[[nodiscard]] digest hash(std::string_view bytes,
                          const key_maker::secret& secret) {
  static_assert(sizeof(digest) == crypto_shorthash_siphashx24_BYTES);
  std::array<unsigned char, sizeof(digest)> out{};
  crypto_shorthash_siphashx24(
    out.data(), reinterpret_cast<const unsigned char*>(bytes.data()),
    bytes.size(), secret.data());
  digest made;
  std::memcpy(&made, out.data(), sizeof(made));
  return made;
}

[[nodiscard]] key_maker::secret random_secret() {
  key_maker::secret made;
  randombytes_buf(made.data(), made.size());
  return made;
}

} // namespace

key_maker::key_maker() : key_maker{random_secret()} {}

digest key_maker::of(std::initializer_list<std::string_view> parts) const {
  // Keys are short, so their bytes rarely leave the stack.
  std::array<char, 512> small;
  std::string large;
  std::size_t size = 0;
  for (const auto part : parts) {
    size += sizeof(std::uint64_t) + part.size();
  }
  char* at = small.data();
  if (size > small.size()) {
    large.resize(size);
    at = large.data();
  }
  const char* const begin = at;
  for (const auto part : parts) {
    const std::uint64_t length = part.size();
    std::memcpy(at, &length, sizeof(length));
    at += sizeof(length);
    if (!part.empty()) {
      std::memcpy(at, part.data(), part.size());
      at += part.size();
    }
  }
  return hash({begin, size}, secret_);
}

digest key_maker::identity(const digest& scope, std::string_view id) const {
  if (id.size() > short_text_hash::bytes_max) {
    const std::string_view bytes{
      reinterpret_cast<const char*>(scope.words.data()), sizeof(scope.words)};
    return of({bytes, id});
  }
  // Nearly all ids are as short as a UUID.
  return {{ids_[0](id, scope.words[0]), ids_[1](id, scope.words[1])}};
}

std::uint64_t key_maker::address(const signal& what) const {
  const std::hash<std::string_view> hash;
  std::uint64_t mixed = hash(what.type());
  if (const auto* const name = what.receiver()) {
    mixed = mixed * 31 + hash(*name);
  }
  return mixed;
}

std::uint64_t key_maker::data(const signal& what) const {
  const auto& data = what.data();
  switch (data.which()) {
  case event_data::kind::absent:
    return of({"absent"}).words[0];
  case event_data::kind::binary:
    return of({"binary", *data.bytes()}).words[0];
  case event_data::kind::json:
    break;
  }
  return of({"json", comparable_json(data)}).words[0];
}

std::string comparable_json(const event_data& data) {
  std::string text;
  if (data.decoded() != nullptr) {
    data.decoded()->append_json(text);
  } else if (auto canonical = codec::canonical_json(*data.bytes())) {
    text = std::move(*canonical);
  } else {
    text = *data.bytes();
  }
  return text;
}

} // namespace libsig::journal
