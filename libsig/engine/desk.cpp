#include "libsig/engine/desk.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

namespace libsig::engine {

namespace {

[[nodiscard]] std::uint64_t key_of(actor::request_id which) noexcept {
  return static_cast<std::uint64_t>(which);
}

} // namespace

// -- whoever asks
// ------------------------------------------------------------------

result<void> desk::ask(actor::request_id which, actor::request_ptr what,
                       actor::reply_handler& done) {
  const std::lock_guard lock{mutex_};
  if (closed_) {
    return fail(*closed_);
  }
  if (errands_.size() >= waiting_max_) {
    return fail(error(errc::overloaded,
                      std::to_string(waiting_max_) + " requests wait already")
                  .mend("ask again later"));
  }
  requests_.try_emplace(key_of(which), request{std::move(done)});
  errands_.push_back({which, std::move(what)});
  return {};
}

bool desk::forget(actor::request_id which) {
  // What the handler holds ends when the lock is gone.
  actor::reply_handler forgotten;
  const std::lock_guard lock{mutex_};
  const auto found = requests_.find(key_of(which));
  if (found == requests_.end() || found->second.is == state::leaving) {
    return false;
  }
  forgotten = std::move(found->second.done);
  if (found->second.is != state::open) {
    requests_.erase(found);
    return false;
  }
  found->second.is = state::leaving;
  errands_.push_back({which, nullptr});
  return true;
}

// -- the cell
// --------------------------------------------------------------------

std::optional<desk::errand> desk::take() {
  const std::lock_guard lock{mutex_};
  while (!errands_.empty()) {
    auto next = std::move(errands_.front());
    errands_.pop_front();
    const auto found = requests_.find(key_of(next.which));
    if (found == requests_.end()) {
      continue;
    }
    if (next.what) {
      found->second.is = state::open;
    } else {
      requests_.erase(found);
    }
    return next;
  }
  return std::nullopt;
}

void desk::settle(std::vector<actor::answer>& what) {
  const std::lock_guard lock{mutex_};
  std::erase_if(what, [this](const actor::answer& one) {
    const auto found = requests_.find(key_of(one.to));
    if (found != requests_.end() && found->second.is == state::leaving) {
      requests_.erase(found);
      return true;
    }
    if (found == requests_.end() || found->second.is != state::open) {
      return true;
    }
    found->second.is = state::settled;
    return false;
  });
}

void desk::answer(std::vector<actor::answer>&& what) noexcept {
  for (auto& one : what) {
    requests::node_type taken;
    {
      const std::lock_guard lock{mutex_};
      const auto found = requests_.find(key_of(one.to));
      if (found != requests_.end() && found->second.is != state::waiting) {
        taken = requests_.extract(found);
      }
    }
    if (taken && taken.mapped().done) {
      taken.mapped().done(std::move(one.what));
    }
  }
}

void desk::fail_open(const error& why) noexcept {
  std::vector<requests::node_type> taken;
  {
    const std::lock_guard lock{mutex_};
    taken = take_all(state::open);
    // Nobody is to be told of them: whoever the cell hands them to is gone.
    static_cast<void>(take_all(state::leaving));
  }
  fail_all(std::move(taken), why);
}

void desk::close(const error& why, const error& open) {
  std::vector<requests::node_type> opened;
  std::vector<requests::node_type> waiting;
  {
    const std::lock_guard lock{mutex_};
    if (closed_) {
      return;
    }
    closed_ = why;
    errands_.clear();
    opened = take_all(state::open);
    waiting = take_all(state::waiting);
    static_cast<void>(take_all(state::leaving));
  }
  fail_all(std::move(opened), open);
  fail_all(std::move(waiting), why);
}

// -- observers
// ---------------------------------------------------------------------

bool desk::has_errands() const {
  const std::lock_guard lock{mutex_};
  return !errands_.empty();
}

std::size_t desk::size() const {
  const std::lock_guard lock{mutex_};
  return requests_.size();
}

// -- leaves
// --------------------------------------------------------------------

void desk::fail_all(std::vector<requests::node_type> taken,
                    const error& why) noexcept {
  for (auto& one : taken) {
    one.mapped().done(fail(why));
  }
}

/// Takes out what is in a state, in the order in which it was asked.
std::vector<desk::requests::node_type> desk::take_all(state of) {
  std::vector<requests::node_type> taken;
  for (auto at = requests_.begin(); at != requests_.end();) {
    const auto next = std::next(at);
    if (at->second.is == of) {
      taken.push_back(requests_.extract(at));
    }
    at = next;
  }
  std::ranges::sort(taken, {},
                    [](const requests::node_type& one) { return one.key(); });
  return taken;
}

} // namespace libsig::engine
