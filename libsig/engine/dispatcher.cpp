#include "libsig/engine/dispatcher.hpp"

#include <algorithm>
#include <utility>

#include "libsig/core/pattern.hpp"
#include "libsig/core/reserved.hpp"

namespace libsig::engine {

namespace {

[[nodiscard]] bool names_internal(const pattern& of) {
  const auto& first = of.segments().front();
  return first.kind == pattern::kind::literal && first.text == "internal";
}

/// Types of which the receivers are remembered.
constexpr std::size_t receivers_max = 1'024;

} // namespace

// -- mutators
// ------------------------------------------------------------------

result<std::shared_ptr<const origin>> dispatcher::add(const actor::spec& of) {
  const auto taken =
    std::ranges::any_of(destinations_, [&](const destination& other) {
      return other.who && other.who->name() == of.name;
    });
  if (taken) {
    return fail(error(errc::already_exists, "an actor of this name runs")
                  .at("actor " + of.name));
  }
  receivers_.clear();
  const auto who = std::make_shared<origin>(of, cells_);
  for (const auto& one : of.routes) {
    if (auto added = add_route(one, who); !added) {
      remove(who.get());
      return fail(std::move(added).error());
    }
  }
  cells_ += of.shards;
  return who;
}

result<void> dispatcher::add_route(const actor::route& one,
                                   const std::shared_ptr<origin>& who) {
  const auto where = pattern::parse(one.pattern);
  if (free_destinations_.empty()) {
    free_destinations_.push_back(destinations_.size());
    destinations_.emplace_back();
  }
  const auto slot = free_destinations_.back();
  auto id = routes_.add(*where, static_cast<route::target>(slot), one.priority);
  if (!id) {
    return fail(std::move(id).error());
  }
  free_destinations_.pop_back();
  destinations_[slot] = {who, *id, names_internal(*where)};
  return {};
}

bool dispatcher::remove(const origin* who) {
  receivers_.clear();
  bool any = false;
  for (std::size_t slot = 0; slot < destinations_.size(); ++slot) {
    if (destinations_[slot].who.get() == who) {
      routes_.remove(destinations_[slot].id);
      destinations_[slot] = {};
      free_destinations_.push_back(slot);
      any = true;
    }
  }
  return any;
}

dispatcher::reached dispatcher::dispatch(const signal_ptr& what,
                                         std::size_t room) {
  const auto& receivers = receivers_of(what->type());
  if (receivers.empty()) {
    book_.unrouted(*what);
    return {};
  }
  reached made;
  for (const auto* const who : receivers) {
    const auto shard = who->shard_of(*what);
    if (made.delivered < room) {
      out_.deliver(who->cell(shard), what);
      ++made.delivered;
    } else if (pass_by(*who, shard, what)) {
      ++made.told;
    }
  }
  return made;
}

bool dispatcher::redeliver(std::string_view name, const signal_ptr& what) {
  const auto found =
    std::ranges::find_if(destinations_, [&](const destination& one) {
      return one.who && one.who->name() == name;
    });
  if (found == destinations_.end()) {
    return false;
  }
  const auto& who = *found->who;
  out_.deliver(who.cell(who.shard_of(*what)), what);
  return true;
}

// -- leaves
// --------------------------------------------------------------------

/// There is no room for a signal; whether the cell gets a null one instead,
/// which it does once for any number missed.
bool dispatcher::pass_by(const origin& who, std::size_t shard,
                         const signal_ptr& what) {
  if (!who.reads_log()) {
    book_.dead_letter(who.name(), what,
                      error(errc::overloaded, "the mailboxes are full"));
    return false;
  }
  book_.missed();
  const bool first = who.notices(shard)->miss(what->sequence());
  if (first) {
    out_.deliver(who.cell(shard), nullptr);
  }
  return first;
}

/// Who receives a type, each once, in the order of the routes.
const std::vector<const origin*>&
dispatcher::receivers_of(const std::string& type) {
  if (const auto known = receivers_.find(type); known != receivers_.end()) {
    return known->second;
  }
  if (receivers_.size() >= receivers_max) {
    receivers_.clear();
  }
  auto& found = receivers_[type];
  matches_.clear();
  routes_.match(type, matches_);
  const bool internal = is_internal_type(type);
  for (const auto& one : matches_) {
    const auto& to = destinations_[static_cast<std::size_t>(one.target)];
    const auto* const who = to.who.get();
    if (who != nullptr && (!internal || to.names_internal)
        && std::ranges::find(found, who) == found.end()) {
      found.push_back(who);
    }
  }
  return found;
}

} // namespace libsig::engine
