#include "apps/sigd/actor_calls.hpp"

#include <mutex>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "apps/sigd/problem.hpp"

namespace libsig::sigd {

namespace {

[[nodiscard]] error other_rights() {
  return error(errc::unauthorized,
               "the rights of the caller changed while it waited")
    .mend("call again");
}

} // namespace

struct actor_calls::state : std::enable_shared_from_this<actor_calls::state> {
  /// One request of a client. Whoever takes it out of the table answers it,
  /// alone.
  struct call {
    std::string actor;
    access::caller by;
    http::responder to;
    answered done;
    forgotten gone;
    /// As long as it is not known, it is not `asked`.
    actor::request_id which{};
    bool asked = false;
    bool over = false;
    bool answered_by_actor = false;
  };

  using call_ptr = std::shared_ptr<call>;

  state(runtime& of, caller_check check) : node{of}, still{std::move(check)} {}

  /// Puts a call into the table, unless it is over or comes too late.
  [[nodiscard]] bool open(const call_ptr& which) {
    {
      const std::lock_guard lock{mutex};
      if (which->over) {
        return false;
      }
      if (!closed) {
        calls.insert(which);
        return true;
      }
    }
    end(which, error(errc::stopped, "the node is ending"));
    return false;
  }

  /// Takes a call out of the table for its answer; false when it is over.
  [[nodiscard]] bool take(const call_ptr& which) {
    const std::lock_guard lock{mutex};
    which->answered_by_actor = true;
    if (std::exchange(which->over, true)) {
      return false;
    }
    calls.erase(which);
    return true;
  }

  /// Ends a call that the actor has not answered.
  void end(const call_ptr& which, const error& why) {
    // One that is being asked just now is forgotten by whoever asks.
    std::optional<actor::request_id> asked;
    {
      const std::lock_guard lock{mutex};
      if (std::exchange(which->over, true)) {
        return;
      }
      calls.erase(which);
      if (which->asked) {
        asked = which->which;
      }
    }
    if (asked) {
      forget(*which, *asked);
    }
    which->to.answer(refusal(why));
  }

  void forget(const call& which, actor::request_id asked) {
    node.forget(which.actor, asked);
    if (which.gone) {
      which.gone(asked);
    }
  }

  void answer(const call_ptr& which, result<actor::reply_ptr> got) {
    const bool mine = take(which);
    if (mine && still && !still(which->by)) {
      which->to.answer(refusal(other_rights()));
      which->done(std::move(got), nullptr);
      return;
    }
    which->done(std::move(got), mine ? &which->to : nullptr);
  }

  runtime& node;
  const caller_check still;
  // The server's and the runtime's threads meet here; nobody is called back
  // under it.
  mutable std::mutex mutex;
  std::unordered_set<call_ptr> calls;
  bool closed = false;
};

actor_calls::actor_calls(runtime& node, caller_check still)
  : state_{std::make_shared<state>(node, std::move(still))} {}

actor_calls::~actor_calls() { close(); }

void actor_calls::ask(std::string_view actor, actor::request_ptr what,
                      const access::caller& by, http::responder to,
                      answered done, forgotten gone) {
  auto& all = *state_;
  const auto made = std::make_shared<state::call>(state::call{
    std::string{actor}, by, std::move(to), std::move(done), std::move(gone)});
  // Before anybody else knows of it, and before it is asked, since the answer
  // may come before `ask` returns. Not a share in the call, whose responder
  // keeps the callback.
  made->to.on_gone([of = std::weak_ptr{state_}, one = std::weak_ptr{made}] {
    const auto there = of.lock();
    const auto which = one.lock();
    if (there && which) {
      there->end(which, error(errc::stopped));
    }
  });
  if (!all.open(made)) {
    return;
  }
  const auto which = all.node.ask(
    actor, std::move(what), [of = state_, made](result<actor::reply_ptr> got) {
      of->answer(made, std::move(got));
    });
  bool ended = false;
  {
    const std::lock_guard lock{all.mutex};
    made->which = which;
    made->asked = true;
    ended = made->over && !made->answered_by_actor;
  }
  if (ended) {
    all.forget(*made, which);
  }
}

void actor_calls::recheck() {
  std::vector<state::call_ptr> there;
  {
    const std::lock_guard lock{state_->mutex};
    there.assign(state_->calls.begin(), state_->calls.end());
  }
  for (const auto& one : there) {
    if (state_->still && !state_->still(one->by)) {
      state_->end(one, other_rights());
    }
  }
}

void actor_calls::close() {
  std::vector<state::call_ptr> there;
  {
    const std::lock_guard lock{state_->mutex};
    state_->closed = true;
    there.assign(state_->calls.begin(), state_->calls.end());
  }
  for (const auto& one : there) {
    state_->end(one, error(errc::stopped, "the node is ending"));
  }
}

result<void> actor_calls::check(const access::caller& by) const {
  if (state_->still && !state_->still(by)) {
    return fail(other_rights());
  }
  return {};
}

std::size_t actor_calls::size() const {
  const std::lock_guard lock{state_->mutex};
  return state_->calls.size();
}

} // namespace libsig::sigd
