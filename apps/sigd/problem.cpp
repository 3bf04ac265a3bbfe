#include "apps/sigd/problem.hpp"

#include <chrono>
#include <utility>

namespace libsig::sigd {

namespace {

constexpr std::chrono::milliseconds retry_after{1'000};

} // namespace

unsigned status_of(errc code) noexcept {
  switch (code) {
  case errc::invalid_argument:
  case errc::invalid_json:
  case errc::too_deep:
  case errc::too_many_members:
  case errc::duplicate_member:
  case errc::invalid_signal:
  case errc::invalid_pattern:
  case errc::schema_violation:
  case errc::invalid_diff:
  case errc::hops_exceeded:
    return 400;
  case errc::unauthorized:
    return 401;
  case errc::forbidden:
  case errc::reserved_type:
  case errc::not_declared:
    return 403;
  case errc::not_found:
    return 404;
  case errc::duplicate_conflict:
  case errc::already_exists:
    return 409;
  case errc::too_large:
    return 413;
  case errc::overloaded:
    return 429;
  case errc::stopped:
  case errc::actor_crashed:
    return 503;
  case errc::storage_full:
    return 507;
  case errc::io:
  case errc::deadline_exceeded:
  case errc::internal:
    return 500;
  }
  return 500;
}

http::problem problem_of(const error& why) {
  http::problem made;
  made.status = status_of(why.code());
  // What an exception said is the log's; the actor is made anew.
  if (made.status == 500 || why.code() == errc::actor_crashed) {
    made.detail = explain(why.code());
    return made;
  }
  // The place of what is not the client's fault is one of this machine.
  if (made.status < 500 && why.place().starts_with('/')) {
    made.pointer = why.place();
  } else if (made.status < 500 && !why.place().empty()) {
    made.detail = why.place() + ": ";
  }
  made.detail += why.detail().empty() ? explain(why.code()) : why.detail();
  if (!why.remedy().empty()) {
    made.detail += "; " + why.remedy();
  }
  return made;
}

http::response refusal(const error& why) {
  const auto what = problem_of(why);
  if (what.status == 429 || what.status == 503) {
    return http::make_problem(what, retry_after);
  }
  auto made = http::make_problem(what);
  if (what.status == 401) {
    made.fields.set("WWW-Authenticate", "Bearer");
  }
  return made;
}

} // namespace libsig::sigd
