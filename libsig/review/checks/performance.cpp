#include "libsig/review/check.hpp"
#include "libsig/review/checks/high_complexity.hpp"
#include "libsig/review/checks/hot_path_modified.hpp"
#include "libsig/review/checks/memory_hotspot.hpp"

namespace libsig::review {

std::vector<std::unique_ptr<const check>> performance_checks() {
  std::vector<std::unique_ptr<const check>> all;
  all.push_back(checks::make_high_complexity_check());
  all.push_back(checks::make_memory_hotspot_check());
  all.push_back(checks::make_hot_path_modified_check());
  return all;
}

} // namespace libsig::review
