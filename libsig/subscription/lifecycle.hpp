#pragma once

#include <string>
#include <string_view>

#include "libsig/core/data.hpp"

/// The signals of an agent's own state (D24), and what else its name becomes.
namespace libsig::subscription {

/// `/agents/<agent>`, the name percent-encoded: the source of what an agent
/// says, which the self-guard compares (D18).
[[nodiscard]] std::string source_of(std::string_view agent);

/// `agent:<agent>:wake`: the agent took a loud item while it slept. In the name
/// stand `%3A`, `%2A` and `%25` for `:`, `*` and `%`, so that it is one segment
/// that a pattern can name; every other byte stands for itself.
[[nodiscard]] std::string wake_type(std::string_view agent);

/// `agent:<agent>:sleep`, the name as in `wake_type`: a call of the agent,
/// which was awake, parks.
[[nodiscard]] std::string sleep_type(std::string_view agent);

/// Whether a type is one of these, of any agent. An item of such a signal wakes
/// a parked call, if it is loud, but changes nobody's state: two agents that
/// hear of each other's would go on for ever.
[[nodiscard]] bool is_lifecycle_type(std::string_view type) noexcept;

/// `{"agentId","state"}`; the state is `awake` or `asleep`.
[[nodiscard]] event_data lifecycle_data(std::string_view agent,
                                        std::string_view state);

} // namespace libsig::subscription
