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

  [[nodiscard]] sigd::operations operations();

  /// `POST /v1/scheduled`: the caller's right to the type, the source and the
  /// contract are looked at now; 507 while nothing is written.
  void schedule(const http::request& received, const access::caller& by,
                http::responder answer);

  /// `GET /v1/scheduled`: those whose types the caller may read. Lists end at
  /// 10,000 rows and 8 MiB; `next` is there then, and goes on as `after`.
  void list(const http::request& received, const access::caller& by,
            http::responder answer);

  /// `DELETE /v1/scheduled`: by `type` and `repeat_key`, or by `id`; of types
  /// that the caller may publish.
  void cancel(const http::request& received, const access::caller& by,
              http::responder answer);

private:
  const runtime& node_;
  actor_calls& calls_;
  options how_;
};

} // namespace libsig::sigd
