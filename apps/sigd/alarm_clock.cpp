#include "apps/sigd/alarm_clock.hpp"

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <utility>

namespace libsig::sigd {

namespace {

using due_time = std::chrono::steady_clock::time_point;

} // namespace

struct alarm_clock::state {
  void run() {
    std::unique_lock lock{mutex};
    while (!stopped) {
      if (calls.empty()) {
        changed.wait(lock);
      } else if (const auto due = calls.begin()->first.first;
                 std::chrono::steady_clock::now() < due) {
        changed.wait_until(lock, due);
      } else {
        auto call = std::move(calls.begin()->second);
        times.erase(calls.begin()->first.second);
        calls.erase(calls.begin());
        lock.unlock();
        call();
        // What the call holds is given back without the lock as well.
        call = nullptr;
        lock.lock();
      }
    }
  }

  // Callers from all threads meet the thread that sleeps.
  std::mutex mutex;
  std::condition_variable changed;
  std::map<std::pair<due_time, ticket>, std::function<void()>> calls;
  std::unordered_map<ticket, due_time> times;
  ticket last = 0;
  bool stopped = false;
  std::thread thread;
};

alarm_clock::alarm_clock() : state_{std::make_unique<state>()} {
  state_->thread = std::thread{[of = state_.get()] { of->run(); }};
}

alarm_clock::~alarm_clock() { stop(); }

alarm_clock::ticket alarm_clock::after(std::chrono::milliseconds delay,
                                       std::function<void()> call) {
  const auto due = std::chrono::steady_clock::now() + delay;
  ticket made = 0;
  {
    const std::lock_guard lock{state_->mutex};
    if (state_->stopped) {
      return 0;
    }
    made = ++state_->last;
    state_->calls.emplace(std::pair{due, made}, std::move(call));
    state_->times.emplace(made, due);
    if (state_->calls.begin()->first.second != made) {
      return made;
    }
  }
  state_->changed.notify_one();
  return made;
}

void alarm_clock::cancel(ticket which) {
  std::function<void()> forgotten;
  const std::lock_guard lock{state_->mutex};
  const auto found = state_->times.find(which);
  if (found == state_->times.end()) {
    return;
  }
  const auto call = state_->calls.find({found->second, which});
  forgotten.swap(call->second);
  state_->calls.erase(call);
  state_->times.erase(found);
}

void alarm_clock::stop() {
  decltype(state_->calls) forgotten;
  {
    const std::lock_guard lock{state_->mutex};
    state_->stopped = true;
    forgotten.swap(state_->calls);
    state_->times.clear();
  }
  state_->changed.notify_one();
  if (state_->thread.joinable()) {
    state_->thread.join();
  }
}

} // namespace libsig::sigd
