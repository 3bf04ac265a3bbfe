#include "apps/sigd/answer_queue.hpp"

#include "apps/sigd/event_text.hpp"

namespace libsig::sigd {

namespace {

constexpr std::size_t short_lane = 0;
constexpr std::size_t small_lane = 1;
constexpr std::size_t large_lane = 2;

/// Bytes of an answer without a message that waits for nothing.
constexpr std::size_t short_max = 4u << 10;

[[nodiscard]] error too_much_waits(std::string what) {
  return error(errc::overloaded, std::move(what))
    .mend("wait again; the cursor has not moved");
}

[[nodiscard]] error too_large(std::size_t bytes_max) {
  return error(errc::too_large, "the messages have more than "
                                  + std::to_string(bytes_max)
                                  + " bytes together")
    .at("/topics")
    .mend("wait for fewer topics");
}

/// About the bytes of an answer's text.
[[nodiscard]] std::size_t bytes_of(const answer_order& what) {
  std::size_t sum = 0;
  for (const auto& one : what.got->messages) {
    sum += data_bytes(*one.what);
  }
  for (const auto& one : what.got->missing) {
    sum += one.size();
  }
  for (const auto* const each : {&what.got->cursors, &what.got->last_ids}) {
    for (const auto& [topic, cursor] : *each) {
      sum += topic.size() + cursor.size();
    }
  }
  return sum;
}

} // namespace

bool answer_order::is_one_hit() const {
  return asked->mode != topic::wait_mode::all
         && got->is == topic::wait_reply::outcome::hit
         && !got->messages.empty();
}

struct answer_queue::caller {
  struct lane {
    std::set<order_id> waiting;
    /// Where it stands in the lane; 0 when it does not.
    std::uint64_t turn = 0;
    std::size_t under_way = 0;
  };

  struct text_use {
    std::size_t answers = 0;
    std::size_t lane = 0;
  };

  std::string name;
  std::array<lane, answer_queue::lanes> parts;
  holdings held;
  /// What is under way: a text that many of its answers share counts once.
  std::unordered_map<const std::string*, text_use> texts;

  /// Whether the text of one of its answers is being made.
  bool making = false;
  std::size_t orders = 0;
};

// -- holdings -----------------------------------------------------------------

std::size_t answer_queue::holdings::add(const topic::wait_reply& got) {
  const auto before = bytes_;
  for (const auto& one : got.messages) {
    auto& of = all_[one.what.get()];
    if (of.answers++ == 0) {
      of.bytes = data_bytes(*one.what);
      bytes_ += of.bytes;
    }
  }
  return bytes_ - before;
}

void answer_queue::holdings::remove(const topic::wait_reply& got) {
  for (const auto& one : got.messages) {
    const auto found = all_.find(one.what.get());
    if (--found->second.answers == 0) {
      bytes_ -= found->second.bytes;
      all_.erase(found);
    }
  }
}

// -- coming and going ---------------------------------------------------------

answer_queue::answer_queue(const answer_bounds& bounds,
                           const answer_texts& texts)
  : bounds_{bounds}, texts_{texts} {}

answer_queue::~answer_queue() = default;

result<void> answer_queue::add(order_id which, answer_order& what,
                               steady_time due) {
  auto& of = caller_of(what.asked->caller);
  entry made;
  made.bytes = bytes_of(what);
  if (auto may = hold(of, *what.got, made.bytes); !may) {
    forget_idle(of);
    return may;
  }
  made.due = due;
  made.of = &of;
  made.what = std::move(what);
  made.lane = lane_of(made);
  of.parts[made.lane].waiting.insert(which);
  ++of.orders;
  entries_.emplace(which, std::move(made));
  look_at(of);
  return {};
}

result<void> answer_queue::hold(caller& of, const topic::wait_reply& got,
                                std::size_t bytes) {
  if (!got.messages.empty() && bytes > bounds_.one_max) {
    return fail(too_large(bounds_.one_max));
  }
  if (entries_.size() >= bounds_.orders_max
      || of.orders >= bounds_.caller_orders_max) {
    return fail(too_much_waits("too many answers wait for their turn"));
  }
  const auto more = held_.add(got);
  const auto more_of = of.held.add(got);
  const auto over = [](const holdings& what, std::size_t by, std::size_t max) {
    return what.bytes() > by && what.bytes() > max;
  };
  // What brings no bytes more costs nothing, whatever waits.
  if ((more > 0 && over(held_, more, bounds_.waiting_max))
      || (more_of > 0 && over(of.held, more_of, bounds_.caller_waiting_max))) {
    held_.remove(got);
    of.held.remove(got);
    return fail(too_much_waits("too many bytes of answers are under way"));
  }
  return {};
}

std::size_t answer_queue::lane_of(const entry& what) const {
  if (what.what.got->messages.empty() && what.bytes <= short_max) {
    return short_lane;
  }
  return what.bytes <= bounds_.small_max ? small_lane : large_lane;
}

answer_queue::caller& answer_queue::caller_of(const std::string& name) {
  auto& of = callers_[name];
  if (!of) {
    of = std::make_unique<caller>();
    of->name = name;
  }
  return *of;
}

void answer_queue::forget_idle(caller& of) {
  if (of.orders == 0 && of.texts.empty() && !of.making) {
    callers_.erase(callers_.find(of.name));
  }
}

answer_order answer_queue::take_out(entry_map::iterator at) {
  auto& [which, what] = *at;
  auto& of = *what.of;
  of.parts[what.lane].waiting.erase(which);
  --of.orders;
  held_.remove(*what.what.got);
  of.held.remove(*what.what.got);
  auto made = std::move(what.what);
  entries_.erase(at);
  look_at(of);
  return made;
}

std::optional<answer_order> answer_queue::remove(order_id which) {
  std::optional<answer_order> made;
  if (const auto at = entries_.find(which); at != entries_.end()) {
    auto& of = *at->second.of;
    made = take_out(at);
    forget_idle(of);
  }
  return made;
}

std::vector<answer_order>
answer_queue::take_due(std::optional<steady_time> now) {
  std::vector<answer_order> made;
  // All wait equally long, so the oldest is due first.
  while (!entries_.empty() && (!now || entries_.begin()->second.due <= *now)) {
    auto& of = *entries_.begin()->second.of;
    made.push_back(take_out(entries_.begin()));
    forget_idle(of);
  }
  return made;
}

// -- turns --------------------------------------------------------------------

std::optional<answer_queue::turn> answer_queue::next() {
  std::optional<turn> made;
  large_first_ = !large_first_;
  for (const auto lane : {short_lane, large_first_ ? large_lane : small_lane,
                          large_first_ ? small_lane : large_lane}) {
    if (lanes_[lane].empty()) {
      continue;
    }
    auto& of = *lanes_[lane].begin()->second;
    auto& part = of.parts[lane];
    const auto at = entries_.find(*part.waiting.begin());
    if (has_room(at->second)) {
      // It stands behind the others from here on.
      lanes_[lane].erase(std::exchange(part.turn, 0));
      of.making = true;
      made = turn{take_out(at), &of, lane};
      break;
    }
  }
  return made;
}

void answer_queue::begin(const turn& of, const std::string& text) {
  of.of->making = false;
  auto& use = of.of->texts[&text];
  if (use.answers++ == 0) {
    use.lane = of.lane;
    of.of->parts[use.lane].under_way += text.size();
    look_at(*of.of);
  }
}

void answer_queue::end(caller& of, const std::string& text) {
  const auto found = of.texts.find(&text);
  if (--found->second.answers == 0) {
    of.parts[found->second.lane].under_way -= text.size();
    of.texts.erase(found);
    look_at(of);
    forget_idle(of);
  }
}

bool answer_queue::wants_room() const noexcept {
  return !lanes_[small_lane].empty() || !lanes_[large_lane].empty();
}

bool answer_queue::has_share(const caller& of, const entry& what) const {
  const auto under_way = of.parts[what.lane].under_way;
  if (what.lane == short_lane || under_way == 0
      || under_way + what.bytes <= bounds_.caller_under_way_max) {
    return true;
  }
  // A text that the caller has already costs it nothing more.
  return what.what.is_one_hit()
         && of.texts.contains(
           texts_.find(what.what.got->messages.front(), what.what.clear));
}

bool answer_queue::has_room(const entry& what) const {
  const auto there = texts_.bytes();
  const auto most = what.lane == large_lane
                      ? bounds_.under_way_max - bounds_.under_way_max / 4
                      : bounds_.under_way_max;
  const bool one_hit = what.what.is_one_hit();
  if (there == 0 || what.lane == short_lane) {
    return true;
  }
  if (!one_hit && there + what.bytes > most) {
    return false;
  }
  std::size_t more = one_hit ? 0 : what.bytes;
  for (const auto& one : what.what.got->messages) {
    more += texts_.has(one, what.what.clear) ? 0 : data_bytes(*one.what);
  }
  return more == 0 || there + more <= most;
}

/// Lets a caller into the lanes, or out of them.
void answer_queue::look_at(caller& of) {
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    auto& part = of.parts[lane];
    const bool wants =
      !part.waiting.empty()
      && has_share(of, entries_.find(*part.waiting.begin())->second);
    if (wants && part.turn == 0) {
      part.turn = ++turns_;
      lanes_[lane].emplace(part.turn, &of);
    } else if (!wants && part.turn != 0) {
      lanes_[lane].erase(part.turn);
      part.turn = 0;
    }
  }
}

} // namespace libsig::sigd
