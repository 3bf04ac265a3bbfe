#include "apps/sigd/scheduled_api.hpp"

#include <string>
#include <utility>

#include "apps/sigd/actor_handler.hpp"
#include "apps/sigd/json_body.hpp"
#include "apps/sigd/query.hpp"
#include "apps/sigd/scheduled_text.hpp"
#include "apps/sigd/typed_signal.hpp"
#include "libsig/codec/engine_source.hpp"
#include "libsig/codec/json_text.hpp"
#include "libsig/core/limits.hpp"
#include "libsig/core/trim.hpp"

namespace libsig::sigd {

namespace {

constexpr std::string_view json_type = "application/json";

[[nodiscard]] tl::unexpected<error> full() {
  return fail(error(errc::storage_full, "the log takes nothing now"));
}

/// The source that a body states: one of CloudEvents, or a variant of document
/// 001. Empty for none.
[[nodiscard]] result<std::string> read_source(const json_body& body) {
  const auto raw = body.raw_or_null("source");
  if (raw && raw->starts_with('{')) {
    const auto variant = codec::read_engine_source(*raw);
    if (!variant) {
      return fail(
        error{variant.error()}.at("/source" + variant.error().place()));
    }
    return codec::source_of(*variant);
  }
  auto text = body.text("source");
  if (!text) {
    return fail(std::move(text).error());
  }
  return std::move(*text).value_or("");
}

/// The row that a body asks for, but for its id; the source is what was stated.
[[nodiscard]] result<schedule::scheduled_row> read_row(std::string_view text) {
  const auto body = json_body::read(
    text, {"type", "deliver_at", "source", "data", "repeat_key"});
  if (!body) {
    return fail(body.error());
  }
  const auto type = body->text("type");
  auto source = read_source(*body);
  const auto key = body->text("repeat_key");
  if (!type || !source || !key) {
    return fail(!type ? type.error() : !source ? source.error() : key.error());
  }
  schedule::scheduled_row made;
  made.what.type = std::string{trim(type->value_or(""))};
  if (made.what.type.empty()) {
    return refuse_member("type", *type ? "must not be blank"
                                       : "is required, found nothing");
  }
  const auto when = read_deliver_at(body->raw("deliver_at"));
  if (!when) {
    return fail(when.error());
  }
  made.deliver_at = *when;
  made.repeat_key = std::string{trim(key->value_or(""))};
  if (made.repeat_key.size() > limits::repeat_key_bytes_max) {
    return refuse_member("repeat_key",
                         "must have at most "
                           + std::to_string(limits::repeat_key_bytes_max)
                           + " bytes");
  }
  made.what.source = std::move(*source);
  if (const auto data = body->raw("data")) {
    made.what.data = event_data::json(std::string{*data});
  }
  return made;
}

/// What a list was asked for.
[[nodiscard]] result<std::shared_ptr<schedule::list_request>>
read_list(const http::request& received, const access::caller& by) {
  auto made = std::make_shared<schedule::list_request>();
  made->tenant = by.tenant();
  made->limit = static_cast<std::size_t>(
    whole_of_query(received, "limit").value_or(limits::schedule_page_max));
  if (const auto after = received.query_value("after")) {
    made->after = read_cursor(*after);
    if (!made->after) {
      return fail(
        error(errc::invalid_argument, "'after' is no cursor of ours"));
    }
  }
  return made;
}

/// What is to be cancelled, which the caller must be allowed to publish.
[[nodiscard]] result<std::shared_ptr<schedule::cancel_request>>
read_cancel(const http::request& received, const access::caller& by) {
  const auto id = received.query_value("id");
  const auto type = received.query_value("type");
  const auto key = received.query_value("repeat_key");
  const bool by_id = id && !type && !key;
  const bool by_key = !id && type && key;
  auto made = std::make_shared<schedule::cancel_request>();
  made->tenant = by.tenant();
  made->id = id.value_or("");
  made->type = std::string{trim(type.value_or(""))};
  made->repeat_key = std::string{trim(key.value_or(""))};
  if (!(by_id && !made->id.empty())
      && !(by_key && !made->type.empty() && !made->repeat_key.empty())) {
    return fail(
      error(errc::invalid_argument,
            "'type' and 'repeat_key' say what is cancelled, or 'id'"));
  }
  if (by_key) {
    if (auto may = by.check_publish(made->type); !may) {
      return fail(std::move(may).error());
    }
  } else if (!by.may(access::scope::publish)
             && !by.may(access::scope::review)) {
    return fail(by.check_scope(access::scope::publish).error());
  }
  made->may_cancel = [by](const schedule::scheduled_row& row) {
    return by.check_publish(row.what.type).has_value();
  };
  return made;
}

/// A list, up to the bound of a page.
[[nodiscard]] http::response list_answer(const schedule::list_reply& found,
                                         const access::caller& by) {
  std::string body{"{\"scheduled\":["};
  const schedule::scheduled_row* last = nullptr;
  bool more = found.more;
  for (const auto& row : found.rows) {
    if (body.size() > limits::page_bytes_max) {
      more = true;
      break;
    }
    last = &row;
    if (by.may_read(row.what.type)) {
      body += body.back() == '[' ? "" : ",";
      append_scheduled(row, by.sees_secrets(), body);
    }
  }
  body += ']';
  if (more && last != nullptr) {
    body += ",\"next\":";
    codec::append_json_string(body, to_cursor(schedule::position_of(*last)));
  }
  return http::make_response(200, json_type, body += '}');
}

[[nodiscard]] http::response row_answer(const schedule::schedule_reply& made,
                                        const access::caller& by) {
  std::string body;
  append_scheduled(made.row, by.sees_secrets(), body);
  return http::make_response(201, json_type, std::move(body));
}

[[nodiscard]] http::response removed_answer(const schedule::cancel_reply& done,
                                            const access::caller&) {
  return http::make_response(
    200, json_type, "{\"removed\":" + std::to_string(done.removed) + '}');
}

} // namespace

operations scheduled_api::operations() {
  return {
    {.method = "POST",
     .path = "/v1/scheduled",
     .name = "schedule_signal",
     .summary = "Schedules a signal; one of the tenant with the same type and "
                "repeat key goes, whoever scheduled it.",
     .body_limit = limits::event_bytes_max,
     .media_types = {json_type},
     .success = 201,
     .handle = ask_actor<schedule::schedule_reply>(
       calls_, schedule::actor_name,
       [this](const auto& received, const auto& by) {
         return to_schedule(received, by);
       },
       row_answer)},
    {.method = "GET",
     .path = "/v1/scheduled",
     .name = "list_scheduled",
     .summary = "Lists the signals that are to come.",
     .scope = access::scope::subscribe,
     .query = {whole_number("limit", "how many at most", 1,
                            limits::schedule_page_max),
               {"after", "where the page before ended"}},
     .handle = ask_actor<schedule::list_reply>(calls_, schedule::actor_name,
                                               read_list, list_answer)},
    {.method = "DELETE",
     .path = "/v1/scheduled",
     .name = "cancel_scheduled",
     .summary = "Cancels signals that are to come.",
     .query = {{"type", "the type, with its repeat key"},
               {"repeat_key", "the repeat key, with the type"},
               {"id", "the id of the row, alone"}},
     .handle = ask_actor<schedule::cancel_reply>(
       calls_, schedule::actor_name,
       [this](const auto& received, const auto& by) {
         auto asked = read_cancel(received, by);
         return node_.writable() || !asked ? std::move(asked) : full();
       },
       removed_answer)},
  };
}

result<std::shared_ptr<schedule::schedule_request>>
scheduled_api::to_schedule(const http::request& received,
                           const access::caller& by) const {
  auto row = read_row(received.body);
  if (!row) {
    return fail(std::move(row).error());
  }
  if (auto may = by.check_publish(row->what.type); !may) {
    return fail(std::move(may).error());
  }
  auto rights = settle_source(row->what, by, how_.sources);
  if (!rights) {
    return fail(std::move(rights).error());
  }
  auto key = idempotency_key(received);
  if (!key) {
    return fail(std::move(key).error());
  }
  row->id = *key ? std::move(**key) : how_.ids->next(node_.time().wall_now());
  row->what.id = row->id;
  row->on_behalf_of = std::move(rights->on_behalf_of);
  // The gate looks at it again when it fires; now there is still somebody to
  // be told.
  if (auto checked = how_.contracts->validate(row->what); !checked) {
    return fail(std::move(checked).error());
  }
  if (!node_.writable()) {
    return full();
  }
  auto made = std::make_shared<schedule::schedule_request>();
  made->tenant = by.tenant();
  made->row = std::move(*row);
  return made;
}

} // namespace libsig::sigd
