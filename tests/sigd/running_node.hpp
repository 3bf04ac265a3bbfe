#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <boost/test/unit_test.hpp>

#include "apps/sigd/node.hpp"
#include "tests/support/http_client.hpp"
#include "tests/support/temporary_folder.hpp"

namespace libsig::testing {

/// What a node answered.
struct answer {
  unsigned status = 0;
  std::string head;
  std::string body;
};

/// A node in this process, over a store in a folder of its own, and a client.
class running_node {
public:
  running_node() : running_node{sigd::node_settings{}} {}

  /// Folder and port are the test's own.
  explicit running_node(sigd::node_settings how) : how_{std::move(how)} {
    start();
  }

  ~running_node() { stop(); }

  void start() {
    how_.data = folder_.path().string();
    how_.listen.front().port = 0;
    auto started = sigd::node::start(how_, {});
    BOOST_REQUIRE_MESSAGE(started, (started ? "" : started.error().message()));
    node_.emplace(std::move(*started));
  }

  void stop() {
    if (node_) {
      node_->stop(std::chrono::seconds{5});
      node_.reset();
    }
  }

  /// Tells the node of other settings, as SIGHUP does.
  void reload(const sigd::node_settings& how) {
    const auto done = node_->reload(how);
    BOOST_REQUIRE_MESSAGE(done, (done ? "" : done.error().message()));
  }

  [[nodiscard]] ::test::client connect() const {
    return ::test::client{node_->listening().front().port};
  }

  /// Sends one request on a connection of its own. `fields` are whole lines.
  [[nodiscard]] answer ask(std::string_view method, std::string_view target,
                           std::string_view fields = {},
                           std::string_view body = {}) const {
    auto to = connect();
    std::string text{method};
    text.append(" ").append(target).append(" HTTP/1.1\r\n");
    if (fields.find("Host:") == std::string_view::npos) {
      text += "Host: localhost\r\n";
    }
    text.append(fields);
    if (method == "POST" || method == "PUT" || !body.empty()) {
      text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    }
    text.append("\r\n").append(body);
    BOOST_REQUIRE(to.send(text));
    const auto got = to.read_answer();
    const auto end = got.find("\r\n\r\n");
    BOOST_REQUIRE(end != std::string::npos);
    return {static_cast<unsigned>(std::stoul(got.substr(9, 3))),
            got.substr(0, end), got.substr(end + 4)};
  }

  /// Publishes one CloudEvent in structured mode.
  [[nodiscard]] answer publish(std::string_view event,
                               std::string_view fields = {}) const {
    std::string all{"Content-Type: application/cloudevents+json\r\n"};
    all.append(fields);
    return ask("POST", "/v1/signals", all, event);
  }

private:
  temporary_folder folder_;
  sigd::node_settings how_;
  std::optional<sigd::node> node_;
};

/// A CloudEvent as JSON.
[[nodiscard]] inline std::string event_text(std::string_view id,
                                            std::string_view type,
                                            std::string_view data = "1",
                                            std::string_view source = "/me") {
  std::string text{R"({"specversion":"1.0","id":")"};
  text.append(id).append(R"(","type":")").append(type);
  text.append(R"(","source":")").append(source);
  text.append(R"(","data":)").append(data).append("}");
  return text;
}

} // namespace libsig::testing
