#include "apps/sigd/agents_api.hpp"

#include <memory>
#include <string>
#include <utility>

#include "apps/sigd/json_body.hpp"
#include "apps/sigd/problem.hpp"
#include "libsig/codec/json_text.hpp"
#include "libsig/core/names.hpp"
#include "libsig/core/pattern.hpp"
#include "libsig/core/time.hpp"
#include "libsig/subscription/requests.hpp"

namespace libsig::sigd {

namespace {

constexpr std::string_view json_type = "application/json";
constexpr std::size_t body_bytes_max = 64u << 10;

/// The agent that the path names, by its rules alone.
[[nodiscard]] result<subscription::agent_name>
agent_of(const http::request& received, const access::caller& by) {
  const auto name = received.parameter("agent");
  if (auto fine = check_name(name); !fine) {
    return fail(std::move(fine).error());
  }
  return subscription::agent_name{by.tenant(), std::string{name}};
}

/// The same for one that must be the caller's own.
[[nodiscard]] result<subscription::agent_name>
own_agent_of(const http::request& received, const access::caller& by) {
  auto who = agent_of(received, by);
  if (who) {
    if (auto may = by.check_self(who->agent); !may) {
      return fail(std::move(may).error());
    }
  }
  return who;
}

[[nodiscard]] http::response agent_answer(const subscription::agent_reply& of) {
  std::string body{"{\"agent\":"};
  codec::append_json_string(body, of.agent);
  body += ",\"created_at\":\"" + to_rfc3339(of.created_at) + "\"}";
  return http::make_response(of.created ? 201 : 200, json_type,
                             std::move(body));
}

/// Makes an answer of what the actor says, and gives it to who still waits.
template <class Reply, class Make>
[[nodiscard]] actor_calls::answered answer_by(Make make) {
  return [make](const result<actor::reply_ptr>& got, http::responder* to) {
    if (to != nullptr) {
      to->answer(got ? make(static_cast<const Reply&>(**got))
                     : refusal(got.error()));
    }
  };
}

/// What is stated of a subscription.
[[nodiscard]] result<std::shared_ptr<subscription::subscribe_request>>
read_subscription(const http::request& received) {
  const auto body = json_body::read(received.body, {"silent", "include_self"});
  if (!body) {
    return fail(body.error());
  }
  const auto silent = body->truth("silent");
  const auto includes = body->truth("include_self");
  for (const auto* one : {&silent, &includes}) {
    if (!*one) {
      return fail(one->error());
    }
  }
  auto made = std::make_shared<subscription::subscribe_request>();
  made->silent = *silent;
  made->include_self = *includes;
  return made;
}

/// The pattern of the path, trimmed.
[[nodiscard]] result<pattern> pattern_of(const http::request& received) {
  return pattern::parse(received.parameter("pattern"));
}

} // namespace

operations agents_api::operations() {
  using access::scope;
  const auto with = [this](void (agents_api::*which)(const http::request&,
                                                     const access::caller&,
                                                     http::responder)) {
    return [this, which](const http::request& received,
                         const access::caller& by, http::responder&& answer) {
      (this->*which)(received, by, std::move(answer));
    };
  };
  const std::string_view agent = "/v1/agents/{agent}";
  const std::string_view one = "/v1/agents/{agent}/subscriptions/{pattern}";
  return {{.method = "PUT",
           .path = agent,
           .name = "put_agent",
           .summary = "Registers an agent.",
           .body_limit = body_bytes_max,
           .media_types = {json_type},
           .scope = scope::subscribe,
           .handle = with(&agents_api::put)},
          {.method = "GET",
           .path = agent,
           .name = "get_agent",
           .summary = "Says whether there is an agent.",
           .scope = scope::subscribe,
           .handle = with(&agents_api::find)},
          {.method = "DELETE",
           .path = agent,
           .name = "delete_agent",
           .summary = "Drops an agent, its subscriptions and items.",
           .scope = scope::subscribe,
           .success = 204,
           .answers = {},
           .handle = with(&agents_api::remove)},
          {.method = "PUT",
           .path = one,
           .name = "subscribe",
           .summary = "Lets an agent have what matches a pattern.",
           .body_limit = body_bytes_max,
           .media_types = {json_type},
           .scope = scope::subscribe,
           .handle = with(&agents_api::subscribe)},
          {.method = "DELETE",
           .path = one,
           .name = "unsubscribe",
           .summary = "Ends a subscription.",
           .scope = scope::subscribe,
           .handle = with(&agents_api::unsubscribe)},
          {.method = "GET",
           .path = "/v1/subscriptions",
           .name = "list_subscriptions",
           .summary = "Lists subscriptions, by agent, then pattern.",
           .scope = scope::subscribe,
           .handle = [this](auto&&, const auto& by, auto&& answer) {
             list_.answer(by, std::forward<decltype(answer)>(answer));
           }}};
}

// -- agents -------------------------------------------------------------------

void agents_api::put(const http::request& received, const access::caller& by,
                     http::responder answer) {
  auto who = own_agent_of(received, by);
  const auto body = json_body::read(received.body, {});
  if (!who || !body) {
    answer.answer(refusal(who ? body.error() : who.error()));
    return;
  }
  auto what = std::make_shared<subscription::put_agent_request>();
  what->who = std::move(*who);
  calls_.ask(subscription::actor_name, std::move(what), by, std::move(answer),
             answer_by<subscription::agent_reply>(agent_answer));
}

void agents_api::find(const http::request& received, const access::caller& by,
                      http::responder answer) {
  auto who = own_agent_of(received, by);
  if (!who) {
    answer.answer(refusal(who.error()));
    return;
  }
  auto what = std::make_shared<subscription::get_agent_request>();
  what->who = std::move(*who);
  calls_.ask(subscription::actor_name, std::move(what), by, std::move(answer),
             answer_by<subscription::agent_reply>(agent_answer));
}

void agents_api::remove(const http::request& received, const access::caller& by,
                        http::responder answer) {
  auto who = own_agent_of(received, by);
  if (!who) {
    answer.answer(refusal(who.error()));
    return;
  }
  auto what = std::make_shared<subscription::remove_agent_request>();
  what->who = std::move(*who);
  calls_.ask(
    subscription::actor_name, std::move(what), by, std::move(answer),
    answer_by<subscription::agent_reply>([](const subscription::agent_reply&) {
      http::response gone;
      gone.status = 204;
      return gone;
    }));
}

// -- subscriptions ------------------------------------------------------------

void agents_api::subscribe(const http::request& received,
                           const access::caller& by, http::responder answer) {
  auto who = agent_of(received, by);
  const auto pattern = pattern_of(received);
  if (!who || !pattern) {
    answer.answer(refusal(who ? pattern.error() : who.error()));
    return;
  }
  if (pattern->is_literal()) {
    // As with a wait, which names a type itself, too.
    if (const auto may =
          by.check_type(access::scope::subscribe, pattern->text());
        !may) {
      answer.answer(refusal(may.error()));
      return;
    }
  }
  auto stated = read_subscription(received);
  if (!stated) {
    answer.answer(refusal(stated.error()));
    return;
  }
  auto what = std::move(*stated);
  what->registers = by.name() == who->agent;
  what->who = std::move(*who);
  what->pattern = pattern->text();
  calls_.ask(subscription::actor_name, std::move(what), by, std::move(answer),
             answer_by<subscription::subscribe_reply>(
               [](const subscription::subscribe_reply& got) {
                 std::string body;
                 append_subscription(got.row, body);
                 return http::make_response(got.created ? 201 : 200, json_type,
                                            std::move(body));
               }));
}

void agents_api::unsubscribe(const http::request& received,
                             const access::caller& by, http::responder answer) {
  auto who = agent_of(received, by);
  const auto pattern = pattern_of(received);
  if (!who || !pattern) {
    answer.answer(refusal(who ? pattern.error() : who.error()));
    return;
  }
  auto what = std::make_shared<subscription::unsubscribe_request>();
  what->who = std::move(*who);
  what->pattern = pattern->text();
  calls_.ask(subscription::actor_name, std::move(what), by, std::move(answer),
             answer_by<subscription::unsubscribe_reply>(
               [](const subscription::unsubscribe_reply& got) {
                 return http::make_response(200, json_type,
                                            got.removed
                                              ? R"({"removed":true})"
                                              : R"({"removed":false})");
               }));
}

} // namespace libsig::sigd
