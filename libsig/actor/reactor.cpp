#include "libsig/actor/reactor.hpp"

namespace libsig::actor {

step reactor::on_timer(timer_key, const context&) { return {}; }

step reactor::recover(const kept&, const context&) { return {}; }

} // namespace libsig::actor
