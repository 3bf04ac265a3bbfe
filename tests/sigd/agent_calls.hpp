#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "libsig/access/token.hpp"
#include "libsig/core/pattern.hpp"
#include "tests/sigd/running_node.hpp"

/// How tests subscribe agents of a node and take what waits for them.
namespace libsig::testing::agents {

[[nodiscard]] inline nlohmann::json json_of(const answer& of) {
  auto read = nlohmann::json::parse(of.body, nullptr, false);
  BOOST_REQUIRE_MESSAGE(!read.is_discarded(), of.head << of.body);
  return read;
}

/// Asks with a JSON body, unless that is empty.
[[nodiscard]] inline answer call(const running_node& node,
                                 std::string_view method,
                                 const std::string& target,
                                 std::string_view body = {},
                                 std::string_view fields = {}) {
  std::string all{body.empty() ? "" : "Content-Type: application/json\r\n"};
  return node.ask(method, target, all.append(fields), body);
}

[[nodiscard]] inline std::string path(std::string_view agent,
                                      std::string_view rest = {}) {
  return std::string{"/v1/agents/"}.append(agent).append(rest);
}

inline void add(const running_node& node, std::string_view agent,
                std::string_view fields = {}) {
  const auto got = call(node, "PUT", path(agent), {}, fields);
  BOOST_TEST(got.status == 201u, got.body);
}

/// Subscribes; the pattern stands in the path as it is.
inline answer subscribe(const running_node& node, std::string_view agent,
                        std::string_view pattern, std::string_view body = {},
                        std::string_view fields = {}) {
  return call(node, "PUT",
              path(agent, "/subscriptions/") + std::string{pattern}, body,
              fields);
}

inline answer unsubscribe(const running_node& node, std::string_view agent,
                          std::string_view pattern,
                          std::string_view fields = {}) {
  return call(node, "DELETE",
              path(agent, "/subscriptions/") + std::string{pattern}, {},
              fields);
}

[[nodiscard]] inline answer next(const running_node& node,
                                 std::string_view agent,
                                 std::string_view body = {},
                                 std::string_view query = {},
                                 std::string_view fields = {}) {
  return call(node, "POST", path(agent, "/deliveries/next").append(query), body,
              fields);
}

/// The next item, which must be there.
[[nodiscard]] inline nlohmann::json take(const running_node& node,
                                         std::string_view agent,
                                         std::string_view body = {}) {
  const auto got = next(node, agent, body);
  BOOST_TEST_REQUIRE(got.status == 200u, got.body);
  const auto read = json_of(got);
  BOOST_TEST_REQUIRE(read.at("delivered") == true, got.body);
  return read.at("delivery");
}

/// That there is none; what was dropped.
[[nodiscard]] inline int nothing(const running_node& node,
                                 std::string_view agent,
                                 std::string_view body = {}) {
  const auto got = next(node, agent, body);
  BOOST_TEST_REQUIRE(got.status == 200u, got.body);
  const auto read = json_of(got);
  BOOST_TEST(read.at("delivered") == false, got.body);
  BOOST_TEST(read.at("delivery").is_null());
  return read.at("dropped").get<int>();
}

/// A body that settles a delivery.
[[nodiscard]] inline std::string handled(const nlohmann::json& of) {
  return nlohmann::json{{"handled", {of.at("delivery_id")}}}.dump();
}

[[nodiscard]] inline std::string failed(const nlohmann::json& of,
                                        const std::string& why) {
  return nlohmann::json{{"failed", {of.at("delivery_id")}}, {"reason", why}}
    .dump();
}

inline void publish(const running_node& node, std::string_view id,
                    std::string_view type, std::string_view data = "1",
                    std::string_view source = "/me",
                    std::string_view fields = {}) {
  const auto got = node.publish(event_text(id, type, data, source), fields);
  BOOST_TEST(got.status == 202u, got.body);
}

/// A token of tenant `t` with these scopes, which may use all names given.
[[nodiscard]] inline access::token_entry
token_for(std::string_view token, std::initializer_list<access::scope> scopes,
          std::initializer_list<std::string> names = {},
          std::initializer_list<std::string_view> types = {}) {
  access::token_entry made;
  made.hash = access::hash_token(token);
  made.rights.tenant = "t";
  for (const auto one : scopes) {
    made.rights.scopes.add(one);
  }
  made.rights.names = names;
  for (const auto one : types) {
    made.rights.types.push_back(pattern::parse(one).value());
  }
  return made;
}

/// The fields of a caller with a token, and a name unless that is empty.
[[nodiscard]] inline std::string as(std::string_view token,
                                    std::string_view name = {}) {
  auto text = "Authorization: Bearer " + std::string{token} + "\r\n";
  return name.empty() ? text
                      : text + "Sig-Identity: " + std::string{name} + "\r\n";
}

/// The bytes of a request for the next item.
[[nodiscard]] inline std::string parked_call(std::string_view agent,
                                             unsigned timeout_ms = 600'000) {
  return "POST " + path(agent, "/deliveries/next?timeout_ms=")
         + std::to_string(timeout_ms)
         + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n";
}

/// An answer as it was read from a connection.
[[nodiscard]] inline answer read_answer(::test::client& from) {
  const auto got = from.read_answer();
  const auto end = got.find("\r\n\r\n");
  BOOST_REQUIRE_MESSAGE(end != std::string::npos, got);
  return {static_cast<unsigned>(std::stoul(got.substr(9, 3))),
          got.substr(0, end), got.substr(end + 4)};
}

} // namespace libsig::testing::agents
