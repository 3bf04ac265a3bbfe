#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "libsig/topic/requests.hpp"
#include "tests/support/topic_log.hpp"

namespace libsig::testing {

/// A message of the topic `a` with a sequence and a payload.
[[nodiscard]] inline topic::message make_message(std::uint64_t sequence,
                                                 std::string payload) {
  test::topic_log log;
  log.skip(sequence - 1);
  const auto id = "id-" + std::to_string(sequence);
  return {"a", log.append("a", id, std::move(payload)), "cursor of " + id};
}

} // namespace libsig::testing
