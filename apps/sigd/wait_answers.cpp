#include "apps/sigd/wait_answers.hpp"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "libsig/topic/answers.hpp"

namespace libsig::sigd {

namespace {

[[nodiscard]] error ending() {
  return error(errc::stopped, "the node is ending");
}

[[nodiscard]] error reader_gone() {
  return error(errc::stopped, "the reader of the answer is gone");
}

[[nodiscard]] error too_late() {
  return error(errc::overloaded,
               "too many bytes of answers are under way for too long")
    .mend("wait again; the cursor has not moved");
}

} // namespace

struct wait_answers::state : std::enable_shared_from_this<wait_answers::state> {
  /// A text that is under way to a caller.
  struct lease {
    lease(std::weak_ptr<state> home, answer_queue::caller& to, text what)
      : of{std::move(home)}, caller{to}, content{std::move(what)} {}

    lease(const lease&) = delete;
    lease& operator=(const lease&) = delete;

    ~lease() {
      if (const auto there = of.lock()) {
        there->end(caller, *content);
      }
    }

    const std::weak_ptr<state> of;
    answer_queue::caller& caller;
    const text content;
  };

  state(const answer_bounds& with, const clock* when)
    : bounds{with}, time{when != nullptr ? *when : machine} {}

  /// Texts may be let go when this is no more.
  void start() {
    texts =
      std::make_unique<answer_texts>(bounds.kept_max, [of = weak_from_this()] {
        if (const auto there = of.lock()) {
          there->on_change();
        }
      });
    queue = std::make_unique<answer_queue>(bounds, *texts);
    maker = std::thread{[this] { run(); }};
  }

  void add(order what) {
    const auto which = ++ids;
    const auto gone = std::make_shared<std::atomic<bool>>(false);
    if (what.on_gone) {
      what.on_gone([of = weak_from_this(), which, gone] {
        // In this order: either this finds it, or `enter` sees that it came.
        *gone = true;
        if (const auto there = of.lock()) {
          there->remove(which);
        }
      });
    }
    if (auto taken = enter(which, what, *gone); taken) {
      changed.notify_one();
    } else {
      what.to(fail(std::move(taken).error()));
    }
  }

  [[nodiscard]] result<void> enter(answer_queue::order_id which, order& what,
                                   const std::atomic<bool>& gone) {
    const auto due = time.steady_now() + bounds.turn_max;
    const std::lock_guard guard{mutex};
    if (closed) {
      return fail(ending());
    }
    if (gone) {
      return fail(reader_gone());
    }
    ++changes;
    return queue->add(which, what, due);
  }

  void remove(answer_queue::order_id which) {
    std::optional<order> taken;
    {
      const std::lock_guard guard{mutex};
      taken = queue->remove(which);
      ++changes;
    }
    if (taken) {
      changed.notify_one();
      taken->to(fail(reader_gone()));
    }
  }

  void end(answer_queue::caller& of, const std::string& content) {
    {
      const std::lock_guard guard{mutex};
      queue->end(of, content);
      ++changes;
    }
    changed.notify_one();
  }

  void on_change() {
    {
      const std::lock_guard guard{mutex};
      ++changes;
    }
    changed.notify_one();
  }

  void run() {
    std::unique_lock lock{mutex};
    while (!closed) {
      const auto seen = changes;
      if (end_due(lock) || make_next(lock)) {
        continue;
      }
      if (queue->wants_room()) {
        // What is kept for others must not keep one from its turn.
        lock.unlock();
        texts->forget_kept();
        lock.lock();
      }
      const auto other = [&] { return closed || changes != seen; };
      if (queue->size() == 0) {
        changed.wait(lock, other);
      } else {
        changed.wait_for(lock, bounds.tick, other);
      }
    }
  }

  /// Ends those that have waited too long; whether there were any.
  bool end_due(std::unique_lock<std::mutex>& lock) {
    const auto late = queue->take_due(time.steady_now());
    if (late.empty()) {
      return false;
    }
    lock.unlock();
    for (const auto& one : late) {
      one.to(fail(too_late()));
    }
    lock.lock();
    return true;
  }

  /// Makes the one whose turn it is; whether there was one.
  bool make_next(std::unique_lock<std::mutex>& lock) {
    auto next = queue->next();
    if (!next) {
      return false;
    }
    lock.unlock();
    auto content = make(next->what);
    lock.lock();
    queue->begin(*next, *content);
    lock.unlock();
    auto held = std::make_shared<const lease>(weak_from_this(), *next->of,
                                              std::move(content));
    const auto* const what = held->content.get();
    next->what.to(text{std::move(held), what});
    next.reset();
    lock.lock();
    return true;
  }

  [[nodiscard]] text make(const order& what) {
    const auto& messages = what.got->messages;
    std::vector<text> hits;
    hits.reserve(messages.size());
    for (const auto& one : messages) {
      hits.push_back(texts->of(one, what.clear));
    }
    if (what.is_one_hit()) {
      return std::move(hits.front());
    }
    std::vector<std::string_view> views;
    views.reserve(hits.size());
    for (const auto& one : hits) {
      views.emplace_back(*one);
    }
    std::string body;
    topic::append_wait_reply(*what.asked, *what.got, views, body);
    return texts->own(std::move(body));
  }

  /// Ends what has not had its turn.
  void close() {
    std::vector<order> left;
    std::thread ended;
    {
      const std::lock_guard guard{mutex};
      closed = true;
      left = queue->take_due(std::nullopt);
      ended.swap(maker);
    }
    changed.notify_all();
    if (ended.joinable()) {
      ended.join();
    }
    for (const auto& one : left) {
      one.to(fail(ending()));
    }
  }

  const answer_bounds bounds;
  const system_clock machine;
  const clock& time;
  std::atomic<answer_queue::order_id> ids{0};
  // The actor, the server and the maker meet here; nobody is told under it, and
  // no text is let go.
  mutable std::mutex mutex;
  std::condition_variable changed;
  /// Something came, or something was let go.
  std::uint64_t changes = 0;
  bool closed = false;
  std::thread maker;
  std::unique_ptr<answer_texts> texts;
  std::unique_ptr<answer_queue> queue;
};

wait_answers::wait_answers(const answer_bounds& bounds, const clock* time)
  : state_{std::make_shared<state>(bounds, time)} {
  state_->start();
}

wait_answers::~wait_answers() { close(); }

void wait_answers::add(order what) { state_->add(std::move(what)); }

void wait_answers::close() { state_->close(); }

std::size_t wait_answers::waiting() const {
  const std::lock_guard guard{state_->mutex};
  return state_->queue->size();
}

std::size_t wait_answers::bytes() const { return state_->texts->bytes(); }

} // namespace libsig::sigd
