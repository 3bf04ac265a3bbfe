#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libsig/core/error.hpp"
#include "libsig/core/limits.hpp"
#include "libsig/core/pattern.hpp"
#include "libsig/core/signal.hpp"
#include "libsig/core/time.hpp"
#include "libsig/route/table.hpp"
#include "libsig/subscription/requests.hpp"
#include "libsig/subscription/text_pool.hpp"

namespace libsig::subscription {

/// Where an agent stands in a `registry`: below its number of places, used
/// again after the agent was removed.
using agent_place = std::uint32_t;

/// What an agent listens to.
struct interest {
  agent_place agent = 0;
  text_ptr pattern;
  bool silent = true;
  bool include_self = false;
  wall_time created_at{};
  wall_time updated_at{};
  /// Its place in the index, the registry's own business.
  std::uint32_t group = 0;
  std::uint32_t member = 0;
};

/// What of a subscription is stated; what is not stays as it is, or is the
/// default of a new one (D11).
struct interest_change {
  std::optional<bool> silent;
  std::optional<bool> include_self;
};

/// A subscription that a signal matches.
struct hit {
  agent_place agent = 0;
  /// The order of the match: the most specific pattern first.
  std::uint32_t rank = 0;
  const interest* by = nullptr;
};

/// The agents of all tenants and their subscriptions, one for each agent and
/// pattern, with an index by tenant and pattern: what a match costs is in the
/// number of subscriptions that match, not of those that there are.
///
/// Pointers to subscriptions hold until that one is removed. Not synchronised.
class registry {
public:
  // -- types ------------------------------------------------------------------

  struct bounds {
    /// Of one tenant each.
    std::size_t agents_max = limits::agents_max;
    std::size_t subscriptions_max = limits::subscriptions_max;
  };

  // -- constructors -----------------------------------------------------------

  explicit registry(const bounds& keep) : bounds_{keep} {}

  registry() : registry{bounds{}} {}

  // -- mutators ---------------------------------------------------------------

  /// Adds an agent; the one that is there when it is, with `false`.
  /// `invalid_argument` for what is no name, `overloaded` at the bound.
  [[nodiscard]] result<std::pair<agent_place, bool>>
  put_agent(const agent_name& who, wall_time now);

  /// Removes an agent with its subscriptions.
  void remove_agent(agent_place where);

  /// Adds a subscription or changes the one that is there (D10, D11); `true`
  /// for one that was added. `invalid_pattern`; `overloaded` at the bound.
  [[nodiscard]] result<std::pair<const interest*, bool>>
  subscribe(agent_place where, std::string_view pattern_text,
            const interest_change& change, wall_time now);

  /// Puts a row back that was kept; false when it cannot be one.
  bool restore(agent_place where, const subscription_row& row);

  /// Removes exactly this pattern, trimmed (D13); its text when there was one.
  std::optional<text_ptr> unsubscribe(agent_place where,
                                      std::string_view pattern_text);

  // -- observers --------------------------------------------------------------

  [[nodiscard]] std::optional<agent_place> find(const agent_name& who) const;

  /// What these tell of is known only while the agent is there.
  [[nodiscard]] const agent_name& name_of(agent_place where) const {
    return agents_[where].name;
  }

  [[nodiscard]] wall_time created_at(agent_place where) const {
    return agents_[where].created_at;
  }

  [[nodiscard]] const std::string& source_of(agent_place where) const {
    return agents_[where].source;
  }

  /// One more than the highest place that was ever given.
  [[nodiscard]] std::size_t places() const noexcept { return agents_.size(); }

  /// The agent's subscription to exactly this pattern, or null.
  [[nodiscard]] const interest* find(agent_place where,
                                     std::string_view pattern) const;

  /// Calls `with` for each subscription of an agent, by pattern.
  void for_each_of(agent_place where,
                   const std::function<void(const interest&)>& with) const;

  /// Rows of a tenant, see `list_request`.
  [[nodiscard]] std::vector<subscription_row>
  rows(const list_request& asked) const;

  [[nodiscard]] subscription_row row_of(const interest& of) const;

  /// How many agents there are, of all tenants.
  [[nodiscard]] std::size_t agents() const noexcept {
    return agents_.size() - free_.size();
  }

  /// How many subscriptions there are, of all tenants.
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  /// Appends the subscriptions whose pattern matches a type, of one tenant, by
  /// agent and then by rank. Knows nothing of receivers and sources.
  void match(std::string_view tenant, std::string_view type,
             std::vector<hit>& out) const;

private:
  /// All subscriptions of one tenant to one pattern.
  struct same_pattern {
    text_ptr pattern;
    route::route_id route{};
    std::vector<interest*> members;
  };

  struct home {
    std::map<std::string, agent_place, std::less<>> agents;
    route::table routes;
    std::map<std::string_view, std::uint32_t> by_pattern;
    std::deque<same_pattern> groups;
    std::vector<std::uint32_t> free_groups;
    std::size_t subscriptions = 0;
  };

  struct agent {
    agent_name name;
    std::string source;
    wall_time created_at{};
    home* of = nullptr;
    /// The pattern's text is the subscription's.
    std::map<std::string_view, std::unique_ptr<interest>> rows;
  };

  [[nodiscard]] result<void> enter(home& where, interest& what,
                                   const pattern& checked);
  void leave(home& where, interest& what);
  [[nodiscard]] result<interest*> add(agent_place where, const pattern& checked,
                                      wall_time now);

  bounds bounds_;
  text_pool texts_;
  // Tenants and agents stay where they are.
  std::map<std::string, home, std::less<>> tenants_;
  std::deque<agent> agents_;
  std::vector<agent_place> free_;
  std::size_t size_ = 0;
  /// Memory of `match`.
  mutable std::vector<route::match> matches_;
};

} // namespace libsig::subscription
