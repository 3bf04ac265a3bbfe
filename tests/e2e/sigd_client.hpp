#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "tests/support/http_client.hpp"
#include "tests/support/node_process.hpp"

/// What the tests of the built node ask of it.
namespace libsig::testing {

/// The built node with a folder of its own; it says only what goes wrong.
[[nodiscard]] inline test::node_run sigd(const std::filesystem::path& data) {
  test::node_run made;
  made.program = SIGD_PROGRAM;
  made.data = data.string();
  made.environment = {"SIGD_LOG_LEVEL=error"};
  return made;
}

[[nodiscard]] inline std::string request(const std::string& method,
                                         const std::string& target) {
  return method + ' ' + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
}

[[nodiscard]] inline std::string
request(const std::string& method, const std::string& target,
        const std::string& body,
        const std::string& type = "application/cloudevents+json") {
  return method + ' ' + target
         + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + type
         + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n"
         + body;
}

[[nodiscard]] inline std::string event(const std::string& id,
                                       std::size_t padding = 0) {
  return R"({"specversion":"1.0","id":")" + id
         + R"(","type":"a.b","source":"/me","data":{"id":")" + id
         + R"(","text":")" + std::string(padding, 'x') + R"("}})";
}

[[nodiscard]] inline std::string review_event(const std::string& id) {
  return R"({"specversion":"1.0","id":")" + id
         + R"(","type":"review.request","source":"/synapse/reviews",)"
           R"("data":{"review_id":")"
         + id + R"(","diff":"--- a/x.py\n+++ b/x.py\n@@ -1 +1 @@\n-a\n+b\n"}})";
}

/// The status of an answer; 0 for none.
[[nodiscard]] inline int status_of(const std::string& answer) {
  return answer.starts_with("HTTP/1.1 ") && answer.size() > 12
           ? std::stoi(answer.substr(9, 3))
           : 0;
}

[[nodiscard]] inline nlohmann::json body_of(const std::string& answer) {
  const auto at = answer.find("\r\n\r\n");
  return at == std::string::npos
           ? nlohmann::json{}
           : nlohmann::json::parse(answer.substr(at + 4), nullptr, false);
}

/// Asks on a connection of its own.
[[nodiscard]] inline std::string ask(std::uint16_t port,
                                     const std::string& what) {
  test::client to{port};
  return to.send(what) ? to.read_answer() : std::string{};
}

/// Whether the node answered within so many milliseconds that it lives.
[[nodiscard]] inline bool lives(std::uint16_t port, int within_ms) {
  test::client to{port};
  return to.send(request("GET", "/livez")) && to.readable(within_ms)
         && status_of(to.read_answer()) == 200;
}

[[nodiscard]] inline std::uint64_t sequence_of(const nlohmann::json& what) {
  return std::stoull(what.at("sequence").get<std::string>());
}

/// All signals behind a position, page by page; throws when the node does not
/// give them.
[[nodiscard]] inline std::vector<nlohmann::json>
log_behind(std::uint16_t port, std::uint64_t position) {
  std::vector<nlohmann::json> found;
  auto after = std::to_string(position);
  for (;;) {
    const auto page = body_of(
      ask(port, request("GET", "/v1/signals?limit=1000&after=" + after)));
    if (!page.is_object() || !page.contains("signals")) {
      throw std::runtime_error{"no page of the log"};
    }
    for (const auto& one : page.at("signals")) {
      found.push_back(one);
    }
    if (page.at("next").is_null()) {
      return found;
    }
    after = page.at("next").get<std::string>();
  }
}

} // namespace libsig::testing
