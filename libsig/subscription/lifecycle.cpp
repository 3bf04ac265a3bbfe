#include "libsig/subscription/lifecycle.hpp"

#include "libsig/codec/json_writer.hpp"
#include "libsig/core/percent.hpp"

namespace libsig::subscription {

namespace {

constexpr std::string_view prefix = "agent:";
constexpr std::string_view wake = ":wake";
constexpr std::string_view sleep = ":sleep";

[[nodiscard]] std::string type_of(std::string_view agent,
                                  std::string_view state) {
  std::string made{prefix};
  made.reserve(prefix.size() + agent.size() + state.size());
  for (const auto each : agent) {
    switch (each) {
    case ':':
      made += "%3A";
      break;
    case '*':
      made += "%2A";
      break;
    case '%':
      made += "%25";
      break;
    default:
      made += each;
    }
  }
  return made.append(state);
}

} // namespace

std::string source_of(std::string_view agent) {
  std::string made{"/agents/"};
  append_percent_encoded(made, agent);
  return made;
}

std::string wake_type(std::string_view agent) { return type_of(agent, wake); }

std::string sleep_type(std::string_view agent) { return type_of(agent, sleep); }

bool is_lifecycle_type(std::string_view type) noexcept {
  if (!type.starts_with(prefix)) {
    return false;
  }
  const auto name = type.substr(prefix.size());
  const auto end = name.find(':');
  return end != std::string_view::npos
         && (name.substr(end) == wake || name.substr(end) == sleep);
}

event_data lifecycle_data(std::string_view agent, std::string_view state) {
  std::string text;
  codec::json_object out{text};
  out.text("agentId", agent);
  out.text("state", state);
  out.end();
  return event_data::json(std::move(text));
}

} // namespace libsig::subscription
