#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace libsig {

/// A point of civil time (UTC) in milliseconds, for records and for people.
using wall_time = std::chrono::sys_time<std::chrono::milliseconds>;

/// A point on a clock that never goes back, for deadlines; its origin has no
/// meaning outside the process.
using steady_time =
  std::chrono::time_point<std::chrono::steady_clock, std::chrono::microseconds>;

/// Where time comes from. Everything that needs the time gets it from one of
/// these, or as a parameter; implementations are safe to call from any thread.
class clock {
public:
  virtual ~clock() = default;

  [[nodiscard]] virtual wall_time wall_now() const noexcept = 0;

  [[nodiscard]] virtual steady_time steady_now() const noexcept = 0;
};

/// The machine's clocks.
class system_clock final : public clock {
public:
  [[nodiscard]] wall_time wall_now() const noexcept override;

  [[nodiscard]] steady_time steady_now() const noexcept override;
};

/// A clock that moves when it is told to; for tests and simulation.
/// Not synchronised: one thread uses it.
class manual_clock final : public clock {
public:
  explicit manual_clock(wall_time start) noexcept : start_{start} {}

  void advance(std::chrono::microseconds by) noexcept { passed_ += by; }

  [[nodiscard]] wall_time wall_now() const noexcept override;

  [[nodiscard]] steady_time steady_now() const noexcept override;

private:
  wall_time start_;
  std::chrono::microseconds passed_{0};
};

/// RFC 3339 in UTC with milliseconds: `2026-01-02T03:04:05.678Z`.
[[nodiscard]] std::string to_rfc3339(wall_time time);

/// Reads RFC 3339 with any offset and any number of fractional digits (beyond
/// milliseconds they are cut off); nothing when the text is not a time.
[[nodiscard]] std::optional<wall_time> parse_rfc3339(std::string_view text);

} // namespace libsig
