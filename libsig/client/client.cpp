#include "libsig/client/client.hpp"

#include <algorithm>
#include <future>
#include <utility>

#include "libsig/client/internal/state.hpp"
#include "libsig/codec/guard.hpp"
#include "libsig/core/names.hpp"
#include "libsig/core/percent.hpp"
#include "libsig/core/reserved.hpp"
#include "libsig/core/trim.hpp"
#include "libsig/redact/redact.hpp"

namespace libsig::client {

namespace {

[[nodiscard]] std::string source_of(std::string_view name) {
  if (name.empty()) {
    return "/system";
  }
  std::string made = "/agents/";
  append_percent_encoded(made, name);
  return made;
}

[[nodiscard]] std::shared_ptr<internal::delivery_loop>
make_loop(runtime& on, const client_options& how) {
  internal::delivery_loop::options made;
  made.who = {how.tenant, how.name};
  made.unredacted = how.unredacted;
  made.silent_after = std::clamp(how.silent_after, std::chrono::milliseconds{1},
                                 limits::wait_timeout_max);
  return std::make_shared<internal::delivery_loop>(on, std::move(made));
}

/// Whether everybody of the tenant may read it.
[[nodiscard]] bool is_public(const signal& what, std::string_view tenant) {
  return what.tenant() == tenant && !is_internal_type(what.type())
         && !what.has_receiver();
}

[[nodiscard]] result<draft> make_signal(const client::state& by,
                                        std::string_view type, event_data data,
                                        const publish_options& how) {
  auto good = by.check_type(type);
  if (!good) {
    return fail(std::move(good).error());
  }
  auto made = by.make_draft(*good, std::move(data));
  made.id = how.id;
  made.subject = how.subject;
  made.causation_id = how.causation_id;
  return made;
}

} // namespace

// -- what copies share --------------------------------------------------------

client::state::state(runtime& on, client_options given, std::string speaks_as)
  : node{on}, how{std::move(given)}, source{std::move(speaks_as)},
    deliveries{make_loop(on, how)}, waits{std::make_shared<internal::waiting>(
                                      on, how.tenant, how.unredacted)} {}

void client::state::publish(draft what, receipt_handler done) const {
  waits->settle_owed();
  engine::rights by;
  by.tenant = how.tenant;
  by.emit_reserved = how.emit_reserved;
  node.publish(std::move(what), by, std::move(done));
}

result<journal::receipt> client::state::publish(draft what) const {
  const auto told = std::make_shared<std::promise<result<journal::receipt>>>();
  auto receipt = told->get_future();
  publish(std::move(what), [told](result<journal::receipt> got) {
    told->set_value(std::move(got));
  });
  return receipt.get();
}

draft client::state::make_draft(std::string_view type, event_data data) const {
  draft made;
  made.type = type;
  made.source = source;
  made.data = std::move(data);
  return made;
}

result<std::string> client::state::check_type(std::string_view type) const {
  const auto stated = trim(type);
  if (stated.empty()) {
    return fail(
      error(errc::invalid_argument, "the type of a signal must not be blank")
        .at("/type"));
  }
  if (is_reserved_type(stated) && !how.emit_reserved) {
    return fail(error(errc::reserved_type,
                      "signals of type " + std::string{stated}
                        + " are emitted by the runtime's own actors alone")
                  .at("/type")
                  .mend("take another type, or set emit_reserved"));
  }
  return std::string{stated};
}

event_data client::state::shown(const event_data& data) const {
  if (how.unredacted) {
    return data;
  }
  auto hidden = redact::redact_data(data);
  return hidden ? std::move(*hidden) : data;
}

result<event_data> read_data(std::string json) {
  if (auto guarded = codec::guard_json(json); !guarded) {
    return fail(std::move(guarded).error());
  }
  return event_data::json(std::move(json));
}

// -- client -------------------------------------------------------------------

client::client(std::shared_ptr<state> made) noexcept
  : state_{std::move(made)} {}

result<client> client::make(runtime& on, client_options how) {
  if (auto good = check_name(how.tenant); !good) {
    return fail(std::move(good).error().at("tenant"));
  }
  if (!how.name.empty()) {
    if (auto good = check_name(how.name); !good) {
      return fail(std::move(good).error().at("name"));
    }
  }
  if (!how.ids) {
    how.ids = std::make_shared<uuid7_source>();
  }
  auto speaks_as = source_of(how.name);
  return client{
    std::make_shared<state>(on, std::move(how), std::move(speaks_as))};
}

result<journal::receipt> client::publish(std::string_view type, event_data data,
                                         const publish_options& how) const {
  auto made = make_signal(*state_, type, std::move(data), how);
  if (!made) {
    return fail(std::move(made).error());
  }
  return state_->publish(std::move(*made));
}

result<journal::receipt> client::publish(std::string_view type,
                                         std::string json,
                                         const publish_options& how) const {
  auto data = read_data(std::move(json));
  if (!data) {
    return fail(std::move(data).error());
  }
  return publish(type, std::move(*data), how);
}

void client::publish(std::string_view type, event_data data,
                     const publish_options& how, receipt_handler done) const {
  auto made = make_signal(*state_, type, std::move(data), how);
  if (!made) {
    done(fail(std::move(made).error()));
    return;
  }
  state_->publish(std::move(*made), std::move(done));
}

result<std::vector<signal_view>> client::recent(std::size_t limit) const {
  state_->waits->settle_owed();
  journal::query asked;
  asked.order = journal::order::descending;
  asked.limit = std::clamp<std::size_t>(limit, 1, recent_max);
  asked.only = [this](const signal& what) {
    return is_public(what, state_->how.tenant);
  };
  std::vector<signal_view> shown;
  std::size_t bytes = 0;
  for (;;) {
    const auto some = state_->node.log().read_page(asked);
    if (!some) {
      return fail(some.error());
    }
    for (const auto& one : some->signals) {
      bytes += journal::size_of(*one);
      if (bytes > limits::page_bytes_max && !shown.empty()) {
        asked.limit = 0;
        break;
      }
      shown.push_back(view_of(*one, state_->how.unredacted));
      --asked.limit;
    }
    if (asked.limit == 0 || !some->next) {
      break;
    }
    asked.before = some->next;
  }
  std::ranges::reverse(shown);
  return shown;
}

const std::string& client::source() const noexcept { return state_->source; }

const client_options& client::options() const noexcept { return state_->how; }

} // namespace libsig::client
