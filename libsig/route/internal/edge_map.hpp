#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace libsig::route::internal {

/// The literal edges of all nodes in one open-addressed hash table, 8 bytes a
/// slot: the edge's hash and the child it leads to. The child knows its text.
class edge_map {
public:
  // -- mutators ---------------------------------------------------------------

  void insert(std::uint32_t hash, std::uint32_t child);

  /// Takes out the edge to the child, which must be there under that hash.
  void erase(std::uint32_t hash, std::uint32_t child);

  // -- observers --------------------------------------------------------------

  /// The first child under the hash that the predicate accepts, or 0.
  template <class Accept>
  [[nodiscard]] std::uint32_t find(std::uint32_t hash,
                                   const Accept& accept) const {
    for (std::size_t at = hash & mask_;; at = (at + 1) & mask_) {
      const auto next = slots_[at];
      if (next.child == 0 || (next.hash == hash && accept(next.child)))
        return next.child;
    }
  }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }

private:
  struct slot {
    std::uint32_t hash = 0;
    std::uint32_t child = 0; ///< 0: the slot is free; no edge leads to a root
  };

  void resize(std::size_t slots);
  void put(slot edge);

  std::vector<slot> slots_ = std::vector<slot>(slots_min);
  std::size_t mask_ = slots_min - 1;
  std::size_t size_ = 0;

  static constexpr std::size_t slots_min = 16;
};

} // namespace libsig::route::internal
