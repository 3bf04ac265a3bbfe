#pragma once

#include <cstddef>
#include <type_traits>
#include <vector>

namespace libsig::route::internal {

/// A list for the length of one call: on the stack up to `InlineSize` elements,
/// in memory of its own beyond them. Its elements are not constructed ahead.
template <class T, std::size_t InlineSize>
class scratch {
public:
  static_assert(std::is_trivially_copyable_v<T>);

  // Bytes, so that a list costs nothing before its first element.
  scratch() noexcept : data_(reinterpret_cast<T*>(inline_)) {}

  scratch(const scratch&) = delete;
  scratch& operator=(const scratch&) = delete;

  void push_back(const T& value) {
    if (size_ == capacity_)
      grow();
    data_[size_++] = value;
  }

  void clear() noexcept { size_ = 0; }

  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  [[nodiscard]] T* begin() noexcept { return data_; }

  [[nodiscard]] T* end() noexcept { return data_ + size_; }

  [[nodiscard]] const T* begin() const noexcept { return data_; }

  [[nodiscard]] const T* end() const noexcept { return data_ + size_; }

private:
  void grow() {
    if (more_.empty())
      more_.assign(data_, data_ + size_);
    more_.resize(capacity_ * 2);
    capacity_ = more_.size();
    data_ = more_.data();
  }

  alignas(T) std::byte inline_[InlineSize * sizeof(T)];
  std::vector<T> more_;
  T* data_;
  std::size_t size_ = 0;
  std::size_t capacity_ = InlineSize;
};

} // namespace libsig::route::internal
