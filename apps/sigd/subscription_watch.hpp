#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>

#include "apps/sigd/log.hpp"
#include "apps/sigd/rate_bound.hpp"
#include "libsig/core/time.hpp"
#include "libsig/metrics/text_writer.hpp"
#include "libsig/subscription/observer.hpp"

namespace libsig::sigd {

/// The engine's events of subscriptions and deliveries: counted for the metrics
/// and logged by their names, never their data. Subscribing and dead letters
/// are said at `info` and `warning`, what happens to each item at `debug`; rows
/// that cannot be read are errors. Any thread.
class subscription_watch final : public subscription::observer {
public:
  /// `to` may be null; both must outlive it.
  subscription_watch(logger* to, const clock& time);

  // -- from the actor ---------------------------------------------------------

  void on_subscribed(const subscription::agent_name& who,
                     const subscription::subscription_row& row,
                     bool created) override;

  void on_unsubscribed(const subscription::agent_name& who,
                       std::string_view pattern) override;

  void on_queued(const subscription::agent_name& who, const signal_ptr& what,
                 bool silent) override;

  void on_delivered(const subscription::agent_name& who,
                    const subscription::delivery& what) override;

  void on_settled(const subscription::agent_name& who, std::uint64_t sequence,
                  bool handled) override;

  void on_dropped(const subscription::agent_name& who, std::uint64_t sequence,
                  std::string_view why) override;

  void on_dead_letter(const subscription::agent_name& who,
                      std::uint64_t sequence, std::string_view why) override;

  void on_levels(const subscription::levels& now) override;

  void on_unreadable(std::string_view table, std::string_view key) override;

  // -- for operators ----------------------------------------------------------

  void append_metrics(metrics::text_writer& to) const;

private:
  enum occurrence : std::uint8_t {
    subscribed,
    changed,
    unsubscribed,
    queued,
    handed_out,
    handled,
    failed,
    dropped,
    dead,
    unreadable,
    occurrences,
  };

  void count(occurrence which) noexcept {
    counted_[which].fetch_add(1, std::memory_order_relaxed);
  }

  void note_item(std::string_view event, const subscription::agent_name& who,
                 std::uint64_t sequence, std::string_view why) const;

  logger* log_;
  const clock& time_;
  rate_bound dead_letters_;
  std::array<std::atomic<std::uint64_t>, occurrences> counted_{};
  // What there is, as it was told last.
  std::atomic<std::uint64_t> agents_{0};
  std::atomic<std::uint64_t> subscriptions_{0};
  std::atomic<std::uint64_t> items_{0};
  std::atomic<std::uint64_t> bytes_{0};
  std::atomic<std::uint64_t> behind_{0};
};

} // namespace libsig::sigd
