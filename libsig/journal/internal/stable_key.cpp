#include "libsig/journal/internal/stable_key.hpp"

#include "libsig/core/id.hpp"
#include "libsig/journal/key.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include <sodium.h>

namespace libsig::journal::internal {

namespace {

/// Bytes of the time at the begin of a digest.
constexpr std::size_t time_bytes = 6;

/// Bits of a name that are left beside the time: enough that few ids of one
/// millisecond meet, however many somebody makes.
constexpr unsigned name_hash_bits = 24;

/// Appends a number, its lowest byte first on every machine.
void append_number(std::string& to, std::uint64_t number) {
  for (int byte = 0; byte < 8; ++byte) {
    to.push_back(static_cast<char>(number >> (8 * byte)));
  }
}

[[nodiscard]] std::uint64_t read_number(const unsigned char* from) noexcept {
  std::uint64_t number = 0;
  for (int byte = 7; byte >= 0; --byte) {
    number = number << 8 | from[byte];
  }
  return number;
}

/// The parts, each behind its length.
[[nodiscard]] std::string join(std::initializer_list<std::string_view> parts) {
  std::size_t size = 0;
  for (const auto part : parts) {
    size += part.size() + 8;
  }
  std::string joined;
  joined.reserve(size);
  for (const auto part : parts) {
    append_number(joined, part.size());
    joined += part;
  }
  return joined;
}

[[nodiscard]] const unsigned char* raw(const char* bytes) noexcept {
  return reinterpret_cast<const unsigned char*>(bytes);
}

} // namespace

stable_keys::digest
stable_keys::of(std::initializer_list<std::string_view> parts) const {
  static_assert(digest_bytes == crypto_shorthash_siphashx24_BYTES);
  const auto joined = join(parts);
  digest made{};
  crypto_shorthash_siphashx24(reinterpret_cast<unsigned char*>(made.data()),
                              raw(joined.data()), joined.size(),
                              secret_.data());
  return made;
}

std::uint64_t
stable_keys::number_of(std::initializer_list<std::string_view> parts) const {
  return read_number(raw(of(parts).data()));
}

stable_keys::digest stable_keys::identity(const signal& what) const {
  auto made = of({"signal", what.tenant(), what.source(), what.id()});
  if (const auto time = time_of_uuid7(what.id())) {
    auto left = static_cast<std::uint64_t>(time->time_since_epoch().count());
    for (auto at = time_bytes; at > 0; --at) {
      made[at - 1] = static_cast<char>(left);
      left >>= 8;
    }
  }
  return made;
}

stable_keys::digest stable_keys::claim(const signal& what,
                                       std::string_view claim) const {
  return this->claim(what.tenant(), what.type(), claim);
}

stable_keys::digest stable_keys::claim(std::string_view tenant,
                                       std::string_view type,
                                       std::string_view claim) const {
  return of({"claim", tenant, type, claim});
}

std::uint64_t stable_keys::address(const signal& what) const {
  if (const auto* const name = what.receiver()) {
    return number_of({"inbox", what.type(), *name});
  }
  return number_of({"open", what.type()});
}

std::uint64_t stable_keys::data(const signal& what) const {
  const auto& data = what.data();
  switch (data.which()) {
  case event_data::kind::absent:
    return number_of({"absent"});
  case event_data::kind::binary:
    return number_of({"binary", *data.bytes()});
  case event_data::kind::json:
    break;
  }
  return number_of({"json", comparable_json(data)});
}

std::uint64_t stable_keys::tenant(std::string_view tenant) const {
  return std::max<std::uint64_t>(number_of({"tenant", tenant}), 1);
}

std::uint64_t stable_keys::topic(std::string_view tenant,
                                 std::string_view type) const {
  return std::max<std::uint64_t>(number_of({"topic", tenant, type}), 1);
}

std::uint64_t stable_keys::name(std::string_view tenant, std::string_view type,
                                std::string_view id) const {
  const auto hash = number_of({"name", tenant, type, id});
  const auto time = time_of_uuid7(id);
  if (!time) {
    return hash;
  }
  const auto left = static_cast<std::uint64_t>(time->time_since_epoch().count())
                    << name_hash_bits;
  return left | (hash & ((std::uint64_t{1} << name_hash_bits) - 1));
}

std::uint64_t stable_keys::epoch() const { return number_of({"epoch"}); }

std::uint64_t checksum(std::string_view bytes) noexcept {
  static constexpr std::array<unsigned char, crypto_shorthash_KEYBYTES> key{
    'l', 'i', 'b', 's', 'i', 'g', ' ', 'r', 'e', 'c', 'o', 'r', 'd'};
  std::array<unsigned char, crypto_shorthash_BYTES> out{};
  crypto_shorthash(out.data(), raw(bytes.data()), bytes.size(), key.data());
  return read_number(out.data());
}

std::uint64_t checksum(std::initializer_list<std::uint64_t> numbers) noexcept {
  std::array<char, 8 * 8> bytes{};
  std::size_t size = 0;
  for (const auto number : numbers) {
    for (int byte = 0; byte < 8 && size < bytes.size(); ++byte) {
      bytes[size++] = static_cast<char>(number >> (8 * byte));
    }
  }
  return checksum({bytes.data(), size});
}

} // namespace libsig::journal::internal
