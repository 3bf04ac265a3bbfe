#include <boost/test/unit_test.hpp>

#include <string>

#include "libsig/review/pipeline.hpp"
#include "tests/review/builders.hpp"

namespace review = libsig::review;
using review::decision_path;
using review::escalation_rule;
using review::finding;
using review::severity;
using review::testing::make_file;
using review::testing::make_finding;
using review::testing::owning_scope;
using strings = std::vector<std::string>;
using check_list = std::vector<std::unique_ptr<const review::check>>;

namespace {

/// What a check of these tests does.
struct script {
  std::string name;
  std::vector<finding> findings = {};
  bool fails = false;
  bool is_deep = false;
  /// Gets the paths that each call sees.
  std::vector<strings>* seen = nullptr;
};

class scripted_check final : public review::check {
public:
  explicit scripted_check(script does) : does_{std::move(does)} {}

  std::string_view name() const noexcept override { return does_.name; }

  bool deep() const noexcept override { return does_.is_deep; }

  libsig::result<std::vector<finding>>
  run(std::span<const review::lexed_file> files,
      const review::check_options& options) const override {
    if (does_.seen != nullptr) {
      auto& call = does_.seen->emplace_back(options.hot_functions);
      for (const auto& each : files) {
        call.push_back(each.diff->path());
      }
    }
    if (does_.fails) {
      return libsig::fail(libsig::errc::internal, "on purpose");
    }
    return does_.findings;
  }

private:
  script does_;
};

finding sure(severity how_bad, std::optional<double> confidence) {
  auto made = make_finding("t", how_bad, "a.c", "s", 10);
  made.confidence = confidence;
  return made;
}

struct setting {
  owning_scope scope{make_file("a.c"), make_file("b.c")};
  review::assignment work;
  escalation_rule rule = escalation_rule::on_high;

  setting() {
    work.review_id = "r1";
    work.agent = "s";
  }

  review::review_result run(std::vector<script> scripts) {
    check_list checks;
    for (auto& each : scripts) {
      checks.push_back(std::make_unique<scripted_check>(std::move(each)));
    }
    return review::run_checks(work, scope.get(), checks, rule);
  }

  bool escalates(severity how_bad) {
    return run({{.name = "x", .findings = {sure(how_bad, 1.0)}}})
      .should_escalate;
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(run_checks, setting)

BOOST_AUTO_TEST_CASE(nothing_found_is_said_with_full_confidence) {
  work.path = decision_path::deep_review;
  const auto made = run({{.name = "x"}, {.name = "y"}});
  BOOST_TEST(made.review_id == "r1");
  BOOST_TEST(made.agent == "s");
  BOOST_TEST((made.path == decision_path::deep_review));
  BOOST_TEST(!made.runtime_ms);
  BOOST_TEST(made.findings.empty());
  BOOST_TEST(made.confidence == 1.0);
  BOOST_TEST(!made.should_escalate);
  BOOST_TEST(made.actions_run == (strings{"x", "y"}),
             boost::test_tools::per_element());
  BOOST_TEST(made.checks_failed.empty());
}

BOOST_AUTO_TEST_CASE(the_confidence_is_the_mean_of_the_findings_own) {
  const auto made =
    run({{.name = "x",
          .findings = {sure(severity::low, 0.5), sure(severity::low, 0.75)}},
         {.name = "y", .findings = {sure(severity::low, std::nullopt)}}});
  BOOST_TEST(made.findings.size() == 3u);
  BOOST_TEST(made.confidence == 0.75, boost::test_tools::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(a_confidence_out_of_range_is_cut_to_it) {
  const auto made =
    run({{.name = "x",
          .findings = {sure(severity::low, 7.0), sure(severity::low, -1.0)}}});
  BOOST_TEST(made.confidence == 0.5, boost::test_tools::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(a_failed_check_is_named_and_lowers_the_confidence) {
  const auto made = run({{.name = "x", .findings = {sure(severity::low, 0.8)}},
                         {.name = "y", .fails = true}});
  BOOST_TEST(made.actions_run == (strings{"x", "y"}),
             boost::test_tools::per_element());
  BOOST_TEST(made.checks_failed == strings{"y"},
             boost::test_tools::per_element());
  BOOST_TEST(made.confidence == 0.4, boost::test_tools::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(a_specialist_whose_checks_all_failed_is_not_sure_at_all) {
  const auto made =
    run({{.name = "x", .fails = true}, {.name = "y", .fails = true}});
  BOOST_TEST(made.findings.empty());
  BOOST_TEST(made.confidence == 0.0);
  BOOST_TEST(made.checks_failed.size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_deep_check_runs_on_the_deep_path_alone) {
  const std::vector<script> scripts{{.name = "x"},
                                    {.name = "tool", .is_deep = true}};
  work.path = decision_path::fast_path;
  BOOST_TEST(run(scripts).actions_run == strings{"x"},
             boost::test_tools::per_element());
  work.path = decision_path::deep_review;
  BOOST_TEST(run(scripts).actions_run == (strings{"x", "tool"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(without_checks_there_is_an_empty_result) {
  const auto made = run({});
  BOOST_TEST(made.actions_run.empty());
  BOOST_TEST(made.confidence == 1.0);
}

BOOST_AUTO_TEST_CASE(one_rule_escalates_on_high_alone) {
  BOOST_TEST(!escalates(severity::low));
  BOOST_TEST(!escalates(severity::medium));
  BOOST_TEST(escalates(severity::high));
}

BOOST_AUTO_TEST_CASE(the_other_rule_escalates_on_medium_too) {
  rule = escalation_rule::on_medium_or_high;
  BOOST_TEST(!escalates(severity::low));
  BOOST_TEST(escalates(severity::medium));
  BOOST_TEST(escalates(severity::high));
}

BOOST_AUTO_TEST_CASE(checks_see_the_files_of_the_scope_and_hot_functions) {
  auto asked = std::make_shared<review::request>();
  asked->hot_functions = {"hot"};
  work.asked = asked;
  std::vector<strings> seen;
  (void)run({{.name = "x", .seen = &seen}});
  BOOST_REQUIRE(seen.size() == 1u);
  BOOST_TEST(seen[0] == (strings{"hot", "a.c", "b.c"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_check_is_asked_once_when_there_is_no_file) {
  owning_scope nothing{};
  std::vector<strings> seen;
  check_list checks;
  checks.push_back(std::make_unique<scripted_check>(
    script{.name = "x", .fails = true, .seen = &seen}));
  const auto made = review::run_checks(work, nothing.get(), checks, rule);
  BOOST_TEST(seen.size() == 1u);
  BOOST_TEST(made.checks_failed == strings{"x"},
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_large_diff_comes_in_batches_and_every_file_once) {
  auto large = make_file("large", {});
  large.hunks[0].lines.resize(20'000);
  auto small = make_file("small", {});
  small.hunks[0].lines.resize(19'999);
  owning_scope files{large, small, make_file("tail"), make_file("end")};
  std::vector<strings> seen;
  check_list checks;
  checks.push_back(
    std::make_unique<scripted_check>(script{.name = "x", .seen = &seen}));
  const auto made = review::run_checks(work, files.get(), checks, rule);
  BOOST_REQUIRE(seen.size() == 3u);
  BOOST_TEST(seen[0] == strings{"large"}, boost::test_tools::per_element());
  BOOST_TEST(seen[1] == (strings{"small", "tail"}),
             boost::test_tools::per_element());
  BOOST_TEST(seen[2] == strings{"end"}, boost::test_tools::per_element());
  BOOST_TEST(made.actions_run.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_check_that_failed_is_not_asked_again) {
  auto large = make_file("large", {});
  large.hunks[0].lines.resize(20'000);
  owning_scope files{large, make_file("tail")};
  std::vector<strings> seen;
  check_list checks;
  checks.push_back(std::make_unique<scripted_check>(
    script{.name = "x", .fails = true, .seen = &seen}));
  (void)review::run_checks(work, files.get(), checks, rule);
  BOOST_TEST(seen.size() == 1u);
}

BOOST_AUTO_TEST_CASE(the_result_names_the_files_that_the_scope_has_in_part) {
  scope.get().covered.files_partial = {{"a.c", "encoding"}};
  const auto made = run({{.name = "x"}});
  BOOST_REQUIRE(made.files_partial.size() == 1u);
  BOOST_TEST(made.files_partial[0].first == "a.c");
  BOOST_TEST(made.files_partial[0].second == "encoding");
}

BOOST_AUTO_TEST_SUITE_END()
