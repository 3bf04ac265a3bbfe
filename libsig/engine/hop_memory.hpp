#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "libsig/core/keyed_hash.hpp"
#include "libsig/core/limits.hpp"

namespace libsig::engine {

/// How many hops the signals of late have, by their ids, so that what a client
/// says was caused by one of them counts on from there. A newer signal may take
/// the place of any older one; at least the last few thousand are there. One
/// thread notes, any may ask.
class hop_memory {
public:
  static constexpr std::size_t places = std::size_t{1} << 16;

  hop_memory() : noted_(places) {}

  /// Notes the hops of a signal, at most `limits::hops_max`.
  void note(std::string_view tenant, std::string_view id,
            std::uint32_t hops) noexcept {
    const auto mark = mark_of(tenant, id);
    noted_[mark % places].store((mark & ~hops_mask) | (hops + 1),
                                std::memory_order_release);
  }

  /// The hops of a signal, if it is among those of late.
  [[nodiscard]] std::optional<std::uint32_t>
  find(std::string_view tenant, std::string_view id) const noexcept {
    const auto mark = mark_of(tenant, id);
    const auto found = noted_[mark % places].load(std::memory_order_acquire);
    if (found == 0 || ((found ^ mark) & ~hops_mask) != 0) {
      return std::nullopt;
    }
    return static_cast<std::uint32_t>(found & hops_mask) - 1;
  }

private:
  // The low bits of a mark give way to the hops plus one, so that 0 is a place
  // that nobody has taken. The place itself says what they were.
  static constexpr std::uint64_t hops_mask = 0x1f;
  static_assert(limits::hops_max + 1 <= hops_mask);

  [[nodiscard]] std::uint64_t mark_of(std::string_view tenant,
                                      std::string_view id) const noexcept {
    return ids_(id) + 2 * tenants_(tenant);
  }

  keyed_hash ids_;
  keyed_hash tenants_;
  std::vector<std::atomic<std::uint64_t>> noted_;
};

} // namespace libsig::engine
