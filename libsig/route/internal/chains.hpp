#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace libsig::route::internal {

/// The routes of all patterns: one chain per pattern, in the order priority
/// (high first), then registration.
///
/// Routes of one priority form a run within their chain. The first of a run
/// knows the last, so adding walks runs (at most one per priority), never
/// routes.
class chains {
public:
  /// No route, and the head of an empty chain.
  static constexpr std::uint32_t none = 0xffff'ffff;

  /// What every match reads of a route, apart from the rest so that more of
  /// them fit into the caches.
  struct route {
    std::uint32_t generation; ///< counts the uses of the slot, from 1
    std::uint32_t target;
    std::uint32_t next; ///< in the chain, or among the free
  };

  /// What changes read, and matches that must merge chains.
  struct rank {
    std::uint64_t sequence; ///< of its registration; 0 when the slot is free
    std::uint32_t previous;
    std::uint32_t run_last; ///< of the first of a run
    std::uint32_t node;     ///< the pattern it belongs to
    std::int32_t priority;
  };

  // -- mutators ---------------------------------------------------------------

  /// Adds a route to the chain that begins at `head`, and changes `head` when
  /// it becomes the first. Returns its slot.
  std::uint32_t add(std::uint32_t& head, std::uint32_t node,
                    std::uint32_t target, int priority);

  /// Takes a route out of its chain.
  void remove(std::uint32_t& head, std::uint32_t slot);

  // -- observers --------------------------------------------------------------

  [[nodiscard]] const route& operator[](std::uint32_t slot) const {
    return routes_[slot];
  }

  [[nodiscard]] const rank& rank_of(std::uint32_t slot) const {
    return ranks_[slot];
  }

  /// The number by which callers know the route; never given twice.
  [[nodiscard]] std::uint64_t id_of(std::uint32_t slot) const {
    return std::uint64_t{routes_[slot].generation} << 32 | slot;
  }

  /// The slot of a route that is there.
  [[nodiscard]] std::optional<std::uint32_t> find(std::uint64_t id) const;

  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  /// Whether every slot is taken.
  [[nodiscard]] bool full() const noexcept {
    return free_ == none && routes_.size() >= none;
  }

private:
  std::uint32_t take_slot();
  void link(std::uint32_t& head, std::uint32_t after, std::uint32_t slot);
  [[nodiscard]] std::uint32_t first_of_run(std::uint32_t head,
                                           int priority) const;

  std::vector<route> routes_;
  std::vector<rank> ranks_;
  std::uint32_t free_ = none;
  std::size_t size_ = 0;
  std::uint64_t sequence_ = 0;
};

} // namespace libsig::route::internal
