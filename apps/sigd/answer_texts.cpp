#include "apps/sigd/answer_texts.hpp"

#include <compare>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "libsig/topic/answers.hpp"

namespace libsig::sigd {

namespace {

/// What a text is the same for. A sequence names one signal of the node, of
/// whichever tenant and topic.
struct text_key {
  std::uint64_t sequence = 0;
  bool clear = false;
  std::string cursor;

  friend auto operator<=>(const text_key&, const text_key&) = default;
};

[[nodiscard]] text_key key_of(const topic::message& what, bool clear) {
  return {what.what->sequence(), clear, what.cursor};
}

} // namespace

struct answer_texts::state {
  /// A text with what its end is told.
  struct holder {
    holder(std::string what, std::shared_ptr<state> home,
           std::optional<text_key> known_as)
      : content{std::move(what)}, of{std::move(home)}, key{
                                                         std::move(known_as)} {}

    holder(const holder&) = delete;
    holder& operator=(const holder&) = delete;

    ~holder() { of->gone(*this); }

    const std::string content;
    const std::shared_ptr<state> of;
    /// Nothing for a text that is not shared.
    const std::optional<text_key> key;
  };

  struct known_text {
    std::weak_ptr<holder> there;
    const std::string* content = nullptr;
  };

  explicit state(std::size_t most) : kept_bytes_max{most} {}

  void gone(const holder& which) {
    std::function<void()> tell;
    {
      const std::lock_guard guard{mutex};
      bytes -= which.content.size();
      if (which.key) {
        // Somebody may have made it anew meanwhile.
        const auto found = known.find(*which.key);
        if (found != known.end() && found->second.there.expired()) {
          known.erase(found);
        }
      }
      tell = freed;
    }
    if (tell) {
      tell();
    }
  }

  [[nodiscard]] static text share(std::shared_ptr<holder> made) {
    const auto* const content = &made->content;
    return {std::move(made), content};
  }

  const std::size_t kept_bytes_max;
  // Texts end on the threads of the server, which no actor owns. Held for a
  // look-up; nothing is let go under it, since its end comes back here.
  mutable std::mutex mutex;
  std::function<void()> freed;
  std::map<text_key, known_text> known;
  /// The newest last.
  std::deque<text> kept;
  std::size_t kept_bytes = 0;
  std::size_t bytes = 0;
};

answer_texts::answer_texts(std::size_t kept_bytes_max,
                           std::function<void()> freed)
  : state_{std::make_shared<state>(kept_bytes_max)} {
  state_->freed = std::move(freed);
}

answer_texts::~answer_texts() {
  {
    const std::lock_guard guard{state_->mutex};
    state_->freed = nullptr;
  }
  forget_kept();
}

answer_texts::text answer_texts::of(const topic::message& what, bool clear) {
  auto key = key_of(what, clear);
  {
    std::shared_ptr<state::holder> found;
    const std::lock_guard guard{state_->mutex};
    if (const auto at = state_->known.find(key); at != state_->known.end()) {
      found = at->second.there.lock();
    }
    if (found) {
      return state::share(std::move(found));
    }
  }
  std::string content;
  topic::append_hit(what, clear, content);
  content.shrink_to_fit();
  auto made = std::make_shared<state::holder>(std::move(content), state_, key);
  auto shared = state::share(made);
  std::deque<text> let_go;
  const std::lock_guard guard{state_->mutex};
  state_->bytes += shared->size();
  state_->known.insert_or_assign(std::move(key),
                                 state::known_text{made, &made->content});
  state_->kept.push_back(shared);
  state_->kept_bytes += shared->size();
  while (state_->kept_bytes > state_->kept_bytes_max) {
    state_->kept_bytes -= state_->kept.front()->size();
    let_go.push_back(std::move(state_->kept.front()));
    state_->kept.pop_front();
  }
  return shared;
}

answer_texts::text answer_texts::own(std::string what) {
  what.shrink_to_fit();
  auto made =
    std::make_shared<state::holder>(std::move(what), state_, std::nullopt);
  const std::lock_guard guard{state_->mutex};
  state_->bytes += made->content.size();
  return state::share(std::move(made));
}

void answer_texts::forget_kept() {
  std::deque<text> let_go;
  const std::lock_guard guard{state_->mutex};
  let_go.swap(state_->kept);
  state_->kept_bytes = 0;
}

const std::string* answer_texts::find(const topic::message& what,
                                      bool clear) const {
  const auto key = key_of(what, clear);
  const std::lock_guard guard{state_->mutex};
  // Not held, not even for a moment: the last one who lets go tells of it.
  const auto found = state_->known.find(key);
  return found != state_->known.end() && !found->second.there.expired()
           ? found->second.content
           : nullptr;
}

bool answer_texts::has(const topic::message& what, bool clear) const {
  return find(what, clear) != nullptr;
}

std::size_t answer_texts::bytes() const {
  const std::lock_guard guard{state_->mutex};
  return state_->bytes;
}

} // namespace libsig::sigd
