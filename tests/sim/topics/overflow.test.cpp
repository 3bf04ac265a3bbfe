#include <boost/test/unit_test.hpp>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "libsig/core/time.hpp"
#include "libsig/engine/cell.hpp"
#include "libsig/engine/gate.hpp"
#include "libsig/schema/registry.hpp"
#include "libsig/topic/requests.hpp"
#include "tests/sim/faulty_journal.hpp"
#include "tests/sim/random.hpp"
#include "tests/sim/recorder.hpp"
#include "tests/sim/stage.hpp"
#include "tests/sim/topics/topic_cast.hpp"

using namespace libsig;
using namespace libsig::sim;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t topic_count = 4;

/// Emits what it is made to.
class crowd final : public actor::reactor {
public:
  [[nodiscard]] actor::step on_signal(const signal_ptr&,
                                      const actor::context&) override {
    return {};
  }
};

/// The real gate and actor of topics with mailboxes that are far too small for
/// what is emitted. One reader sleeps at each topic and keeps its own place.
class crowded_world {
public:
  explicit crowded_world(std::uint64_t seed)
    : dice_{seed}, surroundings_{dice_, recorder_, mutant::none, 0, 0, 0},
      ids_{[bits = dice{seed ^ 0x5eed}]() mutable { return bits.word(); },
           recorder_},
      log_{{}, dice_, evidence_, recorder_}, stage_{dice_, evidence_, recorder_,
                                                    mutant::none},
      topics_{surroundings_, log_, evidence_, topic_mutant::none, {}},
      gate_{options()} {
    surroundings_.shakes_left = dice_.percent(50) ? dice_.below(6) : 0;
    BOOST_REQUIRE(stage_.enter(engine::supervisor_spec(), gate_));
    BOOST_REQUIRE(stage_.enter(topics_in(topics_, 20), gate_));
    actor::spec of;
    of.name = "crowd";
    of.source = "/crowd";
    of.emits = {"topic:*"};
    of.make = [](std::size_t) { return std::make_unique<crowd>(); };
    auto entered = stage_.enter(std::move(of), gate_);
    BOOST_REQUIRE(entered);
    crowd_ = *entered;
  }

  void play() {
    for (int step = 0; step < 400; ++step) {
      const auto what = dice_.below(100);
      if (what < 12) {
        burst();
      } else if (what < 30) {
        wait(dice_.below(topic_count), 500ms);
      } else if (what < 95) {
        static_cast<void>(stage_.run_one());
      } else {
        pass(20ms);
      }
    }
    surroundings_.shakes_left = 0;
    pass(40s);
    for (std::size_t topic = 0; topic < topic_count; ++topic) {
      drain(topic);
    }
    BOOST_TEST(gate_.in_flight() == 0u);
    // What a crash was at is one, what does not fit is not.
    BOOST_TEST(gate_.counted().dead_letters <= gate_.counted().crashes);
    for (std::size_t topic = 0; topic < topic_count; ++topic) {
      BOOST_TEST(readers_[topic].seen == sent(topic),
                 boost::test_tools::per_element());
    }
  }

  [[nodiscard]] std::uint64_t missed() const { return gate_.counted().missed; }

private:
  struct reader {
    std::vector<std::uint64_t> seen;
    std::string last;
    bool sleeps = false;
    bool timed_out = false;
  };

  [[nodiscard]] static std::string name_of(std::size_t topic) {
    return "topic:" + std::to_string(topic);
  }

  [[nodiscard]] engine::gate::options options() {
    engine::gate::options how;
    how.time = &time_;
    how.ids = &ids_;
    how.contracts = &contracts_;
    how.log = &log_;
    how.out = &stage_;
    how.watcher = &recorder_;
    how.in_flight_max = 1;
    return how;
  }

  void burst() {
    actor::step out;
    for (auto more = dice_.between(1, 10); more > 0; --more) {
      auto& one = out.emissions.emplace_back();
      one.type = name_of(dice_.below(topic_count));
      one.emit_reserved = true;
    }
    BOOST_REQUIRE(gate_.commit(*crowd_, nullptr, std::move(out)));
  }

  void wait(std::size_t topic, std::chrono::milliseconds timeout) {
    auto& who = readers_[topic];
    if (who.sleeps) {
      return;
    }
    auto asked = std::make_shared<topic::wait_request>();
    asked->owner.tenant = "default";
    asked->caller = "reader";
    asked->topics = {name_of(topic)};
    asked->start.is = topic::start_position::kind::earliest;
    asked->timeout = timeout;
    if (!who.last.empty()) {
      asked->last_ids[name_of(topic)] = who.last;
    }
    who.sleeps = true;
    stage_.ask(topic::actor_name, static_cast<actor::request_id>(++requests_),
               std::move(asked), [&who](const result<actor::reply_ptr>& got) {
                 who.sleeps = false;
                 who.timed_out = false;
                 if (!got) {
                   return;
                 }
                 const auto& reply =
                   dynamic_cast<const topic::wait_reply&>(**got);
                 who.timed_out = reply.messages.empty();
                 for (const auto& one : reply.messages) {
                   who.seen.push_back(one.what->sequence());
                   who.last = one.what->id();
                 }
               });
  }

  void run_all() {
    while (stage_.run_one()) {
    }
  }

  void pass(std::chrono::milliseconds by) {
    for (; by > 0ms; by -= 20ms) {
      time_.advance(20ms);
      stage_.tick();
      if (by > 1s) {
        run_all();
      }
    }
  }

  void drain(std::size_t topic) {
    constexpr int waits_max = 10'000;
    for (int count = 0; count < waits_max; ++count) {
      run_all();
      wait(topic, 0ms);
      run_all();
      if (readers_[topic].timed_out) {
        return;
      }
    }
    BOOST_FAIL("it has no end");
  }

  [[nodiscard]] std::vector<std::uint64_t> sent(std::size_t topic) const {
    std::vector<std::uint64_t> all;
    const auto log = log_.read(0, 100'000);
    BOOST_REQUIRE(log);
    for (const auto& one : *log) {
      if (one->type() == name_of(topic)) {
        all.push_back(one->sequence());
      }
    }
    return all;
  }

  dice dice_;
  evidence evidence_;
  recorder recorder_{evidence_, mutant::none};
  surroundings surroundings_;
  manual_clock time_{wall_time{std::chrono::seconds{1'800'000'000}}};
  recorded_ids ids_;
  schema::registry contracts_;
  faulty_journal log_;
  stage stage_;
  topic_surroundings topics_;
  std::array<reader, topic_count> readers_;
  std::uint64_t requests_ = 0;
  std::shared_ptr<const engine::origin> crowd_;
  engine::gate gate_;
};

} // namespace

BOOST_AUTO_TEST_SUITE(sim_overflow)

// M10: no reader misses a message, gets one twice or out of order, though most
// of them do not fit into the mailbox of the actor that wakes it.
BOOST_AUTO_TEST_CASE(a_full_mailbox_costs_no_reader_a_message) {
  std::uint64_t missed = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      crowded_world world{seed};
      world.play();
      missed += world.missed();
    }
  }
  BOOST_TEST(missed > 10'000u);
}

BOOST_AUTO_TEST_SUITE_END()
