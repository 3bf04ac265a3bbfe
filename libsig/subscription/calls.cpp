#include <algorithm>

#include "libsig/subscription/answers.hpp"
#include "libsig/subscription/lifecycle.hpp"
#include "libsig/subscription/post.hpp"
#include "libsig/subscription/sight.hpp"

// The calls that agents make for their next item, and what they tell of the
// agent.
namespace libsig::subscription {

// -- calls --------------------------------------------------------------------

void post::next(agent_place where, actor::request_id which,
                std::shared_ptr<const next_request> asked,
                const actor::context& now, actor::step& out) {
  refresh(where, now);
  static_cast<void>(settle_all(
    where, {asked->handled, asked->failed, asked->reason}, now, out));
  const auto timeout = std::clamp<std::chrono::milliseconds>(
    asked->timeout, std::chrono::milliseconds{0}, limits::wait_timeout_max);
  call by{which, std::move(asked), now.steady_now + timeout};
  if (auto taken = take(where, by, nullptr, out)) {
    tell(by, std::move(*taken), out);
  } else if (timeout.count() == 0) {
    tell(by, std::nullopt, out);
  } else {
    park(where, std::move(by), out);
  }
  // What was settled may have held up a call that is parked.
  serve_loud(where, nullptr, out);
  set_due(where);
}

void post::park(agent_place where, call what, actor::step& out) {
  auto& at = desk_of(where);
  if (at.parked) {
    refuse(unpark(where).which,
           error(errc::already_exists, "a newer call of the agent '"
                                         + name_of(where).agent + "' waits")
             .mend("let one call of an agent wait at a time"),
           out);
  } else if (parked_.size() >= bounds_.parked_max) {
    refuse(what.which,
           error(errc::overloaded, std::to_string(bounds_.parked_max)
                                     + " calls for deliveries are parked")
             .mend("ask again later"),
           out);
    return;
  }
  parked_.emplace(what.which, where);
  at.parked = std::move(what);
  fall_asleep(where, out);
}

post::call post::unpark(agent_place where) {
  auto& at = desk_of(where);
  auto what = *std::exchange(at.parked, std::nullopt);
  at.loud_came = false;
  parked_.erase(what.which);
  agenda_.set(where, std::nullopt);
  return what;
}

/// Gives the parked call the oldest item, if there is one.
void post::serve(agent_place where, const signal_ptr& at_hand,
                 actor::step& out) {
  auto taken = take(where, *desk_of(where).parked, at_hand, out);
  if (taken) {
    tell(unpark(where), std::move(*taken), out);
  }
}

/// Serves the parked call when a loud item waits for it. An agent has one item
/// at a time, so that nothing comes while one is out.
void post::serve_loud(agent_place where, const signal_ptr& at_hand,
                      actor::step& out) {
  auto& at = desk_of(where);
  if (!at.parked || !at.loud_came) {
    return;
  }
  sight of{*at.parked->asked};
  if (of.sees_any(at.box.out())) {
    return;
  }
  // What is loud has come last, as a rule.
  const auto& ready = at.box.ready();
  if (std::any_of(ready.rbegin(), ready.rend(), [&](const auto& one) {
        return of.sees(*one.second) && is_loud(where, *one.second);
      })) {
    serve(where, at_hand, out);
  } else {
    at.loud_came = false;
  }
}

/// Ends the parked call, whose time is up.
void post::end_call(agent_place where, actor::step& out) {
  auto& at = desk_of(where);
  if (!sight{*at.parked->asked}.sees_any(at.box.out())) {
    serve(where, nullptr, out);
  }
  if (at.parked) {
    tell(unpark(where), std::nullopt, out);
  }
}

/// Ends a call with what was taken, or with nothing.
void post::tell(const call& to, std::optional<result<delivery>> taken,
                actor::step& out) {
  if (taken && !*taken) {
    refuse(to.which, std::move(*taken).error(), out);
    return;
  }
  next_reply made;
  if (taken) {
    made.item = *std::move(*taken);
  }
  made.dropped = to.dropped;
  answer(to.which, std::move(made), out);
}

/// Lets the agenda know when a parked call is to be looked at.
void post::set_due(agent_place where) {
  const auto& at = desk_of(where);
  if (!at.parked) {
    return;
  }
  auto due = at.parked->deadline;
  if (const auto wake = at.box.next_wake()) {
    due = std::min(due, *wake);
  }
  agenda_.set(where, due);
}

void post::gone(actor::request_id which) {
  if (const auto found = parked_.find(which); found != parked_.end()) {
    static_cast<void>(unpark(found->second));
  }
}

void post::on_time(const actor::context& now, actor::step& out) {
  expire(now, out);
  for (const auto where :
       agenda_.take(now.steady_now, limits::timeouts_per_step_max)) {
    refresh(where, now);
    serve_loud(where, nullptr, out);
    const auto& parked = desk_of(where).parked;
    if (parked && parked->deadline <= now.steady_now) {
      end_call(where, out);
    }
    set_due(where);
  }
}

// -- lifecycle ----------------------------------------------------------------

namespace {

[[nodiscard]] actor::emission lifecycle_signal(const agent_name& who,
                                               std::string type,
                                               std::string_view state) {
  actor::emission made;
  made.type = std::move(type);
  made.source = source_of(who.agent);
  made.tenant = who.tenant;
  made.data = lifecycle_data(who.agent, state);
  // That nobody hears of it harms no item.
  made.may_be_refused = true;
  return made;
}

} // namespace

void post::fall_asleep(agent_place where, actor::step& out) {
  auto& at = desk_of(where);
  if (std::exchange(at.asleep, true)) {
    return;
  }
  const auto& who = name_of(where);
  out.writes.push_back(write_of(row_of(where)));
  out.emissions.push_back(
    lifecycle_signal(who, sleep_type(who.agent), "asleep"));
}

/// `by` is the signal of the loud item.
void post::wake_up(agent_place where, const signal_ptr& by, actor::step& out) {
  auto& at = desk_of(where);
  if (!at.asleep || is_lifecycle_type(by->type())) {
    return;
  }
  at.asleep = false;
  const auto& who = name_of(where);
  out.writes.push_back(write_of(row_of(where)));
  auto& said = out.emissions.emplace_back(
    lifecycle_signal(who, wake_type(who.agent), "awake"));
  said.cause = by;
}

} // namespace libsig::subscription
