#pragma once

#include "apps/sig/client/node.hpp"
#include "apps/sig/local_review.hpp"
#include "apps/sig/outcome.hpp"
#include "libsig/core/time.hpp"

namespace libsig::sig {

/// Lets a node review, and waits for the one summary.
///
/// The request is what a local review would publish; its diff is read here
/// first, so that a broken one is refused in the same words and reports can
/// show its lines. Sent again after a lost connection it is the same request.
/// A `review_id` that the node knows with another request is refused.
[[nodiscard]] outcome<review_answer>
review_on_node(client::node& whom, local_review_request what,
               const progress_observer& observer, const clock& time);

} // namespace libsig::sig
