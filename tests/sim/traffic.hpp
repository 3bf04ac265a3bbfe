#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "libsig/core/draft.hpp"
#include "tests/sim/random.hpp"

namespace libsig::sim {

/// Makes what foreign publishers send: free traffic, review requests, results
/// of strangers, and repeats of each.
class traffic {
public:
  traffic(dice& by, std::size_t specialists)
    : dice_{by}, specialists_{specialists} {}

  /// Anything but a review request or result.
  [[nodiscard]] draft free();

  /// A new review request, or one under a review id that was there before.
  [[nodiscard]] draft request();

  /// A result that no assignment asked for.
  [[nodiscard]] draft stray_result();

private:
  [[nodiscard]] draft new_request();
  [[nodiscard]] std::string specialist();

  dice& dice_;
  std::size_t specialists_;
  std::vector<draft> named_;
  std::vector<draft> requests_;
  std::size_t reviews_ = 0;
};

} // namespace libsig::sim
