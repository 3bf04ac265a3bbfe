#pragma once

#include <memory>
#include <utility>

namespace libsig::client {

namespace internal {
class call;
}

/// A wait that was begun with a handler. Its destruction cancels it.
///
/// Once `cancel` or the destructor has returned, the handler neither runs nor
/// ever will: they wait for a handler that is at work, except within that
/// handler itself. A cancelled wait has taken nothing, so that the next wait of
/// its consumer gets the same message. Any thread may cancel; the runtime must
/// outlive it.
class [[nodiscard]] pending_wait {
public:
  // -- constructors -----------------------------------------------------------

  /// None.
  pending_wait() = default;

  /// For clients alone, since nobody else can name a `call`.
  explicit pending_wait(std::shared_ptr<internal::call> made) noexcept
    : call_{std::move(made)} {}

  pending_wait(pending_wait&&) noexcept = default;
  pending_wait& operator=(pending_wait&& other) noexcept;
  ~pending_wait() { cancel(); }

  // -- mutators ---------------------------------------------------------------

  /// Takes the wait back; does nothing when it has ended.
  void cancel() noexcept;

  // -- observers --------------------------------------------------------------

  /// Whether the handler has neither begun nor been cancelled.
  [[nodiscard]] bool open() const noexcept;

private:
  std::shared_ptr<internal::call> call_;
};

} // namespace libsig::client
