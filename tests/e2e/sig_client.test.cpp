// The built program against the built node, as scripts use both.

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "tests/e2e/sig_program.hpp"
#include "tests/support/background_program.hpp"
#include "tests/support/http_client.hpp"
#include "tests/support/node_process.hpp"
#include "tests/support/scripted_server.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace libsig::testing;

namespace {

using json = nlohmann::json;

/// A node over a folder of its own, which can be stopped and started.
class stored_node {
public:
  stored_node() { start({}); }

  /// Listens on a free port, and on others when they are named.
  void start(std::vector<std::string> listen) {
    node_.emplace(::test::node_run{.program = SIGD_PROGRAM,
                                   .data = data(),
                                   .arguments = std::move(listen),
                                   .complaint_file = folder_.file("talk")});
    BOOST_REQUIRE(node_->ready());
  }

  void stop() {
    BOOST_TEST(node_->end(SIGTERM) == 0);
    node_.reset();
  }

  [[nodiscard]] std::string url() const {
    return "http://127.0.0.1:" + std::to_string(node_->port());
  }

  [[nodiscard]] std::uint16_t port() const { return node_->port(); }

  [[nodiscard]] std::string data() const { return folder_.file("data"); }

  /// The program with this node as its own.
  [[nodiscard]] program_end sig(std::vector<std::string> arguments,
                                std::string input = {}) const {
    auto what = libsig::testing::sig(std::move(arguments));
    what.input = std::move(input);
    what.environment = {"SIGD_URL=" + url()};
    return run_program(what);
  }

  [[nodiscard]] json publish(const std::string& type,
                             const std::string& data) const {
    const auto end = sig({"publish", type, "--data", data, "--source", "/me"});
    BOOST_TEST_REQUIRE(end.status == 0);
    return json::parse(end.output);
  }

private:
  temporary_folder folder_;
  std::optional<::test::node_process> node_;
};

std::vector<json> lines_of(const std::string& text) {
  std::vector<json> lines;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = text.find('\n', at);
    lines.push_back(json::parse(text.substr(at, end - at)));
    at = end + 1;
  }
  return lines;
}

} // namespace

BOOST_AUTO_TEST_SUITE(sig_client)

BOOST_AUTO_TEST_CASE(what_is_published_is_listed_tailed_and_exported) {
  const stored_node node;
  const auto receipt = node.publish("a.b", R"({"n":1.0,"text":"x,\"y\""})");
  BOOST_TEST(receipt.at("sequence") == "1");
  BOOST_TEST(receipt.at("duplicate") == false);
  static_cast<void>(node.publish("a.c", "2"));
  const auto listed = lines_of(node.sig({"list"}).output);
  BOOST_TEST_REQUIRE(listed.size() == 2u);
  BOOST_TEST(listed[0].at("id") == receipt.at("id"));
  BOOST_TEST(listed[1].at("data") == 2);
  BOOST_TEST(lines_of(node.sig({"list", "--limit", "1"}).output).size() == 1u);
  BOOST_TEST(lines_of(node.sig({"list", "--type", "a.b"}).output).size() == 1u);
  const auto tailed = node.sig({"tail", "a.*", "--since", "2"});
  BOOST_TEST_REQUIRE(lines_of(tailed.output).size() == 1u);
  BOOST_TEST(lines_of(tailed.output)[0].at("type") == "a.c");
  const auto exported = node.sig({"export", "--jsonl"});
  BOOST_TEST(exported.output == node.sig({"tail", "--since", "0"}).output);
  BOOST_TEST(contains(exported.output, "\"n\":1.0"));
  const auto csv = node.sig({"export", "--csv", "--type", "a.b"}).output;
  BOOST_TEST(csv.starts_with("event_type,args,unix_time,ai_friendly_time\n"
                             "a.b,\"{\"\"n\"\":1.0,"));
  BOOST_TEST(std::count(csv.begin(), csv.end(), '\n') == 2);
}

BOOST_AUTO_TEST_CASE(the_same_id_is_the_same_signal) {
  const stored_node node;
  const std::vector<std::string> publish{"publish", "a",        "--id",
                                         "x",       "--source", "/me"};
  const auto first = json::parse(node.sig(publish).output);
  const auto second = json::parse(node.sig(publish).output);
  BOOST_TEST(first.at("sequence") == second.at("sequence"));
  BOOST_TEST(second.at("duplicate") == true);
}

BOOST_AUTO_TEST_CASE(data_comes_from_standard_input) {
  const stored_node node;
  BOOST_TEST(node.sig({"publish", "a", "--data", "-"}, "[1, 2]").status == 0);
  BOOST_TEST(contains(node.sig({"tail"}).output, "\"data\":[1,2]"));
}

BOOST_AUTO_TEST_CASE(times_bound_an_export_inclusively) {
  const stored_node node;
  static_cast<void>(node.publish("a", "1"));
  const auto all = node.sig({"export", "--jsonl"}).output;
  const auto at = lines_of(all)[0].at("recordedtime").get<std::string>();
  const auto count = [&node](std::vector<std::string> bounds) {
    bounds.insert(bounds.begin(), {"export", "--jsonl"});
    return lines_of(node.sig(std::move(bounds)).output).size();
  };
  BOOST_TEST(count({"--from", at, "--to", at}) == 1u);
  BOOST_TEST(count({"--from", "2001-01-01T00:00:00Z"}) == 1u);
  BOOST_TEST(count({"--from", "2999-01-01T00:00:00Z"}) == 0u);
  BOOST_TEST(count({"--to", "2001-01-01T00:00:00Z"}) == 0u);
  const auto empty =
    node.sig({"export", "--csv", "--to", "2001-01-01T00:00:00Z"});
  BOOST_TEST(empty.output == "event_type,args,unix_time,ai_friendly_time\n");
}

BOOST_AUTO_TEST_CASE(large_data_is_exported_whole) {
  const stored_node node;
  const std::string large = '"' + std::string(400'000, 'x') + '"';
  BOOST_TEST(node.sig({"publish", "a", "--data", "-"}, large).status == 0);
  BOOST_TEST(contains(node.sig({"list"}).output, "\"dataomitted\":400002"));
  BOOST_TEST(contains(node.sig({"export", "--jsonl"}).output, large));
}

BOOST_AUTO_TEST_CASE(a_refused_publish_is_status_2_in_one_line) {
  const stored_node node;
  check_refusal(node.sig({"publish", "review.summary"}), 2, "TYPE: ");
  check_refusal(node.sig({"publish", ""}), 2, "TYPE: ");
  check_refusal(node.sig({"publish", "a", "--data", "{"}), 2, "--data: ");
  check_refusal(node.sig({"tail", "a.**.**"}), 2, "PATTERN: ");
  check_refusal(node.sig({"explain", "no-such"}), 2, "404");
  BOOST_TEST(node.sig({"list"}).output == "");
}

BOOST_AUTO_TEST_CASE(without_a_node_it_is_status_4_in_one_line) {
  std::string url;
  {
    const scripted_server gone{[](const seen_request&) { return ""; }};
    url = gone.url();
  }
  const std::vector<std::vector<std::string>> commands{
    {"publish", "a"},    {"list"},   {"tail"},         {"tail", "-f"},
    {"export", "--csv"}, {"routes"}, {"explain", "r"}, {"dead-letters"}};
  for (auto command : commands) {
    command.insert(command.end(), {"--url", url});
    BOOST_TEST_CONTEXT(command.front()) {
      check_refusal(run_sig(command), 4, url + ": no node answers");
    }
  }
  BOOST_TEST(run_sig({"doctor", "--url", url}).status == 4);
}

BOOST_AUTO_TEST_CASE(a_node_that_never_answers_is_status_124) {
  const scripted_server half{[](const seen_request&) {
    return "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{";
  }};
  // The server serves one connection at a time; this one is never done.
  const ::test::client holds{half.port()};
  check_refusal(run_sig({"list", "--url", half.url(), "--timeout", "100ms"}),
                124, "no answer within 100 ms");
}

// B3, C2 row 2: a follower sees each signal once, over a restart of the node.
BOOST_AUTO_TEST_CASE(a_follower_survives_a_restart_and_an_interrupt_ends_it) {
  stored_node node;
  static_cast<void>(node.publish("a.before", "1"));
  const auto port = std::to_string(node.port());
  background_program follower{
    {SIG_PROGRAM, "tail", "a.**", "-f", "--url", node.url()}};
  BOOST_TEST(contains(follower.read_line(), "a.before"));
  static_cast<void>(node.publish("a.one", "1"));
  BOOST_TEST(contains(follower.read_line(), "a.one"));
  node.stop();
  node.start({"--listen", "127.0.0.1:" + port});
  static_cast<void>(node.publish("b.other", "1"));
  static_cast<void>(node.publish("a.two", "1"));
  BOOST_TEST(contains(follower.read_line(), "a.two"));
  BOOST_TEST(follower.end(SIGINT) == 0);
  BOOST_TEST(follower.rest() == "");
}

BOOST_AUTO_TEST_CASE(a_follower_whose_reader_is_gone_ends) {
  const stored_node node;
  auto what = sig({"tail", "-f", "--url", node.url()});
  what.output_is = standard_stream::no_reader;
  const auto end = run_program(what);
  BOOST_TEST(end.status == 4);
  BOOST_TEST(end.complaint == "");
}

BOOST_AUTO_TEST_CASE(the_doctor_looks_at_the_node_and_at_its_store) {
  stored_node node;
  static_cast<void>(node.publish("a", "1"));
  const auto well = node.sig({"doctor"});
  BOOST_TEST(well.status == 0);
  BOOST_TEST(contains(well.output, "ok    node"));
  BOOST_TEST(contains(well.output, "ok    ready"));
  const auto open = node.sig({"doctor", "--data", node.data()});
  BOOST_TEST(open.status == 0);
  BOOST_TEST(contains(open.output, "warn  store"));
  node.stop();
  const auto closed = run_sig({"doctor", "--data", node.data(), "--json"});
  BOOST_TEST(closed.status == 0);
  BOOST_TEST(json::parse(closed.output).at("ok") == true);
  BOOST_TEST(contains(closed.output, "1 signals"));
}

BOOST_AUTO_TEST_SUITE_END()
