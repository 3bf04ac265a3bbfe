#include "apps/sigd/actor_letters.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "apps/sigd/engine_watch.hpp"

using namespace libsig;
using namespace std::chrono_literals;

namespace {

constexpr auto long_enough = 30s;

/// Says one thing whatever it hears, for a tenant of its own.
class talker final : public actor::reactor {
public:
  explicit talker(draft what) : what_{std::move(what)} {}

  [[nodiscard]] actor::step on_signal(const signal_ptr&,
                                      const actor::context&) override {
    actor::step out;
    auto& said = out.emissions.emplace_back(what_);
    said.tenant = "other";
    said.on_behalf_of = "/system";
    said.may_be_refused = true;
    return out;
  }

private:
  draft what_;
};

/// A runtime whose dead letters are kept, with an actor that crashes as long as
/// it is told to.
class fragile_world {
public:
  fragile_world() {
    runtime::options how;
    how.contracts = std::make_shared<schema::registry>();
    how.threads = 1;
    how.watcher = watch_;
    auto started = runtime::start(std::move(how));
    BOOST_REQUIRE(started);
    node = std::move(*started);
    journal::dead_letter_book::options kept;
    kept.write = [this](std::vector<journal::keyed_write> rows,
                        journal::done_handler done) {
      node->write(std::move(rows), std::move(done));
    };
    kept.time = std::make_shared<system_clock>();
    kept.ids = std::make_shared<uuid7_source>();
    auto opened = journal::dead_letter_book::open(node->log(), std::move(kept));
    BOOST_REQUIRE(opened);
    book = std::move(*opened);
    letters_ = std::make_unique<sigd::actor_letters>(*book, *node);
    watch_->keep_letters(*letters_);
    BOOST_REQUIRE(node->subscribe("ear", "a", [this](const signal_ptr&) {
      if (hurts) {
        throw std::runtime_error{"it hurts"};
      }
      ++heard;
    }));
  }

  ~fragile_world() { node->stop(); }

  void publish() const {
    draft what;
    what.type = "a";
    what.source = "/me";
    BOOST_REQUIRE(node->publish(std::move(what)));
    BOOST_REQUIRE(node->wait_idle(long_enough));
  }

  /// Has an actor emit this, which may be refused, once `at` is published.
  void emit_on(const std::string& at, draft what) const {
    actor::spec of;
    of.name = "mouth";
    of.source = "/agents/mouth";
    of.routes = {{at}};
    of.emits = {"**"};
    of.make = [what](std::size_t) { return std::make_unique<talker>(what); };
    BOOST_REQUIRE(node->spawn(std::move(of)));
  }

  [[nodiscard]] result<void> redrive(const std::string& id) const {
    const auto answer = std::make_shared<std::promise<result<void>>>();
    book->redrive(
      id, [answer](result<void> done) { answer->set_value(std::move(done)); });
    auto given = answer->get_future();
    BOOST_REQUIRE((given.wait_for(long_enough) == std::future_status::ready));
    BOOST_REQUIRE(node->wait_idle(long_enough));
    return given.get();
  }

  std::atomic<bool> hurts{true};
  std::atomic<int> heard{0};

private:
  system_clock time_;
  std::shared_ptr<sigd::engine_watch> watch_ =
    std::make_shared<sigd::engine_watch>(nullptr, time_,
                                         sigd::engine_watch::failure_handler{});
  std::unique_ptr<sigd::actor_letters> letters_;

public:
  // Outlived by the letters, and the runtime by the book.
  std::unique_ptr<journal::dead_letter_book> book;
  std::unique_ptr<runtime> node;
};

} // namespace

BOOST_AUTO_TEST_SUITE(actor_letters)

// C2 row 22: a poison message ends among the dead letters, with its reason.
BOOST_AUTO_TEST_CASE(what_an_actor_crashes_on_is_kept_with_its_reason) {
  fragile_world world;
  world.publish();
  const auto found = world.book->list("", 10);
  BOOST_REQUIRE(found.size() == 1u);
  BOOST_TEST(found[0].target == "actor:ear");
  BOOST_TEST(found[0].reason.find("it hurts") != std::string::npos);
  BOOST_TEST(found[0].tenant == "default");
  BOOST_TEST(found[0].attempts == 1u);
  BOOST_TEST((*world.node->log().find(found[0].sequence))->type() == "a");
}

BOOST_AUTO_TEST_CASE(what_is_handed_again_and_handled_is_no_letter_any_more) {
  fragile_world world;
  world.publish();
  world.hurts = false;
  BOOST_TEST(world.redrive(world.book->list("", 1).at(0).id).has_value());
  BOOST_TEST(world.heard == 1);
  BOOST_TEST(world.book->size() == 0u);
}

BOOST_AUTO_TEST_CASE(what_crashes_again_is_a_letter_again) {
  fragile_world world;
  world.publish();
  const auto first = world.book->list("", 1).at(0).id;
  BOOST_TEST(world.redrive(first).has_value());
  const auto found = world.book->list("", 10);
  BOOST_REQUIRE(found.size() == 1u);
  BOOST_TEST(found[0].id != first);
}

BOOST_AUTO_TEST_CASE(a_letter_stays_when_its_actor_does_not_run_any_more) {
  fragile_world world;
  world.publish();
  BOOST_REQUIRE(world.node->withdraw("ear"));
  const auto done = world.redrive(world.book->list("", 1).at(0).id);
  BOOST_REQUIRE(!done);
  BOOST_TEST((done.error().code() == errc::io));
  BOOST_TEST(world.book->size() == 1u);
}

// A delayed signal that is refused when it fires is one of these.
BOOST_AUTO_TEST_CASE(what_was_refused_is_held_and_published_by_a_redrive) {
  fragile_world world;
  world.hurts = false;
  draft taken;
  taken.id = "x";
  taken.type = "b";
  taken.source = "/me";
  // It is its tenant's own id that counts.
  engine::rights other;
  other.tenant = "other";
  std::promise<void> written;
  world.node->publish(taken, other, [&](const auto&) { written.set_value(); });
  written.get_future().wait();
  auto refused = taken;
  refused.type = "c";
  refused.data = event_data::json(std::string{"7"});
  world.emit_on("a", refused);
  world.publish();
  const auto found = world.book->list("", 10);
  BOOST_REQUIRE(found.size() == 1u);
  BOOST_TEST(found[0].target == "actor:mouth");
  BOOST_TEST(found[0].tenant == "other");
  const auto held = world.book->signal_of(found[0]);
  BOOST_REQUIRE((held && *held));
  BOOST_TEST((*held)->type() == "c");
  BOOST_TEST((*held)->data().json_text() == "7");
  BOOST_TEST((*held)->stamped().on_behalf_of == "/system");
  // What stands in its way is still there.
  const auto again = world.redrive(found[0].id);
  BOOST_REQUIRE(!again);
  BOOST_TEST(world.book->list("", 10).at(0).attempts == 2u);
}

BOOST_AUTO_TEST_SUITE_END()
