#include "apps/sigd/actor_letters.hpp"

#include <string>
#include <utility>

namespace libsig::sigd {

actor_letters::actor_letters(journal::dead_letter_book& into, runtime& node)
  : into_{into} {
  into_.set_redriver(
    std::string{target_kind},
    [&node](const journal::dead_letter& of, const signal_ptr& what,
            journal::done_handler done) {
      // Another error would say that the letter itself is not there.
      const auto answer = [done = std::move(done)](const result<void>& handed) {
        done(handed ? handed
                    : result<void>{fail(errc::io, handed.error().message())});
      };
      node.redeliver(of.target.substr(target_kind.size() + 1), what, answer);
    });
}

void actor_letters::add(std::string_view actor, const signal_ptr& what,
                        const error& why) {
  if (!what || what->sequence() == 0) {
    return;
  }
  journal::dead_letter made;
  made.sequence = what->sequence();
  made.tenant = what->tenant();
  made.target = std::string{target_kind} + ':' + std::string{actor};
  made.reason = why.message();
  made.attempts = 1;
  // When it cannot be written, nothing can; the observer of the journal knows.
  into_.add(std::move(made), {}, [](const result<void>&) {});
}

} // namespace libsig::sigd
