#include "apps/sigd/wait_body.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "apps/sigd/json_body.hpp"
#include "libsig/core/limits.hpp"
#include "libsig/core/names.hpp"
#include "libsig/core/reserved.hpp"
#include "libsig/core/trim.hpp"
#include "libsig/topic/start.hpp"

namespace libsig::sigd {

namespace {

using topic::wait_mode;
using topic::wait_request;

constexpr auto timeout_max =
  static_cast<std::uint64_t>(limits::wait_timeout_max.count());

/// The error at a member, in place of whatever it names.
[[nodiscard]] tl::unexpected<error> placed(error why, std::string place) {
  return fail(std::move(why).at(std::move(place)));
}

[[nodiscard]] result<void> read_topics(const json_body& from,
                                       const access::caller& by,
                                       const topic::policy& rules,
                                       wait_request& into) {
  const auto stated = from.texts("topics");
  if (!stated) {
    return fail(stated.error());
  }
  if (!*stated) {
    return refuse_member("topics", "is required");
  }
  auto checked = topic::check_topics(**stated, rules);
  if (!checked) {
    return fail(std::move(checked).error());
  }
  into.topics = std::move(*checked);
  for (const auto& one : into.topics) {
    if (auto may = check_waited_type(one, by); !may) {
      return placed(std::move(may).error(), "/topics");
    }
  }
  return {};
}

/// One topic needs no mode.
[[nodiscard]] result<void> read_mode(const json_body& from,
                                     wait_request& into) {
  const auto stated = from.choice("mode", {"one", "any", "all"});
  if (!stated) {
    return fail(stated.error());
  }
  const bool several = into.topics.size() > 1;
  if (!*stated && several) {
    return refuse_member("mode", "is required for several topics: any or all");
  }
  into.mode = static_cast<wait_mode>(stated->value_or(0));
  if (into.mode == wait_mode::one && several) {
    return refuse_member("topics", "must be one topic in the mode one");
  }
  return {};
}

/// Explicit positions, by the trimmed topics that are waited for (M15).
[[nodiscard]] result<void> read_last_ids(const json_body& from,
                                         wait_request& into) {
  auto stated = from.texts_by_name("last_ids");
  if (!stated) {
    return fail(std::move(stated).error());
  }
  std::vector<std::string_view> listed(into.topics.begin(), into.topics.end());
  std::ranges::sort(listed);
  for (auto& [name, id] : *stated) {
    const auto topic = trim(name);
    if (!std::ranges::binary_search(listed, topic)) {
      return refuse_member("last_ids", name, "is no topic of this wait");
    }
    if (!into.last_ids.emplace(topic, std::move(id)).second) {
      return refuse_member("last_ids", name, "stands there twice");
    }
  }
  return {};
}

[[nodiscard]] result<void> read_owner(const json_body& from,
                                      const access::caller& by,
                                      wait_request& into) {
  const auto conversation = from.text("conversation_id");
  const auto consumer = from.text("consumer");
  if (!conversation || !consumer) {
    return fail(conversation ? consumer.error() : conversation.error());
  }
  auto talk = read_conversation(conversation->value_or(""));
  if (!talk) {
    return placed(std::move(talk).error(), "/conversation_id");
  }
  auto who = read_consumer(*consumer, by);
  if (!who) {
    return placed(std::move(who).error(), "/consumer");
  }
  into.owner = {by.tenant(), std::move(*who), std::move(*talk)};
  return {};
}

[[nodiscard]] result<void> read_how(const json_body& from, wait_request& into) {
  const auto timeout = from.whole("timeout_ms", 0, timeout_max);
  const auto order = from.choice("order", {"list", "oldest"});
  const auto partial = from.choice("partial", {"keep", "consume"});
  const auto start = from.text("start");
  if (!timeout) {
    return fail(timeout.error());
  }
  if (!order || !partial) {
    return fail(order ? partial.error() : order.error());
  }
  if (!start) {
    return fail(start.error());
  }
  if (*timeout) {
    into.timeout = std::chrono::milliseconds{static_cast<long>(**timeout)};
  }
  into.oldest_first = *order == 1U;
  into.consume_partial = *partial == 1U;
  if (*start) {
    auto read = topic::parse_start(**start);
    if (!read) {
      return placed(std::move(read).error(), "/start");
    }
    into.start = *read;
  }
  return {};
}

/// Who is counted for the bound of parked waits: a token under one name.
[[nodiscard]] std::string counted_as(const access::caller& by) {
  std::string key{by.tenant()};
  key += '/';
  key += by.token_hash() != nullptr ? *by.token_hash() : std::string{};
  key += '/';
  key += by.name().value_or("");
  return key;
}

} // namespace

result<std::shared_ptr<const wait_request>>
read_wait(std::string_view body, const access::caller& by,
          const topic::policy& rules) {
  const auto from = json_body::read(
    body, {"mode", "topics", "last_ids", "timeout_ms", "conversation_id",
           "consumer", "start", "order", "partial"});
  if (!from) {
    return fail(from.error());
  }
  auto made = std::make_shared<wait_request>();
  auto done = read_how(*from, *made)
                .and_then([&] { return read_topics(*from, by, rules, *made); })
                .and_then([&] { return read_mode(*from, *made); })
                .and_then([&] { return read_last_ids(*from, *made); })
                .and_then([&] { return read_owner(*from, by, *made); });
  if (!done) {
    return fail(std::move(done).error());
  }
  made->caller = counted_as(by);
  return made;
}

result<void> check_waited_type(std::string_view topic,
                               const access::caller& by) {
  if (is_internal_type(topic)) {
    return fail(error(errc::forbidden, "what begins with internal. is the "
                                       "node's own business"));
  }
  return by.check_type(access::scope::subscribe, topic);
}

result<std::string> read_conversation(std::string_view stated) {
  const auto name = trim(stated);
  if (name.size() > limits::conversation_bytes_max) {
    return fail(errc::invalid_argument,
                "a conversation has at most "
                  + std::to_string(limits::conversation_bytes_max) + " bytes");
  }
  return std::string{name};
}

result<std::string> read_consumer(const std::optional<std::string>& stated,
                                  const access::caller& by) {
  if (!stated) {
    return by.name().value_or("");
  }
  if (auto legal = check_name(*stated); !legal) {
    return fail(std::move(legal).error());
  }
  if (auto may = by.check_self(*stated); !may) {
    return fail(std::move(may).error());
  }
  return *stated;
}

} // namespace libsig::sigd
