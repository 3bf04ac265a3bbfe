#include "libsig/publish/pump.hpp"

#include "libsig/publish/internal/pump_impl.hpp"
#include "libsig/publish/internal/pump_row.hpp"

#include <algorithm>
#include <deque>
#include <mutex>
#include <utility>

namespace libsig::publish {

using internal::after_failure;

namespace {

[[nodiscard]] std::optional<steady_time>
earlier(std::optional<steady_time> one, std::optional<steady_time> other) {
  return one && other ? std::min(*one, *other) : one ? one : other;
}

[[nodiscard]] std::string words_of(const internal::lost_bodies& what) {
  const auto first = std::to_string(what.first);
  if (what.count == 1) {
    return "retention had the body of 1 signal before the publisher, sequence "
           + first;
  }
  return "retention had the bodies of " + std::to_string(what.count)
         + " signals before the publisher, from sequence " + first + " to "
         + std::to_string(what.last);
}

} // namespace

pump::impl::~impl() {
  std::deque<redriven> left;
  {
    const std::lock_guard lock{shared_->mutex};
    left.swap(shared_->redrives);
  }
  for (const auto& one : left) {
    one.done(fail(errc::stopped, "the node stops"));
  }
}

// -- rows ---------------------------------------------------------------------

result<void> pump::impl::take_up() {
  const auto rows = with_.log.read_table(pump::table);
  if (!rows) {
    return fail(rows.error());
  }
  const auto found =
    std::ranges::find(*rows, how_.name, &journal::keyed_write::key);
  internal::pump_row was;
  if (found == rows->end()) {
    // What is not kept any more when a publisher begins was never its own.
    was.settled = with_.log.complete_from() - 1;
    was.after = how_.from_beginning ? 0 : with_.log.last_sequence();
  } else {
    auto read = internal::read_row(*found);
    if (!read) {
      return fail(std::move(read).error());
    }
    was = std::move(*read);
  }
  if (was.endpoint == how_.endpoint) {
    stopped_ = std::move(was.stopped);
  }
  // A store that was put back may end earlier.
  const auto last = with_.log.last_sequence();
  walk_.begin(std::min(sink_->resume(was.after, was.state), last),
              std::min(was.settled, last));
  owes_row_ = found == rows->end() || found->value != row().value;
  counts_.name = how_.name;
  publish_status();
  return {};
}

journal::keyed_write pump::impl::row() const {
  return {std::string{pump::table}, how_.name,
          internal::write_row({walk_.position(), sink_->state(), how_.endpoint,
                               stopped_, walk_.settled()})};
}

void pump::impl::save(journal::done_handler done) {
  saving_ = true;
  changed_.reset();
  with_.write({row()}, [told = shared_, bell = with_.bell,
                        done = std::move(done)](const result<void>& ended) {
    {
      const std::lock_guard lock{told->mutex};
      told->saved = ended;
    }
    bell->ring();
    if (done) {
      done(ended);
    }
  });
}

void pump::impl::changed(std::chrono::milliseconds save_within) {
  const auto due = with_.time->steady_now() + save_within;
  changed_ = earlier(changed_, due);
}

std::optional<steady_time> pump::impl::save_when_due() {
  if (!changed_ || saving_ || burying_) {
    return std::nullopt;
  }
  if (with_.time->steady_now() < *changed_) {
    return changed_;
  }
  save_durable();
  return changed_;
}

/// Saves the position once what was delivered up to there is durable.
void pump::impl::save_durable() {
  if (const auto synced = sink_->sync(); !synced) {
    note_failure(synced.error().message());
    changed_ = with_.time->steady_now() + after_failure;
    return;
  }
  save({});
}

void pump::impl::settle_save(const result<void>& ended) {
  saving_ = false;
  if (!ended) {
    changed(after_failure);
  }
}

void pump::impl::take_news() {
  std::optional<result<void>> saved;
  std::optional<result<void>> buried;
  {
    const std::lock_guard lock{shared_->mutex};
    saved = std::exchange(shared_->saved, std::nullopt);
    buried = std::exchange(shared_->buried, std::nullopt);
  }
  if (saved) {
    settle_save(*saved);
  }
  if (buried) {
    settle_burial(*buried);
  }
}

void pump::impl::publish_status() {
  counts_.position = walk_.position();
  counts_.endpoint = breaker_.at(with_.time->steady_now());
  counts_.stopped = stopped_;
  const std::lock_guard lock{shared_->mutex};
  shared_->status = counts_;
}

// -- the log ------------------------------------------------------------------

next_step pump::impl::begin_batch() {
  const auto now = with_.time->steady_now();
  if (now < walk_.not_before()) {
    return {walk_.not_before(), false};
  }
  const auto fetched = walk_.fetch();
  if (!fetched) {
    note_failure(fetched.error().message());
    walk_.rest_until(now + after_failure);
    return {now, false};
  }
  if (!*fetched) {
    if (!std::exchange(told_end_, true)) {
      sink_->at_end();
    }
    return {std::nullopt, true};
  }
  told_end_ = false;
  count_lost();
  if (walk_.pass_others()) {
    changed(how_.save_passed_after);
  }
  return {now, false};
}

void pump::impl::count_lost() {
  const auto lost = walk_.take_lost();
  if (lost.count > 0) {
    counts_.lost += lost.count;
    tell(pump_news::lost, words_of(lost));
  }
}

// -- delivering ---------------------------------------------------------------

void pump::impl::advance(std::size_t count) {
  if (count == 0) {
    return;
  }
  walk_.pass(count);
  counts_.delivered += count;
  if (!counts_.last_failure.empty()) {
    counts_.last_failure.clear();
    tell(pump_news::recovered, {});
  }
  attempts_ = 0;
  changed(how_.save_after);
}

void pump::impl::deliver() {
  const auto& waiting = walk_.waiting();
  const auto count = std::min(waiting.size(), sink_->batch_max());
  const std::vector<signal_ptr> some(
    waiting.begin(), waiting.begin() + static_cast<std::ptrdiff_t>(count));
  settle(sink_->deliver(some));
}

void pump::impl::settle(delivery made) {
  const auto now = with_.time->steady_now();
  advance(made.done);
  if (made.done > 0) {
    breaker_.succeeded();
  }
  switch (made.outcome) {
  case outcome::done:
    return;
  case outcome::again:
    breaker_.failed(now);
    try_later(made);
    return;
  case outcome::refused:
    // It answers, so that it is no fault of the endpoint.
    breaker_.succeeded();
    ++attempts_;
    ++counts_.failures;
    bury(std::move(made.reason), false);
    return;
  case outcome::gone:
    breaker_.succeeded();
    ++attempts_;
    ++counts_.failures;
    bury(std::move(made.reason), true);
    return;
  case outcome::rewind:
    breaker_.withdrawn();
    walk_.go_back(made.after);
    changed(how_.save_after);
    return;
  case outcome::cancelled:
    breaker_.withdrawn();
    return;
  }
}

void pump::impl::note_failure(const std::string& why) {
  if (counts_.last_failure.empty()) {
    tell(pump_news::failing, why);
  }
  counts_.last_failure = why;
}

void pump::impl::try_later(const delivery& made) {
  ++counts_.failures;
  note_failure(made.reason);
  ++attempts_;
  if (how_.retry.attempts_max > 0 && attempts_ >= how_.retry.attempts_max) {
    bury(made.reason, false);
    return;
  }
  not_before_ =
    with_.time->steady_now()
    + wait_after(attempts_, how_.retry, made.retry_after, with_.random);
}

// -- one step -----------------------------------------------------------------

next_step pump::impl::step() {
  take_news();
  const auto now = with_.time->steady_now();
  next_step next;
  if (cancelled_.load()) {
    return next;
  }
  const auto save_at = save_when_due();
  if (redrive_one()) {
    next.at = now;
  } else if (!stopped_.empty()) {
    walk_.leave();
  } else if (burying_) {
    // The bell rings when that is done.
  } else if (walk_.waiting().empty()) {
    next = begin_batch();
  } else if (now < not_before_) {
    next.at = not_before_;
  } else if (!breaker_.permit(now)) {
    next.at = breaker_.opens_until();
  } else {
    deliver();
    next.at = now;
  }
  publish_status();
  next.at = earlier(save_at, next.at);
  return next;
}

bool pump::impl::wind_up() {
  take_news();
  // What is under way may not be all of it; the last save is begun after it.
  if (!winding_up_ && !saving_ && !burying_) {
    winding_up_ = true;
    if (changed_) {
      save_durable();
    }
  }
  publish_status();
  return !saving_ && !burying_;
}

// -- pump ---------------------------------------------------------------------

pump::pump(std::unique_ptr<impl> made) noexcept : impl_{std::move(made)} {}

pump::~pump() = default;

result<std::unique_ptr<pump>>
pump::make(pump_options how, std::unique_ptr<sink> to, pump_surroundings with) {
  auto made =
    std::make_unique<impl>(std::move(how), std::move(to), std::move(with));
  if (auto done = made->take_up(); !done) {
    return fail(std::move(done).error());
  }
  return std::make_unique<pump>(std::move(made));
}

void pump::save(journal::done_handler done) { impl_->save(std::move(done)); }

next_step pump::step() { return impl_->step(); }

bool pump::wind_up() { return impl_->wind_up(); }

void pump::redrive(const signal_ptr& what, journal::done_handler done) {
  impl_->redrive(what, std::move(done));
}

void pump::cancel() noexcept { impl_->cancel(); }

const std::string& pump::name() const noexcept { return impl_->name(); }

pump_status pump::status() const { return impl_->status(); }

bool pump::owes_row() const noexcept { return impl_->owes_row(); }

} // namespace libsig::publish
