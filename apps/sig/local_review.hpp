#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "libsig/core/error.hpp"
#include "libsig/review/diff.hpp"
#include "libsig/review/signals.hpp"

namespace libsig::sig {

/// How far a specialist is, for the progress line.
enum class specialist_progress : std::uint8_t {
  running,
  done,
  failed,
  timed_out,
  skipped,
};

/// How a specialist's state in a summary shows as progress.
[[nodiscard]] specialist_progress progress_of(review::specialist_state state);

/// Is told of each change; called from the runtime's threads, one at a time.
using progress_observer =
  std::function<void(std::string_view specialist, specialist_progress)>;

/// What a review brings back.
struct review_answer {
  std::shared_ptr<const review::summary> summary;
  /// The `review.summary` as one line of CloudEvents JSON, without line feed.
  std::string event;
  /// The diff as the reviewers read it.
  std::shared_ptr<const review::change_set> changes;
};

/// The names of the specialists of a local review, in name order; `--only` and
/// `--skip` name these.
[[nodiscard]] std::vector<std::string> specialist_names();

/// Runs one request through a runtime of its own in this process (memory
/// journal) and waits for the one summary. The request is refused before
/// anything runs when it breaks its contract or its diff is broken. The event
/// attributes `id`, `time` and `source` of the request may be given by an event
/// file; empty ones are made.
struct local_review_request {
  std::shared_ptr<const review::request> asked;
  std::string event_id;
  std::string event_source;
};

[[nodiscard]] result<review_answer>
review_locally(local_review_request what, const progress_observer& observer);

} // namespace libsig::sig
