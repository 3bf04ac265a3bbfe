#pragma once

#include <string>
#include <string_view>

#include "apps/sigd/review_store.hpp"
#include "libsig/access/caller.hpp"
#include "libsig/core/error.hpp"
#include "libsig/core/signal.hpp"
#include "libsig/http/response.hpp"
#include "libsig/journal/journal.hpp"

/// Reviews as the node answers them.
namespace libsig::sigd {

/// The receipt of a request, with the path of its review.
[[nodiscard]] http::response review_receipt(std::string_view review_id,
                                            const journal::receipt& got);

/// A summary as a CloudEvent, redacted unless the caller sees secrets.
[[nodiscard]] http::response summary_answer(const signal& summary,
                                            const access::caller& by);

/// A page of reviews.
[[nodiscard]] std::string page_text(const review_page& what);

/// All that is known of one review. Signals whose bodies are not kept any more,
/// and those of types that the caller may not see, are null or left out. Data
/// of the request and of results is as in lists; the summary is whole.
[[nodiscard]] result<std::string> review_text(const journal::journal& of,
                                              std::string_view review_id,
                                              const known_review& what,
                                              const access::caller& by);

} // namespace libsig::sigd
