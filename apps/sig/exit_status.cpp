#include "apps/sig/exit_status.hpp"

#include <algorithm>

namespace libsig::sig {

namespace {

bool incomplete(const review::summary& what) noexcept {
  if (what.status == review::review_status::failed) {
    return true;
  }
  const auto& specialists = what.coverage.specialists;
  const auto& failed = what.coverage.checks_failed;
  return std::any_of(specialists.begin(), specialists.end(),
                     [](const auto& one) {
                       return one.second == review::specialist_state::failed
                              || one.second
                                   == review::specialist_state::timed_out;
                     })
         || std::any_of(failed.begin(), failed.end(),
                        [](const auto& one) { return !one.second.empty(); });
}

bool reaches(review::severity found, fail_level level) noexcept {
  switch (level) {
  case fail_level::none:
    return false;
  case fail_level::any:
    return true;
  case fail_level::low:
    return found >= review::severity::low;
  case fail_level::medium:
    return found >= review::severity::medium;
  case fail_level::high:
    return found >= review::severity::high;
  }
  return false;
}

} // namespace

exit_status status_of(const review::summary& what, fail_level level) noexcept {
  if (incomplete(what)) {
    return exit_status::incomplete;
  }
  const bool fails = std::any_of(
    what.findings.begin(), what.findings.end(),
    [level](const auto& one) { return reaches(one.severity, level); });
  return fails ? exit_status::findings : exit_status::clean;
}

exit_status status_of(const error& refusal) noexcept {
  switch (refusal.code()) {
  case errc::invalid_argument:
  case errc::invalid_json:
  case errc::too_deep:
  case errc::too_large:
  case errc::too_many_members:
  case errc::duplicate_member:
  case errc::invalid_signal:
  case errc::invalid_pattern:
  case errc::schema_violation:
  case errc::invalid_diff:
  case errc::duplicate_conflict:
  case errc::not_declared:
  case errc::reserved_type:
  case errc::hops_exceeded:
  case errc::not_found:
  case errc::already_exists:
  case errc::unauthorized:
  case errc::forbidden:
    return exit_status::usage;
  case errc::deadline_exceeded:
    return exit_status::incomplete;
  case errc::overloaded:
  case errc::stopped:
  case errc::io:
  case errc::storage_full:
  case errc::actor_crashed:
  case errc::internal:
    return exit_status::infrastructure;
  }
  return exit_status::infrastructure;
}

} // namespace libsig::sig
