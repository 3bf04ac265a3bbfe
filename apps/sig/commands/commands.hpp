#pragma once

#include "apps/sig/node_command.hpp"

/// The commands that talk to a node, each in a file of its own.
namespace libsig::sig {

[[nodiscard]] node_command_form publish_form() noexcept;
[[nodiscard]] node_command_form topic_form() noexcept;
[[nodiscard]] node_command_form agent_form() noexcept;
[[nodiscard]] node_command_form subscribe_form() noexcept;
[[nodiscard]] node_command_form unsubscribe_form() noexcept;
[[nodiscard]] node_command_form subscriptions_form() noexcept;
[[nodiscard]] node_command_form handle_form() noexcept;
[[nodiscard]] node_command_form schedule_form() noexcept;
[[nodiscard]] node_command_form cancel_form() noexcept;
[[nodiscard]] node_command_form scheduled_form() noexcept;
[[nodiscard]] node_command_form tail_form() noexcept;
[[nodiscard]] node_command_form list_form() noexcept;
[[nodiscard]] node_command_form export_form() noexcept;
[[nodiscard]] node_command_form routes_form() noexcept;
[[nodiscard]] node_command_form explain_form() noexcept;
[[nodiscard]] node_command_form dead_letters_form() noexcept;
[[nodiscard]] node_command_form doctor_form() noexcept;
[[nodiscard]] node_command_form config_form() noexcept;

} // namespace libsig::sig
