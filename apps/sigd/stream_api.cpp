#include "apps/sigd/stream_api.hpp"

#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

#include "apps/sigd/problem.hpp"
#include "apps/sigd/query.hpp"
#include "libsig/core/pattern.hpp"

namespace libsig::sigd {

namespace {

constexpr std::uint64_t position_max = std::numeric_limits<std::int64_t>::max();

/// The pattern that is asked for, or that of a topic, which is a type.
[[nodiscard]] result<std::optional<pattern>>
pattern_of(const http::request& received) {
  const auto asked = received.query_value("pattern");
  const auto topic = received.query_value("topic");
  if (asked && topic) {
    return fail(error(errc::invalid_argument,
                      "'pattern' and 'topic' exclude each other"));
  }
  if (!asked && !topic) {
    return std::nullopt;
  }
  auto parsed = asked ? pattern::parse(*asked) : pattern::literal(*topic);
  if (!parsed) {
    return fail(std::move(parsed).error());
  }
  return std::optional{std::move(*parsed)};
}

/// Notes the position to begin behind. A browser that connects again sends the
/// query's and what it saw last; the latter counts.
[[nodiscard]] result<void> read_position(const http::request& received,
                                         feed_request& into) {
  const auto last = received.fields.find("Last-Event-ID");
  if (!last) {
    into.after = whole_of_query(received, "after");
    return {};
  }
  const auto position = read_number(*last);
  if (!position || *position > position_max) {
    return fail(error(errc::invalid_argument,
                      "Last-Event-ID must be the id of an event"));
  }
  into.after = position;
  into.resumes = true;
  return {};
}

} // namespace

operations stream_api::operations() {
  return {
    {.method = "GET",
     .path = "/v1/stream",
     .name = "stream",
     .summary = "Follows the log.",
     .scope = access::scope::subscribe,
     .query = {{"pattern", "a pattern of types"},
               {"topic", "the same under another name"},
               log_position("after", "the sequence behind which to begin")},
     .answers = "text/event-stream",
     .handle = [this](auto&& received, const auto& by, auto&& answer) {
       follow(received, by, std::forward<decltype(answer)>(answer));
     }}};
}

void stream_api::follow(const http::request& received, const access::caller& by,
                        http::responder answer) {
  auto asked = pattern_of(received);
  if (!asked) {
    answer.answer(refusal(asked.error()));
    return;
  }
  feed_request what{by, std::move(*asked), std::nullopt};
  if (const auto read = read_position(received, what); !read) {
    answer.answer(refusal(read.error()));
    return;
  }
  feed_.join(std::move(what), std::move(answer));
}

} // namespace libsig::sigd
