#pragma once

#include <cstdint>
#include <string_view>

#include "libsig/core/signal.hpp"
#include "libsig/journal/internal/stable_key.hpp"

namespace libsig::journal::internal {

/// Whether a signal belongs to the topic of its type: mail belongs to none.
[[nodiscard]] inline bool has_topic(const signal& what) {
  return !what.has_receiver();
}

/// Under what a signal stands in the index by topic.
struct topic_mark {
  /// 0 for a signal without a topic.
  std::uint64_t topic = 0;
  std::uint64_t name = 0;

  friend bool operator==(const topic_mark&, const topic_mark&) = default;
};

[[nodiscard]] inline topic_mark mark_of(const signal& what,
                                        const stable_keys& by) {
  if (!has_topic(what)) {
    return {};
  }
  return {by.topic(what.tenant(), what.type()),
          by.name(what.tenant(), what.type(), what.id())};
}

} // namespace libsig::journal::internal
