#pragma once

#include <atomic>

#include "apps/sigd/operation.hpp"

namespace libsig::sigd {

/// `/livez` and `/readyz`, which answer everybody. Any thread.
class health_api {
public:
  [[nodiscard]] sigd::operations operations();

  /// Whether the node takes requests; `/readyz` says so.
  void set_ready(bool ready) noexcept { ready_.store(ready); }

private:
  std::atomic<bool> ready_{false};
};

} // namespace libsig::sigd
