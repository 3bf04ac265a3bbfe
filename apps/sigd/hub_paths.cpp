#include "apps/sigd/hub_paths.hpp"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <string_view>
#include <utility>

#include "apps/hub/hub.hpp"
#include "apps/sigd/agents_api.hpp"
#include "apps/sigd/conversation_feed.hpp"
#include "apps/sigd/cursors_api.hpp"
#include "apps/sigd/deliveries_api.hpp"
#include "apps/sigd/engine_api.hpp"
#include "apps/sigd/schedule_watch.hpp"
#include "apps/sigd/scheduled_api.hpp"
#include "apps/sigd/subscription_watch.hpp"
#include "apps/sigd/topics_api.hpp"
#include "apps/sigd/visibility_api.hpp"
#include "libsig/access/source.hpp"
#include "libsig/core/id.hpp"

namespace libsig::sigd {

namespace {

/// What topics let through; a reload changes it.
[[nodiscard]] topic::policy policy_of(const node_settings& how) {
  return {how.topics.prefixes, how.topics.payload_bytes_max,
          how.visibility.sse_bytes_max};
}

void append_level(metrics::text_writer& to, std::string_view name,
                  std::string_view help,
                  const std::atomic<std::uint64_t>& value) {
  to.begin(metrics::text_writer::kind::gauge, name, help);
  to.sample(value.load(std::memory_order_relaxed));
}

void set_bounds(const node_settings& how, hub::hub_options& of) {
  auto& waits = of.topics.bounds;
  waits.parked.waits_max = how.topics.parked_waits_max;
  waits.parked.caller_waits_max = how.topics.caller_parked_waits_max;
  waits.cursors_max = how.topics.topics_max;
  waits.cursor_age = how.topics.cursor_age;
  of.visibility.bounds.events_max = how.visibility.events_max;
  of.visibility.bounds.conversations_max = how.visibility.conversations_max;
  of.subscriptions.keep.agents_max = how.subscriptions.agents_max;
  of.subscriptions.keep.subscriptions_max = how.subscriptions.subscriptions_max;
  of.subscriptions.deliver.handled_max =
    how.subscriptions.handled_deliveries_max;
  of.subscriptions.deliver.items_max = how.subscriptions.pending_max;
  of.subscriptions.deliver.bytes_max =
    how.subscriptions.pending_bytes > 0
      ? how.subscriptions.pending_bytes
      : how.retention.bytes / limits::pending_store_part;
  of.subscriptions.deliver.age_max = how.subscriptions.pending_age;
  of.subscriptions.deliver.attempts_max = how.subscriptions.attempts_max;
  of.subscriptions.deliver.backoff = how.subscriptions.backoff;
  of.scheduler.bounds.rows_max = how.schedules_max;
  of.scheduler.bounds.bytes_max = how.schedule_bytes_max;
}

/// As many answers may wait as waits may be parked, since one message may wake
/// them all; where few may be parked, others still end at once.
[[nodiscard]] answer_bounds bounds_of(const node_settings& how) {
  answer_bounds made;
  made.orders_max = std::max(made.orders_max, how.topics.parked_waits_max);
  made.caller_orders_max =
    std::max(made.caller_orders_max, how.topics.caller_parked_waits_max);
  return made;
}

} // namespace

struct hub_paths::parts {
  parts(const node_settings& how, const surroundings& in)
    : waiting{std::make_shared<libsig::actors::topics_numbers>()},
      subscribed{std::make_shared<subscription_watch>(in.log, in.time)},
      delayed{std::make_shared<schedule_watch>(in.log)}, calls{in.node,
                                                               in.still},
      conversations{in.node, in.still}, topics{in.node,
                                               calls,
                                               {policy_of(how),
                                                how.review.source_prefix,
                                                bounds_of(how), &in.time}},
      cursors{calls, [this] { return topics.rules(); }},
      visibility{conversations, [this] { return topics.rules(); }},
      agents{in.node, calls}, deliveries{calls},
      scheduled{
        in.node, calls,
        scheduled_api::options{in.contracts, std::make_shared<uuid7_source>(),
                               access::source_rule{how.review.source_prefix}}},
      engine{in.node, calls, access::source_rule{how.review.source_prefix}} {}

  std::shared_ptr<libsig::actors::topics_numbers> waiting;
  std::shared_ptr<subscription_watch> subscribed;
  std::shared_ptr<schedule_watch> delayed;
  actor_calls calls;
  conversation_feed conversations;
  topics_api topics;
  cursors_api cursors;
  visibility_api visibility;
  agents_api agents;
  deliveries_api deliveries;
  scheduled_api scheduled;
  engine_api engine;
};

hub_paths::hub_paths(std::unique_ptr<parts> made) noexcept
  : parts_{std::move(made)} {}

hub_paths::~hub_paths() { close(); }

result<std::unique_ptr<hub_paths>> hub_paths::start(const node_settings& how,
                                                    const surroundings& in) {
  auto made = std::make_unique<parts>(how, in);
  hub::hub_options options;
  options.letters = &in.letters;
  options.topics.numbers = made->waiting;
  options.subscriptions.watcher = made->subscribed;
  options.scheduler.watcher = made->delayed;
  set_bounds(how, options);
  if (auto done = hub::spawn(in.node, std::move(options)); !done) {
    return fail(std::move(done).error());
  }
  return std::make_unique<hub_paths>(std::move(made));
}

operations hub_paths::operations() {
  sigd::operations all;
  for (auto&& part :
       {parts_->topics.operations(), parts_->cursors.operations(),
        parts_->visibility.operations(), parts_->agents.operations(),
        parts_->deliveries.operations(), parts_->scheduled.operations(),
        parts_->engine.operations()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

void hub_paths::change(const node_settings& how) {
  parts_->topics.change(policy_of(how));
}

void hub_paths::recheck() {
  parts_->calls.recheck();
  parts_->conversations.recheck();
}

void hub_paths::end_calls() {
  // Who learns that the node ends may count on it that no more is made.
  parts_->topics.end_answers();
  parts_->calls.close();
}

void hub_paths::close() {
  end_calls();
  parts_->conversations.close();
  parts_->topics.close();
}

void hub_paths::append_metrics(metrics::text_writer& to) const {
  const auto& now = *parts_->waiting;
  append_level(to, "waits_parked", "Waits that sleep in the actor of topics.",
               now.parked);
  append_level(to, "cursors", "Positions in topics that are kept.",
               now.cursors);
  append_level(to, "wait_answers_unsettled",
               "Answers to waits that are being written.", now.unsettled);
  parts_->topics.append_metrics(to);
  parts_->subscribed->append_metrics(to);
  parts_->delayed->append_metrics(to);
}

} // namespace libsig::sigd
