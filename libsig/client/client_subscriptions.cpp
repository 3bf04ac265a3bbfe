#include "libsig/client/client.hpp"

#include <utility>

#include "libsig/client/internal/call.hpp"
#include "libsig/client/internal/state.hpp"
#include "libsig/core/pattern.hpp"

namespace libsig::client {

namespace {

namespace asked_of = libsig::subscription;

/// Rows that one answer holds.
constexpr std::size_t page_rows = 10'000;

/// What every call begins with.
[[nodiscard]] result<void> check_named(const client::state& of) {
  of.waits->settle_owed();
  if (of.how.name.empty()) {
    return fail(
      error(errc::invalid_argument, "a client without a name has no inbox")
        .at("name")
        .mend("give the client the name of its agent"));
  }
  return {};
}

} // namespace

result<subscription> client::subscribe(std::string_view pattern,
                                       delivery_handler handler,
                                       const subscribe_options& how) const {
  if (auto named = check_named(*state_); !named) {
    return fail(std::move(named).error());
  }
  auto parsed = pattern::parse(pattern);
  if (!parsed) {
    return fail(std::move(parsed).error());
  }
  const auto asked = std::make_shared<asked_of::subscribe_request>();
  asked->who = {state_->how.tenant, state_->how.name};
  asked->pattern = parsed->text();
  asked->silent = how.silent;
  asked->include_self = how.include_self;
  asked->registers = true;
  const auto got = internal::ask_for<asked_of::subscribe_reply>(
    state_->node, asked_of::actor_name, asked);
  if (!got) {
    return fail(got.error());
  }
  const auto which =
    state_->deliveries->add(*parsed, std::move(handler), how.on_end);
  if (!which) {
    return fail(which.error());
  }
  return subscription{state_->deliveries, *which};
}

result<bool> client::unsubscribe(std::string_view pattern) const {
  if (auto named = check_named(*state_); !named) {
    return fail(std::move(named).error());
  }
  const auto asked = std::make_shared<asked_of::unsubscribe_request>();
  asked->who = {state_->how.tenant, state_->how.name};
  asked->pattern = pattern;
  const auto got = internal::ask_for<asked_of::unsubscribe_reply>(
    state_->node, asked_of::actor_name, asked);
  if (!got) {
    return fail(got.error());
  }
  return (*got)->removed;
}

result<std::vector<asked_of::subscription_row>> client::subscriptions() const {
  if (auto named = check_named(*state_); !named) {
    return fail(std::move(named).error());
  }
  std::vector<asked_of::subscription_row> all;
  for (;;) {
    const auto asked = std::make_shared<asked_of::list_request>();
    asked->tenant = state_->how.tenant;
    asked->agent = state_->how.name;
    asked->limit = page_rows;
    if (!all.empty()) {
      asked->after = {all.back().agent, all.back().pattern};
    }
    const auto got = internal::ask_for<asked_of::list_reply>(
      state_->node, asked_of::actor_name, asked);
    if (!got) {
      return fail(got.error());
    }
    all.insert(all.end(), (*got)->rows.begin(), (*got)->rows.end());
    if ((*got)->rows.size() < page_rows) {
      return all;
    }
  }
}

} // namespace libsig::client
