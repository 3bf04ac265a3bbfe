#include "apps/hub/agent_letters.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "libsig/subscription/requests.hpp"

namespace libsig::hub {

namespace {

[[nodiscard]] std::string target_of(std::string_view agent) {
  return std::string{subscription::dead_letter_target} + ':'
         + std::string{agent};
}

/// Writes letters and reports them. A report that the actor refuses, since it
/// has too many requests, stays here until the actor asks after the burial: no
/// letter is written twice, and none is forgotten. Any thread.
class undertaking : public std::enable_shared_from_this<undertaking> {
public:
  undertaking(journal::dead_letter_book& into, runtime& node)
    : into_{into}, node_{node} {}

  void bury(const subscription::burial& what) {
    const name key{what.who, what.sequence};
    auto known = state::under_way;
    bool is_new = false;
    {
      const std::lock_guard lock{mutex_};
      const auto at = burials_.try_emplace(key, state::under_way);
      is_new = at.second;
      known = std::exchange(at.first->second, state::under_way);
    }
    if (is_new) {
      write(what, key);
    } else if (known != state::under_way) {
      report(key, known == state::kept);
    }
  }

private:
  using name = std::pair<subscription::agent_name, std::uint64_t>;

  enum class state : std::uint8_t { under_way, kept, failed };

  void write(const subscription::burial& what, const name& key) {
    journal::dead_letter made;
    made.sequence = what.sequence;
    made.tenant = what.who.tenant;
    made.target = target_of(what.who.agent);
    made.reason = what.reason;
    made.attempts = what.attempts;
    made.kept_bytes = what.bytes;
    const auto& row = what.removal;
    into_.add(std::move(made), {{row.table, row.key, row.value, row.keeps}},
              [self = shared_from_this(), key](const result<void>& written) {
                self->report(key, written.has_value());
              });
  }

  /// Nobody else waits for the answer.
  void report(const name& key, bool kept) {
    const auto said = std::make_shared<subscription::buried_request>();
    said->who = key.first;
    said->sequence = key.second;
    said->kept = kept;
    node_.ask(subscription::actor_name, said,
              [self = shared_from_this(), key,
               kept](const result<actor::reply_ptr>& got) {
                const std::lock_guard lock{self->mutex_};
                if (!got && got.error().code() == errc::overloaded) {
                  self->burials_[key] = kept ? state::kept : state::failed;
                } else {
                  // An actor that crashed begins with its rows.
                  self->burials_.erase(key);
                }
              });
  }

  journal::dead_letter_book& into_;
  runtime& node_;
  std::mutex mutex_;
  /// What is being written or reported, and reports that nobody took.
  std::map<name, state> burials_;
};

} // namespace

subscription::undertaker make_undertaker(journal::dead_letter_book& into,
                                         runtime& node) {
  return [by = std::make_shared<undertaking>(into, node)](
           const subscription::burial& what) { by->bury(what); };
}

error refusal_of_letter(const error& why) {
  if (why.code() == errc::stopped || why.code() == errc::overloaded) {
    return why;
  }
  if (why.code() == errc::actor_crashed) {
    return error(errc::overloaded, why.message()).mend("ask again later");
  }
  return error(errc::io, why.message());
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
                 done(got ? result<void>{}
                          : fail(refusal_of_letter(got.error())));
               });
    });
}

} // namespace libsig::hub
