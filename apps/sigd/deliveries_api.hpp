#pragma once

#include "apps/sigd/actor_calls.hpp"
#include "apps/sigd/operation.hpp"
#include "libsig/access/caller.hpp"
#include "libsig/http/request.hpp"
#include "libsig/http/responder.hpp"

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

  [[nodiscard]] sigd::operations operations();

  /// `POST .../next`: settles what the body names, then takes the oldest item,
  /// waiting for one. 409 `superseded` when a newer call took its place.
  void next(const http::request& received, const access::caller& by,
            http::responder answer);

  /// `POST .../settle`: settles and takes nothing.
  void settle(const http::request& received, const access::caller& by,
              http::responder answer);

  /// `GET .../deliveries`: those that were handled, the oldest first. Data over
  /// 256 KiB is left out, as in lists, and all of it behind 8 MiB.
  void list(const http::request& received, const access::caller& by,
            http::responder answer);

private:
  actor_calls& calls_;
};

} // namespace libsig::sigd
