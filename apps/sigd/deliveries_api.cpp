#include "apps/sigd/deliveries_api.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "apps/sigd/actor_handler.hpp"
#include "apps/sigd/event_text.hpp"
#include "apps/sigd/json_body.hpp"
#include "apps/sigd/query.hpp"
#include "libsig/codec/cloudevents.hpp"
#include "libsig/codec/json_text.hpp"
#include "libsig/core/limits.hpp"
#include "libsig/core/names.hpp"
#include "libsig/core/time.hpp"
#include "libsig/redact/redact.hpp"
#include "libsig/subscription/requests.hpp"

namespace libsig::sigd {

namespace {

constexpr std::string_view json_type = "application/json";
constexpr std::size_t body_bytes_max = 1u << 20;
constexpr std::uint64_t listed_max = 1'000;
constexpr std::uint64_t listed_default = 100;
constexpr auto timeout_max =
  static_cast<std::uint64_t>(limits::wait_timeout_max.count());

/// The agent that the path names, which must be the caller's own.
[[nodiscard]] result<subscription::agent_name>
agent_of(const http::request& received, const access::caller& by) {
  const auto name = received.parameter("agent");
  if (auto fine = check_name(name); !fine) {
    return fail(std::move(fine).error());
  }
  if (auto may = by.check_self(name); !may) {
    return fail(std::move(may).error());
  }
  return subscription::agent_name{by.tenant(), std::string{name}};
}

/// What a body settles.
struct settlement {
  std::vector<std::string> handled;
  std::vector<std::string> failed;
  std::string reason;
};

/// An item is handled or failed, and not both.
[[nodiscard]] result<void> check_apart(const settlement& what) {
  auto handled = what.handled;
  std::ranges::sort(handled);
  for (std::size_t at = 0; at < what.failed.size(); ++at) {
    if (std::ranges::binary_search(handled, what.failed[at])) {
      return refuse_member("failed", std::to_string(at),
                           "stands among 'handled', too");
    }
  }
  return {};
}

[[nodiscard]] result<settlement> read_settlement(const http::request& from) {
  const auto body = json_body::read(from.body, {"handled", "failed", "reason"});
  if (!body) {
    return fail(body.error());
  }
  auto handled = body->texts("handled");
  auto failed = body->texts("failed");
  for (const auto* one : {&handled, &failed}) {
    if (!*one) {
      return fail(one->error());
    }
  }
  auto reason = body->text("reason");
  if (!reason) {
    return fail(std::move(reason).error());
  }
  using texts = std::vector<std::string>;
  settlement made{std::move(*handled).value_or(texts{}),
                  std::move(*failed).value_or(texts{}),
                  std::move(*reason).value_or(std::string{})};
  if (made.reason.size() > limits::attribute_bytes_max) {
    return refuse_member(
      "reason", "must have at most "
                  + std::to_string(limits::attribute_bytes_max) + " bytes");
  }
  if (auto apart = check_apart(made); !apart) {
    return fail(std::move(apart).error());
  }
  return made;
}

/// What both calls that settle are asked with.
template <class Request>
[[nodiscard]] result<std::shared_ptr<Request>>
read_call(const http::request& received, const access::caller& by) {
  auto who = agent_of(received, by);
  if (!who) {
    return fail(std::move(who).error());
  }
  auto said = read_settlement(received);
  if (!said) {
    return fail(std::move(said).error());
  }
  auto made = std::make_shared<Request>();
  made->who = std::move(*who);
  made->handled = std::move(said->handled);
  made->failed = std::move(said->failed);
  made->reason = std::move(said->reason);
  return made;
}

void append_patterns(const std::vector<std::string>& what, std::string& out) {
  out += ",\"patterns\":[";
  for (const auto& one : what) {
    out += out.back() == '[' ? "" : ",";
    codec::append_json_string(out, one);
  }
  out += ']';
}

void append_silent(bool silent, std::string& out) {
  out += silent ? ",\"silent\":true" : ",\"silent\":false";
}

[[nodiscard]] http::response next_answer(const subscription::next_reply& got,
                                         const access::caller& to) {
  std::string out;
  if (!got.item) {
    out += R"({"delivered":false,"delivery":null)";
  } else {
    out += R"({"delivered":true,"delivery":{"delivery_id":)";
    codec::append_json_string(out, got.item->delivery_id);
    out += ",\"signal\":";
    if (to.sees_secrets()) {
      codec::append_event(*got.item->what, out);
    } else {
      redact::append_redacted_event(*got.item->what, out);
    }
    append_patterns(got.item->patterns, out);
    append_silent(got.item->silent, out);
    out += ",\"attempt\":" + std::to_string(got.item->attempt) + '}';
  }
  out += ",\"dropped\":" + std::to_string(got.dropped) + '}';
  return http::make_response(200, json_type, std::move(out));
}

[[nodiscard]] http::response
settled_answer(const subscription::settle_reply& got, const access::caller&) {
  return http::make_response(
    200, json_type, "{\"settled\":" + std::to_string(got.settled) + '}');
}

void append_handled(const subscription::handled_item& what, bool clear,
                    std::size_t data_max, std::string& out) {
  out += "{\"delivery_id\":";
  codec::append_json_string(out, what.delivery_id);
  out += ",\"signal\":";
  if (what.what) {
    append_listed_event(*what.what, clear, out, data_max);
  } else {
    out += "null";
  }
  append_patterns(what.patterns, out);
  append_silent(what.silent, out);
  out += ",\"handled_at\":\"" + to_rfc3339(what.handled_at) + "\"}";
}

[[nodiscard]] http::response
handled_answer(const subscription::handled_reply& got,
               const access::caller& to) {
  std::string out{"{\"deliveries\":["};
  for (const auto& one : got.items) {
    if (one.what && !to.may_read(one.what->type())) {
      continue;
    }
    const auto room =
      out.size() > limits::page_bytes_max ? 0 : listed_data_bytes_max;
    out += out.back() == '[' ? "" : ",";
    append_handled(one, to.sees_secrets(), room, out);
  }
  return http::make_response(200, json_type, out += "]}");
}

[[nodiscard]] result<std::shared_ptr<subscription::next_request>>
to_take_next(const http::request& received, const access::caller& by) {
  auto made = read_call<subscription::next_request>(received, by);
  if (!made) {
    return made;
  }
  auto& asked = **made;
  asked.timeout = std::chrono::milliseconds{
    whole_of_query(received, "timeout_ms").value_or(0)};
  asked.may_read = [by](std::string_view type) { return by.may_read(type); };
  return made;
}

[[nodiscard]] result<std::shared_ptr<subscription::handled_request>>
to_list_handled(const http::request& received, const access::caller& by) {
  auto who = agent_of(received, by);
  if (!who) {
    return fail(std::move(who).error());
  }
  auto made = std::make_shared<subscription::handled_request>();
  made->who = std::move(*who);
  made->limit = static_cast<std::size_t>(
    whole_of_query(received, "limit").value_or(listed_default));
  return made;
}

/// Why a call took nothing. What says that something is there already is a
/// newer call of the agent.
[[nodiscard]] http::response refusal_of_next(const error& why) {
  if (why.code() != errc::already_exists) {
    return refusal(why);
  }
  http::problem what;
  what.status = 409;
  what.type = "superseded";
  what.title = "superseded";
  what.detail = "a newer call of the agent waits in the place of this one";
  return http::make_problem(what);
}

} // namespace

operations deliveries_api::operations() {
  using access::scope;
  using namespace subscription;
  return {
    {.method = "POST",
     .path = "/v1/agents/{agent}/deliveries/next",
     .name = "next_delivery",
     .summary = "Settles items of an agent and takes its next one.",
     .body_limit = body_bytes_max,
     .media_types = {json_type},
     .scope = scope::subscribe,
     .query = {whole_number("timeout_ms", "how long to wait for one", 0,
                            timeout_max)},
     .handle = ask_actor<next_reply>(calls_, actor_name, to_take_next,
                                     next_answer, refusal_of_next)},
    {.method = "POST",
     .path = "/v1/agents/{agent}/deliveries/settle",
     .name = "settle_deliveries",
     .summary = "Settles items of an agent.",
     .body_limit = body_bytes_max,
     .media_types = {json_type},
     .scope = scope::subscribe,
     .handle = ask_actor<settle_reply>(
       calls_, actor_name, read_call<settle_request>, settled_answer)},
    {.method = "GET",
     .path = "/v1/agents/{agent}/deliveries",
     .name = "list_deliveries",
     .summary = "Lists items that an agent has handled, the oldest first.",
     .scope = scope::subscribe,
     .query = {whole_number("limit", "how many of the newest", 1, listed_max)},
     .handle = ask_actor<handled_reply>(calls_, actor_name, to_list_handled,
                                        handled_answer)},
  };
}

} // namespace libsig::sigd
