#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "libsig/core/time.hpp"

namespace libsig {

/// Where ids come from. Safe to call from any thread.
class id_source {
public:
  virtual ~id_source() = default;

  /// An id that this source never gave before, later ones sort behind.
  [[nodiscard]] virtual std::string next(wall_time now) = 0;
};

/// UUIDv7 (RFC 9562, 5.7; the counter of 6.2, method 1, in `rand_a` and the
/// upper bits of `rand_b`), monotonic within the process even when the clock
/// goes back: then the last time is kept and the counter goes on.
class uuid7_source final : public id_source {
public:
  /// Fills a word with random bits. Called under the source's lock.
  using entropy = std::function<std::uint64_t()>;

  /// Random bits of the operating system's generator.
  uuid7_source();

  /// Bits of the caller's choice, for tests and simulation.
  explicit uuid7_source(entropy random);

  ~uuid7_source() override;

  [[nodiscard]] std::string next(wall_time now) override;

private:
  struct state;
  std::unique_ptr<state> state_;
};

/// The milliseconds in a UUIDv7's text; nothing when it is none.
[[nodiscard]] std::optional<wall_time> time_of_uuid7(std::string_view id);

} // namespace libsig
