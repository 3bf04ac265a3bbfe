#include "libsig/core/draft.hpp"

#include <algorithm>

namespace libsig {

const extension::value_type*
draft::find_extension(std::string_view name) const noexcept {
  const auto found =
    std::ranges::lower_bound(extensions, name, {}, &extension::name);
  if (found == extensions.end() || found->name != name) {
    return nullptr;
  }
  return &found->value;
}

const std::string* draft::receiver() const noexcept {
  return std::get_if<std::string>(find_extension(receiver_attribute));
}

} // namespace libsig
