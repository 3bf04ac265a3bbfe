#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "libsig/topic/cursor_table.hpp"

namespace libsig::topic::internal {

/// The keys of one owner's cursors, one after the other.
class cursor_keys {
public:
  explicit cursor_keys(const cursor_owner& of)
    : key_{key_prefix(of)}, prefix_{key_.size()} {}

  /// Stands until the next one is made.
  [[nodiscard]] const std::string& of(std::string_view topic) {
    key_.resize(prefix_);
    key_ += topic;
    return key_;
  }

private:
  std::string key_;
  std::size_t prefix_;
};

} // namespace libsig::topic::internal
