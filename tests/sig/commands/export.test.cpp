#include "apps/sig/commands/export.hpp"

#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "tests/sig/commands/given.hpp"

using namespace libsig;
using namespace libsig::sig;
using libsig::testing::given_to;

namespace {

result<export_request> read(const std::vector<std::string>& arguments) {
  return read_export(given_to("export", arguments));
}

} // namespace

// D28: bounds inclusive and in order, types trimmed and each once, up to 100.
BOOST_AUTO_TEST_SUITE(export_command)

BOOST_AUTO_TEST_CASE(one_form_is_asked_for) {
  BOOST_TEST(read({"--csv"})->csv);
  BOOST_TEST(!read({"--jsonl"})->csv);
  BOOST_TEST(!read({}).has_value());
  BOOST_TEST(!read({"--csv", "--jsonl"}).has_value());
}

BOOST_AUTO_TEST_CASE(times_are_in_order) {
  const std::string early = "2026-01-02T03:04:05Z";
  const std::string late = "2026-01-02T03:04:05.001Z";
  BOOST_TEST(read({"--csv", "--from", early, "--to", late}).has_value());
  BOOST_TEST(read({"--csv", "--from", early, "--to", early}).has_value());
  const auto wrong = read({"--csv", "--from", late, "--to", early});
  BOOST_TEST_REQUIRE(!wrong.has_value());
  BOOST_TEST(wrong.error().place() == "--from");
  BOOST_TEST(!read({"--csv", "--from", "yesterday"}).has_value());
}

BOOST_AUTO_TEST_CASE(types_are_trimmed_and_each_once) {
  const auto got =
    read({"--csv", "--type", " a ", "--type", "b", "--type", "a"});
  BOOST_TEST(got->types == (std::vector<std::string>{"a", "b"}));
  BOOST_TEST(!read({"--csv", "--type", " "}).has_value());
  std::vector<std::string> many{"--csv"};
  for (int i = 0; i < 100; ++i) {
    many.insert(many.end(), {"--type", "t" + std::to_string(i)});
  }
  BOOST_TEST(read(many).has_value());
  many.insert(many.end(), {"--type", "one.more"});
  BOOST_TEST(!read(many).has_value());
}

BOOST_AUTO_TEST_CASE(a_type_is_itself_and_a_wildcard_is_a_pattern) {
  const type_filter all{{}};
  BOOST_TEST(all.takes("anything"));
  BOOST_TEST(all.pattern_text() == "");
  const type_filter one{{"a.b"}};
  BOOST_TEST(one.takes("a.b"));
  BOOST_TEST(!one.takes("a.c"));
  BOOST_TEST(one.pattern_text() == "a.b");
  const type_filter some{{"a.*", "b"}};
  BOOST_TEST(some.takes("a.x"));
  BOOST_TEST(some.takes("b"));
  BOOST_TEST(!some.takes("b.x"));
  BOOST_TEST(some.pattern_text() == "");
  // A type may have what no pattern has.
  const type_filter odd{{"a..b"}};
  BOOST_TEST(odd.takes("a..b"));
  BOOST_TEST(odd.pattern_text() == "");
}

BOOST_AUTO_TEST_SUITE_END()
