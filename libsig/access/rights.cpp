#include "libsig/access/rights.hpp"

#include <algorithm>

namespace libsig::access {

namespace {

/// Finds the value by its name among all of them.
template <class Values>
[[nodiscard]] result<typename Values::value_type>
parse(std::string_view name, const Values& values, std::string_view kind) {
  std::string known;
  for (const auto value : values) {
    if (to_string(value) == name) {
      return value;
    }
    known += known.empty() ? "" : ", ";
    known += to_string(value);
  }
  return fail(
    error(errc::invalid_argument, std::string{"no such "}.append(kind))
      .mend("known are " + known));
}

} // namespace

std::string_view to_string(scope what) noexcept {
  switch (what) {
  case scope::publish:
    return "publish";
  case scope::subscribe:
    return "subscribe";
  case scope::review:
    return "review";
  case scope::admin:
    return "admin";
  }
  return "unknown";
}

std::string_view to_string(grant what) noexcept {
  switch (what) {
  case grant::claim_source:
    return "claim_source";
  case grant::emit_reserved:
    return "emit_reserved";
  case grant::unredacted:
    return "unredacted";
  }
  return "unknown";
}

result<scope> parse_scope(std::string_view name) {
  return parse(name, all_scopes, "scope");
}

result<grant> parse_grant(std::string_view name) {
  return parse(name, all_grants, "grant");
}

bool operator==(const rights& left, const rights& right) {
  return left.tenant == right.tenant && left.scopes == right.scopes
         && std::ranges::equal(left.types, right.types, {}, &pattern::text,
                               &pattern::text)
         && left.names == right.names && left.grants == right.grants;
}

} // namespace libsig::access
