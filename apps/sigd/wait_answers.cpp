#include "apps/sigd/wait_answers.hpp"

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "apps/sigd/event_text.hpp"
#include "libsig/topic/answers.hpp"

namespace libsig::sigd {

namespace {

[[nodiscard]] error too_much_waits() {
  return error(errc::overloaded, "too many bytes of answers are under way")
    .mend("wait again; the cursor has not moved");
}

[[nodiscard]] error too_large(std::size_t bytes_max) {
  return error(errc::too_large, "the messages have more than "
                                  + std::to_string(bytes_max)
                                  + " bytes together")
    .at("/topics")
    .mend("wait for fewer topics");
}

[[nodiscard]] bool is_one_hit(const wait_answers::order& what) {
  return what.asked->mode != topic::wait_mode::all
         && what.got->is == topic::wait_reply::outcome::hit;
}

} // namespace

struct wait_answers::state {
  /// A message that answers wait with.
  struct holding {
    std::size_t answers = 0;
    std::size_t bytes = 0;
  };

  explicit state(const answer_bounds& with) : bounds{with} {}

  /// Notes what an answer waits with; the refusal when that is too much.
  [[nodiscard]] result<void> hold(const order& what) {
    std::size_t all = 0;
    std::size_t more = 0;
    for (const auto& one : what.got->messages) {
      auto& of = held[one.what.get()];
      if (of.answers++ == 0) {
        of.bytes = data_bytes(*one.what);
        more += of.bytes;
      }
      all += of.bytes;
    }
    held_bytes += more;
    if (all > bounds.one_max) {
      let_go(what);
      return fail(too_large(bounds.one_max));
    }
    if (held_bytes > more && held_bytes > bounds.waiting_max) {
      let_go(what);
      return fail(too_much_waits());
    }
    return {};
  }

  void let_go(const order& what) {
    for (const auto& one : what.got->messages) {
      const auto found = held.find(one.what.get());
      if (--found->second.answers == 0) {
        held_bytes -= found->second.bytes;
        held.erase(found);
      }
    }
  }

  void add(order what) {
    auto taken = [&]() -> result<void> {
      const std::lock_guard guard{mutex};
      if (closed) {
        return fail(errc::stopped, "the node is ending");
      }
      ++changes;
      if (what.got->messages.empty()) {
        short_ones.push_back(std::move(what));
        return {};
      }
      auto held_too = hold(what);
      if (held_too) {
        others.push_back(std::move(what));
      }
      return held_too;
    }();
    if (taken) {
      changed.notify_one();
    } else {
      what.to(fail(std::move(taken).error()));
    }
  }

  void on_freed() {
    {
      const std::lock_guard guard{mutex};
      ++changes;
    }
    changed.notify_one();
  }

  /// Bytes that come to be under way with an answer, about.
  [[nodiscard]] std::size_t cost(const order& what) const {
    std::size_t sum = 0;
    for (const auto& one : what.got->messages) {
      const auto data = held.at(one.what.get()).bytes;
      sum += texts->has(one, what.clear) ? 0 : data;
      sum += is_one_hit(what) ? 0 : data;
    }
    return sum;
  }

  /// The next one whose turn has come. Under the lock.
  [[nodiscard]] std::optional<order> take() {
    std::optional<order> made;
    if (!short_ones.empty()) {
      made = std::move(short_ones.front());
      short_ones.pop_front();
      return made;
    }
    if (others.empty()) {
      return made;
    }
    const auto more = cost(others.front());
    const auto there = texts->bytes();
    if (more == 0 || there == 0 || there + more <= bounds.under_way_max) {
      made = std::move(others.front());
      others.pop_front();
      let_go(*made);
    }
    return made;
  }

  void run() {
    std::unique_lock lock{mutex};
    while (!closed) {
      const auto seen = changes;
      if (auto next = take()) {
        lock.unlock();
        make(*next);
        next.reset();
        lock.lock();
        continue;
      }
      if (!others.empty()) {
        // What is kept for others must not keep one from its turn.
        lock.unlock();
        texts->forget_kept();
        lock.lock();
      }
      changed.wait(lock, [&] { return closed || changes != seen; });
    }
  }

  void make(const order& what) {
    const auto& messages = what.got->messages;
    std::vector<text> hits;
    hits.reserve(messages.size());
    for (const auto& one : messages) {
      hits.push_back(texts->of(one, what.clear));
    }
    if (is_one_hit(what)) {
      what.to(std::move(hits.front()));
      return;
    }
    std::vector<std::string_view> views;
    views.reserve(hits.size());
    for (const auto& one : hits) {
      views.emplace_back(*one);
    }
    std::string body;
    topic::append_wait_reply(*what.asked, *what.got, views, body);
    views.clear();
    hits.clear();
    what.to(texts->own(std::move(body)));
  }

  /// Ends what has not had its turn.
  void close() {
    std::deque<order> left;
    std::deque<order> left_short;
    {
      const std::lock_guard guard{mutex};
      closed = true;
      left.swap(others);
      left_short.swap(short_ones);
      held.clear();
      held_bytes = 0;
    }
    changed.notify_all();
    if (maker.joinable()) {
      maker.join();
    }
    for (auto* const each : {&left_short, &left}) {
      for (const auto& one : *each) {
        one.to(fail(errc::stopped, "the node is ending"));
      }
    }
  }

  const answer_bounds bounds;
  // The actor, the server and the maker meet here; nobody is told under it.
  mutable std::mutex mutex;
  std::condition_variable changed;
  /// Something came, or something was let go.
  std::uint64_t changes = 0;
  std::deque<order> short_ones;
  std::deque<order> others;
  /// The messages of `others`, and how many of them have each.
  std::unordered_map<const signal*, holding> held;
  std::size_t held_bytes = 0;
  bool closed = false;
  std::thread maker;
  std::unique_ptr<answer_texts> texts;
};

wait_answers::wait_answers(const answer_bounds& bounds)
  : state_{std::make_shared<state>(bounds)} {
  // Texts may be let go when this is no more.
  state_->texts = std::make_unique<answer_texts>(
    bounds.kept_max, [of = std::weak_ptr{state_}] {
      if (const auto there = of.lock()) {
        there->on_freed();
      }
    });
  state_->maker = std::thread{[of = state_.get()] { of->run(); }};
}

wait_answers::~wait_answers() { close(); }

void wait_answers::add(order what) { state_->add(std::move(what)); }

void wait_answers::close() { state_->close(); }

std::size_t wait_answers::waiting() const {
  const std::lock_guard guard{state_->mutex};
  return state_->short_ones.size() + state_->others.size();
}

std::size_t wait_answers::bytes() const { return state_->texts->bytes(); }

} // namespace libsig::sigd
