#include "apps/sigd/actor_letters.hpp"

#include <memory>
#include <string>
#include <utility>

#include "apps/hub/agent_letters.hpp"
#include "libsig/subscription/requests.hpp"

namespace libsig::sigd {

namespace {

/// Publishes what was refused on its way into the log once more. Whoever wanted
/// it had the right to its type.
void publish_again(runtime& node, const signal& what,
                   const journal::done_handler& done) {
  engine::rights by;
  by.emit_reserved = true;
  by.tenant = what.tenant();
  by.on_behalf_of = what.stamped().on_behalf_of;
  node.publish(what.attributes(), by,
               [done](const result<journal::receipt>& got) {
                 done(got ? result<void>{} : fail(got.error()));
               });
}

} // namespace

actor_letters::actor_letters(journal::dead_letter_book& into, runtime& node)
  : into_{into} {
  into_.set_redriver(
    std::string{target_kind},
    [&node](const journal::dead_letter& of, const signal_ptr& what,
            const journal::done_handler& done) {
      if (of.holds_signal()) {
        publish_again(node, *what, done);
        return;
      }
      // Another error would say that the letter itself is not there.
      const auto answer = [done](const result<void>& handed) {
        done(handed ? handed
                    : result<void>{fail(errc::io, handed.error().message())});
      };
      const auto actor = of.target.substr(target_kind.size() + 1);
      if (actor == subscription::actor_name) {
        // It passes over what comes from the mailbox and was heard before.
        auto again = std::make_shared<subscription::repeat_request>();
        again->what = what;
        node.ask(actor, std::move(again),
                 [done](const result<actor::reply_ptr>& got) {
                   done(got ? result<void>{}
                            : fail(hub::refusal_of_letter(got.error())));
                 });
        return;
      }
      node.redeliver(actor, what, answer);
    });
}

void actor_letters::add(std::string_view actor, const signal_ptr& what,
                        const error& why) {
  // Who published a signal was told what became of it.
  if (!what || (actor.empty() && what->sequence() == 0)) {
    return;
  }
  journal::dead_letter made;
  made.target = std::string{target_kind} + ':' + std::string{actor};
  made.reason = why.message();
  made.attempts = 1;
  // When it cannot be written, nothing can; the observer of the journal knows.
  const auto done = [](const result<void>&) {};
  if (what->sequence() == 0) {
    into_.add_refused(std::move(made), *what, done);
    return;
  }
  made.sequence = what->sequence();
  made.tenant = what->tenant();
  into_.add(std::move(made), {}, done);
}

} // namespace libsig::sigd
