#include "libsig/route/internal/walk.hpp"

#include <array>
#include <utility>
#include <vector>

namespace libsig::route::internal {

namespace {

/// A node that the segments read so far have led to.
struct state {
  std::uint32_t node;
  internal::shape shape;
};

/// A set of the numbers of repeatable nodes, which costs nothing before the
/// first is added.
class number_set {
public:
  explicit number_set(std::size_t numbers) noexcept : numbers_(numbers) {}

  /// Whether the number was not there before.
  bool add(std::uint32_t number) {
    auto& word = words()[number / 64];
    const auto bit = std::uint64_t{1} << (number % 64);
    return (std::exchange(word, word | bit) & bit) == 0;
  }

private:
  std::uint64_t* words() {
    if (words_ != nullptr)
      return words_;
    const auto count = (numbers_ + 63) / 64;
    if (count > few_.size())
      many_.resize(count);
    else
      few_.fill(0);
    return words_ = count > few_.size() ? many_.data() : few_.data();
  }

  std::size_t numbers_;
  std::uint64_t* words_ = nullptr;
  std::array<std::uint64_t, 32> few_;
  std::vector<std::uint64_t> many_;
};

/// The simulation of all patterns at once over one type.
///
/// A node of the tree has one parent and is entered by one segment, so a
/// segment leads to it once. Only a `**` is entered again, by a later segment,
/// and only below another `**`: `followed_` keeps these apart.
class walker {
public:
  walker(const trie& patterns, found_list& out) noexcept
    : patterns_(patterns), out_(out), followed_(patterns.repeat_numbers()) {}

  void run(std::string_view type) {
    const auto kind = separator_of(type);
    start(kind);
    const auto mark = kind == separator::colon ? ':' : '.';
    for (auto last = false; !last && !idle();) {
      const auto end = type.find(mark);
      last = end == std::string_view::npos;
      step(type.substr(0, end), last);
      type.remove_prefix(last ? type.size() : end + 1);
    }
    for (const auto& at : *now_)
      if (patterns_[at.node].routes != chains::none)
        out_.push_back({at.shape.ended(), patterns_[at.node].routes});
  }

private:
  [[nodiscard]] bool idle() const noexcept {
    return now_->empty() && waiting_.empty();
  }

  [[nodiscard]] static bool goes_on(const trie::node& at) noexcept {
    return at.literals || at.one != 0;
  }

  void start(separator kind) {
    if (kind != separator::none) {
      enter(trie::root_of(kind), {}, false);
      // Of the patterns of one segment, `**` alone matches longer types.
      follow_many(trie::root_of(separator::none), {});
    } else {
      enter(trie::root_of(separator::none), {}, false);
      enter(trie::root_of(separator::dot), {}, false);
      enter(trie::root_of(separator::colon), {}, false);
    }
    std::swap(now_, next_);
  }

  void step(std::string_view segment, bool last) {
    const text read{segment, patterns_.hash(segment), last};
    next_->clear();
    // A `**` that this segment leads to waits for the next one.
    const auto waiting = waiting_.size();
    for (const auto& at : *now_)
      leave(at, read);
    for (std::size_t i = 0; i < waiting; ++i)
      leave(waiting_.begin()[i], read);
    std::swap(now_, next_);
  }

  struct text {
    std::string_view segment;
    std::uint64_t hash;
    bool last;
  };

  void leave(state at, const text& read) {
    const auto& from = patterns_[at.node];
    if (from.literals) {
      const auto child =
        patterns_.literal_child(at.node, read.segment, read.hash);
      if (child != 0)
        enter(child, at.shape.with(pattern::kind::literal), read.last);
    }
    if (from.one != 0)
      enter(from.one, at.shape.with(pattern::kind::one), read.last);
  }

  void enter(std::uint32_t node, const shape& path, bool last) {
    const auto& at = patterns_[node];
    if (last ? at.routes != chains::none : goes_on(at))
      next_->push_back({node, path});
    follow_many(node, path);
  }

  void follow_many(std::uint32_t parent, const shape& path) {
    const auto node = patterns_[parent].many;
    if (node == 0)
      return;
    const auto& at = patterns_[node];
    if (at.repeatable && !followed_.add(patterns_.repeat_number(node)))
      return;
    const auto here = path.with(pattern::kind::many);
    if (at.routes != chains::none)
      out_.push_back({here.ended(), at.routes});
    if (goes_on(at))
      waiting_.push_back({node, here});
  }

  const trie& patterns_;
  found_list& out_;
  number_set followed_;
  scratch<state, 24> first_;
  scratch<state, 24> second_;
  /// Every `**` that was reached: it takes any number of segments, so it stays.
  scratch<state, 24> waiting_;
  scratch<state, 24>* now_ = &first_;
  scratch<state, 24>* next_ = &second_;
};

} // namespace

void walk(const trie& patterns, std::string_view type, found_list& out) {
  walker(patterns, out).run(type);
}

} // namespace libsig::route::internal
