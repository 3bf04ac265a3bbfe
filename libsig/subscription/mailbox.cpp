#include "libsig/subscription/mailbox.hpp"

#include <charconv>

namespace libsig::subscription {

namespace {

constexpr char separator = '-';

/// Reads all of a text as a number that was written without leading zeros.
[[nodiscard]] std::optional<std::uint64_t> read_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ec != std::errc{} || read.ptr != end || text.front() == '0') {
    return std::nullopt;
  }
  return number;
}

} // namespace

std::string to_string(const hand_out_id& what) {
  return std::to_string(what.sequence) + separator
         + std::to_string(what.number);
}

std::optional<hand_out_id> read_hand_out_id(std::string_view text) {
  const auto middle = text.find(separator);
  if (middle == std::string_view::npos) {
    return std::nullopt;
  }
  const auto sequence = read_number(text.substr(0, middle));
  const auto number = read_number(text.substr(middle + 1));
  if (!sequence || !number) {
    return std::nullopt;
  }
  return hand_out_id{*sequence, *number};
}

// -- mutators -----------------------------------------------------------------

item* mailbox::add(item what) {
  const auto sequence = what.sequence;
  what.is = item::state::ready;
  const auto [at, added] = items_.try_emplace(sequence, std::move(what));
  if (!added) {
    return nullptr;
  }
  ready_.emplace(sequence, &at->second);
  by_age_.emplace(at->second.since, sequence);
  return &at->second;
}

void mailbox::remove(std::uint64_t sequence) {
  const auto at = items_.find(sequence);
  leave_state(at->second);
  by_age_.erase({at->second.since, sequence});
  items_.erase(at);
}

void mailbox::hand_out(item& what, std::uint64_t number) {
  what.hand_outs.push_back(number);
  what.rests_until.reset();
  mark_out(what);
}

void mailbox::mark_out(item& what) {
  leave_state(what);
  what.is = item::state::out;
  out_.emplace(what.sequence, &what);
}

void mailbox::rest(item& what, steady_time until) {
  leave_state(what);
  what.is = item::state::resting;
  what.ready_at = until;
  resting_.emplace(until, what.sequence);
}

void mailbox::wake(steady_time now, std::vector<item*>& woken) {
  while (!resting_.empty() && resting_.begin()->first <= now) {
    auto& what = items_.find(resting_.begin()->second)->second;
    leave_state(what);
    what.is = item::state::ready;
    ready_.emplace(what.sequence, &what);
    woken.push_back(&what);
  }
}

void mailbox::leave_state(const item& what) {
  switch (what.is) {
  case item::state::ready:
    ready_.erase(what.sequence);
    break;
  case item::state::out:
    out_.erase(what.sequence);
    break;
  case item::state::resting:
    resting_.erase({what.ready_at, what.sequence});
    break;
  }
}

// -- observers ----------------------------------------------------------------

item* mailbox::find(std::uint64_t sequence) {
  const auto at = items_.find(sequence);
  return at == items_.end() ? nullptr : &at->second;
}

std::optional<steady_time> mailbox::next_wake() const {
  return resting_.empty() ? std::nullopt
                          : std::optional{resting_.begin()->first};
}

const item* mailbox::oldest() const {
  return by_age_.empty() ? nullptr : &items_.at(by_age_.begin()->second);
}

} // namespace libsig::subscription
