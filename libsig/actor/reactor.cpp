#include "libsig/actor/reactor.hpp"

namespace libsig::actor {

step reactor::on_request(request_id which, const request_ptr&, const context&) {
  step refused;
  refused.answers.push_back(
    {which, fail(errc::invalid_argument, "the actor answers no requests")});
  return refused;
}

step reactor::on_gone(request_id, const context&) { return {}; }

step reactor::on_timer(timer_key, const context&) { return {}; }

step reactor::on_missed(const context&) { return {}; }

step reactor::recover(const kept&, const context&) { return {}; }

} // namespace libsig::actor
