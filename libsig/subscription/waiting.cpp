#include <algorithm>

#include "libsig/subscription/post.hpp"

// How much waits, and for how long.
namespace libsig::subscription {

// -- how much -----------------------------------------------------------------

std::optional<error> post::refuses(agent_place where, std::uint64_t sequence,
                                   std::uint64_t bytes) {
  if (desk_of(where).box.size() >= bounds_.items_max) {
    return error(errc::overloaded, "the agent has "
                                     + std::to_string(bounds_.items_max)
                                     + " items that wait, as many as one may")
      .mend("let it handle some, remove it, or raise subscriptions.pending");
  }
  const auto taken = waiting_.bytes_of(name_of(where).tenant);
  if (!waiting_.has(sequence)
      && (taken > bounds_.bytes_max || bytes > bounds_.bytes_max - taken)) {
    return error(errc::overloaded,
                 "the signals that wait for agents of the tenant have "
                   + std::to_string(taken) + " bytes, of at most "
                   + std::to_string(bounds_.bytes_max))
      .mend("let the agents handle some, remove those that never do, or raise "
            "subscriptions.pending_bytes");
  }
  return std::nullopt;
}

/// Puts an item into the mailbox, where it is not; null when it is.
item* post::let_wait(agent_place where, item what, const actor::context& now) {
  const auto sequence = what.sequence;
  const auto bytes = what.bytes;
  auto* const added = desk_of(where).box.add(std::move(what));
  if (added != nullptr) {
    waiting_.add(name_of(where).tenant, sequence, bytes);
    const auto& box = desk_of(where).box;
    // What comes is the youngest, as a rule, and the agenda knows an older one.
    if (!ages_.has(where) || (box.size() > 1 && box.oldest() == added)) {
      set_age(where, now);
    }
  }
  return added;
}

void post::leave(agent_place where, std::uint64_t sequence) {
  desk_of(where).box.remove(sequence);
  waiting_.remove(sequence);
}

/// Finds out what the row of an item does not say. What cannot be read weighs
/// nothing, and its age begins anew.
void post::complete(item& old, wall_time now) {
  const auto [at, is_new] =
    old_rows_.try_emplace(old.sequence, std::uint64_t{0}, now);
  if (is_new) {
    if (const auto found = in_.log->find(old.sequence); found && *found) {
      at->second = {stored_bytes(**found), (*found)->recorded_time()};
    }
  }
  std::tie(old.bytes, old.since) = at->second;
}

// -- for how long -------------------------------------------------------------

/// Lets the agenda know when the oldest item may be too old.
void post::set_age(agent_place where, const actor::context& now) {
  const auto* const oldest = desk_of(where).box.oldest();
  if (!bounds_.age_max || oldest == nullptr) {
    ages_.set(where, std::nullopt);
    return;
  }
  // However the clock was set, no longer than the longest wait.
  const auto left = std::clamp<std::chrono::milliseconds>(
    oldest->since + *bounds_.age_max - now.wall_now,
    std::chrono::milliseconds{0}, *bounds_.age_max);
  ages_.set(where, now.steady_now + left);
}

/// Lets items go that are too old, a bounded number; none while many wait for
/// their burial.
void post::expire(const actor::context& now, actor::step& out) {
  auto left =
    in_.graves->has_many() ? std::size_t{0} : bounds_.expired_per_step_max;
  for (const auto where : ages_.take(now.steady_now, left)) {
    expire_of(where, left, now, out);
    set_age(where, now);
  }
}

void post::expire_of(agent_place where, std::size_t& left,
                     const actor::context& now, actor::step& out) {
  if (!bounds_.age_max) {
    return;
  }
  auto& at = desk_of(where);
  bool some = false;
  for (const auto* one = at.box.oldest();
       one != nullptr && left > 0
       && now.wall_now - one->since >= *bounds_.age_max;
       one = at.box.oldest()) {
    bury(where, *one,
         "nobody settled it for "
           + std::to_string(
             std::chrono::floor<std::chrono::seconds>(*bounds_.age_max).count())
           + " s; let the agent handle its items in time, or raise "
             "subscriptions.pending_age",
         out);
    --left;
    some = true;
  }
  if (some && at.parked) {
    // It may have held up the call that is parked.
    serve_loud(where, nullptr, now, out);
    set_due(where);
  }
}

} // namespace libsig::subscription
