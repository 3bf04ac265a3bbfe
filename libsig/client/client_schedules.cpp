#include "libsig/client/client.hpp"

#include <utility>

#include "libsig/client/internal/call.hpp"
#include "libsig/client/internal/state.hpp"
#include "libsig/core/trim.hpp"
#include "libsig/schedule/requests.hpp"

namespace libsig::client {

namespace {

namespace asked_of = libsig::schedule;

[[nodiscard]] scheduled_signal view_of(const client::state& by,
                                       const asked_of::scheduled_row& row) {
  scheduled_signal made;
  made.id = row.id;
  made.type = row.what.type;
  made.source = row.what.source;
  made.data = by.shown(row.what.data);
  made.deliver_at = row.deliver_at;
  made.repeat_key = row.repeat_key;
  made.created_at = row.created_at;
  return made;
}

[[nodiscard]] result<std::size_t>
cancel_rows(const client::state& by,
            std::shared_ptr<asked_of::cancel_request> asked) {
  asked->tenant = by.how.tenant;
  by.waits->settle_owed();
  const auto got = internal::ask_for<asked_of::cancel_reply>(
    by.node, asked_of::actor_name, std::move(asked));
  if (!got) {
    return fail(got.error());
  }
  return (*got)->removed;
}

} // namespace

result<scheduled_signal> client::schedule(std::string_view type,
                                          event_data data, wall_time at,
                                          const schedule_options& how) const {
  auto good = state_->check_type(type);
  if (!good) {
    return fail(std::move(good).error());
  }
  const auto asked = std::make_shared<asked_of::schedule_request>();
  asked->tenant = state_->how.tenant;
  auto& row = asked->row;
  row.id = state_->how.ids->next(state_->node.time().wall_now());
  row.deliver_at = at;
  row.what = state_->make_draft(*good, std::move(data));
  row.repeat_key = how.repeat_key;
  if (state_->how.contracts) {
    auto checked = state_->how.contracts->validate(row.what);
    if (!checked) {
      return fail(std::move(checked).error());
    }
  }
  state_->waits->settle_owed();
  const auto got = internal::ask_for<asked_of::schedule_reply>(
    state_->node, asked_of::actor_name, asked);
  if (!got) {
    return fail(got.error());
  }
  return view_of(*state_, (*got)->row);
}

result<scheduled_signal> client::schedule(std::string_view type,
                                          std::string json, wall_time at,
                                          const schedule_options& how) const {
  auto data = read_data(std::move(json));
  if (!data) {
    return fail(std::move(data).error());
  }
  return schedule(type, std::move(*data), at, how);
}

result<std::size_t> client::cancel(std::string_view type,
                                   std::string_view repeat_key) const {
  const auto asked = std::make_shared<asked_of::cancel_request>();
  asked->type = trim(type);
  asked->repeat_key = trim(repeat_key);
  if (asked->type.empty() || asked->repeat_key.empty()) {
    return fail(error(errc::invalid_argument,
                      "a type and a repeat key are needed to cancel")
                  .mend("cancel_id takes back one without a key"));
  }
  return cancel_rows(*state_, asked);
}

result<std::size_t> client::cancel_id(std::string_view id) const {
  if (id.empty()) {
    return fail(errc::invalid_argument, "the id must not be empty");
  }
  const auto asked = std::make_shared<asked_of::cancel_request>();
  asked->id = id;
  return cancel_rows(*state_, asked);
}

result<std::vector<scheduled_signal>> client::scheduled() const {
  std::vector<scheduled_signal> all;
  std::optional<asked_of::row_position> after;
  state_->waits->settle_owed();
  for (;;) {
    const auto asked = std::make_shared<asked_of::list_request>();
    asked->tenant = state_->how.tenant;
    asked->after = after;
    const auto got = internal::ask_for<asked_of::list_reply>(
      state_->node, asked_of::actor_name, asked);
    if (!got) {
      return fail(got.error());
    }
    for (const auto& row : (*got)->rows) {
      all.push_back(view_of(*state_, row));
    }
    if (!(*got)->more || (*got)->rows.empty()) {
      return all;
    }
    after = asked_of::position_of((*got)->rows.back());
  }
}

} // namespace libsig::client
