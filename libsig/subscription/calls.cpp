#include <algorithm>
#include <utility>

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
  answer_or_wait(where, {which, std::move(asked), now.steady_now + timeout},
                 now, out);
  // What was settled may have held up a call that is parked.
  serve_loud(where, nullptr, now, out);
  set_due(where);
}

/// Gives a call the oldest item, or lets it look on, wait or end.
void post::answer_or_wait(agent_place where, call by, const actor::context& now,
                          actor::step& out) {
  if (auto taken = take(where, by, nullptr, now, out)) {
    tell(by, std::move(*taken), out);
  } else if (by.unfinished) {
    look_on(where, std::move(by), now, out);
  } else if (by.deadline <= now.steady_now) {
    tell(by, std::nullopt, out);
  } else {
    park(where, std::move(by), out);
  }
}

/// Lets a call that has looked at as many items as one step may go on in the
/// next.
void post::look_on(agent_place where, call by, const actor::context& now,
                   actor::step& out) {
  auto& at = desk_of(where);
  if (at.looking) {
    parked_.erase(at.looking->which);
    supersede(where, at.looking->which, out);
  } else if (!has_room(by.which, out)) {
    return;
  }
  parked_.emplace(by.which, where);
  by.goes_on = now.steady_now;
  by.went_on = true;
  at.looking = std::move(by);
}

/// Whether one more call may be parked, or the refusal.
bool post::has_room(actor::request_id which, actor::step& out) const {
  if (parked_.size() < bounds_.parked_max) {
    return true;
  }
  refuse(which,
         error(errc::overloaded, std::to_string(bounds_.parked_max)
                                   + " calls for deliveries are parked")
           .mend("ask again later"),
         out);
  return false;
}

/// Ends a call since a newer one of the agent came.
void post::supersede(agent_place where, actor::request_id which,
                     actor::step& out) const {
  refuse(which,
         error(errc::already_exists,
               "a newer call of the agent '" + name_of(where).agent + "' waits")
           .mend("let one call of an agent wait at a time"),
         out);
}

void post::park(agent_place where, call what, actor::step& out) {
  auto& at = desk_of(where);
  if (at.parked) {
    supersede(where, unpark(where).which, out);
  } else if (!has_room(what.which, out)) {
    return;
  }
  parked_.emplace(what.which, where);
  // Something may have become ready where it had looked already.
  at.loud_came = what.went_on;
  at.parked = std::move(what);
  fall_asleep(where, out);
}

post::call post::unpark(agent_place where) {
  auto& at = desk_of(where);
  auto what = *std::exchange(at.parked, std::nullopt);
  at.loud_came = false;
  parked_.erase(what.which);
  agenda_.set(where,
              at.looking ? std::optional{at.looking->goes_on} : std::nullopt);
  return what;
}

/// Gives the parked call the oldest item, if there is one.
void post::serve(agent_place where, const signal_ptr& at_hand,
                 const actor::context& now, actor::step& out) {
  auto& by = *desk_of(where).parked;
  auto taken = take(where, by, at_hand, now, out);
  if (taken) {
    tell(unpark(where), std::move(*taken), out);
  } else if (by.unfinished) {
    by.goes_on = now.steady_now;
    set_due(where);
  }
}

/// Serves the parked call when a loud item waits for it. An agent has one item
/// at a time, so that nothing comes while one is out.
void post::serve_loud(agent_place where, const signal_ptr& at_hand,
                      const actor::context& now, actor::step& out) {
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
    serve(where, at_hand, now, out);
  } else {
    at.loud_came = false;
  }
}

/// Ends the parked call, whose time is up: once it has looked at all items,
/// which may take several steps.
void post::end_call(agent_place where, const actor::context& now,
                    actor::step& out) {
  auto& at = desk_of(where);
  const bool begins = !std::exchange(at.parked->ends, true);
  if (begins && !sight{*at.parked->asked}.sees_any(at.box.out())) {
    serve(where, nullptr, now, out);
  }
  if (at.parked && !at.parked->unfinished) {
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
  auto due = steady_time::max();
  if (at.parked) {
    due = at.parked->unfinished ? at.parked->goes_on : at.parked->deadline;
    due = std::min(due, at.box.next_wake().value_or(due));
  }
  if (at.looking) {
    due = std::min(due, at.looking->goes_on);
  }
  if (at.parked || at.looking) {
    agenda_.set(where, due);
  }
}

void post::gone(actor::request_id which) {
  const auto found = parked_.find(which);
  if (found == parked_.end()) {
    return;
  }
  const auto where = found->second;
  auto& at = desk_of(where);
  if (at.looking && at.looking->which == which) {
    at.looking.reset();
    parked_.erase(found);
  } else {
    static_cast<void>(unpark(where));
  }
}

void post::on_time(const actor::context& now, actor::step& out) {
  expire(now, out);
  for (const auto where :
       agenda_.take(now.steady_now, limits::timeouts_per_step_max)) {
    refresh(where, now);
    auto& at = desk_of(where);
    if (at.looking) {
      auto by = *std::exchange(at.looking, std::nullopt);
      parked_.erase(by.which);
      answer_or_wait(where, std::move(by), now, out);
    }
    if (at.parked && at.parked->unfinished) {
      serve(where, nullptr, now, out);
    }
    serve_loud(where, nullptr, now, out);
    const auto& parked = at.parked;
    if (parked && parked->deadline <= now.steady_now) {
      end_call(where, now, out);
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
