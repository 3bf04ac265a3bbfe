#include "libsig/client/client.hpp"

#include <algorithm>
#include <utility>

#include "libsig/client/internal/call.hpp"
#include "libsig/client/internal/state.hpp"
#include "libsig/core/names.hpp"
#include "libsig/core/trim.hpp"
#include "libsig/topic/answers.hpp"
#include "libsig/topic/payload.hpp"
#include "libsig/topic/start.hpp"

namespace libsig::client {

namespace {

using request_ptr = std::shared_ptr<const topic::wait_request>;

[[nodiscard]] result<topic::cursor_owner>
owner_of(const client::state& of, std::string_view consumer,
         std::string_view conversation) {
  topic::cursor_owner made;
  made.tenant = of.how.tenant;
  made.consumer = consumer.empty() ? of.how.name : std::string{consumer};
  made.conversation = trim(conversation);
  if (!made.consumer.empty()) {
    if (auto good = check_name(made.consumer); !good) {
      return fail(std::move(good).error().at("consumer"));
    }
  }
  if (made.conversation.size() > limits::conversation_bytes_max) {
    return fail(error(errc::invalid_argument,
                      "the name of a conversation is longer than "
                        + std::to_string(limits::conversation_bytes_max)
                        + " bytes")
                  .at("conversation"));
  }
  return made;
}

/// A message that is to be sent, and who looks on.
struct outgoing {
  draft what;
  std::string conversation;
};

/// Checks in the order of M5; nothing has happened when one fails.
[[nodiscard]] result<outgoing> make_message(const client::state& of,
                                            std::string_view topic,
                                            std::string_view payload,
                                            const send_options& how) {
  auto name = topic::check_topic(topic, of.how.allowed);
  if (!name) {
    return fail(std::move(name).error());
  }
  auto text = topic::check_payload(payload, of.how.allowed, *name);
  if (!text) {
    return fail(std::move(text).error());
  }
  auto owner = owner_of(of, {}, how.conversation);
  if (!owner) {
    return fail(std::move(owner).error());
  }
  outgoing made;
  made.what = of.make_draft(*name, event_data::json(std::move(*text)));
  made.what.id = how.id;
  made.conversation = std::move(owner->conversation);
  return made;
}

[[nodiscard]] result<sent> conclude_send(internal::waiting& by,
                                         const outgoing& of,
                                         result<journal::receipt> got) {
  if (!got) {
    return fail(std::move(got).error());
  }
  if (!got->duplicate) {
    topic::visibility_event seen;
    seen.topic = of.what.type;
    seen.message_id = got->id;
    seen.payload_bytes = topic::payload_bytes(of.what.data);
    by.note(of.conversation, std::move(seen));
  }
  return sent{of.what.type, std::move(got->id), got->sequence, got->duplicate};
}

[[nodiscard]] result<request_ptr>
make_request(const client::state& of, topic::wait_mode mode,
             const std::vector<std::string>& topics, const wait_options& how) {
  auto good = topic::check_topics(topics, of.how.allowed);
  if (!good) {
    return fail(std::move(good).error());
  }
  const auto timeout = topic::clamp_timeout(how.timeout);
  if (!timeout) {
    return fail(timeout.error());
  }
  auto owner = owner_of(of, how.consumer, how.conversation);
  if (!owner) {
    return fail(std::move(owner).error());
  }
  auto made = std::make_shared<topic::wait_request>();
  made->owner = std::move(*owner);
  made->caller = of.how.tenant + of.source;
  made->mode = mode;
  made->topics = std::move(*good);
  for (const auto& [name, id] : how.last_ids) {
    made->last_ids.emplace(trim(name), id);
  }
  made->start = how.start;
  made->oldest_first = how.oldest_first;
  made->consume_partial = how.consume_partial;
  made->timeout = *timeout;
  return made;
}

[[nodiscard]] result<wait_result> wait(const client::state& by,
                                       result<request_ptr> asked) {
  if (!asked) {
    return fail(std::move(asked).error());
  }
  by.waits->settle_owed();
  const auto got =
    internal::ask_for<topic::wait_reply>(by.node, topic::actor_name, *asked);
  if (!got) {
    return fail(got.error());
  }
  by.waits->conclude(**asked, **got);
  return wait_result{*asked, *got, by.how.unredacted};
}

/// Gives an answer to a handler; what the handler throws says that it has not
/// taken the messages.
void hand_over(internal::waiting& by, const request_ptr& asked,
               const result<actor::reply_ptr>& answer,
               const wait_handler& done) noexcept {
  const auto got =
    internal::typed<topic::wait_reply>(answer, topic::actor_name);
  try {
    if (!got) {
      done(fail(got.error()));
      return;
    }
    done(wait_result{asked, *got, by.unredacted()});
    by.conclude(*asked, **got);
  } catch (...) {
    if (got) {
      by.settle((*got)->pending, false);
    }
  }
}

[[nodiscard]] result<pending_wait> begin_wait(const client::state& by,
                                              result<request_ptr> asked,
                                              wait_handler done) {
  if (!asked) {
    return fail(std::move(asked).error());
  }
  by.waits->settle_owed();
  return pending_wait{internal::call::begin(
    by.node, topic::actor_name, *asked,
    [waits = by.waits, what = *asked,
     done = std::move(done)](const result<actor::reply_ptr>& got) {
      hand_over(*waits, what, got, done);
    },
    [waits = by.waits](actor::request_id which) {
      // An answer has the number of its request.
      waits->settle(static_cast<std::uint64_t>(which), false);
    })};
}

[[nodiscard]] result<topic::cursor_owner>
keeper_of(const client::state& of, const cursor_options& whose) {
  auto made = owner_of(of, whose.consumer, whose.conversation);
  if (made && !made->keeps()) {
    return fail(error(errc::invalid_argument,
                      "without a consumer and a conversation nothing is kept")
                  .mend("name the client or a consumer"));
  }
  return made;
}

/// Asks about a cursor; the request is filled here.
template <class Request>
[[nodiscard]] result<std::string>
ask_cursor(const client::state& by, std::string_view topic,
           const cursor_options& whose, std::shared_ptr<Request> made) {
  auto name = topic::check_topic(topic, by.how.allowed);
  if (!name) {
    return fail(std::move(name).error());
  }
  auto owner = keeper_of(by, whose);
  if (!owner) {
    return fail(std::move(owner).error());
  }
  made->topic = std::move(*name);
  made->owner = std::move(*owner);
  by.waits->settle_owed();
  const auto got = internal::ask_for<topic::cursor_reply>(
    by.node, topic::actor_name, std::move(made));
  if (!got) {
    return fail(got.error());
  }
  return (*got)->last_id;
}

[[nodiscard]] result<void> without_text(result<std::string> got) {
  if (!got) {
    return fail(std::move(got).error());
  }
  return {};
}

} // namespace

// -- sends --------------------------------------------------------------------

result<sent> client::send_signal(std::string_view topic,
                                 std::string_view payload,
                                 const send_options& how) const {
  auto made = make_message(*state_, topic, payload, how);
  if (!made) {
    return fail(std::move(made).error());
  }
  return conclude_send(*state_->waits, *made, state_->publish(made->what));
}

void client::send_signal(std::string_view topic, std::string_view payload,
                         const send_options& how, sent_handler done) const {
  auto made = make_message(*state_, topic, payload, how);
  if (!made) {
    done(fail(std::move(made).error()));
    return;
  }
  auto what = made->what;
  state_->publish(std::move(what),
                  [by = state_->waits, of = std::move(*made),
                   told = std::move(done)](result<journal::receipt> got) {
                    told(conclude_send(*by, of, std::move(got)));
                  });
}

// -- waits --------------------------------------------------------------------

result<wait_result> client::wait_for_signal(std::string_view topic,
                                            const wait_options& how) const {
  return wait(*state_, make_request(*state_, topic::wait_mode::one,
                                    {std::string{topic}}, how));
}

result<wait_result> client::wait_for_any(const std::vector<std::string>& topics,
                                         const wait_options& how) const {
  return wait(*state_,
              make_request(*state_, topic::wait_mode::any, topics, how));
}

result<wait_result> client::wait_for_all(const std::vector<std::string>& topics,
                                         const wait_options& how) const {
  return wait(*state_,
              make_request(*state_, topic::wait_mode::all, topics, how));
}

result<pending_wait> client::wait_for_signal(std::string_view topic,
                                             const wait_options& how,
                                             wait_handler done) const {
  return begin_wait(
    *state_,
    make_request(*state_, topic::wait_mode::one, {std::string{topic}}, how),
    std::move(done));
}

result<pending_wait>
client::wait_for_any(const std::vector<std::string>& topics,
                     const wait_options& how, wait_handler done) const {
  return begin_wait(*state_,
                    make_request(*state_, topic::wait_mode::any, topics, how),
                    std::move(done));
}

result<pending_wait>
client::wait_for_all(const std::vector<std::string>& topics,
                     const wait_options& how, wait_handler done) const {
  return begin_wait(*state_,
                    make_request(*state_, topic::wait_mode::all, topics, how),
                    std::move(done));
}

// -- cursors ------------------------------------------------------------------

result<std::string> client::cursor(std::string_view topic,
                                   const cursor_options& of) const {
  return ask_cursor(*state_, topic, of,
                    std::make_shared<topic::get_cursor_request>());
}

result<void> client::set_cursor(std::string_view topic,
                                std::string_view last_id,
                                const cursor_options& of) const {
  auto made = std::make_shared<topic::put_cursor_request>();
  made->last_id = last_id;
  return without_text(ask_cursor(*state_, topic, of, std::move(made)));
}

result<void> client::reset_cursor(std::string_view topic,
                                  const cursor_options& of) const {
  return without_text(ask_cursor(
    *state_, topic, of, std::make_shared<topic::remove_cursor_request>()));
}

} // namespace libsig::client
