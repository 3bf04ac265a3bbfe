#pragma once

#include <memory>
#include <string>
#include <vector>

#include "apps/sigd/alarm_clock.hpp"
#include "apps/sigd/operation.hpp"
#include "apps/sigd/review_retention.hpp"
#include "apps/sigd/review_waits.hpp"
#include "libsig/access/caller.hpp"
#include "libsig/access/source.hpp"
#include "libsig/core/id.hpp"
#include "libsig/http/request.hpp"
#include "libsig/http/responder.hpp"
#include "libsig/review/signals.hpp"
#include "libsig/runtime/runtime.hpp"
#include "libsig/schema/registry.hpp"

namespace libsig::sigd {

struct posted_review;

/// The paths below `/v1/reviews`: asking for reviews and reading them. Any
/// thread.
class reviews_api {
public:
  // -- types ------------------------------------------------------------------

  struct options {
    /// The contracts of the runtime. Needed.
    std::shared_ptr<const schema::registry> contracts;
    /// The specialists that a request may name.
    std::vector<std::string> specialists;
    /// Where the sources of reviews begin.
    std::string source_prefix{review::source_prefix_default};
    review_waits::options waits = {};
    review_retention::options retention = {};
  };

  // -- constructors -----------------------------------------------------------

  /// To be closed before the runtime goes, and to go after it: what the runtime
  /// still has to tell comes here.
  reviews_api(runtime& node, options how);

  // -- mutators ---------------------------------------------------------------

  [[nodiscard]] sigd::operations operations();

  /// The actor that wakes who waits for a summary; to be spawned before the
  /// first request.
  [[nodiscard]] actor::spec hearer() const { return waits_.hearer(); }

  /// Begins to remove records that are too old. To be called once.
  void start_retention() { retention_.start(); }

  /// Ends all waits, takes no more, and leaves the runtime alone from here on.
  void close();

  /// `POST /v1/reviews`: a diff or a `review.request`. Answers the receipt, or
  /// with `wait` the summary when it comes in time.
  void post(http::request received, const access::caller& by,
            http::responder answer);

  /// `GET /v1/reviews`: a page of reviews, the newest first.
  void list(const http::request& received, const access::caller& by,
            http::responder answer) const;

  /// `GET /v1/reviews/{id}`: all that is known of one review.
  void find(const http::request& received, const access::caller& by,
            http::responder answer) const;

private:
  [[nodiscard]] result<engine::rights>
  rights_for(posted_review& posted, const access::caller& by) const;
  void publish(posted_review posted, const engine::rights& rights,
               http::responder answer);
  void publish_and_wait(posted_review posted, const engine::rights& rights,
                        const access::caller& by, http::responder answer);
  void on_receipt(review_waits::ticket which, const std::string& tenant,
                  const std::string& review_id, result<journal::receipt> got);

  runtime& node_;
  options how_;
  access::source_rule sources_;
  uuid7_source ids_;
  alarm_clock alarm_;
  review_waits waits_;
  review_retention retention_;
};

} // namespace libsig::sigd
