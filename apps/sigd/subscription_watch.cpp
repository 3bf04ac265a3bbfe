#include "apps/sigd/subscription_watch.hpp"

#include <chrono>

namespace libsig::sigd {

namespace {

/// Lines about dead letters in a window.
constexpr std::uint32_t lines_max = 10;
constexpr std::chrono::seconds window{10};

} // namespace

subscription_watch::subscription_watch(logger* to, const clock& time)
  : log_{to}, time_{time}, dead_letters_{lines_max, window} {}

void subscription_watch::on_subscribed(
  const subscription::agent_name& who,
  const subscription::subscription_row& row, bool created) {
  count(created ? subscribed : changed);
  if (log_ != nullptr && log_->takes(log_level::info)) {
    log_->write(log_level::info, "subscribed",
                {{"tenant", who.tenant},
                 {"agent", who.agent},
                 {"pattern", row.pattern},
                 {"silent", row.silent},
                 {"include_self", row.include_self},
                 {"created", created}});
  }
}

void subscription_watch::on_unsubscribed(const subscription::agent_name& who,
                                         std::string_view pattern) {
  count(unsubscribed);
  if (log_ != nullptr && log_->takes(log_level::info)) {
    log_->write(
      log_level::info, "unsubscribed",
      {{"tenant", who.tenant}, {"agent", who.agent}, {"pattern", pattern}});
  }
}

void subscription_watch::on_queued(const subscription::agent_name&,
                                   const signal_ptr&, bool) {
  count(queued);
}

void subscription_watch::on_delivered(const subscription::agent_name& who,
                                      const subscription::delivery& what) {
  count(handed_out);
  note_item("delivery_handed_out", who, what.what->sequence(), {});
}

void subscription_watch::on_settled(const subscription::agent_name& who,
                                    std::uint64_t sequence, bool is_handled) {
  count(is_handled ? handled : failed);
  note_item(is_handled ? "delivery_handled" : "delivery_failed", who, sequence,
            {});
}

void subscription_watch::on_dropped(const subscription::agent_name& who,
                                    std::uint64_t sequence,
                                    std::string_view why) {
  count(dropped);
  note_item("delivery_dropped", who, sequence, why);
}

void subscription_watch::on_dead_letter(const subscription::agent_name& who,
                                        std::uint64_t sequence,
                                        std::string_view why) {
  count(dead);
  if (log_ == nullptr || !log_->takes(log_level::warning)) {
    return;
  }
  if (const auto held_back = dead_letters_.pass(time_.steady_now())) {
    log_->write(log_level::warning, "delivery_dead",
                {{"tenant", who.tenant},
                 {"agent", who.agent},
                 {"sequence", sequence},
                 {"why", why},
                 {"not_logged", *held_back}});
  }
}

void subscription_watch::on_levels(const subscription::levels& now) {
  agents_.store(now.agents, std::memory_order_relaxed);
  subscriptions_.store(now.subscriptions, std::memory_order_relaxed);
  items_.store(now.items, std::memory_order_relaxed);
  bytes_.store(now.bytes, std::memory_order_relaxed);
  behind_.store(now.behind, std::memory_order_relaxed);
}

void subscription_watch::on_unreadable(std::string_view table,
                                       std::string_view key) {
  count(unreadable);
  if (log_ != nullptr) {
    log_->write(log_level::error, "subscription_row_unreadable",
                {{"table", table}, {"row", key}});
  }
}

void subscription_watch::note_item(std::string_view event,
                                   const subscription::agent_name& who,
                                   std::uint64_t sequence,
                                   std::string_view why) const {
  if (log_ != nullptr && log_->takes(log_level::debug)) {
    log_->write(log_level::debug, event,
                {{"tenant", who.tenant},
                 {"agent", who.agent},
                 {"sequence", sequence},
                 {"why", why}});
  }
}

void subscription_watch::append_metrics(metrics::text_writer& to) const {
  using kind = metrics::text_writer::kind;
  const auto sample = [&](occurrence which, std::string_view name) {
    to.sample(counted_[which].load(std::memory_order_relaxed),
              {{"event", name}});
  };
  to.begin(kind::counter, "subscription_events",
           "What became of subscriptions; those that went with their agent are "
           "not counted.");
  sample(subscribed, "subscribed");
  sample(changed, "changed");
  sample(unsubscribed, "unsubscribed");
  to.begin(kind::counter, "delivery_events",
           "What became of the items of agents.");
  sample(queued, "queued");
  sample(handed_out, "handed_out");
  sample(handled, "handled");
  sample(failed, "failed");
  sample(dropped, "dropped");
  sample(dead, "dead");
  const auto level = [&](std::string_view name, std::string_view help,
                         const std::atomic<std::uint64_t>& now) {
    to.begin(kind::gauge, name, help);
    to.sample(now.load(std::memory_order_relaxed));
  };
  level("agents", "Agents that are registered.", agents_);
  level("subscriptions", "Subscriptions of agents.", subscriptions_);
  level("deliveries_waiting", "Items that wait for agents.", items_);
  level("deliveries_waiting_bytes",
        "Bytes of the signals that wait for agents, each counted once.",
        bytes_);
  level("subscriptions_behind",
        "Signals that are to be read from the log and matched.", behind_);
  to.begin(kind::gauge, "subscription_rows_unreadable",
           "Rows of agents, subscriptions and items that cannot be read.");
  to.sample(counted_[unreadable].load(std::memory_order_relaxed));
}

} // namespace libsig::sigd
