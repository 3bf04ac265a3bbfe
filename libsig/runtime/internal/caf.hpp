#pragma once

// The only file that names CAF's version. Written for 0.17.6; what later
// versions spell differently is bridged here and nowhere else.

#include <chrono>
#include <cstddef>
#include <utility>

#include <caf/actor.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/atom.hpp>
#include <caf/behavior.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/logger.hpp>
#include <caf/send.hpp>

namespace libsig::runtime_internal {

// -- messages
// ------------------------------------------------------------------

/// There is something in the inbox of the actor's cell.
struct wake {};

/// It is time to look at the timers. One that is not the last that was sent
/// does not count any more.
struct tick {
  unsigned number = 0;
};

/// The actor shall make its reactor.
struct start {};

} // namespace libsig::runtime_internal

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(libsig::runtime_internal::wake)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(libsig::runtime_internal::tick)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(libsig::runtime_internal::start)

namespace libsig::runtime_internal {

/// How the system schedules.
enum class scheduling {
  threads, ///< on threads of its own
  by_hand, ///< by a test, which also moves CAF's clock
};

/// Lets the calling thread forget the system on which it made actors. CAF notes
/// it for the thread's log lines, and a system does not end before every thread
/// but the one that ends it has forgotten it.
inline void forget_system() { caf::logger::set_current_actor_system(nullptr); }

/// CAF's configuration as measured: `sharing`, since `stealing` polls and can
/// walk long queues under two locks, and a bounded throughput, since the
/// default lets busy actors starve all others.
inline void configure(caf::actor_system_config& config, scheduling how,
                      std::size_t threads) {
  config.set("scheduler.policy", how == scheduling::by_hand
                                   ? caf::atom("testing")
                                   : caf::atom("sharing"));
  config.set("scheduler.max-throughput", std::size_t{300});
  config.set("scheduler.max-threads", threads);
}

/// Sends without a sender.
template <class... Parts>
void tell(const caf::actor& to, Parts&&... parts) {
  caf::anon_send(to, std::forward<Parts>(parts)...);
}

/// Sends to oneself, behind what others have sent.
template <class... Parts>
void tell_self(caf::event_based_actor* self, Parts&&... parts) {
  self->send(self, std::forward<Parts>(parts)...);
}

/// Sends to oneself after a delay.
template <class... Parts>
void tell_after(caf::event_based_actor* self, std::chrono::milliseconds delay,
                Parts&&... parts) {
  self->delayed_send(self, delay, std::forward<Parts>(parts)...);
}

} // namespace libsig::runtime_internal
