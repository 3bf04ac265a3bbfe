#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libsig/actor/step.hpp"
#include "libsig/core/time.hpp"
#include "libsig/subscription/mailbox.hpp"
#include "libsig/subscription/requests.hpp"
#include "libsig/subscription/text_pool.hpp"

/// What the actor of subscriptions keeps, as rows of the journal. What is read
/// and is none of ours is nothing.
namespace libsig::subscription {

// -- tables -------------------------------------------------------------------

/// Key `<tenant>/<agent>`.
inline constexpr std::string_view agents_table = "agents";

/// Key `<tenant>/<agent>/<pattern>`.
inline constexpr std::string_view subscriptions_table = "subscriptions";

/// Key `<tenant>/<agent>/<sequence>`, 16 hexadecimal digits; each row keeps its
/// signal.
inline constexpr std::string_view items_table = "subscriptions.items";

/// Key `<tenant>/<agent>/<number>`: the handled items of an agent, numbered
/// from 1, of which the first ones may be gone.
inline constexpr std::string_view handled_table = "subscriptions.handled";

/// One row: what the actor knows of itself.
inline constexpr std::string_view state_table = "subscriptions.state";

// -- agents -------------------------------------------------------------------

struct agent_row {
  agent_name who;
  wall_time created_at{};
  /// A call of its parks, or did so at last.
  bool asleep = false;
};

[[nodiscard]] actor::write write_of(const agent_row& what);

[[nodiscard]] std::optional<agent_row> read_agent_row(const actor::write& row);

[[nodiscard]] actor::write removal_of_agent(const agent_name& who);

// -- subscriptions ------------------------------------------------------------

[[nodiscard]] actor::write write_of(std::string_view tenant,
                                    const subscription_row& what);

/// With the tenant.
[[nodiscard]] std::optional<std::pair<std::string, subscription_row>>
read_subscription_row(const actor::write& row);

[[nodiscard]] actor::write removal_of_subscription(const agent_name& who,
                                                   std::string_view pattern);

// -- items --------------------------------------------------------------------

struct item_row {
  agent_name who;
  item what;
  /// It says the bytes of its signal and since when it waits; rows of the
  /// version before do not.
  bool complete = true;
  /// Why it is to become a dead letter; empty when it is not.
  std::string dies_of;
};

[[nodiscard]] actor::write write_of(const agent_name& who, const item& what,
                                    std::string_view dies_of = {});

[[nodiscard]] std::optional<item_row> read_item_row(const actor::write& row,
                                                    text_pool& texts);

[[nodiscard]] actor::write removal_of_item(const agent_name& who,
                                           std::uint64_t sequence);

// -- handled items ------------------------------------------------------------

/// The signal of one that is read is null.
[[nodiscard]] actor::write write_of(const agent_name& who, std::uint64_t number,
                                    const handled_item& what);

[[nodiscard]] std::optional<handled_item>
read_handled_row(const actor::write& row);

/// Whose the row is, and its number.
[[nodiscard]] std::optional<std::pair<agent_name, std::uint64_t>>
read_handled_key(std::string_view key);

[[nodiscard]] std::string handled_key(const agent_name& who,
                                      std::uint64_t number);

[[nodiscard]] actor::write removal_of_handled(const agent_name& who,
                                              std::uint64_t number);

// -- the actor ----------------------------------------------------------------

struct state_row {
  /// Every signal up to here was matched.
  std::uint64_t watermark = 0;
  /// Numbers of hand-outs up to here may have been given.
  std::uint64_t hand_outs = 0;
  /// The signal behind the watermark was brought to every agent up to this
  /// name; empty for one that was brought to none or to all.
  std::string reached = {};
};

[[nodiscard]] actor::write write_of(const state_row& what);

[[nodiscard]] std::optional<state_row> read_state_row(const actor::write& row);

} // namespace libsig::subscription
