#include "libsig/subscription/matcher.hpp"

#include <string>
#include <utility>

#include "libsig/core/reserved.hpp"
#include "libsig/subscription/answers.hpp"
#include "libsig/subscription/requests.hpp"

namespace libsig::subscription {

namespace {

[[nodiscard]] bool is_for_agents(const signal& what) {
  return !is_internal_type(what.type()) && !what.has_receiver();
}

} // namespace

// -- from the mailbox and the log ---------------------------------------------

void matcher::hear(const signal_ptr& what, const actor::context& now,
                   actor::step& out) {
  const auto sequence = what->sequence();
  if (sequence <= in_.how_far.heard()) {
    // It was read from the log before it came.
    return;
  }
  budget left{bounds_.signals_max, bounds_.items_max};
  if (!is_behind()
      || (open_ == nullptr && sequence == in_.how_far.heard() + 1)) {
    begin(what, left, now, out);
  } else {
    expect(sequence);
  }
  read_on(left, now, out);
}

void matcher::go_on(const actor::context& now, actor::step& out) {
  budget left{bounds_.signals_max, bounds_.items_max};
  read_on(left, now, out);
  repeat_on(left, now, out);
}

void matcher::read_on(budget& left, const actor::context& now,
                      actor::step& out) {
  if (open_ != nullptr) {
    bring(left, now, out);
  } else if (in_.agents.size() == 0) {
    in_.how_far.hear(goal_);
  }
  while (open_ == nullptr && goal_ > in_.how_far.heard() && left.signals > 0
         && (!again_at_ || *again_at_ <= now.steady_now)) {
    --left.signals;
    const auto next = in_.how_far.heard() + 1;
    auto found = in_.log.find(next);
    if (!found) {
      leave_out(next, std::move(found).error(), now.steady_now);
      continue;
    }
    if (*found) {
      begin(*found, left, now, out);
    } else {
      // Its body is gone.
      again_at_.reset();
      tries_ = 0;
      in_.how_far.hear(next);
    }
  }
}

/// A signal cannot be read: it is tried again, a bounded number of times,
/// unless it was not tried at all.
void matcher::leave_out(std::uint64_t sequence, error why, steady_time now) {
  if (!is_passing(why) && ++tries_ >= bounds_.tries_max) {
    tries_ = 0;
    again_at_.reset();
    if (in_.watcher != nullptr) {
      in_.watcher->on_unreadable("log", std::to_string(sequence));
    }
    in_.how_far.hear(sequence);
    return;
  }
  again_at_ = now + bounds_.try_again;
  unread_ = std::move(why);
}

// -- one signal ---------------------------------------------------------------

void matcher::begin(const signal_ptr& what, budget& left,
                    const actor::context& now, actor::step& out) {
  const auto sequence = what->sequence();
  // Before a restart it may have come to some already.
  const auto reached =
    sequence == in_.how_far.heard() + 1 ? in_.how_far.reached() : std::string{};
  again_at_.reset();
  tries_ = 0;
  in_.how_far.hear(sequence - 1);
  if (!is_for_agents(*what)) {
    in_.how_far.hear(sequence);
    return;
  }
  open_ = what;
  next_ = 0;
  hits_.clear();
  in_.agents.match(what->tenant(), what->type(), hits_);
  if (!reached.empty() || hits_.size() > left.items) {
    sort_by_name(hits_, reached);
  }
  bring(left, now, out);
}

/// Puts those first whose names are, and leaves out who has got it: an order
/// that a restart finds again.
void matcher::sort_by_name(std::vector<hit>& all,
                           std::string_view reached) const {
  const auto name_of = [this](const hit& one) -> const std::string& {
    return in_.agents.name_of(one.agent).agent;
  };
  std::erase_if(all, [&](const hit& one) { return name_of(one) <= reached; });
  std::ranges::stable_sort(all, {}, name_of);
}

/// Brings the open signal to those who have not got it, as many as one step
/// may.
void matcher::bring(budget& left, const actor::context& now, actor::step& out) {
  while (next_ < hits_.size()) {
    if (left.items == 0) {
      if (next_ > 0) {
        in_.how_far.reach(in_.agents.name_of(hits_[next_ - 1].agent).agent);
      }
      return;
    }
    const auto its = first_agent(std::span{hits_}.subspan(next_));
    const auto agent = its.front().agent;
    if (const auto by = heeded(agent, its, *open_); !by.empty()) {
      // A restart must not match it again.
      in_.how_far.pin();
      in_.to.add(agent, {open_, open_->recorded_time()}, by, now, out);
      --left.items;
    }
    next_ += its.size();
  }
  in_.how_far.hear(std::exchange(open_, nullptr)->sequence());
}

/// The matches of the agent that stands first.
std::span<hit> matcher::first_agent(std::span<hit> of) {
  const auto last = std::ranges::find_if(
    of, [&](const hit& one) { return one.agent != of.front().agent; });
  return {of.begin(), last};
}

/// The subscriptions of an agent that count: of a signal of its own those alone
/// that ask for them.
std::span<hit> matcher::heeded(agent_place by, std::span<hit> all,
                               const signal& what) const {
  if (what.source() != in_.agents.source_of(by)) {
    return all;
  }
  const auto others =
    std::stable_partition(all.begin(), all.end(),
                          [](const hit& one) { return one.by->include_self; });
  return {all.begin(), others};
}

// -- for requests -------------------------------------------------------------

result<void> matcher::catch_up(const actor::context& now, actor::step& out) {
  // However much it is: what is nobody's never comes from the mailbox.
  expect(in_.log.end());
  budget left{bounds_.ahead_max, bounds_.items_max};
  read_on(left, now, out);
  if (!is_behind()) {
    return {};
  }
  if (again_at_) {
    return fail(*unread_);
  }
  return fail(error(errc::overloaded,
                    "signals that were published before are still brought to "
                    "their agents")
                .mend("ask again later"));
}

void matcher::look_ahead(const actor::context& now, actor::step& out) {
  const auto end = in_.log.end();
  if (!is_behind() && end <= in_.how_far.heard() + bounds_.ahead_max) {
    expect(end);
    budget left{bounds_.ahead_max, bounds_.items_max};
    read_on(left, now, out);
  }
}

result<void> matcher::bring_back(agent_place to, const signal_ptr& what,
                                 const actor::context& now, actor::step& out) {
  if (in_.to.is_dying(to, what->sequence())) {
    return fail(
      error(errc::overloaded, "the signal is on its way to the dead letters")
        .mend("ask again later"));
  }
  if (auto why = in_.to.refuses(to, what->sequence(), stored_bytes(*what))) {
    return fail(*std::move(why));
  }
  std::vector<hit> all;
  in_.agents.match(what->tenant(), what->type(), all);
  std::erase_if(all, [to](const hit& one) { return one.agent != to; });
  const auto by = heeded(to, all, *what);
  if (by.empty()) {
    return fail(errc::not_found, "the agent '" + in_.agents.name_of(to).agent
                                   + "' has no subscription any more that "
                                     "matches "
                                   + what->type());
  }
  // Its age begins anew, or it would go at once.
  in_.to.add(to, {what, now.wall_now}, by, now, out);
  return {};
}

// -- once more ----------------------------------------------------------------

void matcher::repeat(actor::request_id by, const signal_ptr& what,
                     const actor::context& now, actor::step& out) {
  if (what->sequence() > in_.how_far.heard()) {
    // Its turn is still to come.
    expect(what->sequence());
    go_on(now, out);
    answer(by, noted_reply{}, out);
    return;
  }
  if (repeats_.size() >= bounds_.repeats_max) {
    refuse(by,
           error(errc::overloaded, std::to_string(bounds_.repeats_max)
                                     + " signals are being repeated")
             .mend("ask again later"),
           out);
    return;
  }
  repeats_.push_back({by, what, now.wall_now});
  if (repeats_.size() == 1) {
    budget left{bounds_.signals_max, bounds_.items_max};
    repeat_on(left, now, out);
  }
}

void matcher::gone(actor::request_id which) {
  const auto found = std::ranges::find(repeats_, which, &repeated::by);
  if (found != repeats_.end()) {
    found->by.reset();
  }
}

/// Brings what is to be repeated, as many items as one step may.
void matcher::repeat_on(budget& left, const actor::context& now,
                        actor::step& out) {
  while (!repeats_.empty() && bring_again(repeats_.front(), left, now, out)) {
    if (repeats_.front().by) {
      answer(*repeats_.front().by, noted_reply{}, out);
    }
    repeats_.pop_front();
  }
}

/// Whether everybody has got it. Who listens is looked up anew in each step.
bool matcher::bring_again(repeated& what, budget& left,
                          const actor::context& now, actor::step& out) {
  const auto& of = *what.what;
  std::vector<hit> all;
  if (is_for_agents(of)) {
    in_.agents.match(of.tenant(), of.type(), all);
  }
  if (!what.reached.empty() || all.size() > left.items) {
    sort_by_name(all, what.reached);
  }
  for (std::span<hit> rest{all}; !rest.empty();) {
    if (left.items == 0) {
      return false;
    }
    const auto its = first_agent(rest);
    const auto agent = its.front().agent;
    if (const auto by = heeded(agent, its, of); !by.empty()) {
      in_.to.add(agent, {what.what, what.since}, by, now, out);
      --left.items;
    }
    what.reached = in_.agents.name_of(agent).agent;
    rest = rest.subspan(its.size());
  }
  return true;
}

} // namespace libsig::subscription
