#include "apps/sigd/path_family.hpp"

#include "libsig/http/target.hpp"

namespace libsig::sigd {

path_family family_of(std::string_view target) {
  const auto read = http::parse_target(target);
  if (!read) {
    return target.starts_with("/v1/engine/") ? path_family::engine
                                             : path_family::plain;
  }
  const auto& at = read->segments;
  const bool engine = at.size() >= 2 && at[0] == "v1" && at[1] == "engine";
  return engine ? path_family::engine : path_family::plain;
}

} // namespace libsig::sigd
