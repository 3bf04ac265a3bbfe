#include <filesystem>
#include <string>

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "tests/e2e/sig_program.hpp"
#include "tests/support/git_folder.hpp"

using namespace libsig::testing;
using nlohmann::json;

namespace {

/// A repository whose last commit, index, disk and untracked file each add one
/// injection.
struct faulty_repository : git_folder {
  faulty_repository() {
    write("base.py", "x = 1\n");
    commit("base");
    write("committed.py", fault);
    commit("fault");
    write("staged.py", fault);
    git({"add", "staged.py"});
    write("base.py", fault);
    write("untracked.py", fault);
  }

  static constexpr const char* fault =
    "def f(n):\n    cursor.execute(\"SELECT * FROM t WHERE n = '%s'\" % n)\n";
};

/// The files with findings, as the summary has them.
std::string files_of(const std::string& event) {
  std::string files;
  const auto parsed = json::parse(event);
  for (const auto& one : parsed["data"]["findings"]) {
    files += one["file"].get<std::string>() + " ";
  }
  return files;
}

program_end review(const git_folder& repository,
                   std::vector<std::string> source) {
  source.insert(source.begin(), "review");
  source.insert(source.end(), {"--format", "json", "--quiet"});
  auto what = sig(std::move(source));
  what.folder = repository.path();
  return run_program(what);
}

} // namespace

BOOST_AUTO_TEST_SUITE(review_sources)

BOOST_AUTO_TEST_CASE(every_source_of_git_reads_its_own_change) {
  const faulty_repository repository;
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases{
    {{"--range", "HEAD~1..HEAD"}, "committed.py "},
    {{"--range", "HEAD~1...HEAD"}, "committed.py "},
    {{"--staged"}, "staged.py "},
    {{"--worktree"}, "base.py staged.py "},
    {{"--worktree", "--untracked"}, "base.py staged.py untracked.py "}};
  for (const auto& [source, files] : cases) {
    const auto end = review(repository, source);
    BOOST_TEST_CONTEXT(source.front() << ": " << end.complaint) {
      BOOST_TEST_REQUIRE(end.status == 0);
      BOOST_TEST(files_of(end.output) == files);
    }
  }
}

BOOST_AUTO_TEST_CASE(the_number_of_untracked_files_is_said) {
  const faulty_repository repository;
  auto what = sig({"review", "--worktree", "--progress", "none"});
  what.folder = repository.path();
  const auto end = run_program(what);
  BOOST_TEST(contains(end.complaint, "1 untracked file"));
}

BOOST_AUTO_TEST_CASE(a_diff_comes_from_input_or_a_file) {
  const temporary_folder folder;
  const auto name = folder.write("x.diff", bad_diff);
  for (const auto& arguments : {std::vector<std::string>{"review"},
                                {"review", "--diff", "-"},
                                {"review", "--diff", name}}) {
    const auto end = run_sig(arguments, bad_diff);
    BOOST_TEST(end.status == 0);
    BOOST_TEST(contains(end.output, "app.py"));
  }
}

BOOST_AUTO_TEST_CASE(an_event_is_a_source_and_keeps_its_review_id) {
  const json event{{"specversion", "1.0.2"},
                   {"id", "e1"},
                   {"source", "/synapse/reviews"},
                   {"type", "review.request"},
                   {"data", {{"review_id", "team/7"}, {"diff", bad_diff}}}};
  const auto end = run_sig({"review", "--event", "-", "--format", "json",
                            "--fail-level", "high", "--quiet"},
                           event.dump());
  BOOST_TEST_REQUIRE(end.status == 1, end.complaint);
  BOOST_TEST(json::parse(end.output)["data"]["review_id"] == "team/7");
}

BOOST_AUTO_TEST_CASE(an_empty_input_is_a_complete_review_of_nothing) {
  for (const char* const text : {"", "\n\n", " \n"}) {
    const auto end =
      run_sig({"review", "--format", "json", "--fail-level", "any"}, text);
    BOOST_TEST_REQUIRE(end.status == 0, end.complaint);
    BOOST_TEST(json::parse(end.output)["data"]["status"] == "complete");
  }
}

BOOST_AUTO_TEST_CASE(sources_that_are_missing_are_usage) {
  const git_folder repository;
  repository.commit("x");
  const temporary_folder nowhere;
  auto what = sig({"review", "--range", "no..where"});
  what.folder = repository.path();
  check_refusal(run_program(what), 2, "no revision 'no'");
  what = sig({"review", "--staged"});
  what.folder = nowhere.path().string();
  check_refusal(run_program(what), 2, "not a git repository");
  check_refusal(run_sig({"review", "--diff", "/no/such"}), 2, "/no/such");
  check_refusal(run_sig({"review", "--event", "/no/such"}), 2, "/no/such");
  check_refusal(run_sig({"review", "--config", "/no/such"}), 2, "/no/such");
  check_refusal(run_sig({"review", "--diff", "/"}), 2, "/: ");
}

BOOST_AUTO_TEST_CASE(a_closed_input_is_unreadable) {
  auto what = sig({"review"});
  what.input_is = standard_stream::closed;
  check_refusal(run_program(what), 2, "standard input");
}

BOOST_AUTO_TEST_SUITE_END()
