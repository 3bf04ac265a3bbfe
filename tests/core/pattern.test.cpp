#include "libsig/core/pattern.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "libsig/core/limits.hpp"

namespace {

using libsig::errc;
using libsig::pattern;
using libsig::separator;
namespace limits = libsig::limits;

pattern parsed(std::string_view text) { return pattern::parse(text).value(); }

bool matches(std::string_view text, std::string_view type) {
  return parsed(text).matches(type);
}

void check_refused(std::string_view text, std::string_view reason) {
  BOOST_TEST_CONTEXT("pattern: " << text) {
    const auto refused = pattern::parse(text);
    BOOST_REQUIRE(!refused);
    BOOST_TEST((refused.error().code() == errc::invalid_pattern));
    BOOST_TEST(refused.error().detail() == reason);
  }
}

/// `count` times the segment, joined by the mark.
std::string repeated(std::string_view segment, std::size_t count, char mark) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0)
      text += mark;
    text += segment;
  }
  return text;
}

struct expectation {
  std::string_view pattern;
  std::string_view type;
  bool match;
};

void check_all(const std::vector<expectation>& rows) {
  for (const auto& [text, type, match] : rows)
    BOOST_TEST_CONTEXT("'" << text << "' on '" << type << "'")
  BOOST_TEST(matches(text, type) == match);
}

} // namespace

BOOST_AUTO_TEST_SUITE(core_pattern)

BOOST_AUTO_TEST_CASE(a_colon_anywhere_makes_the_colon_the_separator) {
  BOOST_TEST((libsig::separator_of("a.b:c") == separator::colon));
  BOOST_TEST((libsig::separator_of("a:b") == separator::colon));
  BOOST_TEST((libsig::separator_of("a.b") == separator::dot));
  BOOST_TEST((libsig::separator_of("a") == separator::none));
  BOOST_TEST((libsig::separator_of("") == separator::none));
  BOOST_TEST((parsed("a.b:c").separator() == separator::colon));
  BOOST_TEST((parsed("**").separator() == separator::none));
}

BOOST_AUTO_TEST_CASE(a_parsed_pattern_tells_its_segments) {
  const auto read = parsed("user.*.**.Name");
  BOOST_TEST(read.text() == "user.*.**.Name");
  BOOST_REQUIRE_EQUAL(read.segments().size(), 4u);
  BOOST_TEST((read.segments()[0].kind == pattern::kind::literal));
  BOOST_TEST(read.segments()[0].text == "user");
  BOOST_TEST((read.segments()[1].kind == pattern::kind::one));
  BOOST_TEST((read.segments()[2].kind == pattern::kind::many));
  BOOST_TEST(read.segments()[3].text == "Name");
}

BOOST_AUTO_TEST_CASE(blanks_around_a_pattern_are_trimmed) {
  BOOST_TEST(parsed(" \t\n\r\v\fa.b \t\n\r\v\f").text() == "a.b");
  BOOST_TEST(parsed(" a. b ").segments()[1].text == " b");
}

BOOST_AUTO_TEST_CASE(an_empty_pattern_is_refused) {
  check_refused("", "an empty pattern");
  check_refused(" \t\n", "an empty pattern");
}

BOOST_AUTO_TEST_CASE(an_empty_segment_is_refused) {
  for (const auto* text : {".", ".a", "a.", "a..b", ":", "a::b", ":a", "a:"})
    check_refused(text, "an empty segment");
  BOOST_TEST(pattern::parse("a..b").error().place() == "segment 2");
}

BOOST_AUTO_TEST_CASE(a_star_inside_a_longer_segment_is_refused) {
  for (const auto* text :
       {"a*", "*a", "a*b", "***", "x.a*.y", "x:**a", "*.a:b"})
    check_refused(text, "a '*' inside a longer segment");
}

BOOST_AUTO_TEST_CASE(two_adjacent_double_stars_are_refused) {
  for (const auto* text : {"**.**", "**:**", "a.**.**.b"})
    check_refused(text, "two adjacent '**'");
  for (const auto* text : {"**.*.**", "*.**", "**.*", "*.*", "**.a.**"})
    BOOST_TEST(pattern::parse(text).has_value());
}

BOOST_AUTO_TEST_CASE(a_pattern_has_at_most_its_limit_of_bytes) {
  const std::string longest(limits::pattern_bytes_max, 'a');
  BOOST_TEST(pattern::parse(longest).has_value());
  BOOST_TEST(pattern::parse(" " + longest + " ").has_value());
  check_refused(longest + "a", "more than 1024 bytes");
}

BOOST_AUTO_TEST_CASE(a_pattern_has_at_most_its_limit_of_segments) {
  for (const auto mark : {'.', ':'}) {
    const auto most = repeated("a", limits::pattern_segments_max, mark);
    BOOST_TEST(parsed(most).matches(most));
    check_refused(repeated("a", limits::pattern_segments_max + 1, mark),
                  "more than 64 segments");
  }
}

BOOST_AUTO_TEST_CASE(a_literal_matches_itself_and_its_case_alone) {
  check_all({{"user", "user", true},
             {"user", "User", false},
             {"user", "users", false},
             {"user", "use", false},
             {"user", "", false},
             {"user.created", "user.created", true},
             {"user.created", "user.created.now", false},
             {"user.created", "user", false},
             {"review request", "review request", true}});
}

BOOST_AUTO_TEST_CASE(a_star_matches_exactly_one_segment) {
  check_all({{"*", "user", true},
             {"*", "user.created", false},
             {"*", "user:created", false},
             {"user.*", "user.created", true},
             {"user.*", "user", false},
             {"user.*", "user.a.b", false},
             {"*.b.*", "a.b.c", true},
             {"*.b.*", "a.c.b", false}});
}

BOOST_AUTO_TEST_CASE(a_double_star_matches_zero_or_more_segments) {
  check_all({{"user:**", "user", true},
             {"user:**", "user:a", true},
             {"user:**", "user:a:b:c", true},
             {"user:**", "users:a", false},
             {"**.b", "b", true},
             {"**.b", "a.b", true},
             {"**.b", "b.a", false},
             {"a.**.b", "a.b", true},
             {"a.**.b", "a.x.y.b", true},
             {"a.**.b", "a.b.b.b", true},
             {"a.**.b", "a.b.c", false},
             {"**.a.**", "a", true},
             {"**.a.**", "x.a.y", true},
             {"**.*.**", "x", true}});
}

BOOST_AUTO_TEST_CASE(a_wildcard_before_a_trailing_double_star_matches) {
  check_all({{"*.**", "a", true},
             {"*.**", "a.b", true},
             {"user.*.**", "user.a", true},
             {"user.*.**", "user.a.b", true},
             {"user.*.**", "user", false}});
}

BOOST_AUTO_TEST_CASE(a_pattern_matches_types_of_its_own_separator) {
  check_all({{"a.*", "a:b", false},
             {"a:*", "a.b", false},
             {"a:*", "a:b.c", true},
             {"*.*", "a:b", false},
             {"a.b:**", "a.b", false},
             {"**.a", "x:a", false},
             {"a.**", "a:b", false},
             {"**.*", "a:b", false}});
}

BOOST_AUTO_TEST_CASE(a_single_segment_belongs_to_both_separators) {
  check_all({{"a.**", "a", true},
             {"a:**", "a", true},
             {"**.a", "a", true},
             {"**:*", "a", true},
             {"a", "a", true}});
}

BOOST_AUTO_TEST_CASE(a_double_star_alone_matches_everything) {
  for (const auto* type : {"", "a", "a.b", "a:b", "a.b:c", "..", "::", ":."})
    BOOST_TEST(matches("**", type));
}

BOOST_AUTO_TEST_CASE(an_empty_segment_of_a_type_is_matched_by_a_star) {
  check_all({{"*", "", true},
             {"**", "", true},
             {"*.*", ".", true},
             {"*.*", "..", false},
             {"*.*.*", "..", true},
             {"a.*.b", "a..b", true},
             {"a.*", "a.", true},
             {"a", "a.", false},
             {"*:a", ":a", true},
             {"a.**", "a.", true}});
}

BOOST_AUTO_TEST_CASE(bytes_of_a_type_are_compared_as_they_are) {
  using namespace std::string_view_literals;
  check_all({{"a.*"sv, "a.\0\xff"sv, true},
             {"a.b"sv, "a.b\0"sv, false},
             {"\xc3\xbc.*"sv, "\xc3\xbc.x"sv, true}});
}

BOOST_AUTO_TEST_CASE(a_pattern_of_many_double_stars_ends_on_a_long_type) {
  const auto text = repeated("**.a", 31, '.') + ".**.b";
  const auto type = repeated("a", 100'000, '.');
  BOOST_TEST(!matches(text, type));
  BOOST_TEST(matches(text, type + ".b"));
}

BOOST_AUTO_TEST_CASE(a_pattern_that_was_not_parsed_matches_nothing) {
  BOOST_TEST(!pattern().matches(""));
  BOOST_TEST(!pattern().matches("a"));
}

BOOST_AUTO_TEST_CASE(a_literal_matches_its_type_and_nothing_else) {
  for (const auto* const type :
       {"a", "a..b", "*", "a.*", "**", "a*", "x.*.y", ".", "a:*", ":"}) {
    const auto made = pattern::literal(type);
    BOOST_REQUIRE(made);
    BOOST_TEST(made->is_literal());
    BOOST_TEST(made->matches(type));
    for (const auto* const other : {"b", "a.b", "a.c.b", "x.z.y", "a:b"}) {
      BOOST_TEST(!made->matches(other));
    }
  }
  BOOST_TEST(pattern::parse("a.b")->is_literal());
  BOOST_TEST(!pattern::parse("a.*")->is_literal());
  BOOST_TEST(!pattern::parse("**")->is_literal());
  BOOST_TEST(
    !pattern::literal(std::string(libsig::limits::pattern_bytes_max + 1, 'a')));
  BOOST_TEST(
    pattern::literal(std::string(libsig::limits::pattern_bytes_max, 'a'))
      .has_value());
}

BOOST_AUTO_TEST_SUITE_END()
