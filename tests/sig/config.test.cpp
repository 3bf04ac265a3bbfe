#include "apps/sig/config.hpp"

#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

using namespace libsig;
using namespace libsig::sig;

namespace {

review_settings parse(std::string_view text) {
  auto parsed = parse_config(text, "sig.toml");
  BOOST_TEST_REQUIRE(parsed.has_value(),
                     (parsed ? std::string{} : parsed.error().message()));
  return std::move(*parsed);
}

error refusal(std::string_view text) {
  const auto parsed = parse_config(text, "sig.toml");
  BOOST_TEST_REQUIRE(!parsed.has_value());
  BOOST_TEST((parsed.error().code() == errc::invalid_argument));
  return parsed.error();
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

} // namespace

BOOST_AUTO_TEST_SUITE(config)

BOOST_AUTO_TEST_CASE(every_key_is_read) {
  const auto made = parse(R"(
[review]
labels = ["security", "x"]
intent = "hotfix"
risk_factor = 0.25
author = "ada"
branch = "main"
repo = "r"
filter_mode = "diff_context"
include = ["src/**"]
exclude = "*.md"
only = ["security_specialist"]
skip = []
fail_level = "medium"
format = ["pretty", "sarif=out.sarif"]
progress = "plain"
quiet = true
timeout = "2m"
source_prefix = "/acme"
)");
  const std::vector<std::string> labels{"security", "x"};
  const std::vector<std::string> exclude{"*.md"};
  BOOST_TEST(made.labels.value() == labels);
  BOOST_TEST(made.intent.value() == "hotfix");
  BOOST_TEST(made.risk_factor.value() == 0.25);
  BOOST_TEST(made.author.value() == "ada");
  BOOST_TEST(made.branch.value() == "main");
  BOOST_TEST(made.repo.value() == "r");
  BOOST_TEST((made.filter_mode.value() == review::filter_mode::diff_context));
  BOOST_TEST(made.include->front() == "src/**");
  BOOST_TEST(made.exclude.value() == exclude);
  BOOST_TEST(made.only->size() == 1u);
  BOOST_TEST(made.skip->empty());
  BOOST_TEST((made.fail_level.value() == fail_level::medium));
  BOOST_TEST(made.outputs->size() == 2u);
  BOOST_TEST((made.progress.value() == progress_mode::plain));
  BOOST_TEST(made.quiet.value());
  BOOST_TEST((made.timeout.value() == std::chrono::minutes{2}));
  BOOST_TEST(made.source_prefix.value() == "/acme");
}

BOOST_AUTO_TEST_CASE(nothing_is_said_by_an_empty_file) {
  BOOST_TEST(!parse("").intent.has_value());
  BOOST_TEST(!parse("[review]\n").intent.has_value());
}

BOOST_AUTO_TEST_CASE(tables_of_others_are_passed_over) {
  BOOST_TEST(parse("[inbox]\nlease = '1h'\n[[tokens]]\nhash = 'x'\n"
                   "[review]\nintent = 'x'\n")
               .intent.value()
             == "x");
}

BOOST_AUTO_TEST_CASE(an_unknown_key_is_placed_and_what_was_meant_named) {
  const auto reason = refusal("[review]\nintent = 'x'\n  lables = ['a']\n");
  BOOST_TEST(reason.place() == "sig.toml:3:3");
  BOOST_TEST(contains(reason.message(), "did you mean labels?"));
}

BOOST_AUTO_TEST_CASE(a_mistyped_table_is_refused) {
  BOOST_TEST(
    contains(refusal("[reviw]\nintent = 'x'\n").message(), "[review]"));
  BOOST_TEST(refusal("intent = 'x'\n").place() == "sig.toml:1:1");
  BOOST_TEST(contains(refusal("review = 3\n").message(), "review"));
}

BOOST_AUTO_TEST_CASE(values_of_a_wrong_kind_are_refused_with_their_kind) {
  for (const char* const line :
       {"labels = 3", "labels = [1]", "intent = ['x']", "risk_factor = '1'",
        "quiet = 'yes'", "timeout = 30", "format = {a = 1}"}) {
    const auto reason = refusal("[review]\n" + std::string{line} + "\n");
    BOOST_TEST_CONTEXT(line) {
      BOOST_TEST(reason.place() == "sig.toml:2:1");
      BOOST_TEST(contains(reason.message(), "must be"));
    }
  }
}

BOOST_AUTO_TEST_CASE(values_out_of_range_are_refused) {
  for (const char* const line :
       {"risk_factor = 1.5", "risk_factor = -1", "risk_factor = nan",
        "timeout = '0s'", "fail_level = 'severe'", "filter_mode = 'x'",
        "progress = 'x'", "format = ['json', 'sarif']", "format = 'x'"}) {
    BOOST_TEST_CONTEXT(line) {
      BOOST_TEST(refusal("[review]\n" + std::string{line} + "\n").place()
                 == "sig.toml:2:1");
    }
  }
  BOOST_TEST(parse("[review]\nrisk_factor = 1\n").risk_factor.value() == 1.0);
}

BOOST_AUTO_TEST_CASE(broken_syntax_is_placed) {
  BOOST_TEST(refusal("[review]\nintent = \n").place().starts_with("sig.toml:"));
  BOOST_TEST(
    refusal("[review]\nintent = '\xff'\n").place().starts_with("sig.toml:"));
}

BOOST_AUTO_TEST_CASE(deep_nesting_is_refused_and_harms_nobody) {
  const std::string text = "[x]\na = " + std::string(100'000, '[');
  BOOST_TEST(refusal(text).place().starts_with("sig.toml:"));
}

BOOST_AUTO_TEST_CASE(flags_win_over_the_file) {
  review_settings flags;
  flags.intent = "flag";
  flags.include = std::vector<std::string>{"a"};
  review_settings file;
  file.intent = "file";
  file.include = std::vector<std::string>{"b", "c"};
  file.author = "ada";
  const auto merged = merge(flags, file);
  BOOST_TEST(merged.intent.value() == "flag");
  BOOST_TEST(merged.include->size() == 1u);
  BOOST_TEST(merged.author.value() == "ada");
}

// The library that parses visits the tables of such a key recursively.
BOOST_AUTO_TEST_CASE(a_key_with_very_many_parts_is_refused) {
  std::string deep{"a"};
  for (int part = 0; part < 400'000; ++part) {
    deep += ".a";
  }
  const auto read = parse_config("[" + deep + "]\n", "c.toml");
  BOOST_REQUIRE(!read);
  BOOST_TEST((read.error().code() == errc::too_deep));
}

BOOST_AUTO_TEST_SUITE_END()
