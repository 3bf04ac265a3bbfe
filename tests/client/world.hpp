#pragma once

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "apps/hub/hub.hpp"
#include "libsig/client/client.hpp"
#include "libsig/core/time.hpp"
#include "libsig/journal/journal.hpp"
#include "libsig/runtime/runtime.hpp"
#include "libsig/schema/registry.hpp"

/// A real runtime with the four actors, in memory, and a clock that is moved by
/// hand.
namespace libsig::test {

using namespace std::chrono_literals;

/// Time that stands still until it is moved, for several threads.
class hand_clock final : public clock {
public:
  void advance(std::chrono::microseconds by) { passed_ += by.count(); }

  [[nodiscard]] wall_time wall_now() const noexcept override {
    return wall_time{std::chrono::seconds{1'800'000'000}}
           + std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::microseconds{passed_.load()});
  }

  [[nodiscard]] steady_time steady_now() const noexcept override {
    return steady_time{std::chrono::hours{1}}
           + std::chrono::microseconds{passed_.load()};
  }

private:
  std::atomic<std::chrono::microseconds::rep> passed_{0};
};

/// Hands values from one thread to another.
template <class Value>
class channel {
public:
  void put(Value value) {
    {
      const std::lock_guard lock{mutex_};
      values_.push_back(std::move(value));
    }
    filled_.notify_all();
  }

  /// Waits for a value; the deadline is there for a test that fails.
  [[nodiscard]] Value take() {
    std::unique_lock lock{mutex_};
    if (!filled_.wait_for(lock, 30s, [this] { return !values_.empty(); })) {
      throw std::runtime_error{"nothing came"};
    }
    auto first = std::move(values_.front());
    values_.pop_front();
    return first;
  }

  [[nodiscard]] bool empty() const {
    const std::lock_guard lock{mutex_};
    return values_.empty();
  }

private:
  mutable std::mutex mutex_;
  std::condition_variable filled_;
  std::deque<Value> values_;
};

/// A runtime with a hub.
class world {
public:
  explicit world(hub::hub_options how = {}) {
    runtime::options made;
    made.contracts = std::make_shared<schema::registry>();
    made.time = time_;
    made.threads = 2;
    made.log = journal::make_memory_journal({200'000, 1u << 20});
    auto started = runtime::start(std::move(made));
    BOOST_REQUIRE(started);
    node_ = std::move(*started);
    const auto spawned = hub::spawn(*node_, std::move(how));
    BOOST_REQUIRE_MESSAGE(spawned, (spawned ? "" : spawned.error().message()));
  }

  [[nodiscard]] runtime& node() { return *node_; }

  [[nodiscard]] hand_clock& time() { return *time_; }

  [[nodiscard]] client::client make(client::client_options how) {
    auto made = client::client::make(*node_, std::move(how));
    BOOST_REQUIRE(made);
    return *made;
  }

  [[nodiscard]] client::client make(std::string name = {}) {
    client::client_options how;
    how.name = std::move(name);
    return make(std::move(how));
  }

  /// Waits until nothing is under way.
  void settle() { BOOST_REQUIRE(node_->wait_idle(30s)); }

private:
  std::shared_ptr<hand_clock> time_ = std::make_shared<hand_clock>();
  std::unique_ptr<runtime> node_;
};

/// The value, or the error as a failure.
template <class Value>
Value must(result<Value> got) {
  BOOST_REQUIRE_MESSAGE(got, (got ? "" : got.error().message()));
  return std::move(*got);
}

/// The class of an error; `internal` where there is none.
template <class Value>
[[nodiscard]] std::string code_of(const result<Value>& got) {
  return got ? "none" : std::string{to_string(got.error().code())};
}

} // namespace libsig::test
