#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "actors/topics.hpp"
#include "apps/hub/journal_view.hpp"
#include "bench/support.hpp"
#include "libsig/runtime/runtime.hpp"
#include "libsig/topic/requests.hpp"

/// What the benchmarks of topics share.
namespace bench {

using steady = std::chrono::steady_clock;

/// A runtime with a memory journal of so many bodies, and the actor of topics.
[[nodiscard]] inline std::unique_ptr<libsig::runtime>
start_topics(std::size_t records) {
  using namespace libsig;
  runtime::options how;
  how.contracts = std::make_shared<schema::registry>();
  how.threads = 2;
  how.log =
    journal::make_memory_journal({records, limits::memory_journal_keys_max});
  auto made = expect(runtime::start(std::move(how)));
  actors::topics_options topics;
  topics.log = std::make_shared<hub::journal_view>(made->log());
  expect(made->spawn(actors::topics_spec(std::move(topics))));
  return made;
}

/// A wait for one message of a topic.
[[nodiscard]] inline std::shared_ptr<libsig::topic::wait_request>
wait_on(std::string topic, std::string caller) {
  auto made = std::make_shared<libsig::topic::wait_request>();
  made->owner.tenant = "default";
  made->caller = std::move(caller);
  made->topics.push_back(std::move(topic));
  made->start.is = libsig::topic::start_position::kind::fresh;
  made->timeout = libsig::limits::wait_timeout_max;
  return made;
}

/// A payload that says when it was sent.
struct sent_at final : libsig::payload {
  steady::time_point at = steady::now();

  void append_json(std::string& out) const override { out += "{}"; }
};

[[nodiscard]] inline libsig::draft timed_message(std::string topic,
                                                 steady::time_point at) {
  libsig::draft what;
  what.type = std::move(topic);
  what.source = "/processes/bench";
  auto when = std::make_shared<sent_at>();
  when->at = at;
  what.data = libsig::event_data::decoded(std::move(when));
  return what;
}

/// The one message of a wait that must have hit.
[[nodiscard]] inline const libsig::topic::wait_reply&
hit(const libsig::actor::reply_ptr& got) {
  const auto& reply = dynamic_cast<const libsig::topic::wait_reply&>(*got);
  if (reply.is != libsig::topic::wait_reply::outcome::hit) {
    std::fprintf(stderr, "a wait ended with %d after %lld ms: %s\n",
                 static_cast<int>(reply.is),
                 static_cast<long long>(reply.elapsed.count()),
                 reply.earliest_cursor.c_str());
    std::exit(1);
  }
  return reply;
}

} // namespace bench
