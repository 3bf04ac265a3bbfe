#pragma once

#include <functional>
#include <memory>

#include "apps/sigd/actor_calls.hpp"
#include "apps/sigd/operation.hpp"
#include "libsig/access/caller.hpp"
#include "libsig/http/request.hpp"
#include "libsig/http/responder.hpp"
#include "libsig/topic/policy.hpp"
#include "libsig/topic/requests.hpp"

namespace libsig::sigd {

/// The stored cursors of topics, with and without a conversation. Any thread.
class cursors_api {
public:
  /// The rules that hold just now.
  using rules_source = std::function<std::shared_ptr<const topic::policy>()>;

  // -- constructors -----------------------------------------------------------

  /// `calls` must outlive it.
  cursors_api(actor_calls& calls, rules_source rules)
    : calls_{calls}, rules_{std::move(rules)} {}

  // -- mutators ---------------------------------------------------------------

  [[nodiscard]] sigd::operations operations();

  /// `GET /v1/conversations/{id}/cursors/{topic}` and `/v1/cursors/{topic}`.
  void get(const http::request& received, const access::caller& by,
           http::responder answer);

  /// `PUT` of the same, the only way back for a cursor.
  void put(const http::request& received, const access::caller& by,
           http::responder answer);

  /// `DELETE` of the same.
  void remove(const http::request& received, const access::caller& by,
              http::responder answer);

private:
  struct named;

  [[nodiscard]] result<named> read_name(const http::request& received,
                                        const access::caller& by) const;
  [[nodiscard]] result<std::shared_ptr<const topic::put_cursor_request>>
  read_put(const http::request& received, const access::caller& by) const;

  actor_calls& calls_;
  rules_source rules_;
};

} // namespace libsig::sigd
