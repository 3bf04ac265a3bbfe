#pragma once

#include <cstdint>
#include <string>

#include "libsig/core/error.hpp"

namespace libsig::publish::internal {

/// The parts of an URL that matter before anything is sent.
struct checked_url {
  /// In one form: numbers as hosts are written as addresses are.
  std::string text;
  /// Without brackets.
  std::string host;
  std::uint16_t port = 0;
  /// `https://host:port`, for people: nothing of it is secret.
  std::string origin;
};

/// Reads the URL of an endpoint; see `webhook::make` for what is refused.
[[nodiscard]] result<checked_url> check_url(const std::string& text);

} // namespace libsig::publish::internal
