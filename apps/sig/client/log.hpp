#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "apps/sig/client/node.hpp"
#include "apps/sig/outcome.hpp"
#include "libsig/core/time.hpp"

/// The log of a node, `GET /v1/signals`.
namespace libsig::sig::client {

/// The most that one page may have.
inline constexpr std::size_t page_signals_max = 1'000;

struct log_query {
  /// A pattern; empty for all types.
  std::string type;
  /// Behind which, and in front of which position; cursors are positions, too.
  std::string after;
  std::string before;
  bool newest_first = false;
  std::size_t limit = page_signals_max;
};

/// CloudEvents as JSON, as the node wrote them.
struct log_page {
  std::vector<std::string> signals;
  /// Where the next page begins; nothing when this was the last one.
  std::optional<std::string> next;
};

[[nodiscard]] outcome<log_page> read_page(node& from, const log_query& what);

/// Takes a signal; false when no more are wanted.
using signal_receiver = std::function<outcome<bool>(const std::string& event)>;

/// Reads pages from the query's start on, until the log or the interest ends.
[[nodiscard]] outcome<void> read_log(node& from, log_query what,
                                     const signal_receiver& to);

/// The newest signals, at most so many, oldest first.
[[nodiscard]] outcome<std::vector<std::string>>
newest_signals(node& from, log_query what, std::size_t count);

/// The sequence of the newest signal; 0 when there is none.
[[nodiscard]] outcome<std::uint64_t> last_sequence(node& from);

/// A position in front of everything that was recorded at this time or later,
/// found in a logarithmic number of calls. Clocks may have been set back by ten
/// minutes; so much earlier signals can stand behind the position, too.
[[nodiscard]] outcome<std::uint64_t> position_before(node& from,
                                                     wall_time time);

inline constexpr std::chrono::minutes clock_step_max{10};

/// The signal with its data, which pages leave out when it is large.
[[nodiscard]] outcome<std::string> with_data(node& from, std::string event);

/// When a signal was recorded.
[[nodiscard]] std::optional<wall_time> recorded_time_of(std::string_view event);

} // namespace libsig::sig::client
