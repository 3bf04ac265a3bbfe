#pragma once

#include <memory>
#include <string_view>
#include <utility>

#include "apps/sigd/actor_calls.hpp"
#include "apps/sigd/operation.hpp"
#include "apps/sigd/problem.hpp"

namespace libsig::sigd {

/// What an actor's reply is over HTTP, for who still waits for it:
/// `show(reply, by)` makes the answer, `refuse` that to an error.
template <class Reply, class Show>
[[nodiscard]] actor_calls::answered
answer_by(const access::caller& by, Show show,
          http::response (*refuse)(const error& why) = refusal) {
  return [by, show = std::move(show),
          refuse](const result<actor::reply_ptr>& got, http::responder* to) {
    if (to == nullptr) {
      return;
    }
    if (!got) {
      to->answer(refuse(got.error()));
      return;
    }
    const auto* const reply = dynamic_cast<const Reply*>(got->get());
    to->answer(reply == nullptr ? refusal(error(errc::internal))
                                : show(*reply, by));
  };
}

/// A handler that asks one actor: `build(received, by)` is the request, in a
/// shared pointer, or why there is none. The calls must outlive it.
template <class Reply, class Build, class Show>
[[nodiscard]] operation::handler
ask_actor(actor_calls& calls, std::string_view actor, Build build, Show show,
          http::response (*refuse)(const error& why) = refusal) {
  return [&calls, actor, build = std::move(build), show = std::move(show),
          refuse](const http::request& received, const access::caller& by,
                  http::responder&& answer) {
    auto what = build(received, by);
    if (!what) {
      answer.answer(refusal(what.error()));
      return;
    }
    calls.ask(actor, *std::move(what), by, std::move(answer),
              answer_by<Reply>(by, show, refuse));
  };
}

} // namespace libsig::sigd
