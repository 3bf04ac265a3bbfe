#pragma once

#include <string>
#include <string_view>

#include "apps/sig/arguments.hpp"
#include "apps/sig/client/node.hpp"
#include "apps/sig/outcome.hpp"
#include "apps/sig/terminal.hpp"

/// What the commands about agents share.
namespace libsig::sig {

/// The agent that `--agent` names, else the identity that asks; its name is
/// checked. Errors are of usage.
[[nodiscard]] outcome<std::string> agent_of(const given_options& given,
                                            const client::node& whom);

/// The path of an agent: `/v1/agents/Ann%20B`.
[[nodiscard]] std::string agent_path(std::string_view agent);

/// Subscriptions, as a node lists them, as a table for people: those of one
/// agent unless it is empty.
[[nodiscard]] std::string subscriptions_table(std::string_view listed,
                                              std::string_view agent,
                                              const terminal& screen);

} // namespace libsig::sig
