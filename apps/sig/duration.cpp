#include "apps/sig/duration.hpp"

#include <array>
#include <charconv>
#include <cstdint>
#include <string>
#include <system_error>
#include <utility>

#include "libsig/core/in_quotes.hpp"
#include "libsig/core/limits.hpp"

namespace libsig::sig {

namespace {

constexpr std::string_view remedy =
  "write digits and a unit, as in 500ms, 30s, 2m or 1h";

constexpr std::array<std::pair<std::string_view, std::uint64_t>, 4> units{
  {{"ms", 1}, {"s", 1'000}, {"m", 60'000}, {"h", 3'600'000}}};

tl::unexpected<error> refuse(std::string detail) {
  return fail(
    error{errc::invalid_argument, std::move(detail)}.mend(std::string{remedy}));
}

} // namespace

result<std::chrono::milliseconds> parse_duration(std::string_view text) {
  const auto shown = in_quotes(text);
  const auto* const end = text.data() + text.size();
  std::uint64_t count = 0;
  const auto [rest, problem] = std::from_chars(text.data(), end, count);
  if (problem == std::errc::invalid_argument) {
    return refuse(shown + " is no duration");
  }
  const std::string_view unit{rest, static_cast<std::size_t>(end - rest)};
  for (const auto& [name, factor] : units) {
    if (unit != name) {
      continue;
    }
    constexpr auto most =
      static_cast<std::uint64_t>(limits::review_deadline_max.count());
    if (problem != std::errc{} || count > most / factor) {
      return refuse(shown + " is longer than 24h");
    }
    if (count == 0) {
      return refuse(shown + " is no time at all");
    }
    return std::chrono::milliseconds{count * factor};
  }
  return refuse(shown + " is no duration");
}

} // namespace libsig::sig
