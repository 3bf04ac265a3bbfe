#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "libsig/core/draft.hpp"
#include "libsig/core/error.hpp"
#include "libsig/core/id.hpp"
#include "libsig/core/time.hpp"
#include "libsig/http/request.hpp"
#include "libsig/schema/registry.hpp"

namespace libsig::sigd {

/// A `review.request` that came over HTTP.
struct posted_review {
  draft event;
  std::string review_id;
  /// How long the caller waits for the summary; nothing for not at all.
  std::optional<std::chrono::milliseconds> wait;
};

/// What is needed to read one.
struct posting {
  const schema::registry& contracts;
  /// Those that a request may name.
  std::span<const std::string> specialists;
  /// Where the source of a diff's event begins.
  std::string_view source_prefix;
  id_source& ids;
  wall_time now;
};

/// Reads the body of a `POST /v1/reviews`: a diff (`text/x-diff`) with what is
/// said of it in the query, or a CloudEvent in structured or binary mode.
///
/// A diff without a review id has its event id, which is the `Idempotency-Key`
/// where there is one, else a new one. The same diff, query and key are the
/// same data whenever they come. The event is checked with its contract and
/// comes back decoded.
///
/// Errors are placed at the JSON pointer in the event, or name the member of
/// the query; `errc::too_large` for a diff over `limits::diff_bytes_max`.
/// Nothing when the body is neither, which is 415.
[[nodiscard]] result<std::optional<posted_review>>
read_posted_review(http::request& received, const posting& with);

} // namespace libsig::sigd
