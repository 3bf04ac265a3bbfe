#pragma once

#include <utility>

#include "apps/sig/exit_status.hpp"
#include "libsig/core/error.hpp"

namespace libsig::sig {

/// An error and what it makes of the process.
struct refusal {
  error reason;
  exit_status status;
};

/// A value, or why the command ends without it.
template <class T>
using outcome = tl::expected<T, refusal>;

[[nodiscard]] inline tl::unexpected<refusal> refuse(error reason,
                                                    exit_status status) {
  return tl::unexpected<refusal>(refusal{std::move(reason), status});
}

/// Hands a refusal on from one outcome to another.
[[nodiscard]] inline tl::unexpected<refusal> refuse(refusal why) {
  return tl::unexpected<refusal>(std::move(why));
}

/// What was wrong in how the command was called or in what it was given.
[[nodiscard]] inline tl::unexpected<refusal> refuse_usage(error reason) {
  return refuse(std::move(reason), exit_status::usage);
}

/// An output that cannot be written, or a fault of ours or the node's.
[[nodiscard]] inline tl::unexpected<refusal> refuse_fault(error reason) {
  return refuse(std::move(reason), exit_status::infrastructure);
}

/// Says a refusal in one line on standard error and gives its status. A reader
/// that went away has seen enough: of that nothing is said.
exit_status complain(const refusal& why) noexcept;

} // namespace libsig::sig
