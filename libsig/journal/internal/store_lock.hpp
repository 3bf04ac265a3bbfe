#pragma once

#include <string>

#include "libsig/core/error.hpp"

namespace libsig::journal::internal {

/// Keeps other processes, and this one's other journals, from opening a store.
///
/// The kernel's lock on `<store>.lock` decides, so that a holder that dies
/// leaves nothing behind; what the file says only names the holder. The file
/// itself stays, since removing it would let two in.
class store_lock {
public:
  /// `already_exists`, naming the holder's process and host, when it is taken.
  [[nodiscard]] static result<store_lock> take(const std::string& store);

  store_lock(store_lock&& other) noexcept;
  store_lock& operator=(store_lock&& other) noexcept;
  ~store_lock();

private:
  explicit store_lock(int descriptor) noexcept : descriptor_{descriptor} {}

  int descriptor_ = -1;
};

} // namespace libsig::journal::internal
