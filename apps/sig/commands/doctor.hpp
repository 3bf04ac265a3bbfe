#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "apps/sig/client/node.hpp"
#include "apps/sig/exit_status.hpp"
#include "apps/sig/terminal.hpp"
#include "libsig/core/time.hpp"

namespace libsig::sig {

enum class health : std::uint8_t { ok, warn, fail };

/// One thing that was looked at.
struct check_result {
  std::string subject;
  health state = health::ok;
  std::string detail;
  /// What a failure makes of the process.
  exit_status status = exit_status::infrastructure;
};

/// Looks at a node from outside: whether it can be reached, is ready, takes the
/// token, has our version, our time and room on its disk. What an older node
/// does not tell is passed over. Ends at the first thing without which nothing
/// else can be looked at.
[[nodiscard]] std::vector<check_result> check_node(client::node& whom,
                                                   const clock& time);

/// Looks at a data folder on this machine: its store, when no node has it open,
/// and the room on its disk.
[[nodiscard]] std::vector<check_result> check_store(const std::string& folder);

/// The list for people, a line or more each.
[[nodiscard]] std::string show_checks(const std::vector<check_result>& all,
                                      const terminal& screen);

/// The same as one JSON object: `{"ok","checks":[{"check","state","detail"}]}`.
[[nodiscard]] std::string checks_json(const std::vector<check_result>& all);

/// Clean unless something failed; then the status of the first that did.
[[nodiscard]] exit_status
status_of(const std::vector<check_result>& all) noexcept;

/// The value of a sample of Prometheus text without labels.
[[nodiscard]] std::optional<double> sample_of(std::string_view metrics,
                                              std::string_view name);

} // namespace libsig::sig
