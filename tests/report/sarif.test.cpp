#include <fstream>
#include <string>

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include "libsig/report/internal/uri.hpp"
#include "tests/report/golden.hpp"

namespace libsig::report {

namespace {

using nlohmann::json;
using valijson::adapters::NlohmannJsonAdapter;

/// The rules of the standard, as tests/golden/sarif.schema.json has them.
class sarif_rules {
public:
  sarif_rules() {
    std::ifstream file{LIBSIG_SOURCE_DIR "/tests/golden/sarif.schema.json"};
    const auto document = json::parse(file);
    valijson::SchemaParser parser{valijson::SchemaParser::kDraft7};
    parser.populateSchema(NlohmannJsonAdapter{document}, schema_);
  }

  /// What is wrong with a document; empty when nothing is.
  [[nodiscard]] std::string complaints(const json& document) {
    valijson::ValidationResults results;
    valijson::Validator validator;
    std::string out;
    if (!validator.validate(schema_, NlohmannJsonAdapter{document}, &results)) {
      valijson::ValidationResults::Error error;
      while (results.popError(error)) {
        for (const auto& step : error.context) {
          out += step;
        }
        out += ": " + error.description + '\n';
      }
    }
    return out;
  }

private:
  valijson::Schema schema_;
};

json report_on(const samples::sample& made) {
  options how;
  how.tool_version = "1.2.3";
  return json::parse(make_report(format::sarif, made.as_subject(), how));
}

} // namespace

BOOST_AUTO_TEST_SUITE(sarif)

BOOST_AUTO_TEST_CASE(reports_are_what_they_are_known_to_be) {
  options how;
  how.tool_version = "1.2.3";
  golden::check_samples(format::sarif, how, "");
}

BOOST_AUTO_TEST_CASE(reports_follow_the_rules_of_the_standard) {
  sarif_rules rules;
  for (const auto& [name, made] : samples::all()) {
    BOOST_TEST(rules.complaints(report_on(made)) == "", name);
  }
}

BOOST_AUTO_TEST_CASE(the_rules_refuse_what_the_standard_does) {
  sarif_rules rules;
  auto document = report_on(samples::several());
  BOOST_TEST(rules.complaints(document) == "");
  document["runs"][0]["results"][0]["level"] = "high";
  BOOST_TEST(rules.complaints(document) != "");
  document = report_on(samples::several());
  document["runs"][0]["results"][0]["message"].erase("text");
  BOOST_TEST(rules.complaints(document) != "");
  document = report_on(samples::several());
  document["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
          ["artifactLocation"]["uri"] = "a b";
  BOOST_TEST(rules.complaints(document) != "");
}

BOOST_AUTO_TEST_CASE(every_result_points_to_its_rule) {
  for (const auto& [name, made] : samples::all()) {
    const auto run = report_on(made)["runs"][0];
    for (const auto& result : run["results"]) {
      const auto index = result["ruleIndex"].get<std::size_t>();
      BOOST_TEST(run["tool"]["driver"]["rules"].at(index)["id"]
                 == result["ruleId"]);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_review_that_did_not_look_was_no_success) {
  const auto invocation = [](const samples::sample& made) {
    return report_on(made)["runs"][0]["invocations"][0];
  };
  BOOST_TEST(invocation(samples::clean())["executionSuccessful"] == true);
  BOOST_TEST(invocation(samples::several())["executionSuccessful"] == true);
  BOOST_TEST(invocation(samples::incomplete())["executionSuccessful"] == false);
  const auto failed = invocation(samples::failed());
  BOOST_TEST(failed["executionSuccessful"] == false);
  BOOST_TEST(failed["toolExecutionNotifications"][0]["message"]["text"]
             == "No response from security_specialist");
}

BOOST_AUTO_TEST_CASE(names_are_the_bytes_of_the_diff) {
  auto made = samples::hostile();
  const auto uri = [&](std::size_t index) {
    return report_on(made)["runs"][0]["results"][index]["locations"][0]
                          ["physicalLocation"]["artifactLocation"]["uri"];
  };
  BOOST_TEST(uri(3) == "caf%E9%20100%25.c");
  // As it comes back from JSON.
  made.summary.findings[3].file = "caf\xef\xbf\xbd 100%.c";
  BOOST_TEST(uri(3) == "caf%E9%20100%25.c");
}

BOOST_AUTO_TEST_CASE(a_path_is_a_reference_that_no_reader_takes_apart) {
  BOOST_TEST(path_to_uri("src/a-b_c.~1") == "src/a-b_c.~1");
  BOOST_TEST(path_to_uri("a:b?c#d%e") == "a%3Ab%3Fc%23d%25e");
  BOOST_TEST(path_to_uri("\xff\n") == "%FF%0A");
  BOOST_TEST(path_to_uri("/etc/x") == "file:///etc/x");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace libsig::report
