#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>

#include "apps/sig/settings.hpp"
#include "libsig/core/error.hpp"
#include "libsig/core/time.hpp"
#include "libsig/review/signals.hpp"

namespace libsig::sig {

/// A request to review, and what an event stated of itself.
struct asked_review {
  std::shared_ptr<const review::request> asked;
  /// Empty when no event did.
  std::string event_id;
  std::string event_source;
};

/// What a request is made of besides the settings.
struct request_parts {
  std::string review_id;
  std::string diff;
  wall_time now;
};

/// Makes a request from a diff. Bytes that are not UTF-8 are marked.
[[nodiscard]] asked_review make_request(request_parts parts,
                                        const review_settings& settings);

/// Reads a `review.request` CloudEvent, at most
/// `limits::review_request_bytes_max` bytes, with the contract that holds
/// everywhere. Errors are placed at `PLACE: pointer`.
[[nodiscard]] result<asked_review> read_request(std::string_view event,
                                                const std::string& place);

/// The request with its diff parsed; errors are those of the diff.
[[nodiscard]] result<std::shared_ptr<const review::request>>
with_scope(std::shared_ptr<const review::request> asked);

/// The request with those options of the scope and the time that the settings
/// state; the rest stays as it is.
void override_options(asked_review& request, const review_settings& settings);

/// Whether every name is one of the specialists, and one is left to ask.
/// `errc::schema_violation`, placed at the option.
[[nodiscard]] result<void>
check_specialists(const review::request_options& options,
                  std::span<const std::string> specialists);

/// An error of the contract, placed at the option that stated what it is
/// about, where there is one.
[[nodiscard]] error place_at_option(error reason);

} // namespace libsig::sig
