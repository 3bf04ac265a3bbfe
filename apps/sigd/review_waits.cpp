#include "apps/sigd/review_waits.hpp"

#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "apps/sigd/listening.hpp"
#include "libsig/core/keyed_hash.hpp"
#include "libsig/review/signals.hpp"

namespace libsig::sigd {

namespace {

/// One of two names as one; a tenant has no `/`.
[[nodiscard]] std::string joined(std::string_view tenant,
                                 std::string_view name) {
  std::string made;
  made.reserve(tenant.size() + 1 + name.size());
  made.append(tenant) += '/';
  made.append(name);
  return made;
}

/// What is said when the node ends before the summary of `review` is there, a
/// joined name. Whoever let the node name the review learns it here.
[[nodiscard]] error ends_first(std::string_view review) {
  const std::string id{review.substr(review.find('/') + 1)};
  return error(errc::stopped, "the node is ending; the review '" + id
                                + "' is in the log and goes on with the next "
                                  "start")
    .mend("ask for it with GET /v1/reviews/{id} then");
}

} // namespace

struct review_waits::state {
  struct wait {
    std::string review;
    std::string caller;
    std::function<void(wait_end)> done;
    std::optional<journal::receipt> accepted;
    /// One that came before it was known whether the request is accepted.
    signal_ptr summary;
    bool expired = false;
    alarm_clock::ticket call = 0;
  };

  using waits_by_ticket = std::unordered_map<ticket, wait>;

  state(const options& with, alarm_clock& of) : how{with}, by{of} {}

  /// Takes the wait out of all tables.
  [[nodiscard]] wait take(waits_by_ticket::iterator at) {
    auto made = std::move(at->second);
    const auto [first, last] = reviews.equal_range(made.review);
    for (auto one = first; one != last; ++one) {
      if (one->second == at->first) {
        reviews.erase(one);
        break;
      }
    }
    const auto of = callers.find(made.caller);
    if (--of->second == 0) {
      callers.erase(of);
    }
    waits.erase(at);
    return made;
  }

  void end(std::unique_lock<std::mutex>& lock, waits_by_ticket::iterator at,
           wait_end with) {
    auto over = take(at);
    lock.unlock();
    by.cancel(over.call);
    over.done(std::move(with));
  }

  void hear(const signal_ptr& what);
  void expire(ticket which);

  const options how;
  alarm_clock& by;
  // The server's, the gate's and the actor's threads meet here; nobody is
  // called back under it.
  mutable std::mutex mutex;
  waits_by_ticket waits;
  std::unordered_multimap<std::string, ticket, keyed_hash, std::equal_to<>>
    reviews;
  std::unordered_map<std::string, std::size_t, keyed_hash, std::equal_to<>>
    callers;
  ticket given = 0;
  bool closed = false;
};

void review_waits::state::hear(const signal_ptr& what) {
  const auto* const told = what->data().peek<review::summary>();
  if (told == nullptr) {
    return;
  }
  std::vector<wait> over;
  {
    const std::lock_guard lock{mutex};
    if (waits.empty()) {
      return;
    }
    std::vector<waits_by_ticket::iterator> ready;
    const auto [first, last] =
      reviews.equal_range(joined(what->tenant(), told->review_id));
    for (auto one = first; one != last; ++one) {
      const auto at = waits.find(one->second);
      at->second.summary = what;
      if (at->second.accepted) {
        ready.push_back(at);
      }
    }
    over.reserve(ready.size());
    for (const auto at : ready) {
      over.push_back(take(at));
    }
  }
  for (auto& one : over) {
    by.cancel(one.call);
    one.done(what);
  }
}

void review_waits::state::expire(ticket which) {
  std::unique_lock lock{mutex};
  const auto at = waits.find(which);
  if (at == waits.end()) {
    return;
  }
  if (at->second.accepted) {
    auto got = std::move(*at->second.accepted);
    end(lock, at, std::move(got));
  } else {
    // Nothing can be said before the request is in the log.
    at->second.expired = true;
  }
}

review_waits::review_waits(const options& how, alarm_clock& by)
  : state_{std::make_shared<state>(how, by)} {}

review_waits::~review_waits() { close(); }

actor::spec review_waits::hearer() const {
  actor::spec of;
  of.name = "review waits";
  of.source = "/processes/review-waits";
  of.routes = {{std::string{review::summary_type}}};
  of.make = [to = state_](std::size_t) {
    return std::make_unique<listening>(
      [to](const signal_ptr& what) { to->hear(what); });
  };
  return of;
}

result<review_waits::ticket> review_waits::park(review_wait what) {
  auto& all = *state_;
  const std::lock_guard lock{all.mutex};
  if (all.closed) {
    return fail(error(errc::stopped));
  }
  auto caller = joined(what.tenant, what.caller);
  auto& of_caller = all.callers[caller];
  if (all.waits.size() >= all.how.waits_max
      || of_caller >= all.how.caller_waits_max) {
    if (of_caller == 0) {
      all.callers.erase(caller);
    }
    return fail(error(errc::overloaded, "too many calls wait already")
                  .mend("ask without 'wait', or later"));
  }
  ++of_caller;
  const auto made = ++all.given;
  state::wait one;
  one.review = joined(what.tenant, what.review_id);
  one.caller = std::move(caller);
  one.done = std::move(what.done);
  one.call = all.by.after(what.at_most, [of = std::weak_ptr{state_}, made] {
    if (const auto there = of.lock()) {
      there->expire(made);
    }
  });
  all.reviews.emplace(one.review, made);
  all.waits.emplace(made, std::move(one));
  return made;
}

void review_waits::accept(ticket which, journal::receipt got) {
  auto& all = *state_;
  std::unique_lock lock{all.mutex};
  const auto at = all.waits.find(which);
  if (at == all.waits.end()) {
    return;
  }
  if (at->second.summary) {
    auto summary = std::move(at->second.summary);
    all.end(lock, at, std::move(summary));
  } else if (all.closed) {
    auto why = ends_first(at->second.review);
    all.end(lock, at, std::move(why));
  } else if (at->second.expired) {
    all.end(lock, at, std::move(got));
  } else {
    at->second.accepted = std::move(got);
  }
}

void review_waits::refuse(ticket which, error why) {
  std::unique_lock lock{state_->mutex};
  const auto at = state_->waits.find(which);
  if (at != state_->waits.end()) {
    state_->end(lock, at, std::move(why));
  }
}

void review_waits::settle(ticket which, signal_ptr summary) {
  std::unique_lock lock{state_->mutex};
  const auto at = state_->waits.find(which);
  if (at != state_->waits.end()) {
    state_->end(lock, at, std::move(summary));
  }
}

bool review_waits::leave(ticket which) {
  std::unique_lock lock{state_->mutex};
  const auto at = state_->waits.find(which);
  if (at == state_->waits.end()) {
    return false;
  }
  const auto over = state_->take(at);
  lock.unlock();
  state_->by.cancel(over.call);
  return true;
}

void review_waits::close() {
  std::vector<state::wait> over;
  {
    const std::lock_guard lock{state_->mutex};
    state_->closed = true;
    for (auto at = state_->waits.begin(); at != state_->waits.end();) {
      const auto one = at++;
      // The others end when it is known what became of their requests.
      if (one->second.accepted) {
        over.push_back(state_->take(one));
      }
    }
  }
  for (auto& one : over) {
    state_->by.cancel(one.call);
    one.done(ends_first(one.review));
  }
}

std::size_t review_waits::size() const {
  const std::lock_guard lock{state_->mutex};
  return state_->waits.size();
}

} // namespace libsig::sigd
