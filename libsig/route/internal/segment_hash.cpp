#include "libsig/route/internal/segment_hash.hpp"

#include <cstring>
#include <exception>
#include <random>

namespace libsig::route::internal {

namespace {

std::uint64_t secret() {
  try {
    std::random_device device;
    return std::uint64_t{device()} << 32 | device();
  } catch (const std::exception&) {
    // Without the device the table still answers right, only its cost could
    // be driven up by someone who knows this number.
    return 0xa0761d6478bd642full;
  }
}

std::uint64_t mixed(std::uint64_t left, std::uint64_t right) noexcept {
  __extension__ using wide = unsigned __int128;
  const auto product = static_cast<wide>(left) * right;
  return static_cast<std::uint64_t>(product)
         ^ static_cast<std::uint64_t>(product >> 64);
}

template <class T>
std::uint64_t load(const char* from) noexcept {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

} // namespace

segment_hash::segment_hash() : first_(secret()), second_(secret()) {}

std::uint64_t segment_hash::operator()(std::string_view text) const noexcept {
  auto state = first_ ^ text.size();
  const auto* from = text.data();
  auto left = text.size();
  for (; left > 16; left -= 16, from += 16)
    state = mixed(load<std::uint64_t>(from) ^ second_,
                  load<std::uint64_t>(from + 8) ^ state);
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  if (left >= 8) {
    low = load<std::uint64_t>(from);
    high = load<std::uint64_t>(from + left - 8);
  } else if (left >= 4) {
    low = load<std::uint32_t>(from);
    high = load<std::uint32_t>(from + left - 4);
  } else if (left > 0) {
    low = load<std::uint8_t>(from) << 16 | load<std::uint8_t>(from + left / 2);
    high = load<std::uint8_t>(from + left - 1);
  }
  return mixed(mixed(low ^ second_, high ^ state), second_ | 1);
}

} // namespace libsig::route::internal
