#include "apps/node_settings/topic_keys.hpp"

#include <algorithm>

#include "libsig/core/limits.hpp"

namespace libsig::sigd {

using namespace keys;

namespace {

[[nodiscard]] node_keys topic_rules() {
  const topic_settings standard;
  return {
    {live(also_named(
       texts_key(
         "topics", "prefix", {}, nullptr,
         "what topics that are sent to or waited for begin with, up to "
         "the end of a segment (a colon, dot or slash); without one all "
         "are allowed"),
       "SIGNAL_TOPIC_PREFIX")),
     [](const value& from, node_settings& into) {
       into.topics.prefixes = texts(from);
       // A comma too many is no prefix that allows everything.
       std::erase_if(into.topics.prefixes, [](const std::string& one) {
         return one.find_first_not_of(" \t") == std::string::npos;
       });
     }},
    {live(also_named(number_key(kind::size, "topics", "payload_max_bytes",
                                standard.payload_bytes_max, {1, 8 * mebi},
                                "a payload that is sent to a topic, as compact "
                                "JSON; more is 413"),
                     "SIGNAL_PAYLOAD_MAX_BYTES")),
     [](const value& from, node_settings& into) {
       into.topics.payload_bytes_max = number(from);
     }},
  };
}

[[nodiscard]] node_keys topic_amounts() {
  const topic_settings standard;
  return {
    {count_key("topics", "parked_waits", standard.parked_waits_max,
               {1, 10'000'000}, "waits that are parked together; more is 429"),
     [](const value& from, node_settings& into) {
       into.topics.parked_waits_max = number(from);
     }},
    {count_key("topics", "caller_parked_waits",
               standard.caller_parked_waits_max, {1, 10'000'000},
               "those of one caller; more is 429"),
     [](const value& from, node_settings& into) {
       into.topics.caller_parked_waits_max = number(from);
     }},
    {count_key("topics", "max", standard.topics_max, {1, 100'000'000},
               "topics of one tenant; more is 429"),
     [](const value& from, node_settings& into) {
       into.topics.topics_max = number(from);
     }},
    {may_be_unlimited(duration_key("topics", "cursor_age",
                                   milliseconds{limits::cursor_unused_max},
                                   {minute, century},
                                   "how long a cursor that nobody uses is "
                                   "kept"),
                      false),
     [](const value& from, node_settings& into) {
       into.topics.cursor_age = bound<milliseconds>(from);
     }},
  };
}

[[nodiscard]] node_keys visibility_section() {
  const visibility_settings standard;
  return {
    {count_key("visibility", "events", standard.events_max, {1, 1'000'000},
               "events of one conversation; the oldest go"),
     [](const value& from, node_settings& into) {
       into.visibility.events_max = number(from);
     }},
    {count_key("visibility", "conversations", standard.conversations_max,
               {1, 10'000'000}, "conversations with events; the oldest go"),
     [](const value& from, node_settings& into) {
       into.visibility.conversations_max = number(from);
     }},
    {live(also_named(
       may_be_unlimited(number_key(kind::size, "visibility", "sse_max_bytes", 0,
                                   {1, gibi},
                                   "an event's JSON on the stream of a "
                                   "conversation; what is longer is cut"),
                        true),
       "GATEWAY_SSE_MAX_BYTES")),
     [](const value& from, node_settings& into) {
       into.visibility.sse_bytes_max = bound<std::uint64_t>(from).value_or(0);
     }},
  };
}

[[nodiscard]] node_keys subscription_sections() {
  const subscription_settings standard;
  return {
    {count_key("subscriptions", "agents", standard.agents_max, {1, 100'000'000},
               "agents of one tenant; more is 429"),
     [](const value& from, node_settings& into) {
       into.subscriptions.agents_max = number(from);
     }},
    {count_key("subscriptions", "max", standard.subscriptions_max,
               {1, 100'000'000}, "subscriptions of one tenant; more is 429"),
     [](const value& from, node_settings& into) {
       into.subscriptions.subscriptions_max = number(from);
     }},
    {count_key("subscriptions", "handled", standard.handled_deliveries_max,
               {1, 1'000'000},
               "handled deliveries of one agent; the oldest go"),
     [](const value& from, node_settings& into) {
       into.subscriptions.handled_deliveries_max = number(from);
     }},
    {count_key("subscriptions", "pending", standard.pending_max,
               {1, 100'000'000},
               "items that wait for one agent; one more is a dead letter"),
     [](const value& from, node_settings& into) {
       into.subscriptions.pending_max = number(from);
     }},
    {number_key(kind::size, "subscriptions", "pending_bytes", 0,
                {0, 1'024 * tebi},
                "signals that wait for agents of one tenant; an item beyond "
                "them is a dead letter; 0 for a quarter of retention.bytes"),
     [](const value& from, node_settings& into) {
       into.subscriptions.pending_bytes = number(from);
     }},
    {may_be_unlimited(
       duration_key("subscriptions", "pending_age",
                    milliseconds{limits::pending_age_max}, {minute, century},
                    "how long an item waits before it is a dead letter"),
       false),
     [](const value& from, node_settings& into) {
       into.subscriptions.pending_age = bound<milliseconds>(from);
     }},
    {count_key("subscriptions", "attempts", standard.attempts_max, {1, 1'000},
               "how often an item is handed out and fails before it is a dead "
               "letter"),
     [](const value& from, node_settings& into) {
       into.subscriptions.attempts_max = static_cast<unsigned>(number(from));
     }},
    {duration_key("subscriptions", "backoff", standard.backoff, {1, hour},
                  "how long an item rests after it failed; twice as long after "
                  "each later failure"),
     [](const value& from, node_settings& into) {
       into.subscriptions.backoff = time(from);
     }},
    {count_key("schedules", "max", limits::schedules_max, {1, 100'000'000},
               "delayed signals of one tenant; more is 429"),
     [](const value& from, node_settings& into) {
       into.schedules_max = number(from);
     }},
    {number_key(kind::size, "schedules", "data_bytes",
                limits::schedule_bytes_max, {1, std::uint64_t{1} << 40},
                "data of the delayed signals of one tenant; more is 429"),
     [](const value& from, node_settings& into) {
       into.schedule_bytes_max = number(from);
     }},
  };
}

} // namespace

node_keys topic_sections() {
  node_keys all;
  for (auto&& part : {topic_rules(), topic_amounts(), visibility_section(),
                      subscription_sections()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

} // namespace libsig::sigd
