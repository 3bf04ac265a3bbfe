#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace libsig {

/// A hash for tables whose keys strangers choose (SipHash-2-4 by libsodium
/// under a secret from the operating system, one per object): nobody can pick
/// keys that meet. The order of a table must not depend on it.
class keyed_hash {
public:
  using is_transparent = void;

  keyed_hash();

  [[nodiscard]] std::size_t operator()(std::string_view key) const noexcept;

private:
  std::array<unsigned char, 16> secret_{};
};

} // namespace libsig
