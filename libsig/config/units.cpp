#include "libsig/config/units.hpp"

#include "libsig/core/in_quotes.hpp"

#include <array>
#include <charconv>
#include <optional>
#include <span>
#include <system_error>

namespace libsig::config {

namespace {

struct unit {
  std::string_view name;
  std::uint64_t factor;
};

constexpr std::uint64_t kibi = 1'024;
constexpr std::array sizes{unit{"TiB", kibi* kibi* kibi* kibi},
                           unit{"GiB", kibi* kibi* kibi},
                           unit{"MiB", kibi* kibi},
                           unit{"KiB", kibi},
                           unit{"B", 1},
                           unit{"", 1}};
constexpr std::array times{unit{"d", 86'400'000}, unit{"h", 3'600'000},
                           unit{"m", 60'000}, unit{"s", 1'000}, unit{"ms", 1}};

constexpr std::uint64_t bytes_most = ~std::uint64_t{0} >> 1;
constexpr std::uint64_t milliseconds_most = 36'525ull * 86'400'000;

constexpr std::string_view size_remedy =
  "write digits and a unit, as in 64KiB, 8MiB or 8GiB";
constexpr std::string_view time_remedy =
  "write digits and a unit, as in 500ms, 10s, 2m, 1h or 30d";

/// Digits and one of the units; nothing when it is no such thing, or too much.
[[nodiscard]] std::optional<std::uint64_t>
parse(std::string_view text, std::span<const unit> units, std::uint64_t most) {
  std::uint64_t count = 0;
  const auto* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, count);
  if (read.ec != std::errc{}) {
    return std::nullopt;
  }
  const std::string_view rest{read.ptr,
                              static_cast<std::size_t>(end - read.ptr)};
  for (const auto& one : units) {
    if (rest == one.name) {
      return count > most / one.factor ? std::nullopt
                                       : std::optional{count * one.factor};
    }
  }
  return std::nullopt;
}

[[nodiscard]] std::string format(std::uint64_t count,
                                 std::span<const unit> units) {
  for (const auto& one : units) {
    if (count >= one.factor && count % one.factor == 0) {
      return std::to_string(count / one.factor) + std::string{one.name};
    }
  }
  return "0";
}

[[nodiscard]] tl::unexpected<error> refusal(std::string_view what,
                                            std::string_view remedy) {
  return fail(
    error(errc::invalid_argument, std::string{what}).mend(std::string{remedy}));
}

} // namespace

result<std::uint64_t> parse_size(std::string_view text) {
  const auto bytes = parse(text, sizes, bytes_most);
  if (!bytes) {
    return refusal("is no size", size_remedy);
  }
  return *bytes;
}

result<std::chrono::milliseconds> parse_duration(std::string_view text) {
  const auto count = parse(text, times, milliseconds_most);
  if (!count) {
    return refusal("is no duration", time_remedy);
  }
  return std::chrono::milliseconds{*count};
}

result<std::chrono::milliseconds>
parse_duration_within(std::string_view text, std::chrono::milliseconds least,
                      std::chrono::milliseconds most) {
  const auto time = parse_duration(text);
  if (!time) {
    return refusal(in_quotes(text) + " is no duration", time_remedy);
  }
  if (*time < least || *time > most) {
    return refusal(in_quotes(text) + " is not within " + format_duration(least)
                     + " to " + format_duration(most),
                   time_remedy);
  }
  return time;
}

std::string format_size(std::uint64_t bytes) {
  const auto text = format(bytes, sizes);
  return text.ends_with('B') && !text.ends_with("iB")
           ? text.substr(0, text.size() - 1)
           : text;
}

std::string format_duration(std::chrono::milliseconds time) {
  const auto count = static_cast<std::uint64_t>(time.count());
  return count == 0 ? "0s" : format(count, times);
}

} // namespace libsig::config
