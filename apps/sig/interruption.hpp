#pragma once

#include <array>
#include <chrono>
#include <csignal>
#include <span>

#include "apps/sig/client/node.hpp"
#include "apps/sig/descriptor.hpp"

namespace libsig::sig {

/// While it exists, SIGINT does not end the process but is noticed here, and so
/// is that nobody reads standard output any more. One at a time, before any
/// thread is made.
class interruption {
public:
  /// Notices SIGINT alone.
  interruption() : interruption{std::array{SIGINT}} {}

  /// Notices these signals.
  explicit interruption(std::span<const int> signals);

  interruption(const interruption&) = delete;
  interruption& operator=(const interruption&) = delete;
  ~interruption();

  /// Whether one of the signals came.
  [[nodiscard]] bool came() noexcept;

  /// The signal that came last; 0 when none did.
  [[nodiscard]] int last() const noexcept { return last_; }

  /// How many were taken so far. Of equal ones that came together, one counts.
  [[nodiscard]] unsigned count() const noexcept { return count_; }

  /// Can be read when one has come and was not looked at.
  [[nodiscard]] int noticed_by() const noexcept { return signals_.get(); }

  /// Whether standard output is a pipe or socket that nobody reads.
  [[nodiscard]] static bool reader_gone() noexcept;

  /// A pacing that ends with it; it must outlive that.
  [[nodiscard]] client::pacing pace();

private:
  [[nodiscard]] bool wait(std::chrono::milliseconds time) noexcept;

  sigset_t set_;
  descriptor signals_;
  int last_ = 0;
  unsigned count_ = 0;
};

} // namespace libsig::sig
