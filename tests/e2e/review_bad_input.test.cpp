#include <string>

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "tests/e2e/sig_program.hpp"
#include "tests/support/git_folder.hpp"

using namespace libsig::testing;
using nlohmann::json;

namespace {

program_end run_event(std::string text) {
  return run_sig({"review", "--event", "-"}, std::move(text));
}

std::string event_with(const json& data) {
  const json event{{"specversion", "1.0"},
                   {"id", "1"},
                   {"source", "/x"},
                   {"type", "review.request"},
                   {"data", data}};
  return event.dump();
}

std::string one_line_diff(const std::string& name, const std::string& line) {
  return "diff --git a/" + name + " b/" + name + "\n--- a/" + name + "\n+++ b/"
         + name + "\n@@ -0,0 +1 @@\n+" + line + "\n";
}

} // namespace

BOOST_AUTO_TEST_SUITE(review_bad_input)

BOOST_AUTO_TEST_CASE(wrong_usage_is_two_with_one_line) {
  check_refusal(run_sig({}), 2, "sig --help");
  check_refusal(run_sig({"reveiw"}), 2, "did you mean review?");
  check_refusal(run_sig({"review", "--lable", "x"}), 2, "--label");
  check_refusal(run_sig({"review", "--staged", "--worktree"}), 2, "--staged");
  check_refusal(run_sig({"review", "--format", "json", "--format", "sarif"}), 2,
                "two formats");
  check_refusal(run_sig({"review", "--only", "nobody"}), 2, "nobody");
  check_refusal(run_sig({"review", "--skip", "x\x1b[31m\ny"}), 2, "--skip");
  check_refusal(run_sig({"review", "--timeout", "0s"}), 2, "--timeout");
  check_refusal(run_sig({"review", "--event", "-", "--label", "x"}), 2,
                "--label");
  check_refusal(run_sig({"review", "--review-id", ".."}, good_diff), 2,
                "--review-id");
}

BOOST_AUTO_TEST_CASE(broken_json_is_two_with_the_place) {
  check_refusal(run_event("{\"a\":"), 2, "standard input");
  check_refusal(run_event("{\"specversion\":\"1.0\",}"), 2, "byte");
  check_refusal(run_event("{\"a\":\"\xff\"}"), 2, "standard input");
  check_refusal(run_event(std::string(100'000, '[')), 2, "standard input");
  check_refusal(run_event(std::string(100'000, '{')), 2, "standard input");
  check_refusal(run_event("{\"a\":1,\"a\":2}"), 2, "a");
  check_refusal(run_event("[]"), 2, "standard input");
  check_refusal(run_event(""), 2, "standard input");
}

BOOST_AUTO_TEST_CASE(broken_requests_are_two_with_the_pointer) {
  const auto with = [](const char* name, const json& value) {
    json data{{"review_id", "r"}, {"diff", good_diff}};
    data[name] = value;
    return run_event(event_with(data));
  };
  check_refusal(with("labels", json::array({1})), 2, "/labels/0");
  check_refusal(with("labels", "x"), 2, "/labels");
  check_refusal(with("files_changed", -1), 2, "/files_changed");
  check_refusal(with("risk_factor", 1.5), 2, "/risk_factor");
  check_refusal(with("review_id", ".."), 2, "/review_id");
  check_refusal(with("unknown", 1), 2, "/unknown");
  check_refusal(with("metadata", {{"options", {{"filter_mode", "x"}}}}), 2,
                "filter_mode");
  check_refusal(with("diff", nullptr), 2, "/diff");
  check_refusal(with("diff", "no diff at all"), 2, "diff");
}

BOOST_AUTO_TEST_CASE(broken_diffs_are_two_with_the_line) {
  check_refusal(run_sig({"review", "--quiet"}, "no diff at all\n"), 2,
                "standard input");
  check_refusal(
    run_sig({"review", "--quiet"}, good_diff.substr(0, good_diff.size() - 5)),
    2, "line ");
  check_refusal(
    run_sig({"review", "--quiet"}, "--- a/x\n+++ b/x\n@@ -1,9 +1,9 @@\n a\n"),
    2, "line ");
}

BOOST_AUTO_TEST_CASE(hostile_names_reach_no_terminal) {
  for (const char* const name :
       {"\"a\\nb.py\"", "\"\\033[31mred.py\"", "-x.py", "../../etc/x.py",
        "\"\\302\\233.py\"", "\"\\342\\200\\256.py\"", "\"\\377.py\""}) {
    const std::string quoted{name};
    const bool quotes = quoted.front() == '"';
    const auto side = [&](char letter) {
      return quotes ? std::string{"\""} + letter + "/" + quoted.substr(1)
                    : std::string{letter} + "/" + quoted;
    };
    const auto diff =
      "diff --git " + side('a') + " " + side('b') + "\n--- " + side('a')
      + "\n+++ " + side('b')
      + "\n@@ -0,0 +1 @@\n+cursor.execute(\"SELECT * FROM t WHERE n = '%s'\" "
        "% name) # \x1b[2J\n";
    for (const char* const format : {"pretty", "markdown", "github"}) {
      const auto end = run_sig({"review", "--format", format}, diff);
      BOOST_TEST_CONTEXT(name << " " << format << " " << end.complaint) {
        BOOST_TEST(end.status == 0);
        BOOST_TEST(is_plain(end.output));
        BOOST_TEST(is_plain(end.complaint));
        BOOST_TEST(!contains(end.output, "\xe2\x80\xae"));
      }
    }
    BOOST_TEST(json::parse(run_sig({"review", "--format", "json"}, diff).output)
                 .is_object());
  }
}

BOOST_AUTO_TEST_CASE(bytes_that_are_no_text_never_refuse_a_diff) {
  const auto end =
    run_sig({"review", "--format", "json"},
            one_line_diff("a.py", std::string{"\xff\xfe\0\x80", 4}));
  BOOST_TEST_REQUIRE(end.status == 0, end.complaint);
  const auto coverage = json::parse(end.output)["data"]["metadata"]["coverage"];
  BOOST_TEST(coverage["files"]["partial"].size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_diff_above_the_limit_is_refused_where_it_stands) {
  const temporary_folder folder;
  const auto name = folder.write("big", good_diff);
  std::filesystem::resize_file(name, (64u << 20) + 1);
  check_refusal(run_sig({"review", "--diff", name}), 2, "64 MiB");
}

BOOST_AUTO_TEST_CASE(a_line_of_a_gigabyte_costs_no_gigabyte) {
  const temporary_folder folder;
  const auto name = folder.write("big", one_line_diff("a", ""));
  std::filesystem::resize_file(name, 1u << 30);
  // Through a pipe, whose length nobody can ask for.
  program_run what{.arguments = {"sh", "-c", "cat \"$1\" | \"$2\" review", "sh",
                                 name, SIG_PROGRAM}};
  const auto end = run_program(what);
  check_refusal(end, 2, "64 MiB");
  BOOST_TEST(end.resident_kilobytes_max < 200'000);
}

BOOST_AUTO_TEST_CASE(a_hundred_megabytes_of_json_are_read_or_refused) {
  const auto deep =
    run_event("{\"data\":" + std::string(100u << 20, ' ') + "}");
  check_refusal(deep, 2, "standard input");
  const temporary_folder folder;
  const auto name = folder.write("big", "{}");
  std::filesystem::resize_file(name, (128u << 20) + 1);
  check_refusal(run_sig({"review", "--event", name}), 2, "128 MiB");
}

BOOST_AUTO_TEST_CASE(a_review_that_cannot_finish_in_time_is_three) {
  std::string diff;
  for (int i = 0; i < 40'000; ++i) {
    diff += "+cursor.execute(\"SELECT * FROM t WHERE n = '%s'\" % n)\n";
  }
  const auto end = run_sig(
    {"review", "--timeout", "1ms", "--fail-level", "none", "--format", "json",
     "--quiet"},
    "diff --git a/a.py b/a.py\n--- a/a.py\n+++ b/a.py\n@@ -0,0 +1,40000 @@\n"
      + diff);
  BOOST_TEST(end.status == 3);
  BOOST_TEST(json::parse(end.output)["data"]["status"] == "failed");
}

BOOST_AUTO_TEST_SUITE_END()
