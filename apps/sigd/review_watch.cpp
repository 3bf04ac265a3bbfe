#include "apps/sigd/review_watch.hpp"

namespace libsig::sigd {

void review_watch::on_closed(review::review_status status,
                             std::chrono::microseconds after) noexcept {
  open_.add(-1);
  (status == review::review_status::complete ? complete_ : failed_).add();
  durations_.observe(after);
}

void review_watch::append_metrics(metrics::text_writer& to) const {
  using kind = metrics::text_writer::kind;
  to.begin(kind::gauge, "reviews_open", "Reviews without a summary.");
  to.sample(open_.value());
  to.begin(kind::counter, "reviews_closed",
           "Reviews that got their summary, by its status.");
  to.sample(complete_.value(), {{"status", "complete"}});
  to.sample(failed_.value(), {{"status", "failed"}});
  to.begin(kind::histogram, "review_duration_seconds",
           "From the request of a review to its summary.");
  to.sample(durations_);
}

} // namespace libsig::sigd
