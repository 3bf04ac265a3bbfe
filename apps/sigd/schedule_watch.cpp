#include "apps/sigd/schedule_watch.hpp"

#include <string>

#include "libsig/core/time.hpp"

namespace libsig::sigd {

namespace {

void add_one(std::atomic<std::uint64_t>& to) noexcept {
  to.fetch_add(1, std::memory_order_relaxed);
}

} // namespace

void schedule_watch::on_scheduled(std::string_view tenant,
                                  const schedule::scheduled_row& row,
                                  std::string_view replaced_id) noexcept {
  add_one(scheduled_);
  note("signal_delayed_scheduled", tenant, row, replaced_id);
}

void schedule_watch::on_cancelled(std::string_view tenant,
                                  const schedule::scheduled_row& row) noexcept {
  add_one(cancelled_);
  note("signal_delayed_cancelled", tenant, row, {});
}

void schedule_watch::on_delivered(std::string_view tenant,
                                  const schedule::scheduled_row& row) noexcept {
  add_one(delivered_);
  note("signal_delayed_delivered", tenant, row, {});
}

void schedule_watch::on_unreadable(std::string_view key) noexcept {
  add_one(unreadable_);
  if (log_ != nullptr) {
    log_->write(log_level::error, "scheduled_row_unreadable", {{"row", key}});
  }
}

void schedule_watch::note(std::string_view event, std::string_view tenant,
                          const schedule::scheduled_row& row,
                          std::string_view replaced_id) const noexcept {
  if (log_ == nullptr || !log_->takes(log_level::debug)) {
    return;
  }
  const auto when = to_rfc3339(row.deliver_at);
  log_->write(log_level::debug, event,
              {{"tenant", tenant},
               {"id", row.id},
               {"type", row.what.type},
               {"repeat_key", row.repeat_key},
               {"deliver_at", when},
               {"replaced", replaced_id}});
}

void schedule_watch::append_metrics(metrics::text_writer& to) const {
  using kind = metrics::text_writer::kind;
  to.begin(kind::counter, "schedule_events", "What became of delayed signals.");
  to.sample(scheduled_.load(), {{"event", "scheduled"}});
  to.sample(cancelled_.load(), {{"event", "cancelled"}});
  to.sample(delivered_.load(), {{"event", "delivered"}});
  to.begin(kind::gauge, "schedule_rows_unreadable",
           "Rows of delayed signals that cannot be read.");
  to.sample(unreadable_.load());
}

} // namespace libsig::sigd
