#include "actors/topics.hpp"

#include <chrono>
#include <optional>
#include <utility>
#include <vector>

#include "libsig/topic/age_clock.hpp"
#include "libsig/topic/tell.hpp"

namespace libsig::actors {

namespace {

constexpr actor::timer_key deadlines{1};
constexpr actor::timer_key sweeping{2};
constexpr actor::timer_key looking{3};

/// Times at which the actor is called for its deadlines. One that lies behind
/// the next of them needs no timer of its own: many waits, few timers.
class alarm {
public:
  /// Asks for a call at a time, or up to a grain later.
  void need(steady_time due, actor::step& out) {
    // Ever shorter timeouts set one timer for each grain, not for each wait.
    const steady_time at = std::chrono::ceil<grain>(due);
    if (set_.empty() || at < set_.back()) {
      set_.push_back(at);
      out.timers.push_back({deadlines, at});
    }
  }

  /// It is called.
  void rang(steady_time now) {
    while (!set_.empty() && set_.back() <= now) {
      set_.pop_back();
    }
  }

private:
  /// 10 ms, the width of the slots of the timing wheel.
  using grain = std::chrono::duration<std::int64_t, std::centi>;

  /// The earliest last.
  std::vector<steady_time> set_;
};

class topics final : public actor::reactor {
public:
  topics(std::shared_ptr<const topics_options> how,
         std::shared_ptr<topic::age_clock> ages)
    : how_{std::move(how)}, waits_{how_->log, how_->bounds, std::move(ages)} {}

  [[nodiscard]] actor::step on_signal(const signal_ptr& what,
                                      const actor::context& now) override {
    auto out = begin(now);
    waits_.hear(what, now, out);
    count();
    return out;
  }

  [[nodiscard]] actor::step on_request(actor::request_id which,
                                       const actor::request_ptr& what,
                                       const actor::context& now) override {
    auto out = begin(now);
    if (auto wait =
          std::dynamic_pointer_cast<const topic::wait_request>(what)) {
      waits_.wait(which, std::move(wait), now, out);
      watch(out);
    } else if (const auto* const settle =
                 dynamic_cast<const topic::settle_request*>(what.get())) {
      waits_.settle(settle->pending, settle->written, now, out);
      watch(out);
      topic::tell(which, std::make_shared<topic::settled_reply>(), out);
    } else if (reads_later(which, what)) {
      // It is answered when an earlier answer is settled.
    } else if (auto cursor = on_cursor(*what, now, out)) {
      answer(which, *std::move(cursor), out);
    } else {
      auto refused = reactor::on_request(which, what, now);
      out.answers = std::move(refused.answers);
    }
    count();
    return out;
  }

  [[nodiscard]] actor::step on_gone(actor::request_id which,
                                    const actor::context& now) override {
    auto out = begin(now);
    waits_.forget(which);
    // What it was answered just then did not arrive.
    waits_.settle(static_cast<std::uint64_t>(which), false, now, out);
    watch(out);
    count();
    return out;
  }

  [[nodiscard]] actor::step on_timer(actor::timer_key key,
                                     const actor::context& now) override {
    auto out = begin(now);
    if (key == deadlines) {
      alarm_.rang(now.steady_now);
      waits_.expire(now, out);
      watch(out);
    } else if (key == looking) {
      looking_ = false;
      look_again(now, out);
    } else {
      const bool more = waits_.sweep(now, out);
      sweep_at(now.steady_now
                 + (more ? std::chrono::milliseconds{1'000}
                         : limits::cursor_sweep_interval),
               out);
    }
    count();
    return out;
  }

  [[nodiscard]] actor::step on_missed(const actor::context& now) override {
    auto out = begin(now);
    waits_.miss();
    look_again(now, out);
    count();
    return out;
  }

  [[nodiscard]] actor::step recover(const actor::kept& what,
                                    const actor::context& now) override {
    waits_.recall(what.rows, now);
    auto out = begin(now);
    // Without an age as well: one that is set later finds the clocks compared.
    sweep_at(now.steady_now + limits::cursor_sweep_interval, out);
    count();
    return out;
  }

private:
  /// Each call sees whether the wall clock was set.
  [[nodiscard]] actor::step begin(const actor::context& now) {
    actor::step out;
    waits_.compare_clocks(now, out);
    return out;
  }

  /// Tells who looks on how much there is.
  void count() const {
    if (auto* const to = how_->numbers.get()) {
      to->parked.store(waits_.parked(), std::memory_order_relaxed);
      to->cursors.store(waits_.cursors(), std::memory_order_relaxed);
      to->unsettled.store(waits_.unsettled(), std::memory_order_relaxed);
    }
  }

  [[nodiscard]] bool reads_later(actor::request_id which,
                                 const actor::request_ptr& what) {
    auto get = std::dynamic_pointer_cast<const topic::get_cursor_request>(what);
    return get && get->behind_answers
           && waits_.read_later(which, std::move(get));
  }

  /// Nothing when the request is of another kind.
  [[nodiscard]] std::optional<result<topic::cursor_reply>>
  on_cursor(const actor::request& what, const actor::context& now,
            actor::step& out) {
    if (const auto* const get =
          dynamic_cast<const topic::get_cursor_request*>(&what)) {
      return waits_.get(*get, now, out);
    }
    if (const auto* const put =
          dynamic_cast<const topic::put_cursor_request*>(&what)) {
      return waits_.put(*put, now, out);
    }
    if (const auto* const remove =
          dynamic_cast<const topic::remove_cursor_request*>(&what)) {
      return waits_.remove(*remove, out);
    }
    return std::nullopt;
  }

  static void answer(actor::request_id which, result<topic::cursor_reply> what,
                     actor::step& out) {
    if (what) {
      topic::tell(which,
                  std::make_shared<topic::cursor_reply>(*std::move(what)), out);
    } else {
      topic::refuse(which, std::move(what).error(), out);
    }
  }

  /// Sees to it that the actor is called for the next deadline.
  void watch(actor::step& out) {
    if (const auto due = waits_.next_due()) {
      alarm_.need(*due, out);
    }
  }

  /// Looks into the log, the rest behind what comes meanwhile.
  void look_again(const actor::context& now, actor::step& out) {
    if (waits_.look_again(now, out) && !std::exchange(looking_, true)) {
      out.timers.push_back({looking, now.steady_now});
    }
    watch(out);
  }

  static void sweep_at(steady_time due, actor::step& out) {
    out.timers.push_back({sweeping, due});
  }

  std::shared_ptr<const topics_options> how_;
  topic::waits waits_;
  alarm alarm_;
  /// The timer for the rest of a look is under way.
  bool looking_ = false;
};

} // namespace

actor::spec topics_spec(topics_options how) {
  actor::spec of;
  of.name = topic::actor_name;
  of.source = "/system";
  of.routes = {{"**"}};
  of.tables = {std::string{topic::cursors_table}};
  // Nobody else answers waits, so that the actor never stays down.
  of.restart.always = true;
  of.reads_log = true;
  const auto shared = std::make_shared<const topics_options>(std::move(how));
  // A crash is nothing that time stops for.
  const auto ages = std::make_shared<topic::age_clock>();
  of.make = [shared, ages](std::size_t) {
    return std::make_unique<topics>(shared, ages);
  };
  return of;
}

} // namespace libsig::actors
