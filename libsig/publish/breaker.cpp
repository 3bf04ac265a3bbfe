#include "libsig/publish/breaker.hpp"

#include <algorithm>
#include <utility>

namespace libsig::publish {

bool breaker::permit(steady_time now) noexcept {
  switch (at(now)) {
  case state::closed:
    return true;
  case state::open:
    return false;
  case state::half_open:
    return !std::exchange(trying_, true);
  }
  return false;
}

void breaker::succeeded() noexcept {
  failures_ = 0;
  opened_ = 0;
  until_.reset();
  trying_ = false;
}

void breaker::failed(steady_time now) noexcept {
  trying_ = false;
  if (how_.failures_max == 0) {
    return;
  }
  ++failures_;
  if (!until_ && failures_ < how_.failures_max) {
    return;
  }
  auto wait = how_.open_for;
  for (unsigned doubled = 0; doubled < opened_ && wait < how_.open_max;
       ++doubled) {
    wait *= 2;
  }
  ++opened_;
  until_ = now + std::min(wait, std::max(how_.open_for, how_.open_max));
}

void breaker::withdrawn() noexcept { trying_ = false; }

breaker::state breaker::at(steady_time now) const noexcept {
  if (!until_) {
    return state::closed;
  }
  return now < *until_ ? state::open : state::half_open;
}

} // namespace libsig::publish
