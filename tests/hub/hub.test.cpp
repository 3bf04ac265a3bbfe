#include "apps/hub/hub.hpp"

#include "apps/hub/agent_letters.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <semaphore>
#include <string>
#include <utility>
#include <vector>

#include "libsig/core/id.hpp"
#include "libsig/journal/dead_letters.hpp"
#include "libsig/runtime/runtime.hpp"
#include "libsig/schedule/requests.hpp"
#include "libsig/schema/registry.hpp"
#include "libsig/subscription/requests.hpp"
#include "libsig/topic/requests.hpp"
#include "libsig/topic/visibility.hpp"

using namespace libsig;

namespace {

using namespace std::chrono_literals;

/// A runtime with a book of dead letters and the hub.
class world {
public:
  explicit world(bool with_letters = true) {
    runtime::options made;
    made.contracts = std::make_shared<schema::registry>();
    node_ = std::move(*runtime::start(std::move(made)));
    hub::hub_options how;
    how.subscriptions.deliver.attempts_max = 2;
    how.subscriptions.deliver.backoff = 1ms;
    if (with_letters) {
      open_letters();
      how.letters = letters_.get();
    }
    const auto spawned = hub::spawn(*node_, std::move(how));
    BOOST_REQUIRE(spawned);
  }

  ~world() { node_->stop(); }

  [[nodiscard]] runtime& node() { return *node_; }

  [[nodiscard]] journal::dead_letter_book& letters() { return *letters_; }

  /// Asks and waits.
  template <class Reply>
  [[nodiscard]] std::shared_ptr<const Reply> ask(actor::request_ptr what) {
    std::promise<result<actor::reply_ptr>> told;
    node_->ask(
      subscription::actor_name, std::move(what),
      [&](result<actor::reply_ptr> got) { told.set_value(std::move(got)); });
    auto got = told.get_future().get();
    BOOST_REQUIRE_MESSAGE(got, (got ? "" : got.error().message()));
    return std::static_pointer_cast<const Reply>(*got);
  }

  /// Ann's next item; what is named has failed.
  [[nodiscard]] std::optional<subscription::delivery>
  next(const std::string& failed, std::chrono::milliseconds timeout) {
    auto asked = std::make_shared<subscription::next_request>();
    asked->who = ann;
    asked->timeout = timeout;
    asked->reason = "no hammer";
    if (!failed.empty()) {
      asked->failed = {failed};
    }
    return ask<subscription::next_reply>(std::move(asked))->item;
  }

  void subscribe() {
    auto asked = std::make_shared<subscription::subscribe_request>();
    asked->who = ann;
    asked->pattern = "a";
    asked->silent = false;
    asked->registers = true;
    static_cast<void>(ask<subscription::subscribe_reply>(std::move(asked)));
  }

  void publish() {
    draft what;
    what.type = "a";
    what.source = "/me";
    BOOST_REQUIRE(node_->publish(std::move(what)));
  }

  /// Lets an item fail until it is given up.
  void wear_out() {
    const auto first = next({}, 20s);
    BOOST_REQUIRE(first);
    const auto second = next(first->delivery_id, 20s);
    BOOST_REQUIRE(second);
    BOOST_TEST(second->attempt == 2u);
    BOOST_TEST(!next(second->delivery_id, 0ms));
    if (letters_) {
      BOOST_REQUIRE(written_.try_acquire_for(20s));
    }
  }

  [[nodiscard]] result<void> redrive(const std::string& id) {
    std::promise<result<void>> told;
    letters_->redrive(
      id, [&](result<void> done) { told.set_value(std::move(done)); });
    return told.get_future().get();
  }

  const subscription::agent_name ann{"default", "Ann: the first"};

private:
  void open_letters() {
    journal::dead_letter_book::options kept;
    kept.write = [this](std::vector<journal::keyed_write> rows,
                        journal::done_handler done) {
      node_->write(std::move(rows),
                   [this, done = std::move(done)](const result<void>& written) {
                     done(written);
                     written_.release();
                   });
    };
    kept.time = std::make_shared<system_clock>();
    kept.ids = std::make_shared<uuid7_source>();
    letters_ = std::move(
      *journal::dead_letter_book::open(node_->log(), std::move(kept)));
  }

  /// The book has written something.
  std::counting_semaphore<> written_{0};
  // Before the runtime, whose last steps may end in it.
  std::unique_ptr<journal::dead_letter_book> letters_;
  std::unique_ptr<runtime> node_;
};

} // namespace

BOOST_AUTO_TEST_SUITE(hub_of_actors)

BOOST_AUTO_TEST_CASE(the_four_actors_run) {
  world in;
  std::vector<std::string> names;
  for (const auto& one : in.node().actors()) {
    names.push_back(one.name);
  }
  for (const auto name : {topic::actor_name, topic::visibility_actor_name,
                          subscription::actor_name, schedule::actor_name}) {
    BOOST_TEST(std::ranges::count(names, name) == 1, name);
  }
}

BOOST_AUTO_TEST_CASE(an_item_that_fails_too_often_is_a_dead_letter) {
  world in;
  in.subscribe();
  in.publish();
  in.wear_out();
  const auto all = in.letters().list("", 10);
  BOOST_REQUIRE(all.size() == 1u);
  BOOST_TEST(all[0].target == "agent:Ann: the first");
  BOOST_TEST(all[0].tenant == "default");
  BOOST_TEST(all[0].attempts == 2u);
  BOOST_TEST(all[0].reason.find("no hammer") != std::string::npos);
  BOOST_TEST(!in.next({}, 0ms));
}

BOOST_AUTO_TEST_CASE(a_dead_letter_of_an_agent_comes_back) {
  world in;
  in.subscribe();
  in.publish();
  in.wear_out();
  BOOST_REQUIRE(in.redrive(in.letters().list("", 1)[0].id));
  const auto item = in.next({}, 20s);
  BOOST_REQUIRE(item);
  BOOST_TEST(item->attempt == 1u);
  BOOST_TEST(in.letters().size() == 0u);
}

BOOST_AUTO_TEST_CASE(a_dead_letter_of_nobody_stays) {
  world in;
  in.subscribe();
  in.publish();
  in.wear_out();
  auto gone = std::make_shared<subscription::remove_agent_request>();
  gone->who = in.ann;
  static_cast<void>(in.ask<subscription::agent_reply>(std::move(gone)));
  const auto redriven = in.redrive(in.letters().list("", 1)[0].id);
  BOOST_REQUIRE(!redriven);
  BOOST_TEST((redriven.error().code() == errc::io));
  BOOST_TEST(in.letters().size() == 1u);
}

// The letter's reason and attempts stay: the book counts nothing for these.
BOOST_AUTO_TEST_CASE(a_letter_is_not_tried_while_the_actor_cannot_be_asked) {
  for (const auto code : {errc::stopped, errc::overloaded}) {
    BOOST_TEST((hub::refusal_of_letter(error(code, "no")).code() == code));
  }
  const auto paused = hub::refusal_of_letter(
    error(errc::actor_crashed, "it recovers from a crash"));
  BOOST_TEST((paused.code() == errc::overloaded));
  BOOST_TEST(paused.message().find("recovers") != std::string::npos);
  for (const auto code : {errc::not_found, errc::invalid_argument}) {
    BOOST_TEST((hub::refusal_of_letter(error(code, "no")).code() == errc::io));
  }
}

BOOST_AUTO_TEST_CASE(without_a_book_what_is_given_up_is_gone) {
  world in{false};
  in.subscribe();
  in.publish();
  in.wear_out();
  BOOST_TEST(!in.next({}, 0ms));
}

BOOST_AUTO_TEST_CASE(a_second_hub_is_refused) {
  world in;
  BOOST_TEST(!libsig::hub::spawn(in.node(), {}));
}

BOOST_AUTO_TEST_SUITE_END()
