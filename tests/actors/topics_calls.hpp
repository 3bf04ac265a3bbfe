#pragma once

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "actors/topics.hpp"
#include "tests/support/asked_reactor.hpp"
#include "tests/support/topic_log.hpp"

/// How tests ask the actor of topics.
namespace libsig::testing::topics {

using namespace std::chrono_literals;
using actor::request_id;
using topic::start_position;
using topic::wait_mode;
using topic::wait_reply;
using topic::wait_request;
using outcome = topic::wait_reply::outcome;
using start = topic::start_position::kind;

/// The actor over a log.
struct node {
  explicit node(const topic::wait_bounds& bounds = {})
    : log{std::make_shared<test::topic_log>()}, topics{actors::topics_spec(
                                                  {log, bounds})} {}

  /// The node ends and starts again, not its actor alone.
  void restart(const topic::wait_bounds& bounds = {}) {
    topics.restart(actors::topics_spec({log, bounds}));
  }

  /// A message is committed and heard.
  signal_ptr send(const std::string& topic, const std::string& id,
                  const std::string& tenant = "default") {
    auto what = log->append(topic, id, "{\"n\":1}", {}, tenant);
    topics.hear(what);
    return what;
  }

  [[nodiscard]] const wait_reply& got(request_id who) const {
    return topics.reply<wait_reply>(who);
  }

  /// The id of the one message of a hit.
  [[nodiscard]] std::string hit(request_id who) const {
    const auto& reply = got(who);
    BOOST_REQUIRE((reply.is == outcome::hit));
    BOOST_REQUIRE(reply.messages.size() == 1u);
    return reply.messages.front().what->id();
  }

  void settle(request_id who, bool written = true) {
    topic::settle_request what;
    what.pending = got(who).pending;
    what.written = written;
    topics.ask(what);
  }

  /// Waits, which hits, and settles that.
  std::string take(const wait_request& what) {
    const auto who = topics.ask(what);
    auto id = hit(who);
    settle(who);
    return id;
  }

  std::shared_ptr<test::topic_log> log;
  test::asked_reactor topics;
};

/// A wait of nobody, so that nothing is stored.
[[nodiscard]] inline wait_request on(std::vector<std::string> topics,
                                     std::chrono::milliseconds timeout = 0ms) {
  wait_request made;
  made.owner.tenant = "default";
  made.caller = "somebody";
  made.topics = std::move(topics);
  made.mode = made.topics.size() == 1 ? wait_mode::one : wait_mode::any;
  made.timeout = timeout;
  return made;
}

[[nodiscard]] inline wait_request
all_of(std::vector<std::string> topics,
       std::chrono::milliseconds timeout = 0ms) {
  auto made = on(std::move(topics), timeout);
  made.mode = wait_mode::all;
  return made;
}

[[nodiscard]] inline wait_request by(wait_request what, std::string consumer,
                                     std::string conversation = {}) {
  what.owner.consumer = std::move(consumer);
  what.owner.conversation = std::move(conversation);
  return what;
}

[[nodiscard]] inline wait_request from(wait_request what, start is) {
  what.start.is = is;
  return what;
}

[[nodiscard]] inline wait_request after(wait_request what,
                                        const std::string& id) {
  what.last_ids[what.topics.front()] = id;
  return what;
}

[[nodiscard]] inline topic::cursor_owner owner(std::string consumer,
                                               std::string conversation = {}) {
  return {"default", std::move(consumer), std::move(conversation)};
}

[[nodiscard]] inline topic::get_cursor_request get(std::string consumer,
                                                   std::string topic = "a") {
  topic::get_cursor_request made;
  made.owner = owner(std::move(consumer));
  made.topic = std::move(topic);
  return made;
}

[[nodiscard]] inline topic::put_cursor_request
put(std::string consumer, std::string last_id, std::string topic = "a") {
  topic::put_cursor_request made;
  made.owner = owner(std::move(consumer));
  made.topic = std::move(topic);
  made.last_id = std::move(last_id);
  return made;
}

[[nodiscard]] inline std::string stored(node& at, const std::string& consumer,
                                        const std::string& topic = "a") {
  const auto who = at.topics.ask(get(consumer, topic));
  return at.topics.reply<topic::cursor_reply>(who).last_id;
}

[[nodiscard]] inline bool has_cursor(node& at, const std::string& consumer,
                                     const std::string& topic = "a") {
  const auto who = at.topics.ask(get(consumer, topic));
  try {
    return at.topics.refusal(who).code() != errc::not_found;
  } catch (const std::runtime_error&) {
    return true;
  }
}

} // namespace libsig::testing::topics
