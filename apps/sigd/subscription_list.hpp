#pragma once

#include <memory>

#include "apps/sigd/actor_calls.hpp"
#include "libsig/access/caller.hpp"
#include "libsig/http/responder.hpp"
#include "libsig/runtime/runtime.hpp"
#include "libsig/subscription/requests.hpp"

namespace libsig::sigd {

/// Appends a subscription as the surface shows it.
void append_subscription(const subscription::subscription_row& what,
                         std::string& out);

/// `GET /v1/subscriptions`: all subscriptions of the caller's tenant in one
/// document, which is not held whole. Any thread.
///
/// The actor is asked page by page. A list of up to `limits::page_bytes_max` is
/// an answer as others are; a longer one is streamed, in pieces that wait until
/// those before them are written, and the connection ends with it. When
/// something fails in its midst it breaks off, and is no JSON. A row that is
/// changed meanwhile is there as it was or as it is, none is there twice.
class subscription_list {
public:
  /// Both must outlive it.
  subscription_list(runtime& node, actor_calls& calls) noexcept
    : node_{node}, calls_{calls} {}

  void answer(const access::caller& by, http::responder to);

private:
  runtime& node_;
  actor_calls& calls_;
};

} // namespace libsig::sigd
