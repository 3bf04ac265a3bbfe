// How parked waits are woken, go away, and end.
#include "libsig/topic/waits.hpp"

#include <algorithm>
#include <utility>

#include "libsig/topic/tell.hpp"

namespace libsig::topic {

namespace {

/// Whether a signal is what a wait began for: a time may lie ahead.
[[nodiscard]] bool is_for(const signal& what, const wait_place& place,
                          const wait_request& asked) {
  return !place.began || asked.start.is != start_position::kind::time
         || what.recorded_time() >= asked.start.time;
}

} // namespace

void waits::hear(const signal_ptr& what, const actor::context& now,
                 actor::step& out) {
  heard_ = std::max(heard_, what->sequence());
  woken_.clear();
  parked_.find_woken(what->tenant(), what->type(), what->sequence(), woken_);
  if (woken_.empty() || what->has_receiver()) {
    return;
  }
  for (const auto& each : woken_) {
    wake(each, what, {now, out});
  }
}

void waits::wake(const parked_waits::woken& which, const signal_ptr& by,
                 const turn& at) {
  if (is_behind(which.wait)) {
    // Another message may stand before this one.
    look_once(which.wait, at);
    return;
  }
  const auto& parked = parked_.at(which.wait);
  if (!is_for(*by, parked.places[which.place], *parked.what)) {
    parked_.pass(which.wait, which.place, by->sequence());
    return;
  }
  const bool all = parked.what->mode == wait_mode::all;
  if (all) {
    parked_.hold(which.wait, which.place, by->sequence());
    if (parked.missing > 0) {
      return;
    }
  }
  attempt woken;
  woken.wait = parked_.remove(which.wait);
  woken.found.resize(woken.wait.places.size());
  woken.found[which.place] = by;
  if (auto done =
        all ? answer_all(woken, at) : answer_one(woken, which.place, at);
      !done) {
    refuse(woken.wait.who, std::move(done).error(), at.out);
  }
}

void waits::forget(actor::request_id who) {
  if (const auto found = parked_.find(who)) {
    const auto gone = parked_.remove(*found);
    if (gone.queued_behind != nullptr) {
      leave_queue(*gone.queued_behind, gone.ticket);
    }
  }
}

void waits::expire(const actor::context& now, actor::step& out) {
  for (std::size_t ended = 0; ended < limits::timeouts_per_step_max; ++ended) {
    const auto first = parked_.first_due();
    if (!first || parked_.at(*first).deadline > now.steady_now) {
      return;
    }
    end(*first, {now, out});
  }
}

/// The time of a parked wait is up.
void waits::end(handle which, const turn& at) {
  const bool behind = is_behind(which);
  attempt what;
  what.wait = parked_.remove(which);
  if (auto* const entry = std::exchange(what.wait.queued_behind, nullptr)) {
    leave_queue(*entry, what.wait.ticket);
    what.over = true;
    go_on(std::move(what), at);
    return;
  }
  what.found.resize(what.wait.places.size());
  for (auto& place : what.wait.places) {
    // Whatever came up to what was heard would have woken it.
    if (!behind && heard_ >= place.at.sequence) {
      place.at.known = std::max(place.at.known, heard_);
    }
  }
  // A message may be in the log and not have been heard yet.
  auto started = go_to_start(what);
  auto going = started ? look_around(what, at)
                       : result<bool>{fail(std::move(started).error())};
  if (going && *going) {
    if (auto ended = answer_timeout(what, at); !ended) {
      going = fail(std::move(ended).error());
    }
  }
  if (!going) {
    refuse(what.wait.who, std::move(going).error(), at.out);
  }
}

std::optional<steady_time> waits::next_due() const {
  const auto first = parked_.first_due();
  return first ? std::optional{parked_.at(*first).deadline} : std::nullopt;
}

} // namespace libsig::topic
