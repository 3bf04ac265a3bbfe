#include "libsig/core/descriptor.hpp"

#include <unistd.h>

namespace libsig {

descriptor::~descriptor() {
  if (number_ >= 0) {
    ::close(number_);
  }
}

bool descriptor::close() noexcept {
  return number_ < 0 || ::close(std::exchange(number_, -1)) == 0;
}

} // namespace libsig
