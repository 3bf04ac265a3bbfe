#include "libsig/subscription/matcher.hpp"

#include <algorithm>

#include "libsig/core/reserved.hpp"

namespace libsig::subscription {

void matcher::hear(const signal_ptr& what, const actor::context& now,
                   actor::step& out) {
  progress_.hear(what->sequence());
  if (is_internal_type(what->type()) || what->has_receiver()) {
    return;
  }
  hits_.clear();
  agents_.match(what->tenant(), what->type(), hits_);
  for (auto first = hits_.begin(); first != hits_.end();) {
    const auto agent = first->agent;
    const auto last = std::find_if(first, hits_.end(), [agent](const hit& one) {
      return one.agent != agent;
    });
    if (const auto by = heeded(agent, {first, last}, *what); !by.empty()) {
      // A restart must not match it again.
      progress_.pin();
      post_.add(agent, {what, what->recorded_time()}, by, now, out);
    }
    first = last;
  }
}

void matcher::catch_up(const actor::context& now, actor::step& out,
                       std::uint64_t at_most) {
  const auto end = log_.end();
  if (end <= progress_.heard() || end - progress_.heard() > at_most) {
    return;
  }
  if (agents_.size() == 0) {
    progress_.hear(end);
    return;
  }
  for (auto next = progress_.heard() + 1; next <= end; ++next) {
    const auto found = log_.find(next);
    if (!found) {
      // It is still to come from the mailbox.
      return;
    }
    if (*found) {
      hear(*found, now, out);
    } else {
      progress_.hear(next);
    }
  }
}

result<void> matcher::bring_back(agent_place to, const signal_ptr& what,
                                 const actor::context& now, actor::step& out) {
  if (auto why = post_.refuses(to, what->sequence(), stored_bytes(*what))) {
    return fail(*std::move(why));
  }
  hits_.clear();
  agents_.match(what->tenant(), what->type(), hits_);
  std::erase_if(hits_, [to](const hit& one) { return one.agent != to; });
  const auto by = heeded(to, hits_, *what);
  if (by.empty()) {
    return fail(errc::not_found, "the agent '" + agents_.name_of(to).agent
                                   + "' has no subscription any more that "
                                     "matches "
                                   + what->type());
  }
  // Its age begins anew, or it would go at once.
  post_.add(to, {what, now.wall_now}, by, now, out);
  return {};
}

/// The subscriptions of an agent that count: of a signal of its own those alone
/// that ask for them.
std::span<hit> matcher::heeded(agent_place by, std::span<hit> all,
                               const signal& what) const {
  if (what.source() != agents_.source_of(by)) {
    return all;
  }
  const auto others =
    std::stable_partition(all.begin(), all.end(),
                          [](const hit& one) { return one.by->include_self; });
  return {all.begin(), others};
}

} // namespace libsig::subscription
