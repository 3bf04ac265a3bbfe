#pragma once

#include <memory>
#include <utility>

#include "apps/sigd/actor_calls.hpp"
#include "apps/sigd/operation.hpp"
#include "libsig/access/caller.hpp"
#include "libsig/access/source.hpp"
#include "libsig/core/id.hpp"
#include "libsig/http/request.hpp"
#include "libsig/http/responder.hpp"
#include "libsig/runtime/runtime.hpp"

namespace libsig::sigd {

/// The paths of document 001 itself, below `/v1/engine/signals`, in its shapes.
/// Any thread.
class engine_api {
public:
  /// All but `sources` must outlive it.
  engine_api(runtime& node, actor_calls& calls, access::source_rule sources)
    : node_{node}, calls_{calls}, sources_{std::move(sources)} {}

  [[nodiscard]] sigd::operations operations();

  /// `GET …/events`: the newest signals without a receiver that the caller may
  /// read, the oldest first, by their sequence (D8, D9). At most 8 MiB, and of
  /// the newest million signals.
  void events(const http::request& received, const access::caller& by,
              http::responder answer) const;

  /// `POST …/generate`: publishes, and answers the signal once it is durable.
  void generate(const http::request& received, const access::caller& by,
                http::responder answer);

  /// `GET …/subscriptions`: those of the tenant; `truncated` says that there
  /// are more than fit.
  void subscriptions(const access::caller& by, http::responder answer);

private:
  runtime& node_;
  actor_calls& calls_;
  access::source_rule sources_;
};

} // namespace libsig::sigd
