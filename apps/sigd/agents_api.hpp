#pragma once

#include "apps/sigd/actor_calls.hpp"
#include "apps/sigd/operation.hpp"
#include "apps/sigd/subscription_list.hpp"
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

  /// `PUT`, `GET` and `DELETE /v1/agents/{agent}`, the last with its
  /// subscriptions and items; `PUT` and `DELETE` of its
  /// `/subscriptions/{pattern}`; `GET /v1/subscriptions`. What a `PUT` makes is
  /// 201, what was there 200.
  [[nodiscard]] sigd::operations operations();

private:
  actor_calls& calls_;
  subscription_list list_;
};

} // namespace libsig::sigd
