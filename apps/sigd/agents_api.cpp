#include "apps/sigd/agents_api.hpp"

#include <memory>
#include <string>
#include <utility>

#include "apps/sigd/actor_handler.hpp"
#include "apps/sigd/json_body.hpp"
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

/// A request about the agent of the path alone, which must be the caller's own.
template <class Request>
[[nodiscard]] result<std::shared_ptr<Request>>
about_own_agent(const http::request& received, const access::caller& by) {
  auto who = own_agent_of(received, by);
  if (!who) {
    return fail(std::move(who).error());
  }
  if (const auto body = json_body::read(received.body, {}); !body) {
    return fail(body.error());
  }
  auto made = std::make_shared<Request>();
  made->who = std::move(*who);
  return made;
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

/// A request about a pattern of an agent, both from the path.
template <class Request>
[[nodiscard]] result<std::shared_ptr<Request>>
about_pattern(const http::request& received, const access::caller& by,
              std::shared_ptr<Request> made) {
  auto who = agent_of(received, by);
  if (!who) {
    return fail(std::move(who).error());
  }
  const auto read = pattern::parse(received.parameter("pattern"));
  if (!read) {
    return fail(read.error());
  }
  made->who = std::move(*who);
  made->pattern = read->text();
  return made;
}

/// Whether the caller may read the type that a pattern names, when it names
/// one: as with a wait, which names a type itself, too.
[[nodiscard]] result<void> check_named_type(std::string_view text,
                                            const access::caller& by) {
  const auto read = pattern::parse(text);
  return read && read->is_literal()
           ? by.check_type(access::scope::subscribe, read->text())
           : result<void>{};
}

[[nodiscard]] result<std::shared_ptr<subscription::subscribe_request>>
to_subscribe(const http::request& received, const access::caller& by) {
  auto stated = read_subscription(received);
  if (!stated) {
    return stated;
  }
  auto made = about_pattern(received, by, *std::move(stated));
  if (!made) {
    return made;
  }
  auto& asked = **made;
  if (auto may = check_named_type(asked.pattern, by); !may) {
    return fail(std::move(may).error());
  }
  asked.registers = by.name() == asked.who.agent;
  return made;
}

[[nodiscard]] result<std::shared_ptr<subscription::unsubscribe_request>>
to_unsubscribe(const http::request& received, const access::caller& by) {
  auto made = about_pattern(
    received, by, std::make_shared<subscription::unsubscribe_request>());
  // Its own may be from before its rights were narrowed.
  if (made && !by.check_self((*made)->who.agent)) {
    if (auto may = check_named_type((*made)->pattern, by); !may) {
      return fail(std::move(may).error());
    }
  }
  return made;
}

// -- answers ------------------------------------------------------------------

[[nodiscard]] http::response agent_answer(const subscription::agent_reply& of,
                                          const access::caller&) {
  std::string body{"{\"agent\":"};
  codec::append_json_string(body, of.agent);
  body += ",\"created_at\":\"" + to_rfc3339(of.created_at) + "\"}";
  return http::make_response(of.created ? 201 : 200, json_type,
                             std::move(body));
}

[[nodiscard]] http::response removed_answer(const subscription::agent_reply&,
                                            const access::caller&) {
  http::response gone;
  gone.status = 204;
  return gone;
}

[[nodiscard]] http::response
subscribed_answer(const subscription::subscribe_reply& got,
                  const access::caller&) {
  std::string body;
  append_subscription(got.row, body);
  return http::make_response(got.created ? 201 : 200, json_type,
                             std::move(body));
}

[[nodiscard]] http::response
unsubscribed_answer(const subscription::unsubscribe_reply& got,
                    const access::caller&) {
  return http::make_response(200, json_type,
                             got.removed ? R"({"removed":true})"
                                         : R"({"removed":false})");
}

} // namespace

operations agents_api::operations() {
  using access::scope;
  using namespace subscription;
  constexpr auto actor = actor_name;
  const std::string_view agent = "/v1/agents/{agent}";
  const std::string_view one = "/v1/agents/{agent}/subscriptions/{pattern}";
  return {
    {.method = "PUT",
     .path = agent,
     .name = "put_agent",
     .summary = "Registers an agent.",
     .body_limit = body_bytes_max,
     .media_types = {json_type},
     .scope = scope::subscribe,
     .handle = ask_actor<agent_reply>(
       calls_, actor, about_own_agent<put_agent_request>, agent_answer)},
    {.method = "GET",
     .path = agent,
     .name = "get_agent",
     .summary = "Says whether there is an agent.",
     .scope = scope::subscribe,
     .handle = ask_actor<agent_reply>(
       calls_, actor, about_own_agent<get_agent_request>, agent_answer)},
    {.method = "DELETE",
     .path = agent,
     .name = "delete_agent",
     .summary = "Drops an agent, its subscriptions and items.",
     .scope = scope::subscribe,
     .success = 204,
     .answers = {},
     .handle = ask_actor<agent_reply>(
       calls_, actor, about_own_agent<remove_agent_request>, removed_answer)},
    {.method = "PUT",
     .path = one,
     .name = "subscribe",
     .summary = "Lets an agent have what matches a pattern.",
     .body_limit = body_bytes_max,
     .media_types = {json_type},
     .scope = scope::subscribe,
     .handle = ask_actor<subscribe_reply>(calls_, actor, to_subscribe,
                                          subscribed_answer)},
    {.method = "DELETE",
     .path = one,
     .name = "unsubscribe",
     .summary = "Ends a subscription.",
     .scope = scope::subscribe,
     .handle = ask_actor<unsubscribe_reply>(calls_, actor, to_unsubscribe,
                                            unsubscribed_answer)},
    {.method = "GET",
     .path = "/v1/subscriptions",
     .name = "list_subscriptions",
     .summary = "Lists subscriptions, by agent, then pattern.",
     .scope = scope::subscribe,
     .handle = [this](auto&&, const auto& by, auto&& answer) {
       list_.answer(by, std::forward<decltype(answer)>(answer));
     }}};
}

} // namespace libsig::sigd
