#pragma once

#include "apps/sigd/actor_calls.hpp"
#include "apps/sigd/operation.hpp"

namespace libsig::sigd {

/// What waits for an agent, over HTTP: `/v1/agents/{agent}/deliveries`. For the
/// agent itself or an administrator. Any thread.
///
/// What is secret in a signal is hidden unless the caller has `unredacted`;
/// items of types that the caller's token does not let through stay where they
/// are. An item whose answer could not be written comes again with the next
/// call.
class deliveries_api {
public:
  /// The calls must outlive it.
  explicit deliveries_api(actor_calls& calls) noexcept : calls_{calls} {}

  /// `POST .../next` settles what the body names, then takes the oldest item,
  /// waiting for one; 409 `superseded` when a newer call took its place.
  /// `POST .../settle` settles and takes nothing. `GET .../deliveries` lists
  /// those that were handled, the oldest first; data over 256 KiB is left out,
  /// as in lists, and all of it behind 8 MiB.
  [[nodiscard]] sigd::operations operations();

private:
  actor_calls& calls_;
};

} // namespace libsig::sigd
