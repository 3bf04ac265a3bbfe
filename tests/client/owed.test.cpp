// Clients of actors that have no room, or do not answer.

#include "libsig/client/client.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "libsig/subscription/requests.hpp"
#include "libsig/topic/requests.hpp"
#include "libsig/topic/tell.hpp"
#include "tests/client/world.hpp"
#include "tests/support/topic_log.hpp"

using namespace libsig;
using namespace libsig::test;

namespace {

/// Says that its thread has ended.
struct leaving {
  channel<bool>* to = nullptr;

  ~leaving() {
    if (to != nullptr) {
      to->put(true);
    }
  }
};

/// What a test says that an actor answers.
using answering = std::function<void(
  actor::request_id who, const actor::request_ptr& what, actor::step& out)>;

class scripted final : public actor::reactor {
public:
  explicit scripted(answering how) : how_{std::move(how)} {}

  [[nodiscard]] actor::step on_signal(const signal_ptr&,
                                      const actor::context&) override {
    return {};
  }

  [[nodiscard]] actor::step on_request(actor::request_id who,
                                       const actor::request_ptr& what,
                                       const actor::context&) override {
    actor::step out;
    how_(who, what, out);
    return out;
  }

private:
  answering how_;
};

/// A runtime with one actor, which does as it is told.
class stage {
public:
  stage(std::string_view name, answering how) {
    runtime::options made;
    made.contracts = std::make_shared<schema::registry>();
    made.time = std::make_shared<hand_clock>();
    made.threads = 2;
    made.log = journal::make_memory_journal({1'000, 10'000});
    node_ = must(runtime::start(std::move(made)));
    actor::spec of;
    of.name = name;
    of.source = "/system";
    of.make = [how](std::size_t) { return std::make_unique<scripted>(how); };
    BOOST_REQUIRE(node_->spawn(std::move(of)));
  }

  [[nodiscard]] runtime& node() { return *node_; }

  [[nodiscard]] client::client make() {
    client::client_options how;
    how.name = "ann";
    return must(client::client::make(*node_, std::move(how)));
  }

private:
  std::unique_ptr<runtime> node_;
};

} // namespace

BOOST_AUTO_TEST_SUITE(owed)

// A cursor that could not move for want of room moves with whatever the client
// does next.
BOOST_AUTO_TEST_CASE(what_could_not_be_settled_is_said_with_the_next_call) {
  test::topic_log log;
  const auto message = log.append("t", "1");
  channel<bool> settled;
  int refusals = 1;
  stage on{topic::actor_name,
           [&](actor::request_id who, const actor::request_ptr& what,
               actor::step& out) {
             if (std::dynamic_pointer_cast<const topic::wait_request>(what)) {
               auto hit = std::make_shared<topic::wait_reply>();
               hit->is = topic::wait_reply::outcome::hit;
               hit->messages.push_back({"t", message, "cursor"});
               hit->pending = 7;
               topic::tell(who, std::move(hit), out);
               return;
             }
             const bool room = refusals-- <= 0;
             if (room) {
               topic::tell(who, std::make_shared<topic::settled_reply>(), out);
             } else {
               topic::refuse(who, error(errc::overloaded, "no room"), out);
             }
             settled.put(room);
           }};
  const auto ann = on.make();
  BOOST_TEST(must(ann.wait_for_signal("t")).ok());
  BOOST_TEST(!settled.take());
  // The refusal may still be on its way to the client when it calls.
  constexpr int calls_max = 10'000;
  for (int calls = 0; calls < calls_max && settled.empty(); ++calls) {
    must(ann.publish("other"));
    BOOST_REQUIRE(on.node().wait_idle(30s));
  }
  BOOST_REQUIRE(!settled.empty());
  BOOST_TEST(settled.take());
  must(ann.publish("other"));
  BOOST_REQUIRE(on.node().wait_idle(30s));
  BOOST_TEST(settled.empty());
}

BOOST_AUTO_TEST_CASE(all_that_is_owed_is_said_once_there_is_room) {
  test::topic_log log;
  const auto message = log.append("t", "1");
  channel<std::uint64_t> settled;
  std::uint64_t number = 0;
  int refusals = 2;
  stage on{
    topic::actor_name, [&](actor::request_id who,
                           const actor::request_ptr& what, actor::step& out) {
      if (std::dynamic_pointer_cast<const topic::wait_request>(what)) {
        auto hit = std::make_shared<topic::wait_reply>();
        hit->is = topic::wait_reply::outcome::hit;
        hit->messages.push_back({"t", message, "cursor"});
        hit->pending = ++number;
        topic::tell(who, std::move(hit), out);
        return;
      }
      const auto& said = dynamic_cast<const topic::settle_request&>(*what);
      if (refusals-- > 0) {
        topic::refuse(who, error(errc::overloaded, "no room"), out);
        return;
      }
      topic::tell(who, std::make_shared<topic::settled_reply>(), out);
      settled.put(said.pending);
    }};
  const auto ann = on.make();
  for (int count = 0; count < 2; ++count) {
    BOOST_TEST(must(ann.wait_for_signal("t")).ok());
    BOOST_REQUIRE(on.node().wait_idle(30s));
  }
  // The second wait has said the first again, to no avail; its own was heard.
  BOOST_TEST(must(ann.wait_for_signal("t")).ok());
  std::uint64_t sum = 0;
  constexpr int calls_max = 10'000;
  for (int calls = 0; calls < calls_max && sum < 1 + 2 + 3; ++calls) {
    must(ann.recent(1));
    BOOST_REQUIRE(on.node().wait_idle(30s));
    while (!settled.empty()) {
      sum += settled.take();
    }
  }
  BOOST_TEST(sum == 1u + 2u + 3u);
}

// While the disk is full no answer leaves an actor.
BOOST_AUTO_TEST_CASE(an_end_waits_a_moment_for_an_actor_that_says_nothing) {
  channel<bool> asked;
  stage on{libsig::subscription::actor_name,
           [&](actor::request_id who, const actor::request_ptr& what,
               actor::step& out) {
             using namespace libsig::subscription;
             if (std::dynamic_pointer_cast<const subscribe_request>(what)) {
               topic::tell(who, std::make_shared<subscribe_reply>(), out);
             } else if (std::dynamic_pointer_cast<const next_request>(what)) {
               asked.put(true);
             }
           }};
  auto ended = std::async(std::launch::async, [&] {
    const auto ann = on.make();
    const auto listening =
      must(ann.subscribe("a", [](const client::delivery&) {}));
    BOOST_REQUIRE(asked.take());
  });
  const bool in_time = ended.wait_for(20s) == std::future_status::ready;
  BOOST_TEST(in_time);
  if (!in_time) {
    on.node().stop();
  }
}

// Who ends its client in a handler may end the runtime right behind it.
BOOST_AUTO_TEST_CASE(a_handler_that_ends_its_client_leaves_the_runtime_alone) {
  test::topic_log log;
  const auto message = log.append("a", "1");
  channel<bool> told;
  channel<bool> ended;
  channel<bool> go_on;
  channel<bool> gone;
  stage on{libsig::subscription::actor_name,
           [&](actor::request_id who, const actor::request_ptr& what,
               actor::step& out) {
             using namespace libsig::subscription;
             if (std::dynamic_pointer_cast<const subscribe_request>(what)) {
               topic::tell(who, std::make_shared<subscribe_reply>(), out);
             } else if (std::dynamic_pointer_cast<const next_request>(what)) {
               auto reply = std::make_shared<next_reply>();
               reply->item.emplace();
               reply->item->delivery_id = "1";
               reply->item->what = message;
               reply->item->patterns = {"a"};
               topic::tell(who, std::move(reply), out);
             } else {
               told.put(true);
             }
           }};
  struct all {
    std::optional<client::client> by;
    client::subscription listening;
  };
  const auto kept = std::make_shared<all>();
  channel<bool> ready;
  kept->by.emplace(on.make());
  kept->listening =
    must(kept->by->subscribe("a", [&, kept](const client::delivery&) {
      thread_local leaving last;
      last.to = &gone;
      (void)ready.take();
      kept->listening = {};
      kept->by.reset();
      ended.put(true);
      (void)go_on.take();
    }));
  ready.put(true);
  BOOST_TEST(ended.take());
  go_on.put(true);
  BOOST_TEST(gone.take());
  BOOST_REQUIRE(on.node().wait_idle(30s));
  BOOST_TEST(told.empty());
}

BOOST_AUTO_TEST_SUITE_END()
