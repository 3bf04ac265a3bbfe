#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include <boost/test/unit_test.hpp>

#include "libsig/access/token.hpp"
#include "tests/sigd/running_node.hpp"

/// How tests send to topics of a node and wait for them.
namespace libsig::testing {

inline constexpr std::string_view json_field =
  "Content-Type: application/json\r\n";

[[nodiscard]] inline answer post_json(const running_node& node,
                                      std::string_view target,
                                      std::string_view body,
                                      std::string_view fields = {}) {
  return node.ask("POST", target, std::string{json_field}.append(fields), body);
}

/// Sends a body to a topic, whose name stands in the path as it is.
[[nodiscard]] inline answer send_body(const running_node& node,
                                      std::string_view topic,
                                      std::string_view body,
                                      std::string_view fields = {}) {
  return post_json(node, "/v1/topics/" + std::string{topic} + "/signals", body,
                   fields);
}

/// Sends a payload, which must be taken; the answer's body.
inline std::string send(const running_node& node, std::string_view topic,
                        std::string_view payload = "{}",
                        std::string_view fields = {}) {
  auto got = send_body(node, topic,
                       "{\"payload\":" + std::string{payload} + "}", fields);
  BOOST_TEST(got.status == 202u, got.body);
  return std::move(got.body);
}

[[nodiscard]] inline answer wait(const running_node& node,
                                 std::string_view body,
                                 std::string_view fields = {}) {
  return post_json(node, "/v1/wait", body, fields);
}

/// A wait that nobody has read the answer of.
[[nodiscard]] inline ::test::client begin_wait(const running_node& node,
                                               std::string_view body,
                                               std::string_view fields = {}) {
  auto to = node.connect();
  BOOST_REQUIRE(to.send("POST /v1/wait HTTP/1.1\r\nHost: localhost\r\n"
                        + std::string{json_field} + std::string{fields}
                        + "Content-Length: " + std::to_string(body.size())
                        + "\r\n\r\n" + std::string{body}));
  return to;
}

/// The answer to it.
[[nodiscard]] inline answer end_wait(::test::client& from) {
  const auto got = from.read_answer();
  const auto end = got.find("\r\n\r\n");
  BOOST_REQUIRE(end != std::string::npos);
  return {static_cast<unsigned>(std::stoul(got.substr(9, 3))),
          got.substr(0, end), got.substr(end + 4)};
}

/// The value of a line of `/metrics`.
[[nodiscard]] inline std::string metric(const running_node& node,
                                        std::string_view name,
                                        std::string_view fields = {}) {
  const auto page = node.ask("GET", "/metrics", fields).body;
  const auto line = "\nlibsig_" + std::string{name} + ' ';
  const auto at = page.find(line);
  BOOST_REQUIRE_MESSAGE(at != std::string::npos, name);
  const auto begin = at + line.size();
  return page.substr(begin, page.find('\n', begin) - begin);
}

/// Asks until a metric has a value, which it must have in the end.
inline void await_metric(const running_node& node, std::string_view name,
                         std::string_view value, std::string_view fields = {}) {
  constexpr int asks_max = 50'000;
  std::string last;
  for (int asks = 0; asks < asks_max; ++asks) {
    last = metric(node, name, fields);
    if (last == value) {
      return;
    }
  }
  BOOST_FAIL(std::string{name} + " is " + last);
}

/// A token with these scopes, narrowed to a pattern unless that is empty.
[[nodiscard]] inline access::token_entry token_for(std::string_view token,
                                                   access::scope_set scopes,
                                                   std::string_view types = {},
                                                   std::string_view name = {}) {
  access::token_entry made;
  made.hash = access::hash_token(token);
  made.rights.tenant = "t";
  made.rights.scopes = scopes;
  if (!types.empty()) {
    made.rights.types.push_back(pattern::parse(types).value());
  }
  if (!name.empty()) {
    made.rights.names.emplace_back(name);
  }
  return made;
}

/// The fields of a caller with a token, and a name unless that is empty.
[[nodiscard]] inline std::string with_token(std::string_view token,
                                            std::string_view name = {}) {
  auto text = "Authorization: Bearer " + std::string{token} + "\r\n";
  return name.empty() ? text
                      : text + "Sig-Identity: " + std::string{name} + "\r\n";
}

[[nodiscard]] inline std::string named(std::string_view name) {
  return "Sig-Identity: " + std::string{name} + "\r\n";
}

} // namespace libsig::testing
