#include "libsig/http/internal/stream_state.hpp"

#include "libsig/http/internal/connection.hpp"

#include <utility>

namespace libsig::http {

namespace internal {

stream_state::stream_state(std::shared_ptr<mailbox> way,
                           std::weak_ptr<connection> home,
                           stream_options options, std::size_t bytes_max,
                           std::size_t chunks_max)
  : way_{std::move(way)}, home_{std::move(home)}, options_{std::move(options)},
    bytes_max_{bytes_max}, chunks_max_{chunks_max} {}

bool stream_state::write(chunk bytes, std::uint64_t position) {
  bool wake = false;
  bool taken = true;
  {
    const std::lock_guard guard{mutex_};
    if (ended_ || finishing_ || cut_) {
      return false;
    }
    if (!bytes || bytes->empty()) {
      return true;
    }
    if (chunks_ == chunks_max_ || bytes_ + bytes->size() > bytes_max_) {
      cut_ = true;
      taken = false;
      waiting_.clear();
    } else {
      bytes_ += bytes->size();
      ++chunks_;
      waiting_.push_back({std::move(bytes), position});
    }
    wake = !std::exchange(notified_, true);
  }
  if (wake) {
    notify();
  }
  return taken;
}

void stream_state::finish() {
  {
    const std::lock_guard guard{mutex_};
    if (ended_ || finishing_) {
      return;
    }
    finishing_ = true;
    if (std::exchange(notified_, true)) {
      return;
    }
  }
  notify();
}

void stream_state::cut() {
  {
    const std::lock_guard guard{mutex_};
    if (ended_ || finishing_ || cut_) {
      return;
    }
    cut_ = true;
    waiting_.clear();
    if (std::exchange(notified_, true)) {
      return;
    }
  }
  notify();
}

bool stream_state::open() {
  const std::lock_guard guard{mutex_};
  return !ended_ && !finishing_ && !cut_;
}

void stream_state::notify() {
  if (!way_->push(shared_from_this())) {
    end(stream_end::stopped);
  }
}

void stream_state::deliver() {
  if (const auto home = home_.lock(); home && !home->closed()) {
    home->on_stream();
  } else {
    end(stream_end::gone);
  }
}

stream_state::next stream_state::take(std::deque<stream_item>& into,
                                      std::size_t count) {
  const std::lock_guard guard{mutex_};
  notified_ = false;
  if (cut_) {
    return next::cut;
  }
  if (waiting_.empty()) {
    return finishing_ ? next::finished : next::nothing;
  }
  for (; count > 0 && !waiting_.empty(); --count) {
    into.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  return next::taken;
}

void stream_state::sent(std::size_t bytes, std::size_t count) {
  const std::lock_guard guard{mutex_};
  bytes_ -= bytes;
  chunks_ -= count;
}

void stream_state::tell_written(std::uint64_t position) const {
  if (options_.written) {
    options_.written(position);
  }
}

std::string stream_state::last_words(std::uint64_t position) const {
  return options_.last_words ? options_.last_words(position) : std::string{};
}

void stream_state::end(stream_end why) {
  {
    const std::lock_guard guard{mutex_};
    if (std::exchange(ended_, true)) {
      return;
    }
    waiting_.clear();
    bytes_ = 0;
    chunks_ = 0;
  }
  if (options_.closed) {
    options_.closed(why);
  }
}

} // namespace internal

// -- event_stream -------------------------------------------------------------

event_stream::event_stream(
  std::shared_ptr<internal::stream_state> state) noexcept
  : state_{std::move(state)} {}

event_stream& event_stream::operator=(event_stream&& other) noexcept {
  if (this != &other) {
    finish();
    state_ = std::move(other.state_);
  }
  return *this;
}

event_stream::~event_stream() { finish(); }

bool event_stream::write(chunk bytes, std::uint64_t position) {
  return state_ && state_->write(std::move(bytes), position);
}

void event_stream::finish() {
  if (state_) {
    state_->finish();
  }
}

void event_stream::cut() {
  if (state_) {
    state_->cut();
  }
}

bool event_stream::open() const { return state_ && state_->open(); }

} // namespace libsig::http
