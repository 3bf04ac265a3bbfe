#include "libsig/publish/runner.hpp"

#include <algorithm>
#include <utility>

namespace libsig::publish {

namespace {

/// What saving the positions may take at the end, and how often is looked.
constexpr std::chrono::seconds wind_up_max{5};
constexpr std::chrono::milliseconds wind_up_look{100};

} // namespace

runner::runner(std::vector<std::unique_ptr<pump>> pumps,
               std::shared_ptr<doorbell> bell,
               std::shared_ptr<const clock> time)
  : pumps_{std::move(pumps)}, bell_{std::move(bell)}, time_{std::move(time)},
    thread_{[this] { run(); }} {}

runner::~runner() { stop(std::chrono::milliseconds{0}); }

void runner::request_stop() noexcept {
  stopping_.store(true);
  bell_->ring();
}

void runner::stop(std::chrono::milliseconds at_most) {
  if (!thread_.joinable()) {
    return;
  }
  request_stop();
  {
    std::unique_lock lock{mutex_};
    ended_.wait_for(lock, at_most, [this] { return has_ended_; });
  }
  for (const auto& one : pumps_) {
    one->cancel();
  }
  thread_.join();
}

next_step runner::step_all() const {
  next_step next;
  for (const auto& one : pumps_) {
    const auto wanted = one->step();
    next.for_signals = next.for_signals || wanted.for_signals;
    if (wanted.at && (!next.at || *wanted.at < *next.at)) {
      next.at = wanted.at;
    }
  }
  return next;
}

void runner::run() {
  using std::chrono::microseconds;
  while (!stopping_.load()) {
    const auto next = step_all();
    const auto now = time_->steady_now();
    if (!next.at) {
      bell_->wait(std::nullopt, next.for_signals);
    } else if (*next.at > now) {
      bell_->wait(*next.at - now, next.for_signals);
    }
  }
  const auto until = time_->steady_now() + wind_up_max;
  const auto owes = [](const auto& one) { return !one->wind_up(); };
  // Each one is asked, so that all save at the same time.
  while (std::ranges::count_if(pumps_, owes) > 0
         && time_->steady_now() < until) {
    bell_->wait(wind_up_look, false);
  }
  const std::lock_guard lock{mutex_};
  has_ended_ = true;
  ended_.notify_all();
}

} // namespace libsig::publish
