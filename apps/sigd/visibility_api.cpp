#include "apps/sigd/visibility_api.hpp"

#include <limits>
#include <utility>

#include "apps/sigd/problem.hpp"
#include "apps/sigd/query.hpp"
#include "apps/sigd/wait_body.hpp"

namespace libsig::sigd {

namespace {

constexpr std::uint64_t events_max = std::numeric_limits<std::int64_t>::max();

/// Where the stream begins: the query beats the header (M31), and an empty id
/// is none.
[[nodiscard]] std::optional<std::string>
position_of(const http::request& received) {
  auto stated = received.query_value("last_id");
  if (!stated || stated->empty()) {
    stated = received.fields.find("Last-Event-ID");
  }
  return stated && !stated->empty() ? std::optional{std::string{*stated}}
                                    : std::nullopt;
}

[[nodiscard]] result<conversation_request>
read_follow(const http::request& received, const access::caller& by) {
  auto conversation = read_conversation(received.parameter("conversation_id"));
  if (!conversation) {
    return fail(std::move(conversation).error());
  }
  if (conversation->empty()) {
    return fail(error(errc::invalid_argument, "a blank conversation is none"));
  }
  return conversation_request{by, std::move(*conversation),
                              position_of(received),
                              whole_of_query(received, "max_events"), 0};
}

} // namespace

operations visibility_api::operations() {
  return {{.method = "GET",
           .path = "/stream/{conversation_id}",
           .name = "follow_conversation",
           .summary = "Follows what is sent and received in a conversation.",
           .scope = access::scope::subscribe,
           .query = {{"last_id", "the id of the event behind which to begin"},
                     whole_number("max_events", "closes behind so many", 1,
                                  events_max)},
           .answers = "text/event-stream",
           .handle = [this](auto&& received, const auto& by, auto&& answer) {
             follow(received, by, std::forward<decltype(answer)>(answer));
           }}};
}

void visibility_api::follow(const http::request& received,
                            const access::caller& by, http::responder answer) {
  auto what = read_follow(received, by);
  if (!what) {
    answer.answer(refusal(what.error()));
    return;
  }
  what->event_bytes_max = rules_()->event_bytes_max;
  feed_.join(std::move(*what), std::move(answer));
}

} // namespace libsig::sigd
