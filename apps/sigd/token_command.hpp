#pragma once

#include <string>
#include <vector>

#include "libsig/core/error.hpp"

namespace libsig::sigd {

/// What a new token stands for, as the command line says it.
struct token_request {
  /// Empty for `default`.
  std::string tenant = {};
  /// Without one: publish, subscribe and review.
  std::vector<std::string> scopes = {};
  std::vector<std::string> types = {};
  std::vector<std::string> identities = {};
  std::vector<std::string> grants = {};
};

/// A token and what the configuration says of it.
struct token_texts {
  /// The token, which is kept nowhere.
  std::string token;
  /// The lines of `[[tokens]]`.
  std::string entry;
};

/// Makes a token. What is no scope, grant, name or pattern is
/// `errc::invalid_argument`, placed at its option.
[[nodiscard]] result<token_texts> make_token_texts(const token_request& of);

/// What `sigd token new` prints: the token, an empty line and the entry; or
/// `{"token","hash","entry"}` as JSON.
[[nodiscard]] result<std::string> new_token_text(const token_request& of,
                                                 bool json);

} // namespace libsig::sigd
