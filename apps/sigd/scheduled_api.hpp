#pragma once

#include <memory>
#include <utility>

#include "apps/sigd/actor_calls.hpp"
#include "apps/sigd/operation.hpp"
#include "libsig/access/caller.hpp"
#include "libsig/access/source.hpp"
#include "libsig/core/id.hpp"
#include "libsig/http/request.hpp"
#include "libsig/runtime/runtime.hpp"
#include "libsig/schedule/requests.hpp"
#include "libsig/schema/registry.hpp"

namespace libsig::sigd {

/// The path `/v1/scheduled`: signals that are to come (D25 to D27). They are
/// kept by the actor of `libsig/schedule/requests.hpp`. A repeat key belongs to
/// the tenant, not to who used it first: whoever may publish the type replaces
/// and cancels what stands under it. Any thread.
class scheduled_api {
public:
  struct options {
    std::shared_ptr<const schema::registry> contracts;
    std::shared_ptr<id_source> ids;
    /// See `access::source_rule`.
    access::source_rule sources;
  };

  /// Both must outlive it.
  scheduled_api(const runtime& node, actor_calls& calls, options how)
    : node_{node}, calls_{calls}, how_{std::move(how)} {}

  /// `POST /v1/scheduled`: the caller's right to the type, the source and the
  /// contract are looked at now; 507 while nothing is written. `GET`: those
  /// whose types the caller may read; lists end at 10,000 rows and 8 MiB, and
  /// `next` is there then, and goes on as `after`. `DELETE`: by `type` and
  /// `repeat_key`, or by `id`; of types that the caller may publish.
  [[nodiscard]] sigd::operations operations();

private:
  [[nodiscard]] result<std::shared_ptr<schedule::schedule_request>>
  to_schedule(const http::request& received, const access::caller& by) const;

  const runtime& node_;
  actor_calls& calls_;
  options how_;
};

} // namespace libsig::sigd
