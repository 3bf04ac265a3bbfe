// What the built node sends by itself: webhooks, dead letters, the log as a
// file (C2 rows 22, 30 and 31; contract, "Files").

#include <filesystem>
#include <fstream>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include <poll.h>

#include <boost/test/unit_test.hpp>

#include "tests/e2e/sigd_client.hpp"
#include "tests/support/receiver.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace libsig::testing;
using nlohmann::json;

namespace {

/// Waits until it is so; looks every 10 ms, for 30 s at most.
[[nodiscard]] bool becomes_true(const std::function<bool()>& it) {
  for (int looked = 0; looked < 3'000; ++looked) {
    if (it()) {
      return true;
    }
    ::poll(nullptr, 0, 10);
  }
  return false;
}

/// A node with a configuration of its own, over restarts.
struct configured_node {
  explicit configured_node(const std::string& configuration)
    : file{folder.write("sigd.toml", configuration)} {
    start();
  }

  void start() {
    auto how = sigd(folder.path() / "data");
    how.arguments = {"--config", file};
    how.complaint_file = folder.file("complaint");
    node.emplace(how);
    BOOST_REQUIRE_MESSAGE(node->ready(), folder.read("complaint"));
  }

  void kill() {
    static_cast<void>(node->end(SIGKILL));
    node.reset();
  }

  void publish(int from, int to) const {
    for (int number = from; number <= to; ++number) {
      BOOST_REQUIRE(
        status_of(ask(node->port(), request("POST", "/v1/signals",
                                            event(std::to_string(number)))))
        == 202);
    }
  }

  [[nodiscard]] json letters() const {
    const auto got =
      body_of(ask(node->port(), request("GET", "/v1/dead-letters")));
    BOOST_REQUIRE(got.is_object() && got.contains("dead_letters"));
    return got.at("dead_letters");
  }

  [[nodiscard]] std::string events() const {
    return folder.read("data/signals/events.jsonl");
  }

  /// The ids of the file's lines, each of which must be whole.
  [[nodiscard]] std::vector<std::string> event_ids() const {
    const auto text = events();
    std::vector<std::string> found;
    for (std::size_t at = 0; at < text.size();) {
      const auto end = text.find('\n', at);
      const auto line = json::parse(text.substr(at, end - at), nullptr, false);
      if (end == std::string::npos || line.is_discarded()) {
        found.emplace_back("torn");
        break;
      }
      found.push_back(line.at("id").get<std::string>());
      at = end + 1;
    }
    return found;
  }

  [[nodiscard]] std::string events_path() const {
    return folder.file("data/signals/events.jsonl");
  }

  temporary_folder folder;
  std::string file;
  std::optional<test::node_process> node;
};

[[nodiscard]] std::string hook(std::uint16_t port,
                               const std::string& more = "") {
  return "[[publishers]]\nname = \"hook\"\nkind = \"webhook\"\nsecret = "
         "\"key\"\n"
         "types = [\"a.*\"]\nallow_private = [\"127.0.0.1\"]\nurl = "
         "\"http://127.0.0.1:"
         + std::to_string(port) + "/hook\"\n" + more;
}

[[nodiscard]] std::vector<std::string> numbers(int from, int to) {
  std::vector<std::string> made;
  for (int number = from; number <= to; ++number) {
    made.push_back(std::to_string(number));
  }
  return made;
}

[[nodiscard]] std::vector<std::string>
ids_of(const std::vector<received_post>& posts) {
  std::vector<std::string> found;
  for (const auto& one : posts) {
    found.push_back(json::parse(one.body).at("id").get<std::string>());
  }
  return found;
}

} // namespace

BOOST_AUTO_TEST_SUITE(sigd_publish)

BOOST_AUTO_TEST_CASE(a_webhook_that_was_down_gets_everything_in_order) {
  std::uint16_t port = 0;
  {
    const receiver closed;
    port = closed.port();
  }
  configured_node one{hook(port)};
  one.publish(1, 5);
  receiver back{"127.0.0.1", port};
  BOOST_TEST((ids_of(back.posts(5)) == numbers(1, 5)));
  BOOST_TEST(back.posts(1).front().field("x-webhook-event") == "a.b");
  BOOST_TEST(back.posts(1).front().field("x-webhook-signature").size() == 64u);
  BOOST_TEST(one.letters().empty());
}

BOOST_AUTO_TEST_CASE(what_was_not_delivered_before_a_kill_is_afterwards) {
  receiver to;
  configured_node one{hook(to.port())};
  to.answer_all({.status = 503});
  one.publish(1, 20);
  static_cast<void>(to.posts(1));
  one.kill();
  to.answer_all({});
  one.start();
  one.publish(21, 25);
  // At least once: some may have come twice.
  BOOST_TEST(becomes_true([&] {
    const auto all = ids_of(to.posts(1));
    const std::set<std::string> distinct{all.begin(), all.end()};
    return distinct.size() == 25u && all.back() == "25";
  }));
}

BOOST_AUTO_TEST_CASE(a_dead_letter_is_listed_and_redriven_after_a_kill) {
  receiver to;
  configured_node one{hook(to.port())};
  to.answer({{.status = 404}, {.status = 400}});
  one.publish(1, 3);
  BOOST_REQUIRE(becomes_true([&] { return one.letters().size() == 2u; }));
  one.kill();
  one.start();
  const auto letters = one.letters();
  BOOST_REQUIRE(letters.size() == 2u);
  BOOST_TEST(letters[0].at("signal").at("id") == "1");
  BOOST_TEST(letters[0].at("target") == "publisher:hook");
  BOOST_TEST(letters[0].at("attempts") == 1);
  BOOST_TEST(letters[0].at("reason").get<std::string>().ends_with("404"));
  const auto path =
    "/v1/dead-letters/" + letters[0].at("id").get<std::string>();

  // What came after them may be sent once more; it is over with the next.
  one.publish(4, 4);
  BOOST_REQUIRE(
    becomes_true([&] { return ids_of(to.posts(1)).back() == "4"; }));

  to.answer({{.status = 500}});
  auto tried =
    body_of(ask(one.node->port(), request("POST", path + "/redrive", "")));
  BOOST_TEST(tried.at("delivered") == false);
  BOOST_TEST(one.letters()[0].at("attempts") == 2);

  tried =
    body_of(ask(one.node->port(), request("POST", path + "/redrive", "")));
  BOOST_TEST(tried.at("delivered") == true);
  BOOST_TEST(ids_of(to.posts(1)).back() == "1");
  BOOST_TEST(one.letters().size() == 1u);
  BOOST_TEST(
    status_of(ask(one.node->port(), request("POST", path + "/redrive", "")))
    == 404);

  const auto other =
    "/v1/dead-letters/" + letters[1].at("id").get<std::string>();
  BOOST_TEST(status_of(ask(one.node->port(), request("DELETE", other))) == 204);
  BOOST_TEST(status_of(ask(one.node->port(), request("DELETE", other))) == 404);
  BOOST_TEST(one.letters().empty());
}

BOOST_AUTO_TEST_CASE(an_endpoint_that_is_gone_stays_stopped) {
  receiver to;
  configured_node one{hook(to.port())};
  to.answer({{.status = 410}});
  one.publish(1, 3);
  BOOST_REQUIRE(becomes_true([&] { return one.letters().size() == 1u; }));
  one.kill();
  one.start();
  one.publish(4, 4);
  const auto path =
    "/v1/dead-letters/" + one.letters()[0].at("id").get<std::string>();
  const auto tried =
    body_of(ask(one.node->port(), request("POST", path + "/redrive", "")));
  BOOST_TEST(tried.at("delivered") == false);
  BOOST_TEST(to.posts(1).size() == 1u);
}

BOOST_AUTO_TEST_CASE(wrong_questions_about_dead_letters_are_refused) {
  const configured_node one{""};
  for (const auto* const query : {"?limit=0", "?limit=1001", "?limit=x",
                                  "?after=x", "?what=1", "?limit=1&limit=2"}) {
    BOOST_TEST(
      status_of(ask(one.node->port(),
                    request("GET", std::string{"/v1/dead-letters"} + query)))
        == 400,
      query);
  }
  BOOST_TEST(one.letters().empty());
}

BOOST_AUTO_TEST_CASE(a_webhook_to_a_private_address_is_refused_at_the_start) {
  temporary_folder folder;
  auto how = sigd(folder.path() / "data");
  how.complaint_file = folder.file("complaint");
  how.arguments = {"--config",
                   folder.write("sigd.toml",
                                "[[publishers]]\nname = \"h\"\nkind = "
                                "\"webhook\"\nurl = \"http://0x7f.1/\"\n")};
  test::node_process node{how};
  BOOST_TEST(!node.ready());
  BOOST_TEST(node.wait(std::chrono::seconds{20}).value_or(0) != 0);
  const auto said = folder.read("complaint");
  BOOST_TEST(said.find("loopback") != std::string::npos, said);
}

BOOST_AUTO_TEST_CASE(the_log_as_a_file_follows_and_is_rebuilt) {
  configured_node one{""};
  one.publish(1, 10);
  BOOST_TEST(becomes_true([&] { return one.event_ids() == numbers(1, 10); }));

  // Removed while the node runs: there again with the next signal.
  std::filesystem::remove(one.events_path());
  one.publish(11, 11);
  BOOST_TEST(becomes_true([&] { return one.event_ids() == numbers(1, 11); }));

  // Removed while it does not.
  one.kill();
  std::filesystem::remove_all(one.folder.file("data/signals"));
  one.start();
  BOOST_TEST(becomes_true([&] { return one.event_ids() == numbers(1, 11); }));

  // A torn last line.
  one.publish(12, 14);
  BOOST_TEST(becomes_true([&] { return one.event_ids() == numbers(1, 14); }));
  one.kill();
  std::filesystem::resize_file(one.events_path(), one.events().size() - 5);
  one.start();
  BOOST_TEST(becomes_true([&] { return one.event_ids() == numbers(1, 14); }));

  // Garbage in the middle.
  one.kill();
  auto text = one.events();
  text.replace(text.size() / 2, 3, "\n\n\n");
  std::ofstream{one.events_path(), std::ios::binary} << text;
  one.start();
  BOOST_TEST(becomes_true([&] { return one.event_ids() == numbers(1, 14); }));
}

BOOST_AUTO_TEST_CASE(the_file_has_no_line_twice_over_many_kills) {
  configured_node one{""};
  for (int round = 0; round < 8; ++round) {
    one.publish(round * 10 + 1, round * 10 + 10);
    one.kill();
    one.start();
  }
  BOOST_TEST(becomes_true([&] { return one.event_ids() == numbers(1, 80); }));
}

BOOST_AUTO_TEST_SUITE_END()
