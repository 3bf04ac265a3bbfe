#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "libsig/core/error.hpp"
#include "libsig/runtime/runtime.hpp"
#include "libsig/topic/requests.hpp"
#include "libsig/topic/visibility.hpp"

namespace libsig::client::internal {

/// What follows from waits and sends: cursors that move, and events for those
/// who look on. Shared with what the runtime still answers, so it holds nothing
/// whose end waits for anybody. Any thread.
class waiting : public std::enable_shared_from_this<waiting> {
public:
  // -- constructors -----------------------------------------------------------

  waiting(runtime& node, std::string tenant, bool unredacted)
    : node_{node}, tenant_{std::move(tenant)}, unredacted_{unredacted} {}

  // -- mutators ---------------------------------------------------------------

  /// Says what became of an answer; 0 is none. One that the actor cannot hear
  /// for want of room is said again when it hears another one, and before
  /// whatever the client asks or says next.
  void settle(std::uint64_t pending, bool written);

  /// Says again what could not be heard. To be called by every operation of the
  /// client; costs a look when there is nothing.
  void settle_owed();

  /// The messages of an answer were taken: cursors move, and who looks on is
  /// told.
  void conclude(const topic::wait_request& asked, const topic::wait_reply& got);

  /// Tells who looks on at a conversation, if it is one; nothing fails when
  /// that fails.
  void note(const std::string& conversation, topic::visibility_event what);

  // -- observers --------------------------------------------------------------

  [[nodiscard]] bool unredacted() const noexcept { return unredacted_; }

private:
  struct owed {
    std::uint64_t pending = 0;
    bool written = false;
  };

  runtime& node_;
  const std::string tenant_;
  const bool unredacted_;
  // Callers and threads of the runtime that answer.
  std::mutex mutex_;
  std::vector<owed> owed_;
};

} // namespace libsig::client::internal
