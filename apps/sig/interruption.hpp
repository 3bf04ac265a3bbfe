#pragma once

#include <chrono>

#include "apps/sig/client/node.hpp"
#include "apps/sig/descriptor.hpp"

namespace libsig::sig {

/// While it exists, SIGINT does not end the process but is noticed here, and so
/// is that nobody reads standard output any more. One at a time, before any
/// thread is made.
class interruption {
public:
  interruption();
  interruption(const interruption&) = delete;
  interruption& operator=(const interruption&) = delete;
  ~interruption();

  /// Whether SIGINT came.
  [[nodiscard]] bool came() noexcept;

  /// Whether standard output is a pipe or socket that nobody reads.
  [[nodiscard]] static bool reader_gone() noexcept;

  /// A pacing that ends with it; it must outlive that.
  [[nodiscard]] client::pacing pace();

private:
  [[nodiscard]] bool wait(std::chrono::milliseconds time) noexcept;

  descriptor signals_;
  bool came_ = false;
};

} // namespace libsig::sig
