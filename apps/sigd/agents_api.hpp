#pragma once

#include "apps/sigd/actor_calls.hpp"
#include "apps/sigd/operation.hpp"
#include "apps/sigd/subscription_list.hpp"
#include "libsig/access/caller.hpp"
#include "libsig/http/request.hpp"
#include "libsig/http/responder.hpp"
#include "libsig/runtime/runtime.hpp"

namespace libsig::sigd {

/// The paths of agents and of their subscriptions. Any thread.
///
/// An agent is its caller's business, or an administrator's; any caller may
/// subscribe any agent that exists. A caller that is narrowed to types may not
/// subscribe to one type that it has not; a pattern with wildcards it may state
/// as it likes, since whoever takes what that leads to is asked for its own
/// rights.
class agents_api {
public:
  /// The runtime and the calls must outlive it.
  agents_api(runtime& node, actor_calls& calls)
    : calls_{calls}, list_{node, calls} {}

  [[nodiscard]] sigd::operations operations();

  /// `PUT /v1/agents/{agent}`: 201 when it is new, else 200.
  void put(const http::request& received, const access::caller& by,
           http::responder answer);

  /// `GET /v1/agents/{agent}`.
  void find(const http::request& received, const access::caller& by,
            http::responder answer);

  /// `DELETE /v1/agents/{agent}`: with its subscriptions and items.
  void remove(const http::request& received, const access::caller& by,
              http::responder answer);

  /// `PUT /v1/agents/{agent}/subscriptions/{pattern}`: 201 when it is new, else
  /// 200.
  void subscribe(const http::request& received, const access::caller& by,
                 http::responder answer);

  /// `DELETE` of the same.
  void unsubscribe(const http::request& received, const access::caller& by,
                   http::responder answer);

private:
  actor_calls& calls_;
  subscription_list list_;
};

} // namespace libsig::sigd
