#include "apps/sigd/door.hpp"

#include <string_view>
#include <utility>

#include "apps/sigd/problem.hpp"

namespace libsig::sigd {

namespace {

/// Refusals of the head's own fields are for the caller to read: 403.
[[nodiscard]] result<void> forbidden_unless(result<void> checked) {
  if (checked) {
    return checked;
  }
  const auto& why = checked.error();
  return fail(error(errc::forbidden, why.detail()).at(why.place()));
}

} // namespace

door::door(access::authenticator who, http::access_rules rules,
           const clock& time)
  : time_{time}, keeper_{std::make_shared<const keeper>(
                   keeper{std::move(who), std::move(rules)})} {}

void door::change(access::authenticator who, http::access_rules rules) {
  auto next =
    std::make_shared<const keeper>(keeper{std::move(who), std::move(rules)});
  const std::lock_guard guard{keeper_mutex_};
  keeper_.swap(next);
}

std::shared_ptr<const door::keeper> door::now() const {
  const std::lock_guard guard{keeper_mutex_};
  return keeper_;
}

http::response door::refuse(const http::request& head, const error& why) {
  auto answer = refusal(why);
  // Without a token there is nothing that was guessed.
  if (why.code() != errc::unauthorized || !head.peer
      || !head.fields.contains("Authorization")) {
    return answer;
  }
  const auto how = [&] {
    const std::lock_guard guard{delay_mutex_};
    return delay_.fail(head.peer->address, time_.steady_now());
  }();
  if (how.too_many()) {
    http::problem what;
    what.status = 429;
    what.detail = "Too many wrong tokens came from this address.";
    return http::make_problem(what, how.retry_after);
  }
  answer.held_back = how.after;
  return answer;
}

bool door::knows(const access::caller& by) const {
  return now()->who.knows(by);
}

result<access::caller> door::caller_of(const http::request& head) const {
  const auto current = now();
  auto near = current->who.tokenless()
                ? http::check_loopback(head, current->rules)
                : http::check_origin(head, current->rules);
  if (auto allowed = forbidden_unless(std::move(near)); !allowed) {
    return fail(std::move(allowed).error());
  }
  if (head.fields.count("Authorization") > 1
      || head.fields.count("Sig-Identity") > 1) {
    return fail(error(errc::invalid_argument,
                      "Authorization and Sig-Identity stand there once"));
  }
  access::request_facts facts;
  facts.authorization = head.fields.find("Authorization");
  facts.identity = head.fields.find("Sig-Identity");
  facts.forwarded = http::is_forwarded(head.fields);
  facts.loopback = head.peer && head.peer->loopback;
  return current->who.authenticate(facts);
}

} // namespace libsig::sigd
