// What parked waits do about signals that went by unheard.
#include "libsig/topic/waits.hpp"

#include <utility>

#include "libsig/topic/tell.hpp"

namespace libsig::topic {

namespace {

/// Topics that are looked at in one step, some 10 ms of a store on a disk.
constexpr std::size_t looks_per_step_max = 1'024;

} // namespace

void waits::miss() noexcept {
  if (walk_) {
    walk_->once_more = true;
  } else {
    walk_ = walk{};
  }
}

bool waits::look_again(const actor::context& now, actor::step& out) {
  for (std::size_t looks = 0; walk_ && looks < looks_per_step_max;) {
    if (const auto which = parked_.next(walk_->next)) {
      walk_->next = *which + 1;
      looks += look_once(*which, {now, out});
    } else if (walk_->once_more) {
      walk_ = walk{};
    } else {
      walk_.reset();
    }
  }
  return walk_.has_value();
}

/// Lets one wait look; at how many topics. It keeps its handle when it parks
/// again.
std::size_t waits::look_once(handle which, const turn& at) {
  if (parked_.at(which).queued_behind != nullptr) {
    // It begins when it is its turn.
    return 1;
  }
  attempt what;
  what.wait = parked_.remove(which);
  const auto who = what.wait.who;
  const auto looks = what.wait.places.size();
  what.found.resize(looks);
  auto started = go_to_start(what);
  auto going = started ? look_around(what, at)
                       : result<bool>{fail(std::move(started).error())};
  if (!going) {
    refuse(who, std::move(going).error(), at.out);
  } else if (*going) {
    park(std::move(what), at);
  }
  return looks;
}

/// A wait that began at a time to come does not find what came before it.
result<void> waits::go_to_start(attempt& what) const {
  const auto& asked = what.asked();
  if (asked.start.is != start_position::kind::time) {
    return {};
  }
  for (std::size_t at = 0; at < asked.topics.size(); ++at) {
    auto& place = what.wait.places[at];
    if (!place.began || place.held != 0) {
      continue;
    }
    const auto begun = begin_at(log_of(asked, asked.topics[at]), asked.start);
    if (!begun) {
      return fail(begun.error());
    }
    if (begun->sequence > place.at.sequence) {
      place.at = *begun;
    }
  }
  return {};
}

} // namespace libsig::topic
