#include "apps/hub/agent_letters.hpp"

#include <memory>
#include <string>
#include <utility>

#include "libsig/subscription/requests.hpp"

namespace libsig::hub {

namespace {

[[nodiscard]] std::string target_of(std::string_view agent) {
  return std::string{subscription::dead_letter_target} + ':'
         + std::string{agent};
}

/// Nobody waits for the answer. A report that the actor refuses is lost until
/// its next start, which buries again what it was not told of.
void tell(runtime& node, const subscription::agent_name& who,
          std::uint64_t sequence, bool kept) {
  const auto said = std::make_shared<subscription::buried_request>();
  said->who = who;
  said->sequence = sequence;
  said->kept = kept;
  node.ask(subscription::actor_name, said,
           [](const result<actor::reply_ptr>&) {});
}

} // namespace

subscription::undertaker make_undertaker(journal::dead_letter_book& into,
                                         runtime& node) {
  return [&into, &node](const subscription::burial& what) {
    journal::dead_letter made;
    made.sequence = what.sequence;
    made.tenant = what.who.tenant;
    made.target = target_of(what.who.agent);
    made.reason = what.reason;
    made.attempts = what.attempts;
    const auto& row = what.removal;
    into.add(std::move(made), {{row.table, row.key, row.value, row.keeps}},
             [&node, who = what.who,
              sequence = what.sequence](const result<void>& written) {
               tell(node, who, sequence, written.has_value());
             });
  };
}

void redrive_to_agents(journal::dead_letter_book& from, runtime& node) {
  from.set_redriver(
    std::string{subscription::dead_letter_target},
    [&node](const journal::dead_letter& of, const signal_ptr& what,
            journal::done_handler done) {
      const auto asked = std::make_shared<subscription::redeliver_request>();
      asked->who = {of.tenant, of.target.substr(of.target.find(':') + 1)};
      asked->what = what;
      node.ask(subscription::actor_name, asked,
               [done = std::move(done)](const result<actor::reply_ptr>& got) {
                 if (got) {
                   done({});
                 } else if (got.error().code() == errc::stopped
                            || got.error().code() == errc::overloaded) {
                   done(fail(got.error()));
                 } else {
                   // Another error would say that the letter is not there.
                   done(fail(errc::io, got.error().message()));
                 }
               });
    });
}

} // namespace libsig::hub
