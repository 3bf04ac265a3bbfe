#include "libsig/topic/start.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "libsig/core/in_quotes.hpp"
#include "libsig/core/trim.hpp"

namespace libsig::topic {

namespace {

constexpr std::string_view sequence_prefix = "sequence:";
constexpr std::string_view time_prefix = "time:";

[[nodiscard]] std::optional<std::uint64_t> read_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto read =
    std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) {
    return std::nullopt;
  }
  return number;
}

[[nodiscard]] tl::unexpected<error> refusal(std::string_view text) {
  return fail(
    error(errc::invalid_argument, "a wait cannot start at " + in_quotes(text))
      .mend("say latest, earliest, new, sequence:N or time:T with "
            "an RFC 3339 time"));
}

} // namespace

result<start_position> parse_start(std::string_view text) {
  using enum start_position::kind;
  const auto stated = trim(text);
  if (stated == "latest") {
    return start_position{latest};
  }
  if (stated == "earliest") {
    return start_position{earliest};
  }
  if (stated == "new") {
    return start_position{fresh};
  }
  if (stated.starts_with(sequence_prefix)) {
    const auto number = read_number(stated.substr(sequence_prefix.size()));
    return number ? result<start_position>{start_position{sequence, *number}}
                  : refusal(text);
  }
  if (stated.starts_with(time_prefix)) {
    const auto read = parse_rfc3339(stated.substr(time_prefix.size()));
    return read ? result<start_position>{start_position{time, 0, *read}}
                : refusal(text);
  }
  return refusal(text);
}

std::string to_string(const start_position& from) {
  switch (from.is) {
  case start_position::kind::latest:
    return "latest";
  case start_position::kind::earliest:
    return "earliest";
  case start_position::kind::fresh:
    return "new";
  case start_position::kind::sequence:
    return std::string{sequence_prefix} + std::to_string(from.sequence);
  case start_position::kind::time:
    return std::string{time_prefix} + to_rfc3339(from.time);
  }
  return {};
}

result<std::chrono::milliseconds> check_timeout(std::int64_t milliseconds) {
  if (milliseconds < 0 || milliseconds > limits::wait_timeout_max.count()) {
    return fail(
      error(errc::invalid_argument,
            "a timeout of " + std::to_string(milliseconds) + " milliseconds")
        .mend("say 0 to " + std::to_string(limits::wait_timeout_max.count())));
  }
  return std::chrono::milliseconds{milliseconds};
}

result<std::chrono::milliseconds>
clamp_timeout(std::chrono::milliseconds timeout) {
  return check_timeout(
    std::min(timeout, std::chrono::milliseconds{limits::wait_timeout_max})
      .count());
}

} // namespace libsig::topic
