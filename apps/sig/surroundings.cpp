#include "apps/sig/surroundings.hpp"

namespace libsig::sig {

std::string_view value_of(const std::vector<std::string>& environment,
                          std::string_view name) {
  for (const auto& variable : environment) {
    const std::string_view text{variable};
    if (text.size() > name.size() && text.starts_with(name)
        && text[name.size()] == '=') {
      return text.substr(name.size() + 1);
    }
  }
  return {};
}

} // namespace libsig::sig
