#include "apps/sigd/cursors_api.hpp"

#include <string>
#include <utility>

#include "apps/sigd/json_body.hpp"
#include "apps/sigd/problem.hpp"
#include "apps/sigd/wait_body.hpp"
#include "libsig/topic/answers.hpp"

namespace libsig::sigd {

namespace {

constexpr std::string_view json_type = "application/json";
constexpr std::size_t cursor_body_max = 64u << 10;

[[nodiscard]] http::response answer_of(const result<actor::reply_ptr>& got) {
  if (!got) {
    return refusal(got.error());
  }
  std::string body;
  topic::append_cursor_reply(static_cast<const topic::cursor_reply&>(**got),
                             body);
  return http::make_response(200, json_type, std::move(body));
}

/// The same for what a client states: a position that is not there is wrong in
/// the request.
[[nodiscard]] http::response
answer_of_put(const result<actor::reply_ptr>& got) {
  if (got || got.error().code() != errc::not_found) {
    return answer_of(got);
  }
  const auto& why = got.error();
  return refusal(error(errc::invalid_argument, why.detail())
                   .at("/last_id")
                   .mend(why.remedy()));
}

void answer_with(http::responder* to, http::response what) {
  if (to != nullptr) {
    to->answer(std::move(what));
  }
}

} // namespace

/// The cursor that a path and a query name.
struct cursors_api::named {
  topic::cursor_owner owner;
  std::string topic;
};

operations cursors_api::operations() {
  const query_parameter consumer{"consumer", "whose cursor; the caller's"};
  const auto make = [&](std::string_view method, std::string_view path,
                        std::string_view name, std::string_view summary) {
    operation one;
    one.method = method;
    one.path = path;
    one.name = name;
    one.summary = summary;
    one.scope = access::scope::subscribe;
    one.query = {consumer};
    if (method == "PUT") {
      one.body_limit = cursor_body_max;
      one.media_types = {json_type};
    }
    return one;
  };
  constexpr std::string_view plain = "/v1/cursors/{topic}";
  constexpr std::string_view talk = "/v1/conversations/{id}/cursors/{topic}";
  sigd::operations all{
    make("GET", plain, "get_cursor", "Gives a stored cursor."),
    make("GET", talk, "get_conversation_cursor",
         "Gives a stored cursor of a conversation."),
    make("PUT", plain, "put_cursor", "Sets a cursor, also back."),
    make("PUT", talk, "put_conversation_cursor",
         "Sets a cursor of a conversation, also back."),
    make("DELETE", plain, "remove_cursor",
         "Forgets a stored cursor, and says where it stood."),
    make("DELETE", talk, "remove_conversation_cursor",
         "Forgets a stored cursor of a conversation, and says where it stood."),
  };
  for (auto& one : all) {
    const auto does = one.method == "GET"   ? &cursors_api::get
                      : one.method == "PUT" ? &cursors_api::put
                                            : &cursors_api::remove;
    one.handle = [this, does](auto&& received, const auto& by, auto&& answer) {
      (this->*does)(received, by, std::move(answer));
    };
  }
  return all;
}

result<cursors_api::named>
cursors_api::read_name(const http::request& received,
                       const access::caller& by) const {
  named made;
  auto topic = topic::check_topic(received.parameter("topic"), *rules_());
  if (!topic) {
    return fail(std::move(topic).error());
  }
  if (auto may = check_waited_type(*topic, by); !may) {
    return fail(error{may.error()}.at("topic"));
  }
  auto conversation = read_conversation(received.parameter("id"));
  if (!conversation) {
    return fail(std::move(conversation).error());
  }
  const auto stated = received.query_value("consumer");
  auto consumer = read_consumer(
    stated ? std::optional{std::string{*stated}} : std::nullopt, by);
  if (!consumer) {
    return fail(std::move(consumer).error().at("consumer"));
  }
  made.owner = {by.tenant(), std::move(*consumer), std::move(*conversation)};
  made.topic = std::move(*topic);
  if (!made.owner.keeps()) {
    return fail(error(errc::invalid_argument,
                      "a cursor is that of a consumer or a conversation")
                  .mend("state ?consumer= or Sig-Identity"));
  }
  return made;
}

result<std::shared_ptr<const topic::put_cursor_request>>
cursors_api::read_put(const http::request& received,
                      const access::caller& by) const {
  auto name = read_name(received, by);
  if (!name) {
    return fail(std::move(name).error());
  }
  const auto body = json_body::read(received.body, {"last_id"});
  if (!body) {
    return fail(body.error());
  }
  const auto last_id = body->text("last_id");
  if (!last_id) {
    return fail(last_id.error());
  }
  if (last_id->value_or("").empty()) {
    return refuse_member("last_id",
                         *last_id ? "must not be empty" : "is required");
  }
  auto made = std::make_shared<topic::put_cursor_request>();
  made->owner = std::move(name->owner);
  made->topic = std::move(name->topic);
  made->last_id = **last_id;
  return made;
}

void cursors_api::get(const http::request& received, const access::caller& by,
                      http::responder answer) {
  auto name = read_name(received, by);
  if (!name) {
    answer.answer(refusal(name.error()));
    return;
  }
  const auto asked = std::make_shared<topic::get_cursor_request>();
  asked->owner = std::move(name->owner);
  asked->topic = std::move(name->topic);
  // Who has read an answer may ask before the node knows that it was written.
  asked->behind_answers = true;
  calls_.ask(topic::actor_name, asked, by, std::move(answer),
             [](const result<actor::reply_ptr>& got, http::responder* to) {
               answer_with(to, answer_of(got));
             });
}

void cursors_api::put(const http::request& received, const access::caller& by,
                      http::responder answer) {
  const auto asked = read_put(received, by);
  if (!asked) {
    answer.answer(refusal(asked.error()));
    return;
  }
  calls_.ask(topic::actor_name, *asked, by, std::move(answer),
             [](const result<actor::reply_ptr>& got, http::responder* to) {
               answer_with(to, answer_of_put(got));
             });
}

void cursors_api::remove(const http::request& received,
                         const access::caller& by, http::responder answer) {
  auto name = read_name(received, by);
  if (!name) {
    answer.answer(refusal(name.error()));
    return;
  }
  const auto asked = std::make_shared<topic::remove_cursor_request>();
  asked->owner = std::move(name->owner);
  asked->topic = std::move(name->topic);
  calls_.ask(topic::actor_name, asked, by, std::move(answer),
             [](const result<actor::reply_ptr>& got, http::responder* to) {
               answer_with(to, answer_of(got));
             });
}

} // namespace libsig::sigd
