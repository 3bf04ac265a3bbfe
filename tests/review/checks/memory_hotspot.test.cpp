#include "libsig/review/checks/memory_hotspot.hpp"

#include <string>

#include <boost/test/unit_test.hpp>

#include "tests/review/checks/checking.hpp"

using namespace libsig::review;
using libsig::testing::look_at_added;
using libsig::testing::look_at_marked;

BOOST_AUTO_TEST_SUITE(memory_hotspot)

BOOST_AUTO_TEST_CASE(a_bound_on_the_lines_above_is_seen) {
  const auto check = checks::make_memory_hotspot_check();
  const std::string all = "  Repo.all(query)\n";
  BOOST_TEST(look_at_added(*check, "lib/a.ex", all).size() == 1);
  BOOST_TEST(
    look_at_added(*check, "lib/a.ex", "  query = limit(User, 5)\n" + all)
      .empty());
}

BOOST_AUTO_TEST_CASE(lines_that_are_not_added_are_left_alone) {
  const auto check = checks::make_memory_hotspot_check();
  BOOST_TEST(
    look_at_marked(*check, "lib/a.ex", "   Repo.all(User)\n-  Repo.all(User)\n")
      .empty());
  BOOST_TEST(look_at_marked(*check, "lib/a.ex", "+  Repo.all(User)\n").size()
             == 1);
}

BOOST_AUTO_TEST_CASE(a_table_named_like_a_bound_is_none) {
  const auto found = look_at_added(
    *checks::make_memory_hotspot_check(), "src/a.js",
    "const r = await db.query(\"SELECT * FROM page_limits_accounts\");\n");
  BOOST_TEST(found.size() == 1);
}

BOOST_AUTO_TEST_CASE(concatenation_outside_of_a_loop_is_left_alone) {
  const auto check = checks::make_memory_hotspot_check();
  const std::string head = "def f(rows):\n    text = \"\"\n";
  const std::string grow = "        text += \"a\"\n";
  BOOST_TEST(
    look_at_added(*check, "a.py", head + "    if rows:\n" + grow).empty());
  const auto found =
    look_at_added(*check, "a.py", head + "    for r in rows:\n" + grow);
  BOOST_REQUIRE_EQUAL(found.size(), 1);
  BOOST_TEST(found[0].line.value() == 4);
  BOOST_TEST((found[0].severity == severity::low));
}

BOOST_AUTO_TEST_SUITE_END()
