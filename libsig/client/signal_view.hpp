#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "libsig/core/data.hpp"
#include "libsig/core/signal.hpp"
#include "libsig/core/time.hpp"

namespace libsig::client {

/// A signal as a client sees it: redacted unless it is `unredacted`.
struct signal_view {
  std::uint64_t sequence = 0;
  std::string id;
  std::string type;
  std::string source;
  std::optional<std::string> subject;
  event_data data;
  wall_time recorded_time{};
};

[[nodiscard]] signal_view view_of(const signal& what, bool unredacted);

} // namespace libsig::client
