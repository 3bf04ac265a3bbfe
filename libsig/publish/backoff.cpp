#include "libsig/publish/backoff.hpp"

#include <algorithm>

#include <sodium.h>

namespace libsig::publish {

randomness system_randomness() {
  return [](std::uint64_t below) -> std::uint64_t {
    if (below == 0) {
      return 0;
    }
    // What is left over at the end of the range would come more often.
    const auto most = UINT64_MAX - UINT64_MAX % below;
    std::uint64_t drawn = 0;
    do {
      randombytes_buf(&drawn, sizeof drawn);
    } while (drawn >= most);
    return drawn % below;
  };
}

std::chrono::milliseconds
wait_after(std::uint32_t failures, const retry_options& how,
           std::optional<std::chrono::milliseconds> retry_after,
           const randomness& random) {
  using std::chrono::milliseconds;
  auto bound = std::min(how.wait, how.wait_max);
  for (std::uint32_t more = 1; more < failures && bound < how.wait_max;
       ++more) {
    bound = std::min(bound * 2, how.wait_max);
  }
  const auto most =
    static_cast<std::uint64_t>(std::max<milliseconds::rep>(bound.count(), 0));
  const milliseconds drawn{static_cast<milliseconds::rep>(random(most + 1))};
  const auto asked = std::clamp(retry_after.value_or(milliseconds{0}),
                                milliseconds{0}, how.retry_after_max);
  return std::max(drawn, asked);
}

} // namespace libsig::publish
