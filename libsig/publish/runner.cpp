#include "libsig/publish/runner.hpp"

#include <algorithm>
#include <iterator>
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
  : bell_{std::move(bell)}, time_{std::move(time)},
    pumps_{std::make_move_iterator(pumps.begin()),
           std::make_move_iterator(pumps.end())},
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
  for (const auto& one : pumps()) {
    one->cancel();
  }
  thread_.join();
}

void runner::add(std::unique_ptr<pump> more) {
  {
    const std::lock_guard lock{mutex_};
    pumps_.push_back(std::move(more));
    changed_ = true;
  }
  bell_->ring();
}

void runner::remove(std::string_view name) {
  {
    const std::lock_guard lock{mutex_};
    const auto found = std::ranges::find(pumps_, name, [](const auto& one) {
      return std::string_view{one->name()};
    });
    if (found == pumps_.end()) {
      return;
    }
    removed_.push_back(std::move(*found));
    pumps_.erase(found);
    changed_ = true;
  }
  bell_->ring();
}

std::vector<std::shared_ptr<pump>> runner::pumps() const {
  const std::lock_guard lock{mutex_};
  return pumps_;
}

void runner::take_changes() {
  const std::lock_guard lock{mutex_};
  if (std::exchange(changed_, false)) {
    running_ = pumps_;
    std::ranges::move(removed_, std::back_inserter(ending_));
    removed_.clear();
  }
}

/// Lets those that are to end save their positions and forgets who has. Each
/// one is asked, so that all save at the same time.
void runner::wind_up_all() {
  std::erase_if(ending_, [](const auto& one) { return one->wind_up(); });
}

next_step runner::step_all() const {
  next_step next;
  for (const auto& one : running_) {
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
  for (take_changes(); !stopping_.load(); take_changes()) {
    wind_up_all();
    const auto next = step_all();
    const auto now = time_->steady_now();
    if (!next.at) {
      bell_->wait(std::nullopt, next.for_signals);
    } else if (*next.at > now) {
      bell_->wait(*next.at - now, next.for_signals);
    }
  }
  const auto until = time_->steady_now() + wind_up_max;
  std::ranges::move(running_, std::back_inserter(ending_));
  running_.clear();
  for (wind_up_all(); !ending_.empty() && time_->steady_now() < until;
       wind_up_all()) {
    bell_->wait(wind_up_look, false);
  }
  const std::lock_guard lock{mutex_};
  has_ended_ = true;
  ended_.notify_all();
}

} // namespace libsig::publish
