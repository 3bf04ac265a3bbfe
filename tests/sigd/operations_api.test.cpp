#include <algorithm>
#include <cctype>
#include <filesystem>
#include <set>
#include <string>

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "libsig/metrics/text_writer.hpp"
#include "tests/sigd/running_node.hpp"
#include "tests/support/prometheus_text.hpp"
#include "tests/support/run_program.hpp"

namespace {

using libsig::testing::event_text;
using libsig::testing::prometheus_text;
using libsig::testing::running_node;
using nlohmann::json;

[[nodiscard]] std::string page_of(const running_node& node) {
  const auto got = node.ask("GET", "/metrics");
  BOOST_REQUIRE(got.status == 200u);
  BOOST_TEST(
    got.head.find("Content-Type: "
                  + std::string{libsig::metrics::text_writer::media_type})
    != std::string::npos);
  return got.body;
}

/// Follows a reference within the document.
[[nodiscard]] bool leads_somewhere(const json& document,
                                   const std::string& reference) {
  return reference.starts_with("#/")
         && document.contains(json::json_pointer{reference.substr(1)});
}

/// All values of `$ref`, wherever they stand; the document is small.
void collect(const json& from, std::set<std::string>& into) {
  for (const auto& [name, value] : from.items()) {
    if (from.is_object() && name == "$ref") {
      into.insert(value.get<std::string>());
    } else if (value.is_structured()) {
      collect(value, into);
    }
  }
}

} // namespace

BOOST_AUTO_TEST_SUITE(operations_surface)

// B2 Metrics.
BOOST_AUTO_TEST_CASE(what_a_node_does_is_seen_in_its_metrics) {
  const running_node node;
  const prometheus_text before{page_of(node)};
  BOOST_TEST(before.value("libsig_signals_admitted_total") == 0);
  for (const auto* const id : {"1", "2", "2"}) {
    BOOST_REQUIRE(node.publish(event_text(id, "a.b")).status == 202u);
  }
  BOOST_REQUIRE(node
                  .ask("POST", "/v1/reviews?wait=20s",
                       "Content-Type: text/x-diff\r\n",
                       "--- a/x.py\n+++ b/x.py\n@@ -1 +1 @@\n-a\n+b\n")
                  .status
                == 200u);
  const prometheus_text after{page_of(node)};
  BOOST_TEST(after.value("libsig_signals_admitted_total") >= 4);
  BOOST_TEST(
    after.value("libsig_signals_not_admitted_total", {{"reason", "duplicate"}})
    == 1);
  BOOST_TEST(after.value("libsig_publish_duration_seconds_count") == 4);
  BOOST_TEST(after.value("libsig_match_duration_seconds_count") >= 1);
  BOOST_TEST(after.value("libsig_deliver_duration_seconds_count") >= 1);
  BOOST_TEST(after.value("libsig_review_duration_seconds_count") == 1);
  BOOST_TEST(
    after.value("libsig_reviews_closed_total", {{"status", "complete"}}) == 1);
  BOOST_TEST(after.value("libsig_reviews_open") == 0);
  BOOST_TEST(after.value("libsig_http_answers_total",
                         {{"operation", "publish"}, {"status", "2xx"}})
             == 3);
  BOOST_TEST(after.value("libsig_log_last_sequence")
             == after.value("libsig_signals_admitted_total"));
  BOOST_TEST(after.value("libsig_log_first_sequence") == 1);
  BOOST_TEST(after.value("libsig_log_writable") == 1);
  BOOST_TEST(after.value("libsig_log_file_bytes", {{"file", "write_ahead"}})
             > 0);
  BOOST_TEST(after.value("libsig_process_resident_memory_bytes") > 1e6);
  BOOST_TEST(after.value("libsig_process_open_descriptors") > 3);
  BOOST_TEST(after.value("libsig_process_cpu_seconds_total") > 0);
  BOOST_TEST(after.value("libsig_process_start_time_seconds") > 1.7e9);
  BOOST_TEST(after.value("libsig_disk_free_bytes") > 0);
  BOOST_TEST(after.value("libsig_dead_letters_kept") == 0);
  BOOST_TEST(after.value("libsig_publisher_running",
                         {{"publisher", "/events.jsonl/default"}})
             == 1);
  BOOST_TEST(after.value("libsig_publisher_lost_total",
                         {{"publisher", "/events.jsonl/default"}})
             == 0);
  BOOST_TEST(after.value("libsig_metrics_samples_left_out") == 0);
  for (const auto& [name, family] : after.families()) {
    BOOST_TEST(name.starts_with("libsig_"));
  }
}

BOOST_AUTO_TEST_CASE(promtool_accepts_the_page) {
  if (!std::filesystem::exists("/usr/bin/promtool")) {
    BOOST_TEST_MESSAGE("skipped: promtool is not installed");
    return;
  }
  const running_node node;
  BOOST_REQUIRE(node.publish(event_text("1", "a.b")).status == 202u);
  const auto end = libsig::testing::run_program(
    {{"/usr/bin/promtool", "check", "metrics"}, ".", page_of(node)});
  BOOST_TEST(end.status == 0);
  BOOST_TEST(end.output + end.complaint == "");
}

BOOST_AUTO_TEST_CASE(the_routes_name_actors_patterns_and_what_they_emit) {
  const running_node node;
  const auto got = node.ask("GET", "/v1/routes");
  BOOST_REQUIRE(got.status == 200u);
  std::set<std::string> actors;
  const auto read = json::parse(got.body);
  for (const auto& one : read.at("routes")) {
    BOOST_TEST(one.size() == 6u);
    actors.insert(one.at("actor").get<std::string>());
    if (one.at("pattern") == "review.request") {
      BOOST_TEST(one.at("actor") == "coordinator");
      BOOST_TEST(one.at("priority") == 0);
      BOOST_TEST(one.at("emits").at(0) == "review.summary");
      BOOST_TEST(one.at("isolation") == "shared");
      BOOST_TEST(one.at("restart").at("restarts_max").is_number());
      BOOST_TEST(one.at("restart").at("window_ms").is_number());
      BOOST_TEST(one.at("restart").at("attempts_max").is_number());
      BOOST_TEST(one.at("restart").at("always") == true);
    }
  }
  BOOST_TEST(actors.contains("coordinator"));
  BOOST_TEST(actors.contains("security_specialist"));
}

// B2 API contract.
BOOST_AUTO_TEST_CASE(the_description_holds_together) {
  const running_node node;
  const auto got = node.ask("GET", "/openapi.json");
  BOOST_REQUIRE(got.status == 200u);
  const auto document = json::parse(got.body);
  BOOST_TEST(document.at("openapi") == "3.1.0");
  std::set<std::string> references;
  collect(document, references);
  BOOST_TEST(!references.empty());
  for (const auto& each : references) {
    BOOST_TEST(leads_somewhere(document, each), each);
  }
  std::set<std::string> ids;
  for (const auto& [path, methods] : document.at("paths").items()) {
    BOOST_TEST(path.starts_with("/"));
    for (const auto& [method, one] : methods.items()) {
      BOOST_TEST(ids.insert(one.at("operationId").get<std::string>()).second);
      BOOST_TEST(!one.at("summary").get<std::string>().empty());
      BOOST_TEST(one.at("responses").size() >= 2u);
    }
  }
  for (const auto* const id : {"publish", "stream", "metrics", "openapi",
                               "routes", "livez", "readyz"}) {
    BOOST_TEST(ids.contains(id));
  }
}

BOOST_AUTO_TEST_CASE(what_the_description_says_of_a_query_is_so) {
  const running_node node;
  const auto document =
    json::parse(node.ask("GET", "/openapi.json").body).at("paths");
  for (const auto& [path, methods] : document.items()) {
    if (path.find('{') != std::string::npos || !methods.contains("get")
        || methods.at("get").at("security").empty()) {
      continue;
    }
    const auto refused = node.ask("GET", path + "?no_such_name=1");
    BOOST_TEST(refused.status == 400u, path);
    BOOST_TEST(refused.body.find("no_such_name") != std::string::npos);
    for (const auto& one :
         methods.at("get").value("parameters", json::array())) {
      const auto name = one.at("name").get<std::string>();
      const auto got = node.ask("GET", path + '?' + name + "=%21");
      BOOST_TEST(got.body.find("'" + name + "' here") == std::string::npos,
                 path);
    }
  }
}

BOOST_AUTO_TEST_CASE(no_operation_is_asked_with_names_it_does_not_declare) {
  const running_node node;
  const auto document =
    json::parse(node.ask("GET", "/openapi.json").body).at("paths");
  for (const auto& [path, methods] : document.items()) {
    for (const auto& [method, what] : methods.items()) {
      auto verb = method;
      std::ranges::transform(verb, verb.begin(), [](unsigned char one) {
        return static_cast<char>(std::toupper(one));
      });
      // Any segment of a path will do, since nobody looks at it any more.
      const auto got = node.ask(verb, path + "?no_such_name=1");
      BOOST_TEST(got.status == 400u, verb << ' ' << path << ": " << got.body);
      BOOST_TEST(got.head.find("application/problem+json")
                 != std::string::npos);
      BOOST_TEST(got.body.find("'no_such_name' here") != std::string::npos);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_name_stands_twice_only_where_it_is_declared_so) {
  const running_node node;
  const auto twice = node.ask("GET", "/v1/signals?limit=1&limit=1");
  BOOST_TEST(twice.status == 400u);
  BOOST_TEST(twice.body.find("'limit' stands twice") != std::string::npos);
  BOOST_TEST(node.ask("GET", "/v1/signals?limit=1").status == 200u);
  const auto labels =
    node.ask("POST", "/v1/reviews?label=a&label=b&filter_mode=none",
             "Content-Type: text/x-diff\r\n");
  BOOST_TEST(labels.status == 400u);
  BOOST_TEST(labels.body.find("label") == std::string::npos, labels.body);
}

BOOST_AUTO_TEST_SUITE_END()
