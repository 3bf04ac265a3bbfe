#include "libsig/review/checks/auth_bypass.hpp"

#include <string>

#include <boost/test/unit_test.hpp>

#include "tests/review/checks/checking.hpp"

using namespace libsig::review;
using libsig::testing::look_at;
using libsig::testing::look_at_added;
using libsig::testing::look_at_marked;

namespace {

[[nodiscard]] std::vector<finding> lost(std::string path,
                                        const std::string& marked) {
  return look_at_marked(*checks::make_auth_bypass_check(), std::move(path),
                        marked);
}

} // namespace

BOOST_AUTO_TEST_SUITE(auth_bypass)

BOOST_AUTO_TEST_CASE(a_removed_guard_is_named_at_the_line_where_it_stood) {
  const auto found =
    lost("app/v.py", " import x\n \n-@login_required\n def v(r):\n"
                     "     return r\n");
  BOOST_REQUIRE_EQUAL(found.size(), 1);
  BOOST_TEST(found[0].line.value() == 3);
  BOOST_TEST(found[0].rule.value() == "auth-bypass/removed-guard");
  BOOST_TEST((found[0].severity == severity::high));
  BOOST_TEST(found[0].fingerprint.value().size() == 32);
  BOOST_TEST(found[0].recommendation.has_value());
}

BOOST_AUTO_TEST_CASE(one_guard_stands_in_for_one_guard_only) {
  const std::string one = "-    require_admin(r)\n+    ensure_admin(r)\n";
  BOOST_TEST(lost("app/v.py", one + " \n").empty());
  BOOST_TEST(lost("app/v.py", one + "-    require_staff(r)\n").size() == 1);
}

BOOST_AUTO_TEST_CASE(a_weaker_guard_does_not_stand_in_for_a_stronger_one) {
  BOOST_TEST(
    lost("lib/r.ex", "-  plug :require_admin\n+  plug :require_auth\n").size()
    == 1);
  BOOST_TEST(lost("lib/r.ex", "-  plug :require_auth\n+  plug :require_admin\n")
               .empty());
}

BOOST_AUTO_TEST_CASE(deleted_files_and_tests_lose_no_guard) {
  const std::string text = "-@login_required\n def v(r):\n     return r\n";
  file_diff file;
  file.old_path = "app/v.py";
  file.change = file_change::deleted;
  file.hunks.push_back(libsig::testing::marked_hunk(text, 1));
  BOOST_TEST(look_at(*checks::make_auth_bypass_check(), file).empty());
  BOOST_TEST(lost("tests/v.py", text).empty());
  BOOST_TEST(lost("app/v.py", text).size() == 1);
}

BOOST_AUTO_TEST_CASE(names_of_files_are_not_read_as_code) {
  BOOST_TEST(
    lost("app/authorize_can?_has_permission.ex", "-  x = 1\n+  x = 2\n")
      .empty());
}

BOOST_AUTO_TEST_CASE(lost_protection_against_forgery_is_medium) {
  const auto found =
    lost("app/c.rb", " class C\n-  protect_from_forgery\n   helper :x\n");
  BOOST_REQUIRE_EQUAL(found.size(), 1);
  BOOST_TEST((found[0].severity == severity::medium));
}

BOOST_AUTO_TEST_CASE(equal_findings_of_a_file_have_fingerprints_apart) {
  const auto found = look_at_added(
    *checks::make_auth_bypass_check(), "src/A.cs",
    "[AllowAnonymous]\nvoid Pay() {}\n[AllowAnonymous]\nvoid Buy() {}\n");
  BOOST_REQUIRE_EQUAL(found.size(), 2);
  BOOST_TEST(found[0].fingerprint.value() != found[1].fingerprint.value());
}

BOOST_AUTO_TEST_SUITE_END()
