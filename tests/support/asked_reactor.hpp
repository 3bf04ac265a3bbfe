#pragma once

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "libsig/actor/spec.hpp"
#include "libsig/core/time.hpp"

namespace libsig::test {

/// A reactor of a spec that is called directly, with a clock that is moved by
/// hand, and with its rows and answers in reach.
class asked_reactor {
public:
  explicit asked_reactor(actor::spec of) : spec_{std::move(of)} { restart(); }

  // -- mutators ---------------------------------------------------------------

  /// The reactor is lost and made anew from its rows.
  void restart() {
    reactor_ = spec_.make(0);
    timers_.clear();
    std::vector<actor::write> rows;
    for (const auto& [key, value] : rows_) {
      rows.push_back({key.first, key.second, value});
    }
    take(reactor_->recover({rows, 0, {}}, now()));
  }

  /// The process is lost as well: of the spec nothing is left but the rows.
  void restart(actor::spec anew) {
    spec_ = std::move(anew);
    restart();
  }

  template <class Request>
  actor::request_id ask(Request what) {
    const actor::request_id who{next_++};
    take(reactor_->on_request(who, std::make_shared<Request>(std::move(what)),
                              now()));
    return who;
  }

  void hear(const signal_ptr& what) { take(reactor_->on_signal(what, now())); }

  void miss() { take(reactor_->on_missed(now())); }

  void forget(actor::request_id who) { take(reactor_->on_gone(who, now())); }

  /// Somebody sets the wall clock, ahead or back.
  void set_wall(std::chrono::milliseconds by) { wall_set_ += by; }

  /// Time passes; what is due fires in its order.
  void pass(std::chrono::microseconds by) {
    const auto until = clock_.steady_now() + by;
    while (!timers_.empty() && timers_.begin()->first <= until) {
      const auto [due, key] = *timers_.begin();
      timers_.erase(timers_.begin());
      clock_.advance(
        std::max(due - clock_.steady_now(), std::chrono::microseconds{0}));
      ++fired_;
      take(reactor_->on_timer(key, now()));
    }
    clock_.advance(until - clock_.steady_now());
  }

  // -- observers --------------------------------------------------------------

  [[nodiscard]] bool answered(actor::request_id who) const {
    return answers_.contains(who);
  }

  /// The answer to a request, which has one and is no refusal.
  template <class Reply>
  [[nodiscard]] const Reply& reply(actor::request_id who) const {
    const auto& got = answers_.at(who);
    if (!got) {
      throw std::runtime_error{got.error().message()};
    }
    return dynamic_cast<const Reply&>(**got);
  }

  /// The refusal of a request, which has one.
  [[nodiscard]] const error& refusal(actor::request_id who) const {
    const auto& got = answers_.at(who);
    if (got) {
      throw std::runtime_error{"it was not refused"};
    }
    return got.error();
  }

  [[nodiscard]] std::size_t rows() const { return rows_.size(); }

  /// Whether there is a row of this key, in whichever table.
  [[nodiscard]] bool has_row(const std::string& key) const {
    return std::ranges::any_of(
      rows_, [&](const auto& each) { return each.first.second == key; });
  }

  [[nodiscard]] std::size_t writes() const { return writes_; }

  [[nodiscard]] std::size_t timers() const { return timers_.size(); }

  [[nodiscard]] std::size_t fired() const { return fired_; }

  [[nodiscard]] actor::context now() const {
    return {clock_.wall_now() + wall_set_, clock_.steady_now()};
  }

private:
  void take(actor::step what) {
    for (auto& row : what.writes) {
      ++writes_;
      if (row.value) {
        rows_[{row.table, row.key}] = *row.value;
      } else {
        rows_.erase({row.table, row.key});
      }
    }
    for (const auto& timer : what.timers) {
      timers_.emplace(timer.due, timer.key);
    }
    for (auto& answer : what.answers) {
      if (!answers_.emplace(answer.to, std::move(answer.what)).second) {
        throw std::runtime_error{"a request was answered twice"};
      }
    }
  }

  actor::spec spec_;
  manual_clock clock_{wall_time{std::chrono::days{20'000}}};
  std::chrono::milliseconds wall_set_{0};
  std::unique_ptr<actor::reactor> reactor_;
  std::map<std::pair<std::string, std::string>, std::string> rows_;
  std::multimap<steady_time, actor::timer_key> timers_;
  std::map<actor::request_id, result<actor::reply_ptr>> answers_;
  std::uint64_t next_ = 1;
  std::size_t writes_ = 0;
  std::size_t fired_ = 0;
};

} // namespace libsig::test
