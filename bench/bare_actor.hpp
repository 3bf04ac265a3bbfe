#pragma once

#include <cstddef>
#include <utility>

#include "libsig/runtime/internal/caf.hpp"

/// The reference of plain CAF: one message to one actor, without ids, requests
/// and a reactor.
namespace bench {

/// An actor of plain CAF in a system of its own, which calls a function for
/// each message.
template <class Arrived>
class bare_actor {
public:
  bare_actor(std::size_t threads, Arrived arrived)
    : config_{threads}, system_{config_}, to_{system_.template spawn<receiver>(
                                            std::move(arrived))} {}

  void send() { caf::anon_send(to_, libsig::runtime_internal::wake{}); }

private:
  struct settings : caf::actor_system_config {
    explicit settings(std::size_t threads) {
      libsig::runtime_internal::configure(
        *this, libsig::runtime_internal::scheduling::threads, threads);
    }
  };

  class receiver final : public caf::event_based_actor {
  public:
    receiver(caf::actor_config& config, Arrived arrived)
      : caf::event_based_actor{config}, arrived_{std::move(arrived)} {}

    caf::behavior make_behavior() override {
      return {[this](libsig::runtime_internal::wake) { arrived_(); }};
    }

  private:
    Arrived arrived_;
  };

  settings config_;
  caf::actor_system system_;
  caf::actor to_;
};

} // namespace bench
