#include "apps/sigd/engine_api.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "apps/sigd/engine_text.hpp"
#include "apps/sigd/json_body.hpp"
#include "apps/sigd/problem.hpp"
#include "apps/sigd/query.hpp"
#include "apps/sigd/typed_signal.hpp"
#include "libsig/codec/engine_source.hpp"
#include "libsig/core/limits.hpp"
#include "libsig/core/trim.hpp"
#include "libsig/journal/query.hpp"
#include "libsig/subscription/requests.hpp"

namespace libsig::sigd {

namespace {

constexpr std::string_view json_type = "application/json";
constexpr std::uint64_t events_max = 1'000;
constexpr std::uint64_t events_default = 200;
/// Pieces of the log that one list looks into.
constexpr std::size_t pages_max = 16;
constexpr std::size_t subscriptions_max = 50'000;

/// The newest signals that the caller may see, the newest first.
[[nodiscard]] result<std::vector<signal_ptr>>
newest(const journal::journal& log, std::size_t limit,
       const access::caller& by) {
  std::vector<signal_ptr> found;
  journal::query what;
  what.order = journal::order::descending;
  what.only = [&by](const signal& one) {
    return !one.has_receiver() && by.may_see(one, nullptr);
  };
  std::size_t bytes = 0;
  for (std::size_t pages = 0; pages < pages_max; ++pages) {
    what.limit = limit - found.size();
    what.bytes_max = limits::page_bytes_max - bytes;
    auto page = log.read_page(what);
    if (!page) {
      return fail(std::move(page).error());
    }
    for (auto& one : page->signals) {
      bytes += journal::size_of(*one);
      found.push_back(std::move(one));
    }
    what.before = page->next;
    if (!page->next || found.size() == limit
        || bytes >= limits::page_bytes_max) {
      break;
    }
  }
  return found;
}

/// The draft that a body asks for; the source is what was stated, if any.
[[nodiscard]] result<draft> read_draft(std::string_view text) {
  const auto body = json_body::read(text, {"type", "source", "data"});
  if (!body) {
    return fail(body.error());
  }
  const auto type = body->text("type");
  if (!type) {
    return fail(type.error());
  }
  draft made;
  made.type = std::string{trim(type->value_or(""))};
  if (made.type.empty()) {
    return refuse_member("type", *type ? "must not be blank"
                                       : "is required, found nothing");
  }
  if (const auto stated = body->raw_or_null("source")) {
    auto source = codec::read_engine_source(*stated);
    if (!source) {
      auto why = std::move(source).error();
      auto place = "/source" + why.place();
      return fail(std::move(why).at(std::move(place)));
    }
    made.source = codec::source_of(*source);
  }
  if (const auto data = body->raw("data")) {
    made.data = event_data::json(std::string{*data});
  }
  return made;
}

/// Shows the signal that a receipt names.
[[nodiscard]] http::response generated(const journal::receipt& got,
                                       const journal::journal& log,
                                       bool clear) {
  const auto found = log.find(got.sequence);
  if (!found) {
    return refusal(found.error());
  }
  if (*found == nullptr) {
    return refusal(error(errc::not_found,
                         "the signal was taken before, and its body is not "
                         "kept any more"));
  }
  std::string body{"{\"ok\":true,\"signal\":"};
  append_engine_signal(**found, clear, body);
  return http::make_response(200, json_type, body += '}');
}

[[nodiscard]] http::response
show_subscriptions(const result<actor::reply_ptr>& got) {
  if (!got) {
    return refusal(got.error());
  }
  const auto* const reply =
    dynamic_cast<const subscription::list_reply*>(got->get());
  if (reply == nullptr) {
    return refusal(error(errc::internal));
  }
  std::string body{"{\"ok\":true,\"subscriptions\":["};
  for (const auto& row : reply->rows) {
    body += body.back() == '[' ? "" : ",";
    append_engine_subscription(row, body);
  }
  body +=
    reply->rows.size() == subscriptions_max ? "],\"truncated\":true}" : "]}";
  return http::make_response(200, json_type, std::move(body));
}

} // namespace

operations engine_api::operations() {
  return {
    {.method = "GET",
     .path = "/v1/engine/signals/events",
     .name = "list_engine_events",
     .summary = "Lists the newest signals in the shape of document 001.",
     .scope = access::scope::subscribe,
     .query = {whole_number("limit", "how many at most", 1, events_max)},
     .handle =
       [this](auto&& received, const auto& by, auto&& answer) {
         events(received, by, std::move(answer));
       }},
    {.method = "POST",
     .path = "/v1/engine/signals/generate",
     .name = "generate_signal",
     .summary = "Publishes a signal in the shape of document 001.",
     .body_limit = limits::event_bytes_max,
     .media_types = {json_type},
     .handle =
       [this](auto&& received, const auto& by, auto&& answer) {
         generate(received, by, std::move(answer));
       }},
    {.method = "GET",
     .path = "/v1/engine/signals/subscriptions",
     .name = "list_engine_subscriptions",
     .summary = "Lists subscriptions in the shape of document 001.",
     .scope = access::scope::subscribe,
     .handle = [this](auto&&, const auto& by,
                      auto&& answer) { subscriptions(by, std::move(answer)); }},
  };
}

void engine_api::events(const http::request& received, const access::caller& by,
                        http::responder answer) const {
  const auto limit = whole_of_query(received, "limit").value_or(events_default);
  const auto found = newest(node_.log(), static_cast<std::size_t>(limit), by);
  if (!found) {
    answer.answer(refusal(found.error()));
    return;
  }
  std::string body{"{\"ok\":true,\"events\":["};
  for (auto one = found->rbegin(); one != found->rend(); ++one) {
    body += body.back() == '[' ? "" : ",";
    append_engine_signal(**one, by.sees_secrets(), body);
  }
  answer.answer(http::make_response(200, json_type, body += "]}"));
}

void engine_api::generate(const http::request& received,
                          const access::caller& by, http::responder answer) {
  const auto refuse = [&](const error& why) { answer.answer(refusal(why)); };
  auto stated = read_draft(received.body);
  if (!stated) {
    return refuse(stated.error());
  }
  if (const auto may = by.check_publish(stated->type); !may) {
    return refuse(may.error());
  }
  const auto rights = settle_source(*stated, by, sources_);
  if (!rights) {
    return refuse(rights.error());
  }
  auto key = idempotency_key(received);
  if (!key) {
    return refuse(key.error());
  }
  stated->id = std::move(*key).value_or("");
  // The callback is copied on its way, a responder cannot be.
  const auto waiting = std::make_shared<http::responder>(std::move(answer));
  node_.publish(
    std::move(*stated), *rights,
    [waiting, &log = node_.log(),
     clear = by.sees_secrets()](const result<journal::receipt>& got) {
      waiting->answer(got ? generated(*got, log, clear) : refusal(got.error()));
    });
}

void engine_api::subscriptions(const access::caller& by,
                               http::responder answer) {
  auto asked = std::make_shared<subscription::list_request>();
  asked->tenant = by.tenant();
  asked->limit = subscriptions_max;
  calls_.ask(subscription::actor_name, std::move(asked), by, std::move(answer),
             [](const result<actor::reply_ptr>& got, http::responder* to) {
               if (to != nullptr) {
                 to->answer(show_subscriptions(got));
               }
             });
}

} // namespace libsig::sigd
