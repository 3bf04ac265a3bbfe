#include "apps/sigd/signals_api.hpp"

#include <atomic>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "apps/sigd/event_fields.hpp"
#include "apps/sigd/event_text.hpp"
#include "apps/sigd/problem.hpp"
#include "apps/sigd/query.hpp"
#include "libsig/codec/cloudevents.hpp"
#include "libsig/codec/http_event.hpp"
#include "libsig/codec/json_text.hpp"
#include "libsig/core/pattern.hpp"
#include "libsig/redact/redact.hpp"

namespace libsig::sigd {

namespace {

constexpr std::size_t event_bytes_max = 8u << 20;
constexpr std::string_view json_type = "application/json";
constexpr std::uint64_t page_max = 1'000;
constexpr std::uint64_t page_default = 100;

void append_receipt(const journal::receipt& got, std::string& out) {
  out += "{\"id\":";
  codec::append_json_string(out, got.id);
  out += ",\"source\":";
  codec::append_json_string(out, got.source);
  out +=
    ",\"sequence\":\"" + std::to_string(got.sequence) + "\",\"duplicate\":";
  out += got.duplicate ? "true" : "false";
  if (got.differs) {
    out += ",\"differs\":true";
  }
  out += '}';
}

/// The receipts of a batch as they come, each in its place.
class batch_answer {
public:
  batch_answer(std::size_t size, http::responder answer)
    : items_(size), left_{size}, answer_{std::move(answer)} {}

  void put(std::size_t at, const result<journal::receipt>& got) {
    if (got) {
      append_receipt(*got, items_[at]);
    } else {
      items_[at] =
        "{\"error\":" + http::problem_json(problem_of(got.error())) + '}';
    }
    if (left_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
      finish();
    }
  }

private:
  void finish() {
    std::string body{"{\"receipts\":["};
    for (std::size_t at = 0; at < items_.size(); ++at) {
      body += at == 0 ? "" : ",";
      body += items_[at];
    }
    body += "]}";
    answer_.answer(http::make_response(202, json_type, std::move(body)));
  }

  std::vector<std::string> items_;
  std::atomic<std::size_t> left_;
  http::responder answer_;
};

/// What a list was asked for.
[[nodiscard]] result<journal::query> read_query(const http::request& received) {
  journal::query made;
  made.limit = static_cast<std::size_t>(
    whole_of_query(received, "limit").value_or(page_default));
  made.after = whole_of_query(received, "after").value_or(0);
  made.before = whole_of_query(received, "before");
  const auto order = received.query_value("order").value_or("asc");
  if (order == "desc") {
    made.order = journal::order::descending;
  } else if (order != "asc") {
    return fail(
      error(errc::invalid_argument, "'order' must be 'asc' or 'desc'"));
  }
  if (const auto type = received.query_value("type")) {
    auto parsed = pattern::parse(*type);
    if (!parsed) {
      return fail(std::move(parsed).error());
    }
    made.types.push_back(std::move(*parsed));
  }
  return made;
}

/// Whether the log has nothing behind a page that goes on at `next`.
[[nodiscard]] bool ends_at(const journal::query& what, std::uint64_t next,
                           const journal::journal& log) {
  return what.order == journal::order::ascending
           ? next >= log.last_sequence()
               || (what.before && next + 1 >= *what.before)
           : next <= what.after + 1 || next <= log.first_sequence().value_or(1);
}

} // namespace

operations signals_api::operations() {
  return {
    {.method = "POST",
     .path = "/v1/signals",
     .name = "publish",
     .summary = "Publishes signals.",
     .body_limit = event_bytes_max,
     .success = 202,
     .handle =
       [this](auto&& received, const auto& by, auto&& answer) {
         publish(std::move(received), by, std::move(answer));
       }},
    {.method = "GET",
     .path = "/v1/signals",
     .name = "list_signals",
     .summary = "Lists signals of the log.",
     .scope = access::scope::subscribe,
     .query = {whole_number("limit", "how many at most", 1, page_max),
               {"type", "a pattern of types"},
               log_position("after", "a sequence or a cursor, exclusive"),
               log_position("before", "a sequence or a cursor, exclusive"),
               {"order", "asc (from the oldest) or desc"}},
     .handle =
       [this](auto&& received, const auto& by, auto&& answer) {
         list(received, by, std::move(answer));
       }},
    {.method = "GET",
     .path = "/v1/signals/{sequence}",
     .name = "get_signal",
     .summary = "Gives one signal, whole.",
     .scope = access::scope::subscribe,
     .handle =
       [this](auto&& received, const auto& by, auto&& answer) {
         find(received, by, std::move(answer));
       }},
  };
}

// -- publishing
// ----------------------------------------------------------------

void signals_api::publish(http::request received, const access::caller& by,
                          http::responder answer) {
  const auto fields = fields_of(received);
  switch (codec::http_mode_of(fields)) {
  case codec::http_mode::binary:
    publish_one(codec::read_binary_event(fields, std::move(received.body)), by,
                std::move(answer));
    return;
  case codec::http_mode::structured:
    publish_one(codec::read_event(received.body), by, std::move(answer));
    return;
  case codec::http_mode::batch:
    publish_batch(received.body, by, std::move(answer));
    return;
  case codec::http_mode::unsupported:
    http::problem what;
    what.status = 415;
    what.detail = "a signal comes as application/cloudevents+json, as "
                  "application/cloudevents-batch+json, or with ce- fields";
    answer.answer(http::make_problem(what));
    return;
  }
}

void signals_api::publish_one(result<draft> stated, const access::caller& by,
                              http::responder answer) {
  if (!stated) {
    answer.answer(refusal(stated.error()));
    return;
  }
  const auto rights = rights_for(*stated, by);
  if (!rights) {
    answer.answer(refusal(rights.error()));
    return;
  }
  // The callback is copied on its way, a responder cannot be.
  const auto waiting = std::make_shared<http::responder>(std::move(answer));
  node_.publish(
    std::move(*stated), *rights, [waiting](result<journal::receipt> got) {
      if (!got) {
        waiting->answer(refusal(got.error()));
        return;
      }
      std::string body;
      append_receipt(*got, body);
      waiting->answer(http::make_response(202, json_type, std::move(body)));
    });
}

void signals_api::publish_batch(std::string_view body, const access::caller& by,
                                http::responder answer) {
  auto items = codec::read_batch(body);
  if (!items) {
    answer.answer(refusal(items.error()));
    return;
  }
  if (items->empty()) {
    answer.answer(http::make_response(202, json_type, "{\"receipts\":[]}"));
    return;
  }
  const auto waiting =
    std::make_shared<batch_answer>(items->size(), std::move(answer));
  for (std::size_t at = 0; at < items->size(); ++at) {
    auto& stated = (*items)[at];
    if (!stated) {
      waiting->put(at, fail(stated.error()));
      continue;
    }
    const auto rights = rights_for(*stated, by);
    if (!rights) {
      waiting->put(at, fail(rights.error()));
      continue;
    }
    node_.publish(
      std::move(*stated), *rights,
      [waiting, at](result<journal::receipt> got) { waiting->put(at, got); });
  }
}

/// What the caller may do with the draft, whose source is decided here.
result<engine::rights> signals_api::rights_for(draft& stated,
                                               const access::caller& by) const {
  if (stated.id.empty()) {
    return fail(
      error(errc::invalid_signal, "is required, found nothing").at("/id"));
  }
  if (auto allowed = by.check_publish(stated.type); !allowed) {
    return fail(std::move(allowed).error());
  }
  auto decided = sources_.decide(stated, by, access::path_kind::event);
  if (!decided) {
    return fail(std::move(decided).error());
  }
  stated.source = std::move(decided->source);
  engine::rights made;
  made.emit_reserved = by.has(access::grant::emit_reserved);
  made.tenant = by.tenant();
  made.on_behalf_of = std::move(decided->on_behalf_of);
  return made;
}

// -- reading
// -------------------------------------------------------------------

void signals_api::list(const http::request& received, const access::caller& by,
                       http::responder answer) const {
  auto what = read_query(received);
  if (!what) {
    answer.answer(refusal(what.error()));
    return;
  }
  const auto asked = what->types;
  what->only = [&](const signal& one) {
    return by.may_see(one, asked.empty() ? nullptr : &asked.front());
  };
  const auto page = node_.log().read_page(*what);
  if (!page) {
    answer.answer(refusal(page.error()));
    return;
  }
  std::string body{"{\"signals\":["};
  for (const auto& one : page->signals) {
    body += body.back() == '[' ? "" : ",";
    append_listed_event(*one, by.sees_secrets(), body);
  }
  body += "],\"next\":";
  const bool goes_on = page->next && !ends_at(*what, *page->next, node_.log());
  body += goes_on ? '"' + std::to_string(*page->next) + '"' : "null";
  body += '}';
  answer.answer(http::make_response(200, json_type, std::move(body)));
}

void signals_api::find(const http::request& received, const access::caller& by,
                       http::responder answer) const {
  const auto sequence = read_number(received.parameter("sequence"));
  const auto found =
    sequence ? node_.log().find(*sequence) : result<signal_ptr>{nullptr};
  if (!found) {
    answer.answer(refusal(found.error()));
    return;
  }
  if (*found == nullptr || !by.may_see(**found, nullptr)) {
    answer.answer(refusal(
      error(errc::not_found, "there is no signal of this sequence, or its body "
                             "is not kept any more")));
    return;
  }
  std::string body;
  if (by.sees_secrets()) {
    codec::append_event(**found, body);
  } else {
    redact::append_redacted_event(**found, body);
  }
  answer.answer(
    http::make_response(200, "application/cloudevents+json", std::move(body)));
}

} // namespace libsig::sigd
