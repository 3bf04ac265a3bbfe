#include "libsig/http/internal/connection.hpp"
#include "libsig/http/internal/worker.hpp"

#include <algorithm>

namespace libsig::http::internal {

bool connection::wants_read() const noexcept {
  switch (phase_) {
  case phase::head:
    return !input_ended_ && (current_ || has_room());
  case phase::handshake:
  case phase::body:
  case phase::discard:
  case phase::ended:
  case phase::streaming:
  case phase::linger:
    return !input_ended_;
  case phase::closed:
    return false;
  }
  return false;
}

bool connection::has_room() const noexcept {
  // A client that does not take its answers gets no more of them made.
  return !write_waits_ && pipeline_.size() < home_.limits().pipeline;
}

bool connection::idle() const noexcept {
  return phase_ == phase::head && !current_ && pipeline_.empty()
         && output_.empty();
}

std::chrono::microseconds connection::time_for(std::uint64_t bytes,
                                               std::size_t rate) noexcept {
  return std::chrono::microseconds{1'000'000}
         * static_cast<long long>(bytes / std::max<std::size_t>(rate, 1));
}

connection::next_deadline connection::find_deadline() const noexcept {
  const auto& limits = home_.limits();
  next_deadline found{steady_time::max(), deadline::none};
  const auto consider = [&found](steady_time when, deadline what) {
    if (when < found.due) {
      found = {when, what};
    }
  };
  if (phase_ == phase::linger) {
    consider(since_ + limits.linger, deadline::linger);
    return found;
  }
  for (const auto& each : pipeline_) {
    if (each->held_until) {
      consider(*each->held_until, deadline::held);
    }
  }
  if (!output_.empty()) {
    consider(last_write_ + limits.write_stall, deadline::write);
    if (!stream_) {
      consider(pace_since_ + limits.write_stall
                 + time_for(pace_bytes_, limits.write_rate),
               deadline::write);
    }
  } else if (phase_ == phase::streaming) {
    consider(last_write_ + limits.heartbeat, deadline::heartbeat);
  }
  if (phase_ == phase::body || phase_ == phase::discard) {
    consider(since_ + limits.body_grace
               + time_for(body_bytes_, limits.body_rate),
             deadline::body);
  } else if (phase_ == phase::handshake
             || (phase_ == phase::head
                 && (current_ || (number_ == 0 && !input_ended_)))) {
    consider(since_ + limits.head_deadline, deadline::head);
  } else if (idle()) {
    consider(std::max(since_, last_write_) + limits.idle, deadline::idle);
  }
  return found;
}

bool connection::release_held(steady_time until) {
  bool any = false;
  for (const auto& each : pipeline_) {
    if (each->held_until && *each->held_until <= until) {
      each->held_until.reset();
      each->ready = true;
      any = true;
    }
  }
  return any;
}

void connection::set_deadline() {
  const auto next = find_deadline();
  if (next.what == deadline::none) {
    home_.forget_deadline(*this);
  } else if (!linked() || due != next.due) {
    home_.set_deadline(*this, next.due);
  }
}

void connection::on_deadline() {
  const auto next = find_deadline();
  if (next.what == deadline::none || next.due > home_.now()) {
    set_deadline();
    return;
  }
  if (next.what == deadline::held) {
    static_cast<void>(release_held(home_.now()));
    pump();
    return;
  }
  if (next.what == deadline::heartbeat) {
    begin_output();
    output_.append(std::string{stream_->options().heartbeat});
    pump();
    return;
  }
  if (next.what == deadline::idle) {
    end_output();
    settle();
    return;
  }
  if (next.what != deadline::linger) {
    home_.server().deadlines_missed.fetch_add(1);
  }
  if ((next.what == deadline::head || next.what == deadline::body)
      && current_) {
    on_late();
    pump();
    return;
  }
  close();
}

} // namespace libsig::http::internal
