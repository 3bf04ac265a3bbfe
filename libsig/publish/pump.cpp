#include "libsig/publish/pump.hpp"

#include "libsig/core/reserved.hpp"
#include "libsig/journal/query.hpp"
#include "libsig/publish/internal/pump_row.hpp"

#include <algorithm>
#include <atomic>
#include <deque>
#include <mutex>
#include <span>
#include <utility>

namespace libsig::publish {

namespace {

/// What is fetched at once, and its bytes.
constexpr std::size_t fetched_max = 1'024;
constexpr std::size_t fetched_bytes_max = 4u << 20;
/// Dead letters that wait for their try.
constexpr std::size_t redrives_max = 1'000;
/// After the log or a row could not be read or written.
constexpr std::chrono::seconds after_failure{1};

/// Whether a publisher with these patterns sends signals of the type.
[[nodiscard]] bool is_asked_for(const std::vector<pattern>& types,
                                std::string_view type) {
  const bool internal = is_internal_type(type);
  if (types.empty()) {
    return !internal;
  }
  return std::ranges::any_of(types, [&](const pattern& one) {
    const auto& first = one.segments().front();
    const bool names_it =
      first.kind == pattern::kind::literal && first.text == "internal";
    return (!internal || names_it) && one.matches(type);
  });
}

[[nodiscard]] std::optional<steady_time>
earlier(std::optional<steady_time> one, std::optional<steady_time> other) {
  return one && other ? std::min(*one, *other) : one ? one : other;
}

} // namespace

class pump::impl {
public:
  impl(pump_options how, std::unique_ptr<sink> to, pump_surroundings with)
    : how_{std::move(how)}, sink_{std::move(to)}, with_{std::move(with)},
      breaker_{how_.breaking}, shared_{std::make_shared<shared>()} {}

  ~impl();

  [[nodiscard]] result<void> take_up();
  void save(journal::done_handler done);
  [[nodiscard]] next_step step();
  [[nodiscard]] bool wind_up();
  void redrive(const signal_ptr& what, journal::done_handler done);

  void cancel() noexcept {
    cancelled_.store(true);
    sink_->cancel();
    with_.bell->ring();
  }

  [[nodiscard]] const std::string& name() const noexcept { return how_.name; }

  [[nodiscard]] bool owes_row() const noexcept { return owes_row_; }

  [[nodiscard]] pump_status status() const {
    const std::lock_guard lock{shared_->mutex};
    return shared_->status;
  }

private:
  struct redriven {
    signal_ptr what;
    journal::done_handler done;
  };

  /// What other threads leave for the pump's; handlers keep a share, since
  /// they may outlive the pump.
  struct shared {
    std::mutex mutex;
    std::deque<redriven> redrives;
    /// Ends of writes that were asked for.
    std::optional<result<void>> saved;
    std::optional<result<void>> buried;
    pump_status status;
  };

  [[nodiscard]] bool wants(const signal& what) const;
  [[nodiscard]] journal::keyed_write row() const;
  void take_news();
  void settle_save(const result<void>& ended);
  void settle_burial(const result<void>& ended);
  [[nodiscard]] bool redrive_one();
  [[nodiscard]] next_step begin_batch();
  [[nodiscard]] bool fetch();
  [[nodiscard]] bool fetch_from_log();
  void keep_wanted(const std::vector<signal_ptr>& found);
  void deliver();
  void settle(delivery made);
  void advance(std::size_t count);
  void try_later(const delivery& made);
  void bury(std::string reason, bool stop);
  void changed(std::chrono::milliseconds save_within);
  void save_durable();
  [[nodiscard]] std::optional<steady_time> save_when_due();
  void publish_status();
  void note_failure(const std::string& why);

  void tell(pump_news what, const std::string& why) const {
    if (with_.tell) {
      with_.tell(what, how_.name, why);
    }
  }

  const pump_options how_;
  const std::unique_ptr<sink> sink_;
  const pump_surroundings with_;
  breaker breaker_;
  const std::shared_ptr<shared> shared_;
  std::atomic<bool> cancelled_{false};

  std::optional<tail::reader> reader_;
  std::uint64_t position_ = 0;
  /// Fetched and wanted, from the first one that is not delivered on.
  std::deque<signal_ptr> batch_;
  /// Where the pump is when the batch is delivered.
  std::uint64_t batch_end_ = 0;
  /// Tries of the first one of the batch.
  std::uint32_t attempts_ = 0;
  steady_time not_before_{};
  steady_time fetch_not_before_{};
  bool told_end_ = false;
  bool winding_up_ = false;

  /// When what has changed is to be saved; nothing when nothing has.
  std::optional<steady_time> changed_;
  bool saving_ = false;
  /// As it was taken up.
  bool owes_row_ = true;
  /// A dead letter is being written; nothing goes on before.
  bool burying_ = false;
  /// What its end brings.
  std::uint64_t buried_to_ = 0;
  std::string buried_for_;
  std::string stopping_;
  std::string stopped_;
  pump_status counts_;
};

pump::impl::~impl() {
  if (reader_) {
    with_.recent.leave(*reader_);
  }
  std::deque<redriven> left;
  {
    const std::lock_guard lock{shared_->mutex};
    left.swap(shared_->redrives);
  }
  for (const auto& one : left) {
    one.done(fail(errc::stopped, "the node stops"));
  }
}

// -- rows
// ----------------------------------------------------------------------

result<void> pump::impl::take_up() {
  const auto rows = with_.log.read_table(pump::table);
  if (!rows) {
    return fail(rows.error());
  }
  const auto found =
    std::ranges::find(*rows, how_.name, &journal::keyed_write::key);
  internal::pump_row was;
  if (found == rows->end()) {
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
  position_ =
    std::min(sink_->resume(was.after, was.state), with_.log.last_sequence());
  owes_row_ = found == rows->end() || found->value != row().value;
  reader_ = with_.recent.join(with_.bell, position_);
  counts_.name = how_.name;
  publish_status();
  return {};
}

journal::keyed_write pump::impl::row() const {
  return {
    std::string{pump::table}, how_.name,
    internal::write_row({position_, sink_->state(), how_.endpoint, stopped_})};
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

void pump::impl::settle_burial(const result<void>& ended) {
  burying_ = false;
  if (!ended) {
    // The disk may be full; the signal is tried and buried again then.
    stopping_.clear();
    not_before_ = with_.time->steady_now() + after_failure;
    return;
  }
  ++counts_.dead_letters;
  tell(pump_news::dead_letter, buried_for_);
  if (!stopping_.empty()) {
    tell(pump_news::stopped, stopping_);
  }
  position_ = buried_to_;
  attempts_ = 0;
  batch_.pop_front();
  stopped_ = std::exchange(stopping_, {});
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
  counts_.position = position_;
  counts_.endpoint = breaker_.at(with_.time->steady_now());
  counts_.stopped = stopped_;
  const std::lock_guard lock{shared_->mutex};
  shared_->status = counts_;
}

// -- the log
// -------------------------------------------------------------------

bool pump::impl::wants(const signal& what) const {
  return !what.has_receiver() && (!how_.tenant || what.tenant() == *how_.tenant)
         && is_asked_for(how_.types, what.type());
}

void pump::impl::keep_wanted(const std::vector<signal_ptr>& found) {
  for (const auto& one : found) {
    if (wants(*one)) {
      batch_.push_back(one);
    }
  }
}

next_step pump::impl::begin_batch() {
  const auto now = with_.time->steady_now();
  if (now < fetch_not_before_) {
    return {fetch_not_before_, false};
  }
  if (!fetch()) {
    if (!std::exchange(told_end_, true)) {
      sink_->at_end();
    }
    return {std::nullopt, true};
  }
  told_end_ = false;
  if (batch_.empty() && position_ < batch_end_) {
    position_ = batch_end_;
    changed(how_.save_passed_after);
  }
  return {now, false};
}

/// Fills the batch; whether there may be more to fetch, found something or not.
bool pump::impl::fetch() {
  const auto recent = with_.recent.take(*reader_, position_, fetched_max);
  if (!recent) {
    return fetch_from_log();
  }
  if (recent->empty()) {
    return false;
  }
  keep_wanted(*recent);
  batch_end_ = recent->back()->sequence();
  if (recent->size() < fetched_max) {
    fetch_not_before_ = with_.time->steady_now() + how_.gather;
  }
  return true;
}

bool pump::impl::fetch_from_log() {
  const auto last = with_.log.last_sequence();
  if (last <= position_) {
    return false;
  }
  journal::query what;
  what.after = position_;
  what.types = how_.types;
  what.limit = fetched_max;
  what.bytes_max = fetched_bytes_max;
  what.only = [this](const signal& one) { return wants(one); };
  const auto page = with_.log.read_page(what);
  if (!page) {
    note_failure(page.error().message());
    batch_end_ = position_;
    fetch_not_before_ = with_.time->steady_now() + after_failure;
    return true;
  }
  batch_.assign(page->signals.begin(), page->signals.end());
  batch_end_ = page->next.value_or(last);
  if (!batch_.empty()) {
    batch_end_ = std::max(batch_end_, batch_.back()->sequence());
  }
  return true;
}

// -- delivering
// ----------------------------------------------------------------

void pump::impl::advance(std::size_t count) {
  if (count == 0) {
    return;
  }
  position_ = batch_[count - 1]->sequence();
  batch_.erase(batch_.begin(),
               batch_.begin() + static_cast<std::ptrdiff_t>(count));
  if (batch_.empty()) {
    // Behind the last one may be some for others.
    position_ = std::max(position_, batch_end_);
  }
  counts_.delivered += count;
  if (!counts_.last_failure.empty()) {
    counts_.last_failure.clear();
    tell(pump_news::recovered, {});
  }
  attempts_ = 0;
  changed(how_.save_after);
}

void pump::impl::deliver() {
  const auto count = std::min(batch_.size(), sink_->batch_max());
  const std::vector<signal_ptr> some(
    batch_.begin(), batch_.begin() + static_cast<std::ptrdiff_t>(count));
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
    position_ = made.after;
    batch_end_ = made.after;
    batch_.clear();
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

/// Makes a dead letter of the first one, in one transaction with the position
/// behind it.
void pump::impl::bury(std::string reason, bool stop) {
  const auto& what = *batch_.front();
  buried_for_ = reason;
  burying_ = true;
  buried_to_ = what.sequence();
  if (stop) {
    stopping_ = reason;
  }
  journal::dead_letter letter;
  letter.sequence = what.sequence();
  letter.tenant = what.tenant();
  letter.target = std::string{target_kind} + ":" + how_.name;
  letter.reason = std::move(reason);
  letter.attempts = attempts_;
  auto behind = row();
  behind.value =
    internal::write_row({buried_to_, sink_->state(), how_.endpoint, stopping_});
  with_.letters.add(std::move(letter), {std::move(behind)},
                    [told = shared_, bell = with_.bell](result<void> ended) {
                      {
                        const std::lock_guard lock{told->mutex};
                        told->buried = std::move(ended);
                      }
                      bell->ring();
                    });
}

// -- dead letters
// --------------------------------------------------------------

void pump::impl::redrive(const signal_ptr& what, journal::done_handler done) {
  {
    const std::lock_guard lock{shared_->mutex};
    if (!cancelled_.load() && shared_->redrives.size() < redrives_max) {
      shared_->redrives.push_back({what, std::move(done)});
      done = {};
    }
  }
  if (done) {
    done(fail(errc::overloaded, "too many dead letters wait to be tried"));
    return;
  }
  with_.bell->ring();
}

bool pump::impl::redrive_one() {
  redriven one;
  {
    const std::lock_guard lock{shared_->mutex};
    if (shared_->redrives.empty()) {
      return false;
    }
    one = std::move(shared_->redrives.front());
    shared_->redrives.pop_front();
  }
  if (!stopped_.empty()) {
    one.done(fail(errc::io, "the publisher was stopped: " + stopped_));
    return true;
  }
  // An operator asked for it, so that an open breaker is no reason to wait.
  const auto made = sink_->deliver(std::span{&one.what, 1});
  if (made.outcome == outcome::done) {
    ++counts_.delivered;
    breaker_.succeeded();
    one.done({});
    return true;
  }
  ++counts_.failures;
  if (made.outcome == outcome::again) {
    breaker_.failed(with_.time->steady_now());
  } else if (made.outcome == outcome::gone) {
    stopped_ = made.reason;
    tell(pump_news::stopped, stopped_);
    changed(std::chrono::milliseconds{0});
  }
  one.done(made.outcome == outcome::cancelled
             ? fail(errc::stopped, "the node stops")
             : fail(errc::io, made.reason));
  return true;
}

// -- one step
// ------------------------------------------------------------------

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
    with_.recent.leave(*reader_);
  } else if (burying_) {
    // The bell rings when that is done.
  } else if (batch_.empty()) {
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

// -- pump
// ----------------------------------------------------------------------

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
