#include "libsig/topic/policy.hpp"

#include <algorithm>
#include <charconv>
#include <unordered_set>

#include "libsig/codec/guard.hpp"
#include "libsig/core/in_quotes.hpp"
#include "libsig/core/keyed_hash.hpp"
#include "libsig/core/reserved.hpp"
#include "libsig/core/trim.hpp"
#include "libsig/core/utf8.hpp"
#include "libsig/topic/payload.hpp"

namespace libsig::topic {

namespace {

[[nodiscard]] constexpr bool is_boundary(char letter) noexcept {
  return letter == ':' || letter == '.' || letter == '/';
}

[[nodiscard]] bool allows(std::string_view prefix, std::string_view topic) {
  return topic.starts_with(prefix)
         && (topic.size() == prefix.size() || is_boundary(prefix.back())
             || is_boundary(topic[prefix.size()]));
}

/// Whether the topic may be the type of a signal.
[[nodiscard]] result<void> check_type(std::string_view topic) {
  if (topic.empty()) {
    return fail(error(errc::invalid_argument, "a topic must not be empty"));
  }
  if (topic.size() > limits::attribute_bytes_max) {
    return fail(errc::invalid_argument,
                "a topic has at most "
                  + std::to_string(limits::attribute_bytes_max) + " bytes");
  }
  if (!is_utf8(topic)) {
    return fail(errc::invalid_argument, "a topic must be UTF-8");
  }
  if (has_control_character(topic)) {
    return fail(errc::invalid_argument,
                "a topic must have no control characters");
  }
  return {};
}

[[nodiscard]] error denied(std::string_view topic, const policy& by) {
  std::string allowed;
  for (const auto& prefix : by.prefixes) {
    allowed += allowed.empty() ? "" : ", ";
    allowed += in_quotes(prefix);
  }
  return error(errc::forbidden, "the topic " + in_quotes(topic)
                                  + " begins with no allowed prefix")
    .mend("use a topic that begins with " + allowed);
}

[[nodiscard]] result<void> check_waited(std::string_view topic,
                                        const policy& by) {
  auto checked = check_topic(topic, by);
  if (!checked) {
    return fail(std::move(checked).error());
  }
  if (is_internal_type(topic)) {
    return fail(error(errc::forbidden, "nobody waits for the runtime's own "
                                       "signals, such as "
                                         + in_quotes(topic)));
  }
  return {};
}

/// A positive number; nothing when the text is none.
[[nodiscard]] std::optional<std::size_t> read_bytes(std::string_view text) {
  std::size_t number = 0;
  if (text.starts_with('+')) {
    text.remove_prefix(1);
  }
  const auto read =
    std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size()
      || number == 0) {
    return std::nullopt;
  }
  return number;
}

/// Reads a number of bytes; the one that is there already is the default.
void read_into(std::size_t& bytes, std::string_view name,
               const environment_lookup& of,
               std::vector<std::string>& warnings) {
  const auto stated = of(name).value_or("");
  const auto text = trim(stated);
  if (text.empty()) {
    return;
  }
  if (const auto number = read_bytes(text)) {
    bytes = *number;
    return;
  }
  warnings.push_back(std::string{name} + " is " + in_quotes(text)
                     + ", which is no number of bytes; its default stands");
}

} // namespace

policy_reading read_policy(const environment_lookup& of) {
  policy_reading read;
  read.rules.prefixes = read_prefixes(of("SIGNAL_TOPIC_PREFIX").value_or(""));
  read_into(read.rules.payload_bytes_max, "SIGNAL_PAYLOAD_MAX_BYTES", of,
            read.warnings);
  read_into(read.rules.event_bytes_max, "GATEWAY_SSE_MAX_BYTES", of,
            read.warnings);
  return read;
}

std::vector<std::string> read_prefixes(std::string_view list) {
  std::vector<std::string> prefixes;
  for (bool more = true; more;) {
    const auto end = list.find(',');
    if (const auto one = trim(list.substr(0, end)); !one.empty()) {
      prefixes.emplace_back(one);
    }
    more = end != std::string_view::npos;
    list.remove_prefix(more ? end + 1 : list.size());
  }
  return prefixes;
}

result<std::string> check_topic(std::string_view topic, const policy& by) {
  const auto stated = trim(topic);
  if (auto legal = check_type(stated); !legal) {
    return fail(std::move(legal).error());
  }
  if (!by.prefixes.empty()
      && std::ranges::none_of(by.prefixes, [&](std::string_view prefix) {
           return !prefix.empty() && allows(prefix, stated);
         })) {
    return fail(denied(stated, by));
  }
  return std::string{stated};
}

result<std::vector<std::string>>
check_topics(std::span<const std::string> topics, const policy& by) {
  std::vector<std::string> kept;
  std::unordered_set<std::string_view, keyed_hash> met;
  for (std::size_t at = 0; at < topics.size(); ++at) {
    const auto topic = trim(topics[at]);
    if (topic.empty() || !met.insert(topic).second) {
      continue;
    }
    if (auto checked = check_waited(topic, by); !checked) {
      return fail(
        std::move(checked).error().at("/topics/" + std::to_string(at)));
    }
    if (kept.size() == limits::wait_topics_max) {
      return fail(error(errc::invalid_argument,
                        "a wait has at most "
                          + std::to_string(limits::wait_topics_max) + " topics")
                    .at("/topics"));
    }
    kept.emplace_back(topic);
  }
  if (kept.empty()) {
    return fail(error(errc::invalid_argument, "a wait needs a topic")
                  .at("/topics")
                  .mend("name one that is not blank"));
  }
  return kept;
}

result<std::string> check_payload(std::string_view json, const policy& by,
                                  std::string_view topic) {
  const auto stated = trim(json);
  if (stated.empty() || stated == "null") {
    return std::string{"{}"};
  }
  if (auto guarded = codec::guard_json(stated); !guarded) {
    return fail(std::move(guarded).error());
  }
  if (!stated.starts_with('{')) {
    return fail(error(errc::invalid_argument, "a payload must be a JSON object")
                  .at("/payload"));
  }
  if (const auto size = compact_json_bytes(stated);
      size > by.payload_bytes_max) {
    std::string said{"the payload"};
    if (!topic.empty()) {
      said += " for the topic " + in_quotes(topic);
    }
    said += " has " + std::to_string(size)
            + " bytes as compact JSON, the cap is "
            + std::to_string(by.payload_bytes_max);
    return fail(error(errc::too_large, std::move(said))
                  .at("/payload")
                  .mend("send a reference to the content instead"));
  }
  return std::string{stated};
}

} // namespace libsig::topic
