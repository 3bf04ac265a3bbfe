#pragma once

#include <string>
#include <string_view>

#include "apps/sig/terminal.hpp"

namespace libsig::sig {

/// What happened in a review, for people, from the node's account of it
/// (`GET /v1/reviews/{id}`, checked): the request, its way, who was asked and
/// what came back, late answers, the summary and its coverage. Lines fit the
/// screen where their words allow.
[[nodiscard]] std::string explain_review(std::string_view account,
                                         const terminal& screen);

} // namespace libsig::sig
