#pragma once

#include <algorithm>
#include <chrono>

#include "libsig/core/time.hpp"

namespace libsig::sigd {

/// The time that a stop has, shared by the parts that end one after the other.
class stop_time {
public:
  /// What a part is given at the end of the time, so that it ends in order.
  static constexpr std::chrono::milliseconds least{250};

  /// Begins now. `time` must outlive it.
  stop_time(const clock& time, std::chrono::milliseconds at_most)
    : time_{time}, end_{time.steady_now() + at_most} {}

  /// What is left, `least` at least.
  [[nodiscard]] std::chrono::milliseconds left() const {
    return std::max(std::chrono::duration_cast<std::chrono::milliseconds>(
                      end_ - time_.steady_now()),
                    least);
  }

private:
  const clock& time_;
  steady_time end_;
};

} // namespace libsig::sigd
