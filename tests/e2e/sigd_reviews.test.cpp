// Reviews over HTTP by the built node: who waits for a summary gets it, across
// kills and restarts, and each review has one.

#include <boost/test/unit_test.hpp>

#include <map>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <poll.h>

#include "tests/e2e/sigd_client.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace libsig::testing;

namespace {

/// A diff that takes a moment to look through.
[[nodiscard]] std::string diff() {
  std::string made;
  for (int file = 0; file < 200; ++file) {
    const auto name = "f" + std::to_string(file) + ".py";
    made += "--- a/" + name + "\n+++ b/" + name + "\n@@ -0,0 +1,3 @@\n";
    made += "+def g(x):\n+    if x:\n+        return x\n";
  }
  return made;
}

[[nodiscard]] std::string post(const std::string& id, const std::string& wait) {
  return request("POST", "/v1/reviews?review_id=" + id + wait, diff(),
                 "text/x-diff");
}

/// Asks for reviews until the node is gone; the ids that were asked for, and
/// whether a summary was answered.
[[nodiscard]] std::map<std::string, bool>
review_until_the_end(std::uint16_t port, const std::string& prefix) {
  std::map<std::string, bool> asked;
  test::client to{port};
  for (int number = 0; to.connected(); ++number) {
    const auto id = prefix + std::to_string(number);
    asked[id] = false;
    const auto wait = number % 2 == 0 ? "&wait=60s" : "";
    if (!to.send(post(id, wait))) {
      break;
    }
    const auto status = status_of(to.read_answer());
    if (status != 200 && status != 202) {
      break;
    }
    asked[id] = status == 200;
  }
  return asked;
}

[[nodiscard]] std::map<std::string, int> summaries(std::uint16_t port) {
  std::map<std::string, int> made;
  std::string after{"0"};
  while (true) {
    const auto page = body_of(
      ask(port, request("GET", "/v1/signals?type=review.summary&limit=1000"
                               "&after="
                                 + after)));
    for (const auto& one : page.at("signals")) {
      // Data that is too long for lists is left out; the subject stays.
      ++made[one.at("subject").get<std::string>().substr(14)];
    }
    if (page.at("next").is_null()) {
      return made;
    }
    after = page.at("next").get<std::string>();
  }
}

} // namespace

BOOST_AUTO_TEST_SUITE(sigd_reviews)

BOOST_AUTO_TEST_CASE(a_wait_goes_on_behind_a_kill_and_a_restart) {
  constexpr int rounds = 6;
  constexpr std::size_t clients = 3;
  const temporary_folder folder;
  std::mt19937_64 random{4'711};
  std::map<std::string, bool> asked;
  for (int round = 0; round < rounds; ++round) {
    test::node_process node{sigd(folder.path())};
    BOOST_TEST_REQUIRE(node.ready());
    std::vector<std::map<std::string, bool>> of(clients);
    std::vector<std::thread> all;
    for (std::size_t which = 0; which < clients; ++which) {
      const auto prefix =
        std::to_string(round) + "-" + std::to_string(which) + "-";
      all.emplace_back([&of, port = node.port(), which, prefix] {
        of[which] = review_until_the_end(port, prefix);
      });
    }
    // The moment is the machine's; the test holds whatever it is.
    ::poll(nullptr, 0, static_cast<int>(20 + random() % 150));
    node.end(SIGKILL);
    for (auto& one : all) {
      one.join();
    }
    for (auto& some : of) {
      asked.merge(some);
    }
  }
  test::node_process node{sigd(folder.path())};
  BOOST_TEST_REQUIRE(node.ready());
  for (const auto& [id, answered] : asked) {
    // The same request again: a duplicate, or new where nothing was admitted.
    const auto got = ask(node.port(), post(id, "&wait=60s"));
    BOOST_TEST(status_of(got) == 200, id << ": " << got.substr(0, 300));
    const auto one =
      body_of(ask(node.port(), request("GET", "/v1/reviews/" + id)));
    BOOST_TEST(one.at("state") == "complete", id);
    BOOST_TEST(one.at("summary").at("id") == body_of(got).at("id"), id);
    BOOST_TEST(one.at("results").size() == 2u, id);
  }
  const auto made = summaries(node.port());
  BOOST_TEST(made.size() == asked.size());
  for (const auto& [id, count] : made) {
    BOOST_TEST(count == 1, "review " << id << " has " << count << " summaries");
  }
  const auto open =
    body_of(ask(node.port(), request("GET", "/v1/reviews?state=open")));
  BOOST_TEST(open.at("reviews").empty());
  BOOST_TEST(node.end(SIGTERM) == 0);
}

BOOST_AUTO_TEST_CASE(who_waits_when_the_node_ends_learns_which_review_goes_on) {
  const temporary_folder folder;
  std::string body;
  for (int part = 0; part < 200; ++part) {
    body += diff();
  }
  test::node_process node{sigd(folder.path())};
  BOOST_TEST_REQUIRE(node.ready());
  test::client to{node.port()};
  BOOST_REQUIRE(to.send(
    request("POST", "/v1/reviews?review_id=r1&wait=60s", body, "text/x-diff")));
  // Once the review is known, its request was accepted.
  constexpr int looks_max = 6'000;
  for (int look = 0; look < looks_max; ++look) {
    const auto got = ask(node.port(), request("GET", "/v1/reviews/r1"));
    if (status_of(got) == 200) {
      break;
    }
    ::poll(nullptr, 0, 5);
  }
  node.signal(SIGTERM);
  const auto answer = to.read_answer();
  // The summary, if it came first.
  const bool told = status_of(answer) == 503
                    && answer.find("Retry-After") != std::string::npos
                    && answer.find("'r1'") != std::string::npos;
  BOOST_TEST((told || status_of(answer) == 200), answer);
  BOOST_TEST(node.wait(std::chrono::seconds{60}).value_or(-1) == 0);
  test::node_process again{sigd(folder.path())};
  BOOST_TEST_REQUIRE(again.ready());
  const auto got =
    ask(again.port(), request("POST", "/v1/reviews?review_id=r1&wait=60s", body,
                              "text/x-diff"));
  BOOST_TEST(status_of(got) == 200);
}

BOOST_AUTO_TEST_SUITE_END()
