#pragma once

#include <utility>

namespace libsig {

/// An open file descriptor that this object closes; -1 is none.
class descriptor {
public:
  descriptor() = default;
  explicit descriptor(int number) noexcept : number_{number} {}

  descriptor(descriptor&& other) noexcept
    : number_{std::exchange(other.number_, -1)} {}

  descriptor& operator=(descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }

  descriptor(const descriptor&) = delete;
  descriptor& operator=(const descriptor&) = delete;
  ~descriptor();

  /// Closes it now; false when the system reports that written bytes were lost.
  [[nodiscard]] bool close() noexcept;

  [[nodiscard]] int get() const noexcept { return number_; }

  [[nodiscard]] explicit operator bool() const noexcept { return number_ >= 0; }

private:
  int number_ = -1;
};

} // namespace libsig
