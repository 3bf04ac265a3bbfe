#pragma once

#include <functional>
#include <utility>

#include "libsig/actor/reactor.hpp"
#include "libsig/core/signal.hpp"

namespace libsig::sigd {

/// A reactor that hands what it hears on and emits nothing. The function must
/// not block, and keeps alive what it hands it to.
class listening final : public actor::reactor {
public:
  explicit listening(std::function<void(const signal_ptr&)> on)
    : on_{std::move(on)} {}

  [[nodiscard]] actor::step on_signal(const signal_ptr& what,
                                      const actor::context&) override {
    on_(what);
    return {};
  }

private:
  std::function<void(const signal_ptr&)> on_;
};

} // namespace libsig::sigd
