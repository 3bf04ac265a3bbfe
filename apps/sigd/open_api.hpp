#pragma once

#include <string>
#include <string_view>

#include "apps/sigd/operation.hpp"

namespace libsig::sigd {

/// The description of an interface as OpenAPI 3.1: paths, methods, parameters,
/// scopes, bodies, and the refusals that each may answer.
[[nodiscard]] std::string open_api_text(const operations& all,
                                        std::string_view version);

} // namespace libsig::sigd
