#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "apps/sig/client/node.hpp"

namespace libsig::testing {

/// A client of a URL whose pauses take no time but are kept.
class node_at {
public:
  explicit node_at(std::string url) { with.url = std::move(url); }

  sig::client::connection_flags with;
  std::vector<std::string> environment = {};
  std::vector<std::chrono::milliseconds> pauses = {};
  /// Pauses up to which it goes on.
  std::size_t pauses_max = 100;

  [[nodiscard]] sig::client::node make() {
    auto connection = sig::client::read_connection(with, environment);
    BOOST_TEST_REQUIRE(connection.has_value());
    sig::client::pacing how;
    how.wait = [this](std::chrono::milliseconds time) {
      pauses.push_back(time);
      return pauses.size() <= pauses_max;
    };
    auto made = sig::client::node::make(std::move(*connection), std::move(how));
    BOOST_TEST_REQUIRE(made.has_value());
    return std::move(*made);
  }
};

} // namespace libsig::testing
