#pragma once

#include <cstdint>
#include <string_view>

namespace libsig::route::internal {

/// A hash of segments under a secret: who knows the code but not the secret
/// cannot choose segments that collide.
class segment_hash {
public:
  /// Takes a secret from the system's random device.
  segment_hash();

  [[nodiscard]] std::uint64_t operator()(std::string_view text) const noexcept;

  /// The hash of the edge that a segment labels at a node.
  [[nodiscard]] static std::uint32_t edge(std::uint32_t node,
                                          std::uint64_t segment) noexcept {
    const auto mixed =
      (segment ^ (node * 0x9e3779b97f4a7c15ull)) * 0xd6e8feb86659fd93ull;
    return static_cast<std::uint32_t>(mixed >> 32);
  }

private:
  std::uint64_t first_;
  std::uint64_t second_;
};

} // namespace libsig::route::internal
