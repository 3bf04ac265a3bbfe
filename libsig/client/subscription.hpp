#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "libsig/client/signal_view.hpp"

namespace libsig::client {

namespace internal {
class delivery_loop;
}

/// An item of the agent's inbox, as it is handed to a handler.
struct delivery {
  signal_view what;
  /// The patterns of the agent that match, sorted.
  std::vector<std::string> patterns;
  bool silent = true;
  /// From 1; more after a failure.
  unsigned attempt = 1;
};

/// Handles one item. Returning normally says that it is handled; an exception
/// says that it failed, with its text as the reason: it comes again later, and
/// is a dead letter after `limits::delivery_attempts_max` times.
using delivery_handler = std::function<void(const delivery&)>;

/// Hands the items of a pattern to a handler for as long as it exists.
///
/// The row of the pattern is durable and stays, so that what comes meanwhile
/// waits for the next handler; `client::unsubscribe` removes it. All handlers
/// of a client run on one thread of its own, one at a time, in the order of the
/// inbox, and may block and call the client. Once the destructor or `end` has
/// returned the handler does not run and never will, except when it is the
/// handler that called. What was taken and not handled comes again.
class [[nodiscard]] subscription {
public:
  // -- constructors -----------------------------------------------------------

  /// None.
  subscription() = default;

  /// For clients alone.
  subscription(std::shared_ptr<internal::delivery_loop> by,
               std::uint64_t which) noexcept
    : loop_{std::move(by)}, which_{which} {}

  subscription(subscription&&) noexcept = default;
  subscription& operator=(subscription&& other) noexcept;
  ~subscription() { end(); }

  // -- mutators ---------------------------------------------------------------

  /// Takes no more items.
  void end() noexcept;

  // -- observers --------------------------------------------------------------

  /// Whether items still come: neither ended here, nor by `on_end`.
  [[nodiscard]] bool active() const noexcept;

private:
  std::shared_ptr<internal::delivery_loop> loop_;
  std::uint64_t which_ = 0;
};

} // namespace libsig::client
