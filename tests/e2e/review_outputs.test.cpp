#include <filesystem>
#include <string>

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "tests/e2e/sig_program.hpp"

using namespace libsig::testing;
using nlohmann::json;
namespace fs = std::filesystem;

BOOST_AUTO_TEST_SUITE(review_outputs)

BOOST_AUTO_TEST_CASE(several_formats_come_from_one_run) {
  const temporary_folder folder;
  const auto end = run_sig({"review", "--format", "pretty", "--format",
                            "json=" + folder.file("a.json"), "--format",
                            "sarif=" + folder.file("a.sarif"), "--format",
                            "markdown=" + folder.file("a.md"), "--format",
                            "github=" + folder.file("a.txt"), "--format",
                            "rdjson=" + folder.file("a.rdjson")},
                           bad_diff);
  BOOST_TEST_REQUIRE(end.status == 0, end.complaint);
  BOOST_TEST(contains(end.output, "app.py"));
  BOOST_TEST(json::parse(folder.read("a.json"))["type"] == "review.summary");
  BOOST_TEST(json::parse(folder.read("a.sarif"))["version"] == "2.1.0");
  BOOST_TEST(json::parse(folder.read("a.rdjson"))["diagnostics"].size() == 1u);
  BOOST_TEST(contains(folder.read("a.md"), "app.py"));
  BOOST_TEST(contains(folder.read("a.txt"), "::error"));
  BOOST_TEST(std::distance(fs::directory_iterator{folder.path()}, {}) == 5);
}

BOOST_AUTO_TEST_CASE(json_on_standard_output_is_one_object_on_one_line) {
  const auto end = run_sig({"review", "--format", "json"}, bad_diff);
  BOOST_TEST(end.output.find('\n') == end.output.size() - 1);
  BOOST_TEST(json::parse(end.output).is_object());
}

BOOST_AUTO_TEST_CASE(progress_goes_to_standard_error_alone) {
  const auto plain = run_sig({"review", "--progress", "plain"}, bad_diff);
  BOOST_TEST(contains(plain.complaint, "security_specialist: done"));
  BOOST_TEST(!contains(plain.output, "security_specialist: done"));
  BOOST_TEST(run_sig({"review", "--progress", "none"}, bad_diff).complaint
             == "");
  BOOST_TEST(run_sig({"review", "--quiet"}, bad_diff).complaint == "");
}

BOOST_AUTO_TEST_CASE(the_gate_decides_between_zero_and_one) {
  const auto status = [](const std::string& level, const std::string& diff) {
    return run_sig({"review", "--fail-level", level}, diff).status;
  };
  for (const char* const level : {"any", "low", "medium", "high"}) {
    BOOST_TEST(status(level, bad_diff) == 1);
    BOOST_TEST(status(level, good_diff) == 0);
  }
  BOOST_TEST(status("none", bad_diff) == 0);
}

BOOST_AUTO_TEST_CASE(scope_options_change_what_is_found) {
  const auto findings = [](std::vector<std::string> options) {
    options.insert(options.begin(), "review");
    options.insert(options.end(), {"--format", "json"});
    return json::parse(
             run_sig(std::move(options), bad_diff).output)["data"]["findings"]
      .size();
  };
  BOOST_TEST(findings({}) == 1u);
  BOOST_TEST(findings({"--exclude", "*.py"}) == 0u);
  BOOST_TEST(findings({"--include", "*.rb"}) == 0u);
  BOOST_TEST(findings({"--skip", "security_specialist"}) == 0u);
  BOOST_TEST(findings({"--only", "security_specialist"}) == 1u);
}

BOOST_AUTO_TEST_CASE(a_configuration_speaks_where_flags_do_not) {
  const temporary_folder folder;
  const auto file =
    folder.write("sig.toml", "[review]\nfail_level = 'high'\n"
                             "format = ['json']\nquiet = true\n");
  const auto end = run_sig({"review", "--config", file}, bad_diff);
  BOOST_TEST(end.status == 1);
  BOOST_TEST(end.complaint == "");
  BOOST_TEST(json::parse(end.output).is_object());
  BOOST_TEST(
    run_sig({"review", "--config", file, "--fail-level", "none"}, bad_diff)
      .status
    == 0);
  folder.write("sig.toml", "[review]\nfail_levle = 'high'\n");
  check_refusal(run_sig({"review", "--config", file}, bad_diff), 2,
                "sig.toml:2:1: there is no key 'fail_levle' in [review]; did "
                "you mean fail_level?");
}

BOOST_AUTO_TEST_CASE(a_full_output_is_four_and_said) {
  auto what = sig({"review", "--quiet"});
  what.input = bad_diff;
  what.output_file = "/dev/full";
  check_refusal(run_program(what), 4, "standard output");
  what = sig({"--help"});
  what.output_file = "/dev/full";
  check_refusal(run_program(what), 4, "standard output");
}

BOOST_AUTO_TEST_CASE(a_closed_output_is_four_and_said) {
  auto what = sig({"review", "--quiet"});
  what.input = bad_diff;
  what.output_is = standard_stream::closed;
  check_refusal(run_program(what), 4, "standard output");
}

BOOST_AUTO_TEST_CASE(a_reader_that_went_away_is_four_without_a_word) {
  auto what = sig({"review", "--quiet"});
  what.input = bad_diff;
  what.output_is = standard_stream::no_reader;
  const auto end = run_program(what);
  BOOST_TEST(end.status == 4);
  BOOST_TEST(end.complaint == "");
}

BOOST_AUTO_TEST_CASE(what_fails_leaves_every_file_as_it_was) {
  const temporary_folder folder;
  folder.write("a.json", "before");
  const auto target = "json=" + folder.file("a.json");
  auto what =
    sig({"review", "--quiet", "--format", "pretty", "--format", target});
  what.input = bad_diff;
  what.output_file = "/dev/full";
  BOOST_TEST(run_program(what).status == 4);
  what.output_file = {};
  what.output_is = standard_stream::no_reader;
  BOOST_TEST(run_program(what).status == 4);
  check_refusal(run_sig({"review", "--quiet", "--format", target, "--format",
                         "sarif=" + folder.file("no/such/x")},
                        bad_diff),
                4, "no/such/x");
  check_refusal(run_sig({"review", "--quiet", "--format", target, "--format",
                         "sarif=/dev/full"},
                        bad_diff),
                4, "/dev/full");
  BOOST_TEST(folder.read("a.json") == "before");
  BOOST_TEST(std::distance(fs::directory_iterator{folder.path()}, {}) == 1);
}

BOOST_AUTO_TEST_CASE(a_closed_standard_error_does_no_harm) {
  const temporary_folder folder;
  auto what = sig({"review", "--format", "json=" + folder.file("a.json")});
  what.input = bad_diff;
  what.error_is = standard_stream::closed;
  what.output_is = standard_stream::closed;
  // Nothing goes to standard output, so that it is closed does not matter, and
  // no talk ends up in the file that was opened first.
  BOOST_TEST(run_program(what).status == 0);
  BOOST_TEST(json::parse(folder.read("a.json")).is_object());
}

BOOST_AUTO_TEST_SUITE_END()
