#include "libsig/client/subscription.hpp"

#include "libsig/client/internal/delivery_loop.hpp"

namespace libsig::client {

subscription& subscription::operator=(subscription&& other) noexcept {
  if (this != &other) {
    end();
    loop_ = std::move(other.loop_);
    which_ = other.which_;
  }
  return *this;
}

void subscription::end() noexcept {
  if (const auto ending = std::exchange(loop_, nullptr)) {
    ending->remove(which_);
  }
}

bool subscription::active() const noexcept {
  return loop_ && loop_->has(which_);
}

} // namespace libsig::client
