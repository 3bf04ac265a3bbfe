#include "libsig/review/check.hpp"
#include "libsig/review/checks/auth_bypass.hpp"
#include "libsig/review/checks/sql_injection.hpp"
#include "libsig/review/checks/xss.hpp"

namespace libsig::review {

std::vector<std::unique_ptr<const check>> security_checks() {
  std::vector<std::unique_ptr<const check>> all;
  all.push_back(checks::make_sql_injection_check());
  all.push_back(checks::make_xss_check());
  all.push_back(checks::make_auth_bypass_check());
  return all;
}

} // namespace libsig::review
