#include "tests/publish/world.hpp"

#include "libsig/publish/runner.hpp"

#include <atomic>
#include <condition_variable>
#include <mutex>

using namespace libsig;
using namespace std::chrono_literals;
using testing::publishing_world;

namespace {

/// A sink that another thread may ask how much it has.
class counting_sink final : public publish::sink {
public:
  struct record {
    void add(std::size_t count) {
      {
        const std::lock_guard lock{mutex};
        delivered += count;
      }
      changed.notify_all();
    }

    [[nodiscard]] bool reaches(std::size_t count) {
      std::unique_lock lock{mutex};
      return changed.wait_for(lock, 20s, [&] { return delivered >= count; });
    }

    std::mutex mutex;
    std::condition_variable changed;
    std::size_t delivered = 0;
    /// Deliveries block until they are cancelled.
    std::atomic<bool> blocks{false};
    bool cancelled = false;
  };

  explicit counting_sink(std::shared_ptr<record> into)
    : into_{std::move(into)} {}

  [[nodiscard]] publish::delivery
  deliver(std::span<const signal_ptr> signals) override {
    if (into_->blocks) {
      std::unique_lock lock{into_->mutex};
      into_->delivered += 1;
      into_->changed.notify_all();
      into_->changed.wait(lock, [&] { return into_->cancelled; });
      return {0, publish::outcome::cancelled, {}, {}, 0};
    }
    into_->add(signals.size());
    return {signals.size(), {}, {}, {}, 0};
  }

  void cancel() noexcept override {
    {
      const std::lock_guard lock{into_->mutex};
      into_->cancelled = true;
    }
    into_->changed.notify_all();
  }

  [[nodiscard]] std::size_t batch_max() const noexcept override { return 100; }

private:
  std::shared_ptr<record> into_;
};

struct running {
  running() {
    std::vector<std::unique_ptr<publish::pump>> pumps;
    pumps.push_back(make("a", record));
    pumps.push_back(make("b", record));
    work = std::make_unique<publish::runner>(std::move(pumps), world.bell,
                                             std::make_shared<system_clock>());
  }

  [[nodiscard]] std::unique_ptr<publish::pump>
  make(std::string name, std::shared_ptr<counting_sink::record> into) {
    publish::pump_options how;
    how.name = std::move(name);
    how.from_beginning = true;
    auto made = publish::pump::make(
      std::move(how), std::make_unique<counting_sink>(std::move(into)),
      {*world.log,
       *world.recent,
       world.writer(),
       *world.letters,
       std::make_shared<system_clock>(),
       publish::system_randomness(),
       world.bell,
       {}});
    BOOST_REQUIRE(made);
    return std::move(*made);
  }

  publishing_world world;
  std::shared_ptr<counting_sink::record> record =
    std::make_shared<counting_sink::record>();
  std::unique_ptr<publish::runner> work;
};

} // namespace

BOOST_AUTO_TEST_SUITE(runner)

BOOST_AUTO_TEST_CASE(signals_wake_all_of_its_pumps) {
  running one;
  one.world.publish({});
  BOOST_TEST(one.record->reaches(2));
  for (int round = 0; round < 500; ++round) {
    one.world.publish({});
  }
  BOOST_TEST(one.record->reaches(1'002));
}

BOOST_AUTO_TEST_CASE(stopping_saves_the_positions) {
  running one;
  one.world.publish_many(3);
  BOOST_TEST(one.record->reaches(6));
  one.work->stop(20s);
  one.work->stop(20s);
  const auto rows = one.world.log->read_table("publishers");
  BOOST_REQUIRE(rows);
  BOOST_REQUIRE(rows->size() == 2u);
  BOOST_TEST(rows->front().value->find(R"("after":"3")") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(one_more_pump_joins_those_that_run) {
  running one;
  one.world.publish_many(3);
  BOOST_TEST(one.record->reaches(6));
  const auto more = std::make_shared<counting_sink::record>();
  one.work->add(one.make("c", more));
  BOOST_TEST(one.work->pumps().size() == 3u);
  BOOST_TEST(more->reaches(3));
  one.world.publish({});
  BOOST_TEST(more->reaches(4));
  BOOST_TEST(one.record->reaches(8));
}

BOOST_AUTO_TEST_CASE(a_pump_that_is_removed_saves_its_position_and_ends) {
  running one;
  const auto less = std::make_shared<counting_sink::record>();
  one.work->add(one.make("c", less));
  one.world.publish_many(2);
  BOOST_TEST(less->reaches(2));
  one.work->remove("c");
  one.work->remove("unknown");
  BOOST_TEST(one.work->pumps().size() == 2u);
  one.world.publish({});
  BOOST_TEST(one.record->reaches(6));
  one.work->stop(20s);
  BOOST_TEST(less->delivered == 2u);
  const auto rows = one.world.log->read_table("publishers");
  BOOST_REQUIRE(rows);
  BOOST_REQUIRE(rows->size() == 3u);
  BOOST_TEST(rows->back().value->find(R"("after":"2")") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_delivery_that_does_not_end_is_cancelled) {
  running one;
  one.record->blocks = true;
  one.world.publish({});
  BOOST_TEST(one.record->reaches(1));
  one.work->stop(1ms);
  BOOST_TEST(one.record->cancelled);
}

BOOST_AUTO_TEST_SUITE_END()
