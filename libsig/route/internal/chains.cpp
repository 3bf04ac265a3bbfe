#include "libsig/route/internal/chains.hpp"

#include <limits>

namespace libsig::route::internal {

std::uint32_t chains::add(std::uint32_t& head, std::uint32_t node,
                          std::uint32_t target, int priority) {
  const auto slot = take_slot();
  routes_[slot].target = target;
  auto& added = ranks_[slot];
  added.sequence = ++sequence_;
  added.node = node;
  added.priority = priority;
  added.run_last = slot;
  auto after = none;
  for (auto first = head; first != none && ranks_[first].priority >= priority;
       first = routes_[after].next) {
    after = ranks_[first].run_last;
    if (ranks_[first].priority == priority) {
      ranks_[first].run_last = slot;
      break;
    }
  }
  link(head, after, slot);
  ++size_;
  return slot;
}

void chains::remove(std::uint32_t& head, std::uint32_t slot) {
  auto& gone = ranks_[slot];
  const auto next = routes_[slot].next;
  const auto first = first_of_run(head, gone.priority);
  if (first == slot) {
    if (gone.run_last != slot)
      ranks_[next].run_last = gone.run_last;
  } else if (ranks_[first].run_last == slot) {
    ranks_[first].run_last = gone.previous;
  }
  (gone.previous == none ? head : routes_[gone.previous].next) = next;
  if (next != none)
    ranks_[next].previous = gone.previous;
  gone.sequence = 0;
  --size_;
  // A slot whose generations are used up is retired, so that no id returns.
  if (routes_[slot].generation == std::numeric_limits<std::uint32_t>::max())
    return;
  ++routes_[slot].generation;
  routes_[slot].next = free_;
  free_ = slot;
}

std::optional<std::uint32_t> chains::find(std::uint64_t id) const {
  const auto slot = static_cast<std::uint32_t>(id);
  if (slot >= routes_.size() || ranks_[slot].sequence == 0 || id_of(slot) != id)
    return std::nullopt;
  return slot;
}

std::uint32_t chains::take_slot() {
  if (free_ == none) {
    routes_.push_back({});
    ranks_.push_back({});
    routes_.back().generation = 1;
    return static_cast<std::uint32_t>(routes_.size() - 1);
  }
  const auto slot = free_;
  free_ = routes_[slot].next;
  return slot;
}

void chains::link(std::uint32_t& head, std::uint32_t after,
                  std::uint32_t slot) {
  auto& next = after == none ? head : routes_[after].next;
  ranks_[slot].previous = after;
  routes_[slot].next = next;
  if (next != none)
    ranks_[next].previous = slot;
  next = slot;
}

std::uint32_t chains::first_of_run(std::uint32_t head, int priority) const {
  while (ranks_[head].priority != priority)
    head = routes_[ranks_[head].run_last].next;
  return head;
}

} // namespace libsig::route::internal
