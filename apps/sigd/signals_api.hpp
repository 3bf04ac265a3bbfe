#pragma once

#include "apps/sigd/operation.hpp"
#include "libsig/access/caller.hpp"
#include "libsig/access/source.hpp"
#include "libsig/http/request.hpp"
#include "libsig/http/responder.hpp"
#include "libsig/runtime/runtime.hpp"

namespace libsig::sigd {

/// The paths below `/v1/signals`: publishing and the log. Any thread.
class signals_api {
public:
  explicit signals_api(runtime& node) noexcept : node_{node} {}

  [[nodiscard]] sigd::operations operations();

  /// `POST /v1/signals`: CloudEvents in binary, structured and batch mode;
  /// answers the receipts once they are durable.
  void publish(http::request received, const access::caller& by,
               http::responder answer);

  /// `GET /v1/signals`: a page of the log.
  void list(const http::request& received, const access::caller& by,
            http::responder answer) const;

  /// `GET /v1/signals/{sequence}`: one signal, whole.
  void find(const http::request& received, const access::caller& by,
            http::responder answer) const;

private:
  void publish_one(result<draft> stated, const access::caller& by,
                   http::responder answer);
  void publish_batch(std::string_view body, const access::caller& by,
                     http::responder answer);
  [[nodiscard]] result<engine::rights>
  rights_for(draft& stated, const access::caller& by) const;

  runtime& node_;
  access::source_rule sources_{
    std::string{access::source_rule::review_prefix_default}};
};

} // namespace libsig::sigd
