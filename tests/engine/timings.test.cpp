#include "libsig/engine/timings.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "libsig/engine/inbox.hpp"
#include "tests/engine/hand_world.hpp"

using namespace libsig;
using namespace libsig::test;
using namespace std::chrono_literals;

namespace {

[[nodiscard]] std::uint64_t count_of(const metrics::histogram& what) {
  std::uint64_t all = 0;
  for (std::size_t at = 0; at <= metrics::histogram::buckets_max; ++at) {
    all += what.count(at);
  }
  return all;
}

/// Tells when each batch was committed.
class noting_executor final : public engine::executor {
public:
  void committed(std::chrono::nanoseconds at) noexcept override {
    batches.push_back(at);
  }

  void deliver(engine::cell_id, const signal_ptr&) noexcept override {}

  void flush() noexcept override {}

  std::vector<std::chrono::nanoseconds> batches;
};

/// A gate in which every look at the clock takes a microsecond.
struct measured_world {
  explicit measured_world(bool measure) {
    times.now = [this] { return time += 1us; };
    engine::gate::options how;
    how.time = &clock;
    how.ids = &ids;
    how.contracts = &contracts;
    how.log = &log;
    how.out = &out;
    how.measured = measure ? &times : nullptr;
    gate.emplace(std::move(how));
  }

  manual_clock clock{wall_time{std::chrono::hours{500'000}}};
  uuid7_source ids{[] { return std::uint64_t{7}; }};
  schema::registry contracts;
  watched_journal log;
  noting_executor out;
  std::chrono::nanoseconds time{0};
  engine::timings times;
  std::optional<engine::gate> gate;
};

} // namespace

BOOST_AUTO_TEST_SUITE(timings)

BOOST_AUTO_TEST_CASE(each_receipt_is_timed_from_its_publishing) {
  measured_world world{true};
  BOOST_REQUIRE(world.gate->publish(draft_of("a"), {}));
  // Published, committed, found, handed over, answered.
  BOOST_TEST(world.times.publish.sum().count() == 4'000);
  BOOST_TEST(world.times.match.sum().count() == 1'000);
  BOOST_REQUIRE(world.out.batches.size() == 1u);
  BOOST_TEST(world.out.batches[0].count() == 2'000);
  BOOST_REQUIRE(world.gate->publish(draft_of("a"), {}));
  BOOST_TEST(count_of(world.times.publish) == 2u);
}

BOOST_AUTO_TEST_CASE(a_duplicate_has_a_receipt_and_no_match) {
  measured_world world{true};
  BOOST_REQUIRE(world.gate->publish(draft_of("a", "1"), {}));
  BOOST_REQUIRE(world.gate->publish(draft_of("a", "1"), {}));
  BOOST_TEST(count_of(world.times.publish) == 2u);
  BOOST_TEST(count_of(world.times.match) == 1u);
}

BOOST_AUTO_TEST_CASE(what_is_refused_is_not_timed) {
  measured_world world{true};
  BOOST_REQUIRE(!world.gate->publish(draft_of("internal.a"), {}));
  world.log.fails_with = errc::storage_full;
  BOOST_REQUIRE(!world.gate->publish(draft_of("a"), {}));
  BOOST_TEST(count_of(world.times.publish) == 0u);
  world.log.fails_with = errc::io;
  world.gate->retry();
  BOOST_REQUIRE(!world.gate->publish(draft_of("a"), {}));
  BOOST_TEST(count_of(world.times.publish) == 0u);
}

BOOST_AUTO_TEST_CASE(nobody_looks_at_a_clock_when_nobody_measures) {
  measured_world world{false};
  BOOST_REQUIRE(world.gate->publish(draft_of("a"), {}));
  BOOST_TEST(world.time.count() == 0);
  BOOST_TEST(world.out.batches.empty());
  BOOST_TEST((world.gate->measured() == nullptr));
}

BOOST_AUTO_TEST_CASE(an_inbox_says_since_when_its_signals_wait) {
  engine::inbox box;
  std::vector<signal_ptr> batch(3);
  static_cast<void>(box.put(batch, 5ns));
  batch.resize(2);
  static_cast<void>(box.put(batch, 7ns));
  std::vector<signal_ptr> got;
  std::vector<engine::inbox::mark> marks(9);
  BOOST_REQUIRE(box.take(got, marks));
  BOOST_REQUIRE(marks.size() == 2u);
  BOOST_TEST(marks[0].first == 0u);
  BOOST_TEST(marks[0].since.count() == 5);
  BOOST_TEST(marks[1].first == 3u);
  BOOST_TEST(marks[1].since.count() == 7);
  got.clear();
  BOOST_TEST(!box.take(got, marks));
  BOOST_TEST(marks.empty());
  batch.resize(1);
  static_cast<void>(box.put(batch));
  BOOST_REQUIRE(box.take(got, marks));
  BOOST_TEST(marks.empty());
}

BOOST_AUTO_TEST_CASE(a_cell_notes_how_long_a_signal_waited) {
  measured_world world{true};
  auto supervisor =
    world.gate->register_actor(engine::supervisor_spec(), [](auto&) {});
  BOOST_REQUIRE(supervisor);
  const auto spec = spec_of("ear", {"a"}, {}, {});
  auto who = world.gate->register_actor(spec, [](auto&) {});
  BOOST_REQUIRE(who);
  engine::cell ear{spec, *who, 0, *world.gate, **supervisor};
  world.time = 100us;
  ear.waited(40us);
  BOOST_TEST(world.times.deliver.sum().count() == 61'000);
}

BOOST_AUTO_TEST_SUITE_END()
