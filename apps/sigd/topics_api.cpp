#include "apps/sigd/topics_api.hpp"

#include <chrono>
#include <utility>
#include <vector>

#include "apps/sigd/json_body.hpp"
#include "apps/sigd/problem.hpp"
#include "apps/sigd/typed_signal.hpp"
#include "apps/sigd/wait_body.hpp"
#include "libsig/core/limits.hpp"
#include "libsig/topic/answers.hpp"
#include "libsig/topic/payload.hpp"

namespace libsig::sigd {

namespace {

constexpr std::string_view json_type = "application/json";

/// Until an actor that took no more is asked again.
constexpr std::chrono::milliseconds ask_again{50};

} // namespace

/// What `/metrics` shows; shared with answers that come late.
struct topics_api::counters {
  std::atomic<std::uint64_t> sent{0};
  std::atomic<std::uint64_t> open{0};
  std::atomic<std::uint64_t> hits{0};
  std::atomic<std::uint64_t> timeouts{0};
  std::atomic<std::uint64_t> expired{0};
  std::atomic<std::uint64_t> refused{0};
  std::atomic<std::uint64_t> lost{0};
  std::atomic<std::uint64_t> notes_lost{0};

  void count(topic::wait_reply::outcome how) {
    switch (how) {
    case topic::wait_reply::outcome::hit:
      ++hits;
      return;
    case topic::wait_reply::outcome::timeout:
      ++timeouts;
      return;
    case topic::wait_reply::outcome::expired:
      ++expired;
      return;
    }
  }
};

/// A send that may be published.
struct topics_api::posted {
  draft what;
  engine::rights rights;
  std::string conversation;
};

topics_api::topics_api(runtime& node, actor_calls& calls, options how)
  : node_{node}, calls_{calls}, sources_{std::move(how.source_prefix)},
    counted_{std::make_shared<counters>()}, answers_{how.answers, how.time},
    rules_{std::make_shared<const topic::policy>(std::move(how.rules))} {}

operations topics_api::operations() {
  return {
    {.method = "POST",
     .path = "/v1/topics/{topic}/signals",
     .name = "send_to_topic",
     .summary = "Sends a payload to a topic.",
     .body_limit = limits::event_bytes_max,
     .media_types = {json_type},
     .success = 202,
     .handle =
       [this](auto&& received, const auto& by, auto&& answer) {
         send(std::move(received), by, std::move(answer));
       }},
    {.method = "POST",
     .path = "/v1/wait",
     .name = "wait",
     .summary = "Waits for the next message of one topic, of any, or of all.",
     .body_limit = limits::event_bytes_max,
     .media_types = {json_type},
     .scope = access::scope::subscribe,
     .handle =
       [this](auto&& received, const auto& by, auto&& answer) {
         wait(received, by, std::move(answer));
       }},
  };
}

void topics_api::change(topic::policy rules) {
  auto next = std::make_shared<const topic::policy>(std::move(rules));
  const std::lock_guard guard{rules_mutex_};
  rules_.swap(next);
}

std::shared_ptr<const topic::policy> topics_api::rules() const {
  const std::lock_guard guard{rules_mutex_};
  return rules_;
}

void topics_api::end_answers() { answers_.close(); }

void topics_api::close() {
  closed_ = true;
  answers_.close();
  alarm_.stop();
}

// -- sending ------------------------------------------------------------------

/// In the order of M5: the topic, who may, the payload, its size.
result<topics_api::posted>
topics_api::read_send(http::request& received, const access::caller& by) const {
  const auto limits = rules();
  posted made;
  auto named = topic::check_topic(received.parameter("topic"), *limits);
  if (!named) {
    return fail(std::move(named).error());
  }
  made.what.type = std::move(*named);
  if (auto may = by.check_publish(made.what.type); !may) {
    return fail(error{may.error()}.at("topic"));
  }
  const auto body =
    json_body::read(received.body, {"payload", "conversation_id"});
  if (!body) {
    return fail(body.error());
  }
  auto payload = topic::check_payload(body->raw("payload").value_or(""),
                                      *limits, made.what.type);
  if (!payload) {
    return fail(std::move(payload).error());
  }
  made.what.data = event_data::json(std::move(*payload));
  const auto stated = body->text("conversation_id");
  if (!stated) {
    return fail(stated.error());
  }
  auto conversation = read_conversation(stated->value_or(""));
  if (!conversation) {
    return fail(std::move(conversation).error().at("/conversation_id"));
  }
  made.conversation = std::move(*conversation);
  auto key = idempotency_key(received);
  if (!key) {
    return fail(std::move(key).error());
  }
  made.what.id = std::move(*key).value_or("");
  auto rights = settle_source(made.what, by, sources_);
  if (!rights) {
    return fail(std::move(rights).error());
  }
  made.rights = std::move(*rights);
  return made;
}

void topics_api::send(http::request received, const access::caller& by,
                      http::responder answer) {
  auto what = read_send(received, by);
  if (!what) {
    answer.answer(refusal(what.error()));
    return;
  }
  topic::visibility_event seen;
  seen.kind = topic::visibility_kind::sent;
  seen.topic = what->what.type;
  seen.payload_bytes = topic::payload_bytes(what->what.data);
  // The callback is copied on its way, a responder cannot be.
  const auto to = std::make_shared<http::responder>(std::move(answer));
  node_.publish(
    std::move(what->what), what->rights,
    [this, to, seen, tenant = by.tenant(),
     conversation = std::move(what->conversation)](
      const result<journal::receipt>& got) mutable {
      if (!got) {
        to->answer(refusal(got.error()));
        return;
      }
      ++counted_->sent;
      std::string body;
      topic::append_send_reply(seen.topic, got->id, got->sequence, body);
      if (got->duplicate) {
        body.pop_back();
        body += got->differs ? ",\"duplicate\":true,\"differs\":true}"
                             : ",\"duplicate\":true}";
      } else {
        seen.message_id = got->id;
        note(tenant, conversation, std::move(seen));
      }
      to->answer(http::make_response(202, json_type, std::move(body)));
    });
}

// -- waiting ------------------------------------------------------------------

void topics_api::wait(const http::request& received, const access::caller& by,
                      http::responder answer) {
  const auto asked = read_wait(received.body, by, *rules());
  if (!asked) {
    answer.answer(refusal(asked.error()));
    return;
  }
  // It may wait for long; what is kept of it the actor bounds.
  answer.release_body();
  // Counted as long as somebody holds what waits for the answer.
  ++counted_->open;
  const std::shared_ptr<void> open{nullptr,
                                   [of = counted_](void*) { --of->open; }};
  calls_.ask(
    topic::actor_name, *asked, by, std::move(answer),
    [this, asked = *asked, by, open](const result<actor::reply_ptr>& got,
                                     http::responder* to) {
      answer_wait(asked, by, open, got, to);
    },
    // What was answered just then has the number of its request.
    [this, keeps = (*asked)->owner.keeps()](actor::request_id which) {
      if (keeps) {
        settle(static_cast<std::uint64_t>(which), false);
      }
    });
}

/// On the thread of the actor, which may wake many: the text is made elsewhere.
void topics_api::answer_wait(const wait_ptr& asked, const access::caller& by,
                             const std::shared_ptr<void>& open,
                             const result<actor::reply_ptr>& got,
                             http::responder* to) {
  if (!got) {
    ++counted_->refused;
    if (to != nullptr) {
      to->answer(refusal(got.error()));
    }
    return;
  }
  const auto reply = std::static_pointer_cast<const topic::wait_reply>(*got);
  if (to == nullptr) {
    ++counted_->lost;
    settle(reply->pending, false);
    return;
  }
  counted_->count(reply->is);
  // The callback is copied on its way, a responder cannot be.
  const auto way = std::make_shared<http::responder>(std::move(*to));
  answers_.add(
    {asked, reply, by.sees_secrets(),
     [this, asked, by, open, reply, way](result<wait_answers::text> body) {
       // Its turn may have come much later than the message.
       auto rights = calls_.check(by);
       answer(asked, reply,
              rights ? std::move(body) : fail(std::move(rights).error()), *way);
     },
     [way](std::function<void()> gone) { way->on_gone(std::move(gone)); }});
}

/// The cursors move, and the conversation is told, when the answer was written.
void topics_api::answer(const wait_ptr& asked,
                        const std::shared_ptr<const topic::wait_reply>& got,
                        result<wait_answers::text> body, http::responder& to) {
  if (!body) {
    ++counted_->lost;
    settle(got->pending, false);
    to.answer(refusal(body.error()));
    return;
  }
  auto made = http::make_response(200, json_type, {});
  made.shared_body = *std::move(body);
  to.answer(std::move(made), [this, asked, got](bool written) {
    if (!written) {
      ++counted_->lost;
    }
    settle(got->pending, written);
    if (!written || asked->owner.conversation.empty()) {
      return;
    }
    for (auto& one : topic::received_events(*asked, *got)) {
      note(asked->owner.tenant, asked->owner.conversation, std::move(one));
    }
  });
}

void topics_api::settle(std::uint64_t pending, bool written) {
  if (pending == 0 || closed_) {
    return;
  }
  const auto what = std::make_shared<topic::settle_request>();
  what->pending = pending;
  what->written = written;
  node_.ask(topic::actor_name, what,
            [this, pending, written](const result<actor::reply_ptr>& got) {
              // The consumer's next wait stands behind this.
              if (!got && got.error().code() == errc::overloaded) {
                alarm_.after(ask_again, [this, pending, written] {
                  settle(pending, written);
                });
              }
            });
}

/// A failure never fails what it tells of.
void topics_api::note(const std::string& tenant,
                      const std::string& conversation,
                      topic::visibility_event what) {
  if (conversation.empty() || closed_) {
    return;
  }
  const auto made = std::make_shared<topic::note_request>();
  made->tenant = tenant;
  made->conversation = conversation;
  made->what = std::move(what);
  node_.ask(topic::visibility_actor_name, made,
            [of = counted_](const result<actor::reply_ptr>& got) {
              of->notes_lost += got ? 0U : 1U;
            });
}

// -- metrics ------------------------------------------------------------------

void topics_api::append_metrics(metrics::text_writer& to) const {
  using kind = metrics::text_writer::kind;
  const auto& from = *counted_;
  to.begin(kind::counter, "topic_sends", "Messages that topics were sent.");
  to.sample(from.sent.load());
  to.begin(kind::gauge, "waits_open", "Waits that were not answered yet.");
  to.sample(from.open.load());
  to.begin(kind::counter, "waits", "Waits that ended.");
  to.sample(from.hits.load(), {{"outcome", "hit"}});
  to.sample(from.timeouts.load(), {{"outcome", "timeout"}});
  to.sample(from.expired.load(), {{"outcome", "expired"}});
  to.sample(from.refused.load(), {{"outcome", "refused"}});
  to.begin(kind::counter, "wait_answers_lost",
           "Answers to waits that could not be written; their messages come "
           "again.");
  to.sample(from.lost.load());
  to.begin(kind::gauge, "wait_answers_waiting",
           "Answers to waits that wait for others to be written.");
  to.sample(answers_.waiting());
  to.begin(kind::gauge, "wait_answer_bytes",
           "Bytes of answers to waits that are being written; what many share "
           "counts once.");
  to.sample(answers_.bytes());
  to.begin(kind::counter, "visibility_events_lost",
           "Events of conversations that could not be kept.");
  to.sample(from.notes_lost.load());
}

} // namespace libsig::sigd
