#include "libsig/publish/internal/pump_impl.hpp"
#include "libsig/publish/internal/pump_row.hpp"

#include <span>
#include <utility>

namespace libsig::publish {

namespace {

/// Dead letters that wait for their try.
constexpr std::size_t redrives_max = 1'000;

} // namespace

// -- burials ------------------------------------------------------------------

/// Makes a dead letter of the first one, in one transaction with the position
/// behind it.
void pump::impl::bury(std::string reason, bool stop) {
  const auto& what = *walk_.waiting().front();
  buried_for_ = reason;
  burying_ = true;
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
    internal::write_row({what.sequence(), sink_->state(), how_.endpoint,
                         stopping_, walk_.settled()});
  with_.letters.add(std::move(letter), {std::move(behind)},
                    [told = shared_, bell = with_.bell](result<void> ended) {
                      {
                        const std::lock_guard lock{told->mutex};
                        told->buried = std::move(ended);
                      }
                      bell->ring();
                    });
}

void pump::impl::settle_burial(const result<void>& ended) {
  burying_ = false;
  if (!ended) {
    // The disk may be full; the signal is tried and buried again then.
    stopping_.clear();
    not_before_ = with_.time->steady_now() + internal::after_failure;
    return;
  }
  ++counts_.dead_letters;
  tell(pump_news::dead_letter, buried_for_);
  if (!stopping_.empty()) {
    tell(pump_news::stopped, stopping_);
    stopped_ = std::exchange(stopping_, {});
  }
  walk_.pass(1);
  attempts_ = 0;
}

// -- redrives -----------------------------------------------------------------

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
  if (!stopping_.empty()) {
    // Whether it is stopped is being written.
    return false;
  }
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

} // namespace libsig::publish
