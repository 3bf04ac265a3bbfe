#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "libsig/actor/request.hpp"
#include "libsig/actor/spec.hpp"
#include "tests/sim/cast.hpp"

namespace libsig::sim {

inline constexpr std::string_view clerk_name = "clerk";

/// The table of what the clerk promised.
inline constexpr std::string_view promises_table = "promises";

/// Something that the clerk is asked.
struct question_request final : actor::request {
  explicit question_request(std::string number) : key{std::move(number)} {}

  [[nodiscard]] std::string_view shard_key() const noexcept override {
    return key;
  }

  std::string key;
};

/// The clerk's answer.
struct clerk_reply final : actor::reply {
  /// A row of `promises_table` that is written by now; empty for none.
  std::string promise;
};

/// An actor that does as the dice say with every request: answers at once or
/// with effects, twice, when it hears a signal or a while later, never, or
/// breaks. Its reactors tell the evidence when somebody goes whose request they
/// do not have.
[[nodiscard]] actor::spec clerk_spec(std::size_t shards, evidence& tell,
                                     surroundings& in);

} // namespace libsig::sim
