#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace libsig::route::internal {

/// The literal edges of all nodes in one open-addressed hash table, 8 bytes a
/// slot: the edge's hash and the child it leads to. The child knows its text.
///
/// Most searches find nothing, and the slots of a large table are far away, so
/// that a byte of each hash stands apart: these bytes stay in a near cache.
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
    const auto tag = tag_of(hash);
    for (std::size_t at = hash & mask_;; at = (at + 1) & mask_) {
      if (tags_[at] == 0)
        return 0;
      if (tags_[at] == tag && slots_[at].hash == hash
          && accept(slots_[at].child))
        return slots_[at].child;
    }
  }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }

private:
  struct slot {
    std::uint32_t hash = 0;
    std::uint32_t child = 0; ///< 0: the slot is free; no edge leads to a root
  };

  /// The bits that do not choose the place in any table of fewer than 2^24
  /// slots; 0 stands for a free one.
  [[nodiscard]] static std::uint8_t tag_of(std::uint32_t hash) noexcept {
    const auto high = static_cast<std::uint8_t>(hash >> 24);
    return high == 0 ? std::uint8_t{1} : high;
  }

  void resize(std::size_t slots);
  void put(slot edge);

  std::vector<slot> slots_ = std::vector<slot>(slots_min);
  std::vector<std::uint8_t> tags_ = std::vector<std::uint8_t>(slots_min);
  std::size_t mask_ = slots_min - 1;
  std::size_t size_ = 0;

  static constexpr std::size_t slots_min = 16;
};

} // namespace libsig::route::internal
