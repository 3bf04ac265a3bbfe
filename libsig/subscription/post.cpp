#include "libsig/subscription/post.hpp"

#include <algorithm>

#include "libsig/core/pattern.hpp"
#include "libsig/subscription/answers.hpp"
#include "libsig/subscription/sight.hpp"

namespace libsig::subscription {

// -- what was kept ------------------------------------------------------------

void post::restore(agent_place where, const agent_row& kept) {
  desk_of(where).asleep = kept.asleep;
}

void post::restore(agent_place where, item_row kept,
                   const actor::context& now) {
  if (!kept.complete) {
    complete(kept.what, now.wall_now);
  }
  auto& box = desk_of(where).box;
  auto* const what = let_wait(where, std::move(kept.what), now);
  if (what == nullptr || what->hand_outs.empty()) {
    return;
  }
  if (!what->rests_until) {
    box.mark_out(*what);
    return;
  }
  // The clock may have gone back: no rest is longer than the longest.
  const auto left = std::clamp<std::chrono::milliseconds>(
    *what->rests_until - now.wall_now, std::chrono::milliseconds{0},
    rest_after(bounds_.attempts_max));
  if (left.count() > 0) {
    box.rest(*what, now.steady_now + left);
  }
}

void post::restore_handled(agent_place where, std::uint64_t number) {
  auto& at = desk_of(where);
  if (at.handled_next == 1) {
    at.handled_first = number;
  }
  at.handled_first = std::min(at.handled_first, number);
  at.handled_next = std::max(at.handled_next, number + 1);
}

// -- agents -------------------------------------------------------------------

post::desk& post::desk_of(agent_place where) {
  if (where >= desks_.size()) {
    desks_.resize(in_.agents->places());
  }
  return desks_[where];
}

agent_row post::row_of(agent_place where) const {
  const bool asleep = where < desks_.size() && desks_[where].asleep;
  return {name_of(where), in_.agents->created_at(where), asleep};
}

void post::remove_agent(agent_place where, actor::step& out) {
  auto& at = desk_of(where);
  const auto& who = name_of(where);
  if (at.parked) {
    refuse(unpark(where).which,
           error(errc::not_found, "the agent '" + who.agent + "' was removed"),
           out);
  }
  if (at.looking) {
    parked_.erase(at.looking->which);
    refuse(at.looking->which,
           error(errc::not_found, "the agent '" + who.agent + "' was removed"),
           out);
  }
  agenda_.set(where, std::nullopt);
  for (const auto& [sequence, what] : at.box.all()) {
    out.writes.push_back(removal_of_item(who, sequence));
    waiting_.remove(sequence);
  }
  for (; at.handled_first < at.handled_next; ++at.handled_first) {
    out.writes.push_back(removal_of_handled(who, at.handled_first));
  }
  ages_.set(where, std::nullopt);
  at = {};
}

// -- items --------------------------------------------------------------------

void post::add(agent_place where, const arrival& which, std::span<const hit> by,
               const actor::context& now, actor::step& out) {
  const auto& what = which.what;
  auto& at = desk_of(where);
  if (at.box.find(what->sequence()) != nullptr
      || is_dying(where, what->sequence())) {
    return;
  }
  item made;
  made.sequence = what->sequence();
  made.type = texts_.get(what->type());
  made.bytes = stored_bytes(*what);
  made.since = which.since;
  made.from_self = what->source() == in_.agents->source_of(where);
  for (const auto& one : by) {
    made.silent = made.silent && one.by->silent;
    if (made.patterns.size() < limits::delivery_patterns_max) {
      made.patterns.push_back(one.by->pattern);
    }
  }
  if (const auto why = refuses(where, made.sequence, made.bytes)) {
    bury(where, made, why->detail() + "; " + why->remedy(), out);
    return;
  }
  out.writes.push_back(write_of(name_of(where), made));
  if (in_.watcher != nullptr) {
    in_.watcher->on_queued(name_of(where), what, made.silent);
  }
  const bool loud = !made.silent;
  const auto* const added = let_wait(where, std::move(made), now);
  if (at.parked) {
    refresh(where, now);
    // What the caller does not see concerns it not.
    at.loud_came =
      at.loud_came || (loud && sight{*at.parked->asked}.sees(*added));
    serve_loud(where, what, now, out);
  }
}

void post::turned_loud(agent_place where, const actor::context& now,
                       actor::step& out) {
  auto& at = desk_of(where);
  if (at.parked) {
    refresh(where, now);
    at.loud_came = true;
    serve_loud(where, nullptr, now, out);
  }
}

bool post::has(agent_place where, std::uint64_t sequence) {
  return desk_of(where).box.find(sequence) != nullptr;
}

// -- validity -----------------------------------------------------------------

/// The subscription by which an item is still delivered, or null (D17, D18).
const interest* post::live(agent_place where, const item& what,
                           const std::string& pattern) const {
  const auto* const found = in_.agents->find(where, pattern);
  return found != nullptr && (found->include_self || !what.from_self) ? found
                                                                      : nullptr;
}

/// Calls `with` for each subscription by which an item is still delivered.
template <class Call>
void post::for_each_live(agent_place where, const item& what, Call with) const {
  if (what.patterns.size() < limits::delivery_patterns_max) {
    for (const auto& pattern : what.patterns) {
      if (const auto* const by = live(where, what, *pattern)) {
        with(*by);
      }
    }
    return;
  }
  // More may have matched than it kept.
  in_.agents->for_each_of(where, [&](const interest& one) {
    const auto read = pattern::parse(*one.pattern);
    if (read && read->matches(*what.type)
        && (one.include_self || !what.from_self)) {
      with(one);
    }
  });
}

std::optional<post::validity> post::validate(agent_place where,
                                             const item& what) const {
  validity found;
  for_each_live(where, what, [&](const interest& by) {
    found.patterns.push_back(*by.pattern);
    found.silent = found.silent && by.silent;
  });
  if (found.patterns.empty()) {
    return std::nullopt;
  }
  std::ranges::sort(found.patterns);
  return found;
}

bool post::is_loud(agent_place where, const item& what) const {
  bool loud = false;
  for_each_live(where, what,
                [&](const interest& by) { loud = loud || !by.silent; });
  return loud;
}

// -- taking -------------------------------------------------------------------

/// Notes whose rest is over.
void post::refresh(agent_place where, const actor::context& now) {
  auto& at = desk_of(where);
  std::vector<item*> woken;
  at.box.wake(now.steady_now, woken);
  if (at.parked && !woken.empty()) {
    sight of{*at.parked->asked};
    at.loud_came = at.loud_came || std::ranges::any_of(woken, [&](item* one) {
                     return of.sees(*one) && is_loud(where, *one);
                   });
  }
}

/// Takes what is out already, else the oldest item, of those that the caller
/// sees; nothing when there is none.
std::optional<result<delivery>> post::take(agent_place where, call& by,
                                           const signal_ptr& at_hand,
                                           const actor::context& now,
                                           actor::step& out) {
  auto& box = desk_of(where).box;
  sight of{*by.asked};
  std::optional<result<delivery>> unread;
  unsigned passed_over = 0;
  auto left = bounds_.looked_max;
  by.unfinished = false;
  for (const auto* some : {&box.out(), &box.ready()}) {
    const bool is_ready = some == &box.ready();
    auto at = is_ready ? some->upper_bound(by.looked) : some->begin();
    while (at != some->end()) {
      if (is_ready && left-- == 0) {
        by.unfinished = true;
        return unread;
      }
      auto& what = *at->second;
      // It may leave the list.
      ++at;
      by.looked = is_ready ? what.sequence : by.looked;
      if (!of.sees(what)) {
        continue;
      }
      auto taken = try_item(where, what, by, at_hand, now, out);
      if (!taken) {
        continue;
      }
      if (*taken || is_passing(taken->error())
          || ++passed_over >= bounds_.unread_max) {
        return taken;
      }
      // What cannot be read does not hold up what can.
      unread = std::move(taken);
    }
  }
  by.looked = 0;
  return unread;
}

/// Whether an item whose signal cannot be read is given up: it was tried often
/// enough, and not all at once.
bool post::give_up_unread(agent_place where, item& what, const error& why,
                          const actor::context& now, actor::step& out) {
  if (is_passing(why)) {
    return false;
  }
  if (now.steady_now >= what.unread_counts_from) {
    ++what.unread;
    what.unread_counts_from = now.steady_now + bounds_.backoff;
  }
  if (what.unread < bounds_.unread_max) {
    return false;
  }
  bury(where, what, "its signal cannot be read: " + why.message(), out);
  return true;
}

/// Hands an item out, or lets it go where it belongs: then there is nothing.
std::optional<result<delivery>> post::try_item(agent_place where, item& what,
                                               call& by,
                                               const signal_ptr& at_hand,
                                               const actor::context& now,
                                               actor::step& out) {
  auto found = validate(where, what);
  if (!found) {
    drop(where, what.sequence, "no subscription matches it any more", out);
    ++by.dropped;
    return std::nullopt;
  }
  if (what.hand_outs.size() >= bounds_.attempts_max) {
    bury(where, what,
         "handed out " + std::to_string(what.hand_outs.size())
           + " times and not settled",
         out);
    return std::nullopt;
  }
  auto signal = at_hand;
  if (!signal || signal->sequence() != what.sequence) {
    auto read = in_.log->find(what.sequence);
    if (!read) {
      if (give_up_unread(where, what, read.error(), now, out)) {
        return std::nullopt;
      }
      return fail(std::move(read).error());
    }
    what.unread = 0;
    signal = *std::move(read);
  }
  if (!signal) {
    drop(where, what.sequence, "the body of its signal is gone", out);
    ++by.dropped;
    return std::nullopt;
  }
  return hand_out(where, what, signal, *std::move(found), out);
}

delivery post::hand_out(agent_place where, item& what, const signal_ptr& of,
                        validity found, actor::step& out) {
  const hand_out_id id{what.sequence, in_.numbers->next_number()};
  desk_of(where).box.hand_out(what, id.number);
  what.silent = found.silent;
  out.writes.push_back(write_of(name_of(where), what));
  delivery made{to_string(id), of, std::move(found.patterns), found.silent,
                static_cast<unsigned>(what.hand_outs.size())};
  if (!made.silent) {
    wake_up(where, of, out);
  }
  if (in_.watcher != nullptr) {
    in_.watcher->on_delivered(name_of(where), made);
  }
  return made;
}

void post::drop(agent_place where, std::uint64_t sequence, std::string_view why,
                actor::step& out) {
  out.writes.push_back(removal_of_item(name_of(where), sequence));
  leave(where, sequence);
  if (in_.watcher != nullptr) {
    in_.watcher->on_dropped(name_of(where), sequence, why);
  }
}

/// Lets an item become a dead letter, whether it is in the mailbox or not.
void post::bury(agent_place where, const item& what, std::string why,
                actor::step& out) {
  auto& box = desk_of(where).box;
  const auto& who = name_of(where);
  const auto sequence = what.sequence;
  const bool there = box.find(sequence) != nullptr;
  if (in_.graves->possible()) {
    out.writes.push_back(write_of(who, what, why));
    in_.graves->add({who, sequence, why,
                     static_cast<unsigned>(what.hand_outs.size()), what.bytes,
                     removal_of_item(who, sequence)});
  } else if (there) {
    out.writes.push_back(removal_of_item(who, sequence));
  }
  if (in_.watcher != nullptr) {
    in_.watcher->on_dead_letter(who, sequence, why);
  }
  if (there) {
    leave(where, sequence);
  }
}

} // namespace libsig::subscription
