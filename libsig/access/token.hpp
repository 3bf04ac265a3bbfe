#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "libsig/access/rights.hpp"

namespace libsig::access {

/// What every token begins with, so that one that leaked is recognised.
inline constexpr std::string_view token_prefix = "sig_";

/// Characters of the hash of a token: 256 bits in hexadecimal digits.
inline constexpr std::size_t token_hash_size = 64;

/// A token as it is printed once, and what is kept of it.
struct new_token {
  /// `sig_` and 256 random bits in base64url without padding.
  std::string text;
  std::string hash;
};

/// Makes a token from the operating system's random numbers.
[[nodiscard]] new_token make_token();

/// What is kept of a token at rest: BLAKE2b-256 of its whole text, prefix
/// included, in lower-case hexadecimal digits. A token has 256 bits that nobody
/// chose, so that no salt and no slow hash is needed.
[[nodiscard]] std::string hash_token(std::string_view token);

/// A configured token: its hash at rest and what it stands for.
struct token_entry {
  std::string hash;
  access::rights rights;
};

/// Checks one entry: the hash is one, tenant and names are names, and the lists
/// keep `limits::token_names_max` and `limits::token_patterns_max`. Refusals
/// are `errc::invalid_argument`, placed at the entry's key.
[[nodiscard]] result<void> check_token_entry(const token_entry& entry);

} // namespace libsig::access
