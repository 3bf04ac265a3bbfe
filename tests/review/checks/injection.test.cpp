#include <string>

#include <boost/test/unit_test.hpp>
#include <rapidcheck.h>

#include "libsig/review/checks/sql_injection.hpp"
#include "libsig/review/checks/xss.hpp"
#include "tests/support/hunks.hpp"

using namespace libsig::review;
using libsig::testing::added_file;
using libsig::testing::marked_hunk;

namespace {

[[nodiscard]] std::vector<finding> run(const check& what,
                                       const file_diff& file) {
  const std::vector<lexed_file> lexed{lex_file(file)};
  auto found = what.run(lexed, {});
  BOOST_REQUIRE(found.has_value());
  return *found;
}

[[nodiscard]] std::vector<finding> sql(const std::string& path,
                                       const std::string& text) {
  return run(*checks::make_sql_injection_check(), added_file(path, text));
}

[[nodiscard]] std::vector<finding> xss(const std::string& path,
                                       const std::string& text) {
  return run(*checks::make_xss_check(), added_file(path, text));
}

} // namespace

BOOST_AUTO_TEST_SUITE(injection_checks)

BOOST_AUTO_TEST_CASE(a_finding_has_all_that_a_built_in_one_needs) {
  const auto found =
    sql("dao.py", "def f(cur, x):\n  cur.execute('SELECT a FROM b "
                  "WHERE c = ' + x)\n");
  BOOST_REQUIRE_EQUAL(found.size(), 1u);
  const auto& one = found.front();
  BOOST_TEST(one.type == "sql_injection");
  BOOST_TEST((one.severity == severity::high));
  BOOST_TEST(one.file == "dao.py");
  BOOST_TEST(one.line.value_or(0) == 2u);
  BOOST_TEST(one.rule.value_or("") == "sql-injection/string-building");
  BOOST_TEST(one.recommendation.has_value());
  BOOST_TEST(one.fingerprint.value_or("").size() == 32u);
  BOOST_TEST((one.confidence.value_or(0) > 0.0));
  BOOST_TEST((one.confidence.value_or(2) <= 1.0));
}

BOOST_AUTO_TEST_CASE(one_problem_is_one_finding_where_the_text_is_run) {
  const auto found =
    sql("dao.py", "def f(cur, x):\n  q = 'SELECT a FROM b WHERE c = ' + x\n"
                  "  cur.execute(q)\n");
  BOOST_REQUIRE_EQUAL(found.size(), 1u);
  BOOST_TEST(found.front().line.value_or(0) == 3u);
  BOOST_TEST(found.front().summary.find("line 2") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_call_of_several_lines_is_found_by_its_changed_line) {
  constexpr std::string_view text =
    " def f(cur, x):\n"
    "     rows = cur.execute(\n"
    "-        'SELECT a FROM b', (x,))\n"
    "+        'SELECT a FROM b WHERE c = ' + x)\n"
    "     return rows\n";
  file_diff file;
  file.old_path = file.new_path = "dao.py";
  file.hunks.push_back(marked_hunk(text, 1));
  const auto found = run(*checks::make_sql_injection_check(), file);
  BOOST_REQUIRE_EQUAL(found.size(), 1u);
  BOOST_TEST(found.front().line.value_or(0) == 2u);
  BOOST_TEST(found.front().end_line.value_or(0) == 3u);
}

BOOST_AUTO_TEST_CASE(
  text_that_is_run_in_an_old_line_is_found_where_it_changes) {
  constexpr std::string_view text =
    " def f(cur, x):\n"
    "-    q = 'SELECT a FROM b'\n"
    "+    q = 'SELECT a FROM b WHERE c = ' + x\n"
    "     log('asking')\n"
    "     return cur.execute(q)\n";
  file_diff file;
  file.old_path = file.new_path = "dao.py";
  file.hunks.push_back(marked_hunk(text, 1));
  const auto found = run(*checks::make_sql_injection_check(), file);
  BOOST_REQUIRE_EQUAL(found.size(), 1u);
  BOOST_TEST(found.front().line.value_or(0) == 2u);
  BOOST_TEST(found.front().summary.find("used in line 4") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_value_of_one_function_is_unknown_in_the_next) {
  const std::string code =
    "def f(x):\n  q = 'SELECT a FROM b WHERE c = ' + x\n  keep(q)\n"
    "def g(cur):\n  q = 'SELECT 1 FROM b'\n  cur.execute(q)\n";
  for (const auto& each : sql("dao.py", code))
    BOOST_TEST(each.line.value_or(0) == 2u);
}

BOOST_AUTO_TEST_CASE(a_fingerprint_survives_a_move) {
  const std::string code =
    "def f(cur, x):\n  cur.execute('DELETE FROM b WHERE c = ' + x)\n";
  const auto here = sql("a.py", code);
  const auto there = sql("a.py", "import os\n\n" + code);
  BOOST_REQUIRE_EQUAL(here.size(), 1u);
  BOOST_REQUIRE_EQUAL(there.size(), 1u);
  BOOST_TEST((here.front().line != there.front().line));
  BOOST_TEST((here.front().fingerprint == there.front().fingerprint));
}

BOOST_AUTO_TEST_CASE(removed_lines_and_deleted_files_are_no_danger) {
  const std::string text =
    "-cur.execute('DELETE FROM b WHERE c = ' + x)\n+pass\n";
  file_diff file;
  file.old_path = file.new_path = "a.py";
  file.hunks.push_back(marked_hunk(text, 3));
  BOOST_TEST(run(*checks::make_sql_injection_check(), file).empty());
  file.change = file_change::deleted;
  BOOST_TEST(run(*checks::make_sql_injection_check(), file).empty());
  BOOST_TEST(run(*checks::make_xss_check(), file).empty());
}

BOOST_AUTO_TEST_CASE(context_lines_are_read_and_reported) {
  const std::string text =
    " def f(cur, x):\n   q = 'SELECT a FROM b WHERE c = ' + x\n"
    "+  log(1)\n   cur.execute(q)\n";
  file_diff file;
  file.old_path = file.new_path = "a.py";
  file.hunks.push_back(marked_hunk(text, 10));
  const auto found = run(*checks::make_sql_injection_check(), file);
  BOOST_REQUIRE_EQUAL(found.size(), 1u);
  BOOST_TEST(found.front().line.value_or(0) == 13u);
}

BOOST_AUTO_TEST_CASE(request_data_makes_xss_high_and_other_data_medium) {
  const auto client =
    xss("a.js", "f = (req, res) => { el.innerHTML = req.query.q; };\n");
  const auto other = xss("a.js", "function f(x) { el.innerHTML = x; }\n");
  BOOST_REQUIRE_EQUAL(client.size(), 1u);
  BOOST_REQUIRE_EQUAL(other.size(), 1u);
  BOOST_TEST((client.front().severity == severity::high));
  BOOST_TEST((other.front().severity == severity::medium));
}

BOOST_AUTO_TEST_CASE(any_bytes_in_any_language_are_survived) {
  const auto one = checks::make_sql_injection_check();
  const auto other = checks::make_xss_check();
  const std::vector<std::string> pieces{"execute(",   "\"SELECT a FROM b \"",
                                        " + x",       "\n",
                                        "  ",         "{",
                                        "}",          "(",
                                        ")",          "[",
                                        "]",          "def f(a):",
                                        "function(",  "=>",
                                        "= ",         "<%=",
                                        "%>",         "{{",
                                        "}}",         ".innerHTML",
                                        "`${",        "#{",
                                        "<<~SQL",     "\xff\x01",
                                        ",",          "if x in y:",
                                        "|",          "return ",
                                        "$_GET['a']", "?",
                                        ":",          "<script>",
                                        "@Html.Raw(", "'",
                                        "\\"};
  const bool held = rc::check([&] {
    const auto picks = *rc::gen::container<std::vector<std::size_t>>(
      rc::gen::inRange<std::size_t>(0, pieces.size()));
    std::string text;
    for (const auto each : picks)
      text += pieces[each];
    const auto ending = *rc::gen::elementOf(std::vector<std::string>{
      "a.py",         "a.js",    "a.java",   "a.go",  "a.rb",    "a.php",
      "a.cs",         "a.scala", "a.html",   "a.erb", "a.jinja", "a.hbs",
      "a.ejs",        "a.jsp",   "a.cshtml", "a.vue", "a.slim",  "a.blade.php",
      "a.scala.html", "a.sql",   "a.ex",     "a.rs",  "a.kt",    "a.cpp"});
    const auto file = added_file(ending, text);
    const std::vector<lexed_file> lexed{lex_file(file)};
    RC_ASSERT(one->run(lexed, {}).has_value());
    RC_ASSERT(other->run(lexed, {}).has_value());
  });
  BOOST_TEST(held);
}

BOOST_AUTO_TEST_SUITE_END()
