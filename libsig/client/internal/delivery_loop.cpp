#include "libsig/client/internal/delivery_loop.hpp"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <functional>
#include <iterator>
#include <mutex>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "libsig/client/internal/call.hpp"

namespace libsig::client::internal {

namespace {

using namespace std::chrono_literals;

using libsig::subscription::next_reply;

using next_reply_ptr = std::shared_ptr<const next_reply>;

/// How long the loop rests when the actor cannot take its call, at first and at
/// most.
constexpr std::chrono::milliseconds rest_min = 10ms;
constexpr std::chrono::milliseconds rest_max = 1s;

/// Bytes of the reason that is kept of a failure.
constexpr std::size_t reason_bytes_max = 1024;

struct listener {
  std::uint64_t id = 0;
  pattern of;
  delivery_handler handler;
  std::function<void(const error&)> on_end;
};

using listeners = std::vector<std::shared_ptr<const listener>>;

[[nodiscard]] bool listens(const listeners& to, std::string_view type) {
  return std::ranges::any_of(
    to, [&](const auto& one) { return one->of.matches(type); });
}

/// Says the same, for whoever must not end a handler.
[[nodiscard]] std::function<bool(std::string_view)>
listened_to(const listeners& by) {
  std::vector<pattern> all;
  all.reserve(by.size());
  std::ranges::transform(by, std::back_inserter(all),
                         [](const auto& one) { return one->of; });
  return [all = std::move(all)](std::string_view type) {
    return std::ranges::any_of(
      all, [&](const auto& one) { return one.matches(type); });
  };
}

/// What the handlers made of items, to be told with the next call.
struct settlement {
  std::vector<std::string> handled;
  std::vector<std::string> failed;
  std::string reason;

  [[nodiscard]] bool empty() const noexcept {
    return handled.empty() && failed.empty();
  }
};

/// Runs a handler; why it failed, or nothing.
[[nodiscard]] std::optional<std::string> run(const listener& who,
                                             const delivery& what) {
  try {
    who.handler(what);
    return std::nullopt;
  } catch (const std::exception& thrown) {
    return std::string{thrown.what()}.substr(0, reason_bytes_max);
  } catch (...) {
    return "the handler threw something that is no std::exception";
  }
}

} // namespace

struct delivery_loop::state {
  state(runtime& by, options of) : node{by}, how{std::move(of)} {}

  runtime& node;
  const options how;
  // Subscribers, the thread of the loop and threads of the runtime that bring
  // answers.
  mutable std::mutex mutex;
  std::condition_variable changed;
  listeners listening;
  std::uint64_t last_id = 0;
  bool stopping = false;
  /// A handler has ended its own loop: the runtime may be gone.
  bool orphaned = false;
  /// The open call was made for other listeners.
  bool stale = false;
  /// The listener whose handler runs, 0 for none.
  std::uint64_t at_work = 0;
  std::thread::id worker;

  void run_loop();
  /// What a call may be ended by.
  enum class patience : std::uint8_t {
    to_the_end, ///< only the end of the loop, after a moment
    while_same, ///< other listeners and the end of the loop
  };

  [[nodiscard]] result<next_reply_ptr> take(settlement& settled,
                                            const listeners& now);
  [[nodiscard]] result<next_reply_ptr> ask(const actor::request_ptr& what,
                                           patience how_long);
  void settle(const settlement& what);
  void dispatch(const libsig::subscription::delivery& item, settlement& into);
  [[nodiscard]] bool begin_work(std::uint64_t which);
  void end_work();
  void rest_or_end(const error& why, std::chrono::milliseconds& rest);
};

// -- the thread ---------------------------------------------------------------

void delivery_loop::state::run_loop() {
  {
    const std::lock_guard lock{mutex};
    worker = std::this_thread::get_id();
  }
  settlement settled;
  auto rest = rest_min;
  for (;;) {
    listeners now;
    {
      std::unique_lock lock{mutex};
      if (!stopping && listening.empty() && !settled.empty()) {
        lock.unlock();
        settle(std::exchange(settled, {}));
        lock.lock();
      }
      changed.wait(lock, [this] { return stopping || !listening.empty(); });
      if (stopping) {
        break;
      }
      stale = false;
      now = listening;
    }
    const auto got = take(settled, now);
    if (!got) {
      rest_or_end(got.error(), rest);
      continue;
    }
    rest = rest_min;
    if (*got && (*got)->item) {
      dispatch(*(*got)->item, settled);
    }
  }
  const bool alone = [this] {
    const std::lock_guard lock{mutex};
    return orphaned;
  }();
  if (!alone) {
    settle(settled);
  }
}

/// Asks for the next item; null when there is another reason to go on. What is
/// settled is forgotten once the actor has heard it.
///
/// An item that is handed to a call which is forgotten has lost an attempt. So
/// what is there is taken by a call that nothing interrupts, and only one that
/// sleeps is forgotten: no item loses more than one.
result<next_reply_ptr> delivery_loop::state::take(settlement& settled,
                                                  const listeners& now) {
  const auto asked = std::make_shared<libsig::subscription::next_request>();
  asked->who = how.who;
  asked->handled = settled.handled;
  asked->failed = settled.failed;
  asked->reason = settled.reason;
  asked->may_read = listened_to(now);
  auto got = ask(asked, patience::to_the_end);
  if (!got || !*got) {
    return got;
  }
  settled = {};
  if ((*got)->item) {
    return got;
  }
  const auto parked =
    std::make_shared<libsig::subscription::next_request>(*asked);
  parked->handled.clear();
  parked->failed.clear();
  parked->timeout = how.silent_after;
  return ask(parked, patience::while_same);
}

/// Asks and waits for the answer; null when it was not waited for any longer.
result<next_reply_ptr> delivery_loop::state::ask(const actor::request_ptr& what,
                                                 patience how_long) {
  std::optional<result<actor::reply_ptr>> came;
  const auto open = call::begin(node, libsig::subscription::actor_name, what,
                                [&, this](const result<actor::reply_ptr>& got) {
                                  const std::lock_guard lock{mutex};
                                  came = got;
                                  changed.notify_all();
                                });
  {
    std::unique_lock lock{mutex};
    changed.wait(lock, [&] {
      return came || stopping || (how_long == patience::while_same && stale);
    });
    if (how_long == patience::to_the_end) {
      changed.wait_for(lock, end_patience, [&] { return came.has_value(); });
    }
  }
  // From here on nobody writes the answer.
  open->cancel();
  if (!came) {
    return next_reply_ptr{};
  }
  return typed<next_reply>(*came, libsig::subscription::actor_name);
}

/// Nobody waits for the answer: what is not settled comes again.
void delivery_loop::state::settle(const settlement& what) {
  if (what.empty()) {
    return;
  }
  const auto asked = std::make_shared<libsig::subscription::settle_request>();
  asked->who = how.who;
  asked->handled = what.handled;
  asked->failed = what.failed;
  asked->reason = what.reason;
  node.ask(libsig::subscription::actor_name, asked, [](const auto&) {});
}

void delivery_loop::state::dispatch(const libsig::subscription::delivery& item,
                                    settlement& into) {
  const delivery shown{view_of(*item.what, how.unredacted), item.patterns,
                       item.silent, item.attempt};
  listeners now;
  {
    const std::lock_guard lock{mutex};
    now = listening;
  }
  bool wanted = false;
  bool handled = false;
  for (const auto& one : now) {
    if (std::ranges::find(item.patterns, one->of.text())
        == item.patterns.end()) {
      continue;
    }
    wanted = true;
    if (!begin_work(one->id)) {
      continue;
    }
    auto failure = run(*one, shown);
    end_work();
    if (failure) {
      into.failed.push_back(item.delivery_id);
      into.reason = std::move(*failure);
      return;
    }
    handled = true;
  }
  if (handled) {
    into.handled.push_back(item.delivery_id);
  } else if (!wanted && listens(now, item.what->type())) {
    // Its rows changed behind the back of who listens. Left open it would come
    // again at once, and for ever.
    into.failed.push_back(item.delivery_id);
    into.reason = "no handler listens to a pattern that delivers it";
  }
}

bool delivery_loop::state::begin_work(std::uint64_t which) {
  const std::lock_guard lock{mutex};
  if (stopping || std::ranges::none_of(listening, [&](const auto& one) {
        return one->id == which;
      })) {
    return false;
  }
  at_work = which;
  return true;
}

void delivery_loop::state::end_work() {
  {
    const std::lock_guard lock{mutex};
    at_work = 0;
  }
  changed.notify_all();
}

/// A fault that passes is waited out; after any other one nobody listens any
/// more.
void delivery_loop::state::rest_or_end(const error& why,
                                       std::chrono::milliseconds& rest) {
  if (why.code() == errc::overloaded || why.code() == errc::actor_crashed) {
    std::unique_lock lock{mutex};
    changed.wait_for(lock, rest, [this] { return stopping; });
    rest = std::min(rest * 2, rest_max);
    return;
  }
  listeners told;
  {
    const std::lock_guard lock{mutex};
    told = std::exchange(listening, {});
  }
  for (const auto& one : told) {
    if (one->on_end) {
      one->on_end(why);
    }
  }
}

// -- delivery_loop ------------------------------------------------------------

delivery_loop::delivery_loop(runtime& node, options how)
  : state_{std::make_shared<state>(node, std::move(how))} {}

delivery_loop::~delivery_loop() {
  const bool within = thread_.get_id() == std::this_thread::get_id();
  {
    const std::lock_guard lock{state_->mutex};
    state_->stopping = true;
    state_->orphaned = within;
  }
  state_->changed.notify_all();
  if (!thread_.joinable()) {
    return;
  }
  if (within) {
    // From here on it has nothing but its share of the state.
    thread_.detach();
  } else {
    thread_.join();
  }
}

result<std::uint64_t>
delivery_loop::add(const pattern& of, delivery_handler handler,
                   std::function<void(const error&)> on_end) {
  const std::lock_guard lock{state_->mutex};
  if (!thread_.joinable()) {
    try {
      thread_ = std::thread{[kept = state_] { kept->run_loop(); }};
    } catch (const std::system_error& thrown) {
      return fail(error(errc::overloaded, thrown.what())
                    .mend("let the process have more threads"));
    }
  }
  const auto id = ++state_->last_id;
  state_->listening.push_back(std::make_shared<listener>(
    listener{id, of, std::move(handler), std::move(on_end)}));
  state_->stale = true;
  state_->changed.notify_all();
  return id;
}

void delivery_loop::remove(std::uint64_t which) noexcept {
  // What its handler holds ends with it, behind the lock: another subscription
  // of the same client, maybe.
  std::shared_ptr<const listener> gone;
  std::unique_lock lock{state_->mutex};
  auto& all = state_->listening;
  const auto found =
    std::ranges::find(all, which, [](const auto& one) { return one->id; });
  if (found != all.end()) {
    gone = std::move(*found);
    all.erase(found);
  }
  state_->stale = true;
  state_->changed.notify_all();
  if (state_->worker != std::this_thread::get_id()) {
    state_->changed.wait(lock, [&] { return state_->at_work != which; });
  }
}

bool delivery_loop::has(std::uint64_t which) const noexcept {
  const std::lock_guard lock{state_->mutex};
  return std::ranges::any_of(state_->listening,
                             [&](const auto& one) { return one->id == which; });
}

} // namespace libsig::client::internal
