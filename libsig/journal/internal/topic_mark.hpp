#pragma once

#include <cstdint>
#include <string_view>

#include "libsig/core/signal.hpp"
#include "libsig/journal/internal/stable_key.hpp"

namespace libsig::journal::internal {

/// Under what a signal stands in the index by topic.
struct topic_mark {
  /// 0 for a signal with a receiver, which belongs to no topic.
  std::uint64_t topic = 0;
  std::uint64_t name = 0;

  friend bool operator==(const topic_mark&, const topic_mark&) = default;
};

[[nodiscard]] inline topic_mark mark_of(const signal& what,
                                        const stable_keys& by) {
  if (what.has_receiver()) {
    return {};
  }
  return {by.topic(what.tenant(), what.type()),
          by.name(what.tenant(), what.type(), what.id())};
}

} // namespace libsig::journal::internal
