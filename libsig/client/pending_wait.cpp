#include "libsig/client/pending_wait.hpp"

#include "libsig/client/internal/call.hpp"

namespace libsig::client {

pending_wait& pending_wait::operator=(pending_wait&& other) noexcept {
  if (this != &other) {
    cancel();
    call_ = std::move(other.call_);
  }
  return *this;
}

void pending_wait::cancel() noexcept {
  if (const auto ending = std::exchange(call_, nullptr)) {
    ending->cancel();
  }
}

bool pending_wait::open() const noexcept { return call_ && call_->open(); }

} // namespace libsig::client
