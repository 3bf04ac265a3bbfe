#include "libsig/config/environment.hpp"

#include <unistd.h>

namespace libsig::config {

environment environment::of_process() {
  environment made;
  for (char** each = environ; each != nullptr && *each != nullptr; ++each) {
    const std::string_view text{*each};
    const auto equals = text.find('=');
    if (equals != std::string_view::npos) {
      made.values_.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
  }
  return made;
}

std::optional<std::string> environment::find(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() || found->second.empty()
           ? std::nullopt
           : std::optional{found->second};
}

} // namespace libsig::config
