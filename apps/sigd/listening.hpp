#pragma once

#include <functional>
#include <utility>

#include "libsig/actor/reactor.hpp"
#include "libsig/core/signal.hpp"

namespace libsig::sigd {

/// A reactor that hands what it hears on and emits nothing. The functions must
/// not block, and keep alive what they hand it to.
class listening final : public actor::reactor {
public:
  /// `on_gap` is told that signals went by which are in the log, for specs that
  /// say `reads_log`: after some that were missed, at the start and after a
  /// crash. May be empty.
  explicit listening(std::function<void(const signal_ptr&)> on,
                     std::function<void()> on_gap = {})
    : on_{std::move(on)}, on_gap_{std::move(on_gap)} {}

  [[nodiscard]] actor::step on_signal(const signal_ptr& what,
                                      const actor::context&) override {
    on_(what);
    return {};
  }

  [[nodiscard]] actor::step on_missed(const actor::context&) override {
    return tell_gap();
  }

  [[nodiscard]] actor::step recover(const actor::kept&,
                                    const actor::context&) override {
    return tell_gap();
  }

private:
  [[nodiscard]] actor::step tell_gap() const {
    if (on_gap_) {
      on_gap_();
    }
    return {};
  }

  std::function<void(const signal_ptr&)> on_;
  std::function<void()> on_gap_;
};

} // namespace libsig::sigd
