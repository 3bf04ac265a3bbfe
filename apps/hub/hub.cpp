#include "apps/hub/hub.hpp"

#include <memory>
#include <utility>
#include <vector>

#include "apps/hub/agent_letters.hpp"
#include "apps/hub/journal_view.hpp"
#include "apps/hub/subscription_log.hpp"

namespace libsig::hub {

namespace {

/// Where an actor runs that reads the log.
[[nodiscard]] actor::isolation reads(const journal::journal& log) {
  return log.durable() ? actor::isolation::own_thread
                       : actor::isolation::shared;
}

} // namespace

result<void> spawn(runtime& on, hub_options how) {
  const auto& log = on.log();
  how.topics.log = std::make_shared<journal_view>(log);
  how.subscriptions.log = std::make_shared<subscription_log>(log);
  if (how.letters != nullptr) {
    how.subscriptions.bury = make_undertaker(*how.letters, on);
    redrive_to_agents(*how.letters, on);
  }
  auto topics = actors::topics_spec(std::move(how.topics));
  topics.isolation = reads(log);
  auto subscriptions = actors::subscriptions_spec(std::move(how.subscriptions));
  if (!subscriptions) {
    return fail(std::move(subscriptions).error());
  }
  subscriptions->isolation = reads(log);
  auto visibility = actors::visibility_spec(std::move(how.visibility));
  auto scheduler = actors::scheduler_spec(std::move(how.scheduler));
  // The scheduler last, since it publishes what is due.
  for (auto* const one : {&topics, &visibility, &*subscriptions, &scheduler}) {
    if (auto done = on.spawn(std::move(*one)); !done) {
      return done;
    }
  }
  return {};
}

} // namespace libsig::hub
