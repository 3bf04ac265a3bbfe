#pragma once

#include <chrono>
#include <cstdint>

namespace libsig::sigd {

/// What the kernel says of this process; 0 where it says nothing.
struct process_numbers {
  std::uint64_t resident_bytes = 0;
  std::uint64_t virtual_bytes = 0;
  std::uint64_t descriptors_open = 0;
  std::uint64_t descriptors_max = 0;
  std::uint64_t threads = 0;
  /// Of all its threads, in the kernel too.
  std::chrono::microseconds processor_time{0};
};

/// Asks the kernel. Takes longer the more descriptors are open.
[[nodiscard]] process_numbers read_process_numbers();

} // namespace libsig::sigd
