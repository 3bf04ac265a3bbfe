#include "libsig/core/time.hpp"

#include <cstddef>

namespace libsig {

namespace {

/// Reads digits of a fixed width and moves past them.
[[nodiscard]] std::optional<int> take_number(std::string_view& text,
                                             std::size_t width) {
  if (text.size() < width) {
    return std::nullopt;
  }
  int value = 0;
  for (const char digit : text.substr(0, width)) {
    if (digit < '0' || digit > '9') {
      return std::nullopt;
    }
    value = value * 10 + (digit - '0');
  }
  text.remove_prefix(width);
  return value;
}

[[nodiscard]] bool take(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text.front()) == std::string_view::npos) {
    return false;
  }
  text.remove_prefix(1);
  return true;
}

[[nodiscard]] std::optional<std::chrono::sys_days>
take_date(std::string_view& text) {
  const auto year = take_number(text, 4);
  if (!year || !take(text, "-")) {
    return std::nullopt;
  }
  const auto month = take_number(text, 2);
  if (!month || !take(text, "-")) {
    return std::nullopt;
  }
  const auto day = take_number(text, 2);
  if (!day) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{
    std::chrono::year{*year}, std::chrono::month{static_cast<unsigned>(*month)},
    std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok()) {
    return std::nullopt;
  }
  return std::chrono::sys_days{date};
}

[[nodiscard]] std::optional<std::chrono::milliseconds>
take_fraction(std::string_view& text) {
  if (!take(text, ".")) {
    return std::chrono::milliseconds{0};
  }
  int milliseconds = 0;
  std::size_t digits = 0;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    if (digits < 3) {
      milliseconds = milliseconds * 10 + (text.front() - '0');
    }
    ++digits;
    text.remove_prefix(1);
  }
  if (digits == 0) {
    return std::nullopt;
  }
  for (; digits < 3; ++digits) {
    milliseconds *= 10;
  }
  return std::chrono::milliseconds{milliseconds};
}

[[nodiscard]] std::optional<std::chrono::milliseconds>
take_time_of_day(std::string_view& text) {
  const auto hours = take_number(text, 2);
  if (!hours || *hours > 23 || !take(text, ":")) {
    return std::nullopt;
  }
  const auto minutes = take_number(text, 2);
  if (!minutes || *minutes > 59 || !take(text, ":")) {
    return std::nullopt;
  }
  const auto seconds = take_number(text, 2);
  // A leap second is written as 60; it counts as the second that follows.
  if (!seconds || *seconds > 60) {
    return std::nullopt;
  }
  const auto fraction = take_fraction(text);
  if (!fraction) {
    return std::nullopt;
  }
  return std::chrono::hours{*hours} + std::chrono::minutes{*minutes}
         + std::chrono::seconds{*seconds} + *fraction;
}

[[nodiscard]] std::optional<std::chrono::minutes>
take_offset(std::string_view& text) {
  if (take(text, "Zz")) {
    return std::chrono::minutes{0};
  }
  const bool west = text.starts_with('-');
  if (!take(text, "+-")) {
    return std::nullopt;
  }
  const auto hours = take_number(text, 2);
  if (!hours || *hours > 23 || !take(text, ":")) {
    return std::nullopt;
  }
  const auto minutes = take_number(text, 2);
  if (!minutes || *minutes > 59) {
    return std::nullopt;
  }
  const std::chrono::minutes offset{*hours * 60 + *minutes};
  return west ? -offset : offset;
}

/// Writes a number with leading zeros over `width` characters.
void put_number(std::string& text, std::size_t at, std::size_t width,
                int value) {
  for (auto left = width; left > 0; --left) {
    text[at + left - 1] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
}

} // namespace

wall_time system_clock::wall_now() const noexcept {
  return std::chrono::floor<std::chrono::milliseconds>(
    std::chrono::system_clock::now());
}

steady_time system_clock::steady_now() const noexcept {
  return std::chrono::floor<std::chrono::microseconds>(
    std::chrono::steady_clock::now());
}

wall_time manual_clock::wall_now() const noexcept {
  return start_ + std::chrono::floor<std::chrono::milliseconds>(passed_);
}

steady_time manual_clock::steady_now() const noexcept {
  return steady_time{passed_};
}

std::string to_rfc3339(wall_time time) {
  const auto days = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{days};
  const std::chrono::hh_mm_ss clock_time{time - days};
  std::string text = "0000-00-00T00:00:00.000Z";
  put_number(text, 0, 4, static_cast<int>(date.year()));
  put_number(text, 5, 2, static_cast<int>(static_cast<unsigned>(date.month())));
  put_number(text, 8, 2, static_cast<int>(static_cast<unsigned>(date.day())));
  put_number(text, 11, 2, static_cast<int>(clock_time.hours().count()));
  put_number(text, 14, 2, static_cast<int>(clock_time.minutes().count()));
  put_number(text, 17, 2, static_cast<int>(clock_time.seconds().count()));
  put_number(text, 20, 3, static_cast<int>(clock_time.subseconds().count()));
  return text;
}

std::optional<wall_time> parse_rfc3339(std::string_view text) {
  // Everything before the seconds has a fixed width.
  constexpr std::size_t seconds_at = 17;
  const bool leap_second =
    text.size() > seconds_at && text.substr(seconds_at).starts_with("60");
  const auto date = take_date(text);
  if (!date || !take(text, "Tt ")) {
    return std::nullopt;
  }
  const auto time = take_time_of_day(text);
  if (!time) {
    return std::nullopt;
  }
  const auto offset = take_offset(text);
  if (!offset || !text.empty()) {
    return std::nullopt;
  }
  const wall_time read = wall_time{*date} + *time - *offset;
  // A leap second is the last one of a day in UTC, so midnight follows it.
  const auto of_day = read - std::chrono::floor<std::chrono::days>(read);
  if (leap_second && of_day >= std::chrono::seconds{1}) {
    return std::nullopt;
  }
  return read;
}

} // namespace libsig
