#include "libsig/access/token.hpp"

#include <algorithm>
#include <array>

#include <sodium.h>

#include "libsig/core/limits.hpp"
#include "libsig/core/names.hpp"

namespace libsig::access {

namespace {

constexpr std::size_t secret_bytes = 32;
constexpr std::size_t hash_bytes = token_hash_size / 2;

[[nodiscard]] tl::unexpected<error> refusal(std::string_view key,
                                            std::string detail) {
  return fail(
    error(errc::invalid_argument, std::move(detail)).at(std::string{key}));
}

[[nodiscard]] bool is_hash(std::string_view text) noexcept {
  return text.size() == token_hash_size
         && std::ranges::all_of(text, [](char letter) {
              return (letter >= '0' && letter <= '9')
                     || (letter >= 'a' && letter <= 'f');
            });
}

[[nodiscard]] result<void> check_sizes(const rights& of) {
  if (of.names.size() > limits::token_names_max) {
    return refusal("identities", "more than "
                                   + std::to_string(limits::token_names_max)
                                   + " names");
  }
  if (of.types.size() > limits::token_patterns_max) {
    return refusal("types", "more than "
                              + std::to_string(limits::token_patterns_max)
                              + " patterns");
  }
  return {};
}

} // namespace

new_token make_token() {
  constexpr auto variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::array<unsigned char, secret_bytes> secret{};
  randombytes_buf(secret.data(), secret.size());
  // The size counts the NUL that the function writes.
  std::array<char, sodium_base64_ENCODED_LEN(secret_bytes, variant)> text{};
  sodium_bin2base64(text.data(), text.size(), secret.data(), secret.size(),
                    variant);
  new_token out;
  out.text = std::string{token_prefix}.append(text.data(), text.size() - 1);
  out.hash = hash_token(out.text);
  sodium_memzero(secret.data(), secret.size());
  sodium_memzero(text.data(), text.size());
  return out;
}

std::string hash_token(std::string_view token) {
  static_assert(hash_bytes == crypto_generichash_BYTES);
  std::array<unsigned char, hash_bytes> hash{};
  crypto_generichash(hash.data(), hash.size(),
                     reinterpret_cast<const unsigned char*>(token.data()),
                     token.size(), nullptr, 0);
  std::array<char, token_hash_size + 1> text{};
  sodium_bin2hex(text.data(), text.size(), hash.data(), hash.size());
  return std::string{text.data(), token_hash_size};
}

result<void> check_token_entry(const token_entry& entry) {
  if (!is_hash(entry.hash)) {
    return refusal("hash", "must be 64 lower-case hexadecimal digits");
  }
  if (const auto checked = check_name(entry.rights.tenant); !checked) {
    return refusal("tenant", checked.error().detail());
  }
  if (auto checked = check_sizes(entry.rights); !checked) {
    return checked;
  }
  for (const auto& name : entry.rights.names) {
    if (const auto checked = check_name(name); !checked) {
      return refusal("identities", checked.error().detail());
    }
  }
  return {};
}

} // namespace libsig::access
