#include "libsig/subscription/registry.hpp"

#include <algorithm>
#include <tuple>

#include "libsig/core/names.hpp"
#include "libsig/core/utf8.hpp"
#include "libsig/subscription/lifecycle.hpp"

namespace libsig::subscription {

namespace {

[[nodiscard]] error at_bound(std::size_t count, std::string_view what) {
  return error(errc::overloaded, "the tenant has " + std::to_string(count) + ' '
                                   + std::string{what})
    .mend("remove some that nobody needs");
}

} // namespace

// -- agents -------------------------------------------------------------------

result<std::pair<agent_place, bool>> registry::put_agent(const agent_name& who,
                                                         wall_time now) {
  for (const auto* name : {&who.tenant, &who.agent}) {
    if (auto checked = check_name(*name); !checked) {
      return fail(std::move(checked).error().at("agent"));
    }
  }
  if (const auto known = find(who)) {
    return std::pair{*known, false};
  }
  const auto in = tenants_.find(who.tenant);
  if (in != tenants_.end() && in->second.agents.size() >= bounds_.agents_max) {
    return fail(at_bound(bounds_.agents_max, "agents"));
  }
  agent_place place = 0;
  if (free_.empty()) {
    place = static_cast<agent_place>(agents_.size());
    agents_.emplace_back();
  } else {
    place = free_.back();
    free_.pop_back();
  }
  auto& its = tenants_[who.tenant];
  its.agents.emplace(who.agent, place);
  agents_[place] = {who, subscription::source_of(who.agent), now, &its, {}};
  return std::pair{place, true};
}

void registry::remove_agent(agent_place where) {
  auto& gone = agents_[where];
  auto& left = *gone.of;
  for (auto& [pattern, row] : gone.rows) {
    leave(left, *row);
  }
  left.agents.erase(gone.name.agent);
  if (left.agents.empty()) {
    tenants_.erase(tenants_.find(gone.name.tenant));
  }
  gone = {};
  free_.push_back(where);
}

std::optional<agent_place> registry::find(const agent_name& who) const {
  const auto in = tenants_.find(who.tenant);
  if (in == tenants_.end()) {
    return std::nullopt;
  }
  const auto found = in->second.agents.find(who.agent);
  return found == in->second.agents.end() ? std::nullopt
                                          : std::optional{found->second};
}

// -- subscriptions ------------------------------------------------------------

result<std::pair<const interest*, bool>>
registry::subscribe(agent_place where, std::string_view pattern_text,
                    const interest_change& change, wall_time now) {
  if (!is_utf8(pattern_text)) {
    return fail(errc::invalid_pattern, "the pattern is not UTF-8");
  }
  const auto checked = pattern::parse(pattern_text);
  if (!checked) {
    return fail(checked.error());
  }
  const auto& rows = agents_[where].rows;
  const auto found = rows.find(checked->text());
  const auto is_new = found == rows.end();
  auto* row = is_new ? nullptr : found->second.get();
  if (is_new) {
    auto made = add(where, *checked, now);
    if (!made) {
      return fail(std::move(made).error());
    }
    row = *made;
  }
  row->silent = change.silent.value_or(row->silent);
  row->include_self = change.include_self.value_or(row->include_self);
  row->updated_at = now;
  return std::pair{row, is_new};
}

bool registry::restore(agent_place where, const subscription_row& row) {
  const auto made = subscribe(where, row.pattern,
                              {row.silent, row.include_self}, row.created_at);
  if (!made || *made->first->pattern != row.pattern) {
    return false;
  }
  agents_[where].rows.find(row.pattern)->second->updated_at = row.updated_at;
  return true;
}

result<interest*> registry::add(agent_place where, const pattern& checked,
                                wall_time now) {
  auto& owner = agents_[where];
  if (owner.of->subscriptions >= bounds_.subscriptions_max) {
    return fail(at_bound(bounds_.subscriptions_max, "subscriptions"));
  }
  auto made = std::make_unique<interest>();
  made->agent = where;
  made->pattern = texts_.get(checked.text());
  made->created_at = now;
  if (auto done = enter(*owner.of, *made, checked); !done) {
    return fail(std::move(done).error());
  }
  const std::string_view key = *made->pattern;
  return owner.rows.emplace(key, std::move(made)).first->second.get();
}

std::optional<text_ptr> registry::unsubscribe(agent_place where,
                                              std::string_view pattern_text) {
  // What is no pattern is nobody's.
  const auto checked = pattern::parse(pattern_text);
  if (!checked) {
    return std::nullopt;
  }
  auto& owner = agents_[where];
  const auto found = owner.rows.find(checked->text());
  if (found == owner.rows.end()) {
    return std::nullopt;
  }
  auto text = found->second->pattern;
  leave(*owner.of, *found->second);
  owner.rows.erase(found);
  return text;
}

/// Puts a subscription into the index.
result<void> registry::enter(home& where, interest& what,
                             const pattern& checked) {
  auto known = where.by_pattern.find(*what.pattern);
  if (known == where.by_pattern.end()) {
    const auto fresh = where.free_groups.empty()
                         ? static_cast<std::uint32_t>(where.groups.size())
                         : where.free_groups.back();
    auto route = where.routes.add(checked, route::target{fresh});
    if (!route) {
      return fail(std::move(route).error());
    }
    if (where.free_groups.empty()) {
      where.groups.emplace_back();
    } else {
      where.free_groups.pop_back();
    }
    where.groups[fresh] = {what.pattern, *route, {}};
    known = where.by_pattern.emplace(*what.pattern, fresh).first;
  }
  auto& members = where.groups[known->second].members;
  what.group = known->second;
  what.member = static_cast<std::uint32_t>(members.size());
  members.push_back(&what);
  ++where.subscriptions;
  ++size_;
  return {};
}

/// Takes a subscription out of the index.
void registry::leave(home& where, interest& what) {
  auto& group = where.groups[what.group];
  group.members[what.member] = group.members.back();
  group.members[what.member]->member = what.member;
  group.members.pop_back();
  --where.subscriptions;
  --size_;
  if (group.members.empty()) {
    where.routes.remove(group.route);
    where.by_pattern.erase(*group.pattern);
    where.free_groups.push_back(what.group);
    group = {};
  }
}

// -- observers ----------------------------------------------------------------

const interest* registry::find(agent_place where,
                               std::string_view pattern) const {
  const auto& rows = agents_[where].rows;
  const auto found = rows.find(pattern);
  return found == rows.end() ? nullptr : found->second.get();
}

void registry::for_each_of(
  agent_place where, const std::function<void(const interest&)>& with) const {
  for (const auto& [pattern, row] : agents_[where].rows) {
    with(*row);
  }
}

subscription_row registry::row_of(const interest& of) const {
  return {agents_[of.agent].name.agent,
          *of.pattern,
          of.silent,
          of.include_self,
          of.created_at,
          of.updated_at};
}

std::vector<subscription_row> registry::rows(const list_request& asked) const {
  std::vector<subscription_row> found;
  const auto in = tenants_.find(asked.tenant);
  if (in == tenants_.end()) {
    return found;
  }
  const auto& agents = in->second.agents;
  auto first = agents.begin();
  auto last = agents.end();
  if (asked.agent) {
    std::tie(first, last) = agents.equal_range(*asked.agent);
  } else if (asked.after) {
    first = agents.lower_bound(asked.after->agent);
  }
  for (; first != last && found.size() < asked.limit; ++first) {
    const auto& rows = agents_[first->second].rows;
    auto at = rows.begin();
    if (asked.after && first->first < asked.after->agent) {
      continue;
    }
    if (asked.after && first->first == asked.after->agent) {
      at = rows.upper_bound(asked.after->pattern);
    }
    for (; at != rows.end() && found.size() < asked.limit; ++at) {
      found.push_back(row_of(*at->second));
    }
  }
  return found;
}

void registry::match(std::string_view tenant, std::string_view type,
                     std::vector<hit>& out) const {
  const auto in = tenants_.find(tenant);
  if (in == tenants_.end()) {
    return;
  }
  matches_.clear();
  in->second.routes.match(type, matches_);
  const auto before = out.size();
  for (std::uint32_t rank = 0; rank < matches_.size(); ++rank) {
    const auto group = static_cast<std::size_t>(matches_[rank].target);
    for (const auto* member : in->second.groups[group].members) {
      out.push_back({member->agent, rank, member});
    }
  }
  if (out.size() - before > 1) {
    std::sort(out.begin() + static_cast<std::ptrdiff_t>(before), out.end(),
              [](const hit& left, const hit& right) {
                return std::pair{left.agent, left.rank}
                       < std::pair{right.agent, right.rank};
              });
  }
}

} // namespace libsig::subscription
