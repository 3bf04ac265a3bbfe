#pragma once

#include "libsig/core/error.hpp"
#include "libsig/http/response.hpp"

namespace libsig::sigd {

/// The status that a class of errors has over HTTP.
[[nodiscard]] unsigned status_of(errc code) noexcept;

/// An error as a problem: its detail and remedy, and its place as `pointer`
/// when that is a JSON pointer, else in the detail.
[[nodiscard]] http::problem problem_of(const error& why);

/// The answer, with `Retry-After` or `WWW-Authenticate` where the status has
/// one. What is the node's own fault does not tell a stranger its details.
[[nodiscard]] http::response refusal(const error& why);

} // namespace libsig::sigd
