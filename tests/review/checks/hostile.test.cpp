#include <string>

#include <boost/test/unit_test.hpp>
#include <rapidcheck.h>

#include "libsig/review/checks/auth_bypass.hpp"
#include "libsig/review/checks/high_complexity.hpp"
#include "libsig/review/checks/hot_path_modified.hpp"
#include "libsig/review/checks/memory_hotspot.hpp"
#include "tests/review/checks/checking.hpp"

using namespace libsig::review;
using libsig::testing::look_at_marked;

namespace {

/// Lines of pieces that the checks look for, in any order.
[[nodiscard]] std::string confused_lines() {
  const auto pieces =
    *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
      "\n+", "\n-", "\n ", "\n+    ", "(", ")", "{", "}", "[", "]", "\"", "'",
      "@", "#[", " if ", " && ", " or ", "?", ":", ";", "=>", "->", "|>", "=",
      "is_admin", "requireAuth", " def ", " class ", "Repo.all", "readlines()",
      "permitAll()", "true", "403", " return ", " case ", " when ", "go",
      "::", ".", ",", "+=", " for ", "<%=", "%>"));
  std::string text = "+";
  for (const auto& piece : pieces)
    text += piece;
  return text;
}

} // namespace

BOOST_AUTO_TEST_SUITE(hostile)

BOOST_AUTO_TEST_CASE(confused_lines_give_findings_with_all_their_parts) {
  BOOST_TEST(rc::check([] {
    const auto path = *rc::gen::element<std::string>(
      "a.py", "a.rb", "a.ex", "a.js", "a.java", "a.cs", "a.php", "a.go", "a.rs",
      "a.cpp", "a.scala", "a.kt", "a.sql", "a.html.erb", "a.vue");
    const auto text = confused_lines();
    const std::unique_ptr<const check> all[] = {
      checks::make_auth_bypass_check(), checks::make_high_complexity_check(),
      checks::make_memory_hotspot_check(),
      checks::make_hot_path_modified_check()};
    for (const auto& each : all)
      for (const auto& found : look_at_marked(*each, path, text, {"go"})) {
        RC_ASSERT(found.type == each->name());
        RC_ASSERT(found.line.value_or(0) >= 1);
        RC_ASSERT(found.rule && found.recommendation && found.confidence);
        RC_ASSERT(found.fingerprint.value_or("").size() == 32);
      }
  }));
}

BOOST_AUTO_TEST_SUITE_END()
