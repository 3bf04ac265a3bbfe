#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <thread>

#include "libsig/client/subscription.hpp"
#include "libsig/core/error.hpp"
#include "libsig/core/pattern.hpp"
#include "libsig/runtime/runtime.hpp"
#include "libsig/subscription/requests.hpp"

namespace libsig::client::internal {

/// Takes an agent's items, one at a time, and hands them to those who listen:
/// on a thread of its own, from the first listener on. Any thread.
class delivery_loop {
public:
  // -- types ------------------------------------------------------------------

  struct options {
    libsig::subscription::agent_name who;
    bool unredacted = false;
    std::chrono::milliseconds silent_after{};
  };

  // -- constructors -----------------------------------------------------------

  delivery_loop(runtime& node, options how);

  delivery_loop(const delivery_loop&) = delete;
  delivery_loop& operator=(const delivery_loop&) = delete;

  /// Waits for the handler at work, and `end_patience` at most for an answer
  /// that is on its way: while the disk is full there is none.
  ///
  /// Within a handler it waits for nothing, and the runtime is not touched when
  /// that handler returns, since it may be gone then: its item comes again.
  ~delivery_loop();

  static constexpr std::chrono::milliseconds end_patience{1'000};

  // -- mutators ---------------------------------------------------------------

  /// `overloaded` when there is no thread to be had.
  [[nodiscard]] result<std::uint64_t>
  add(const pattern& of, delivery_handler handler,
      std::function<void(const error&)> on_end);

  /// See `subscription::end`.
  void remove(std::uint64_t which) noexcept;

  // -- observers --------------------------------------------------------------

  [[nodiscard]] bool has(std::uint64_t which) const noexcept;

private:
  struct state;

  // The thread has its share, since a handler may end its own loop.
  std::shared_ptr<state> state_;
  std::thread thread_;
};

} // namespace libsig::client::internal
