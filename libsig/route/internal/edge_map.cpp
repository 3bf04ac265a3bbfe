#include "libsig/route/internal/edge_map.hpp"

#include <utility>

namespace libsig::route::internal {

void edge_map::insert(std::uint32_t hash, std::uint32_t child) {
  if ((size_ + 1) * 2 > slots_.size())
    resize(slots_.size() * 2);
  put({hash, child});
  ++size_;
}

void edge_map::erase(std::uint32_t hash, std::uint32_t child) {
  auto hole = hash & mask_;
  while (slots_[hole].child != child)
    hole = (hole + 1) & mask_;
  // Later edges of the same run move up, so that no grave is left behind.
  for (auto at = (hole + 1) & mask_; slots_[at].child != 0;
       at = (at + 1) & mask_) {
    const auto home = slots_[at].hash & mask_;
    if (((at - home) & mask_) >= ((at - hole) & mask_)) {
      slots_[hole] = slots_[at];
      tags_[hole] = tags_[at];
      hole = at;
    }
  }
  slots_[hole] = {};
  tags_[hole] = 0;
  --size_;
  if (slots_.size() > slots_min && size_ * 8 < slots_.size())
    resize(slots_.size() / 2);
}

void edge_map::resize(std::size_t slots) {
  const auto old = std::exchange(slots_, std::vector<slot>(slots));
  tags_.assign(slots, 0);
  mask_ = slots - 1;
  for (const auto edge : old)
    if (edge.child != 0)
      put(edge);
}

void edge_map::put(slot edge) {
  std::size_t at = edge.hash & mask_;
  while (slots_[at].child != 0)
    at = (at + 1) & mask_;
  slots_[at] = edge;
  tags_[at] = tag_of(edge.hash);
}

} // namespace libsig::route::internal
