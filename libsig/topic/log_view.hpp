#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "libsig/core/error.hpp"
#include "libsig/core/signal.hpp"
#include "libsig/core/time.hpp"

namespace libsig::topic {

/// The log as topics see it: the signals of one tenant and type that have no
/// receiver. Positions are sequences. What is read is committed; it may be
/// ahead of what an actor has heard. Called from any thread.
class log_view {
public:
  virtual ~log_view() = default;

  /// The first kept signal of the topic behind a position; null when there is
  /// none.
  [[nodiscard]] virtual result<signal_ptr> next(std::string_view tenant,
                                                std::string_view topic,
                                                std::uint64_t after) const = 0;

  /// The last kept signal of the topic; null when there is none.
  [[nodiscard]] virtual result<signal_ptr>
  last(std::string_view tenant, std::string_view topic) const = 0;

  /// The position of the topic's first signal with the id; nothing when it is
  /// not kept.
  [[nodiscard]] virtual result<std::optional<std::uint64_t>>
  find(std::string_view tenant, std::string_view topic,
       std::string_view id) const = 0;

  /// The end of the log: the position of its last signal.
  [[nodiscard]] virtual std::uint64_t end() const = 0;

  /// Bodies before this position may have been retired.
  [[nodiscard]] virtual std::uint64_t complete_from() const = 0;

  /// The position of the first signal that was recorded at a time or later; one
  /// behind the end when there is none.
  [[nodiscard]] virtual result<std::uint64_t> at(wall_time time) const = 0;

  /// See `journal::epoch`.
  [[nodiscard]] virtual std::uint64_t epoch() const noexcept = 0;
};

} // namespace libsig::topic
