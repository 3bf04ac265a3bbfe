#include "libsig/route/table.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "libsig/core/limits.hpp"

namespace {

using libsig::errc;
using libsig::pattern;
using libsig::route::match;
using libsig::route::route_id;
using libsig::route::table;
using libsig::route::target;
namespace limits = libsig::limits;

using names = std::vector<std::string>;

/// A table whose routes are known by their pattern, or by a name of their own.
class named_table {
public:
  route_id add(std::string_view text, int priority = 0, std::string name = {}) {
    names_.push_back(name.empty() ? std::string(text) : std::move(name));
    return routes
      .add(pattern::parse(text).value(),
           target{static_cast<std::uint32_t>(names_.size() - 1)}, priority)
      .value();
  }

  [[nodiscard]] names matched(std::string_view type) const {
    std::vector<match> out;
    routes.match(type, out);
    names found;
    for (const auto& each : out)
      found.push_back(names_[static_cast<std::uint32_t>(each.target)]);
    return found;
  }

  table routes;

private:
  names names_;
};

named_table table_of(const names& patterns) {
  named_table made;
  for (const auto& text : patterns)
    made.add(text);
  return made;
}

void check_matched(const named_table& given, std::string_view type,
                   const names& expected) {
  BOOST_TEST_CONTEXT("type: " << type)
  BOOST_TEST(given.matched(type) == expected, boost::test_tools::per_element());
}

} // namespace

BOOST_AUTO_TEST_SUITE(route_table)

// -- the defects of the router this one replaces
// --------------------------------

BOOST_AUTO_TEST_CASE(a_route_of_an_inner_node_keeps_to_its_own_length) {
  const auto given = table_of({"user", "user.*", "user.created.now"});
  check_matched(given, "user.created", {"user.*"});
  check_matched(given, "user.a.b", {});
  check_matched(given, "user", {"user"});
}

BOOST_AUTO_TEST_CASE(a_double_star_may_consume_no_segment) {
  const auto given = table_of({"audit.**", "**.audit", "a.**.b"});
  check_matched(given, "audit", {"audit.**", "**.audit"});
  check_matched(given, "a.b", {"a.**.b"});
}

BOOST_AUTO_TEST_CASE(a_route_matches_once_however_often_its_pattern_does) {
  const auto given = table_of({"a.**.b", "**.b.**", "**.b.**.b.**"});
  check_matched(given, "a.b.b.b", {"a.**.b", "**.b.**.b.**", "**.b.**"});
}

BOOST_AUTO_TEST_CASE(equal_routes_keep_the_order_of_registration) {
  named_table given;
  for (const auto* name : {"1", "2", "3", "4", "5"})
    given.add("a.b", 0, name);
  check_matched(given, "a.b", {"1", "2", "3", "4", "5"});
}

BOOST_AUTO_TEST_CASE(priorities_of_one_pattern_descend_and_never_beat_a_path) {
  named_table given;
  given.add("a.*", 100, "wild 100");
  given.add("a.b", -100, "exact -100");
  given.add("a.b", 0, "exact 0");
  given.add("a.b", 100, "exact 100");
  check_matched(given, "a.b",
                {"exact 100", "exact 0", "exact -100", "wild 100"});
}

BOOST_AUTO_TEST_CASE(removing_a_route_leaves_those_below_and_beside_it) {
  named_table given;
  const auto inner = given.add("a.b");
  given.add("a.b.c");
  given.add("a.b.*");
  given.add("a.b.**");
  given.add("a.b", 0, "beside");
  BOOST_TEST(given.routes.remove(inner));
  check_matched(given, "a.b", {"beside", "a.b.**"});
  check_matched(given, "a.b.c", {"a.b.c", "a.b.*", "a.b.**"});
  BOOST_TEST(given.routes.size() == 4u);
}

BOOST_AUTO_TEST_CASE(a_copy_has_every_route_of_the_table) {
  named_table given;
  given.add("a.b", 5, "first");
  given.add("a.b", 7, "second");
  given.add("a.*");
  given.add("**");
  const auto copy = given;
  check_matched(copy, "a.b", {"second", "first", "a.*", "**"});
  BOOST_TEST(copy.routes.size() == 4u);
}

BOOST_AUTO_TEST_CASE(a_wildcard_before_a_trailing_double_star_matches) {
  const auto given = table_of({"*.**", "user.*.**"});
  check_matched(given, "user", {"*.**"});
  check_matched(given, "user.a", {"user.*.**", "*.**"});
  check_matched(given, "user.a.b", {"user.*.**", "*.**"});
}

// -- order
// -----------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(literal_goes_before_star_before_end_before_double_star) {
  const auto given =
    table_of({"**", "**.*", "**.a.**", "**.a", "*.**", "*", "a.**", "a"});
  check_matched(given, "a",
                {"a", "a.**", "*", "*.**", "**.a", "**.a.**", "**.*", "**"});
}

BOOST_AUTO_TEST_CASE(the_leftmost_difference_decides) {
  const auto given = table_of({"*.b.c.d", "a.*.*.*", "a.**.d", "a.b.**"});
  check_matched(given, "a.b.c.d", {"a.b.**", "a.*.*.*", "a.**.d", "*.b.c.d"});
}

BOOST_AUTO_TEST_CASE(patterns_that_differ_in_literals_alone_are_equal) {
  named_table given;
  given.add("**.c.**", 0, "first");
  given.add("**.b.**", 1, "urgent");
  given.add("**.a.**", 0, "last");
  check_matched(given, "a.b.c", {"urgent", "first", "last"});
}

BOOST_AUTO_TEST_CASE(patterns_of_both_separators_are_ordered_together) {
  named_table given;
  given.add("**");
  given.add("a.**", 0, "dot");
  given.add("a:**", 1, "urgent colon");
  given.add("a:**", 0, "late colon");
  given.add("a");
  check_matched(given, "a", {"a", "urgent colon", "dot", "late colon", "**"});
}

BOOST_AUTO_TEST_CASE(patterns_of_the_greatest_length_are_ordered) {
  std::string literals = "a";
  for (std::size_t i = 1; i < limits::pattern_segments_max; ++i)
    literals += ".a";
  auto wild = literals;
  wild.back() = '*';
  const auto many = wild + "*";
  const auto shorter = literals.substr(0, literals.size() - 2);
  const auto open = shorter.substr(0, shorter.size() - 1) + "**";
  const auto given = table_of({open, many, wild, literals, shorter});
  check_matched(given, literals, {literals, wild, many, open});
  check_matched(given, shorter, {shorter, many, open});
}

BOOST_AUTO_TEST_CASE(priorities_reach_from_limit_to_limit) {
  table given;
  const auto where = pattern::parse("a").value();
  const auto most = limits::route_priority_max;
  for (const auto priority : {-most, most})
    BOOST_TEST(given.add(where, target{0}, priority).has_value());
  for (const auto priority :
       {-most - 1, most + 1, std::numeric_limits<int>::min(),
        std::numeric_limits<int>::max()}) {
    const auto refused = given.add(where, target{0}, priority);
    BOOST_REQUIRE(!refused);
    BOOST_TEST((refused.error().code() == errc::invalid_argument));
  }
  BOOST_TEST(given.size() == 2u);
}

// -- matching
// --------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(an_empty_table_matches_nothing) {
  const named_table given;
  for (const auto* type : {"", "a", "a.b", "a:b"})
    check_matched(given, type, {});
}

BOOST_AUTO_TEST_CASE(a_match_is_appended_to_what_the_caller_has) {
  const auto given = table_of({"a"});
  std::vector<match> out(1, match{route_id{99}, target{99}});
  given.routes.match("a", out);
  BOOST_REQUIRE_EQUAL(out.size(), 2u);
  BOOST_TEST((out[0].target == target{99}));
  BOOST_TEST((out[1].target == target{0}));
}

BOOST_AUTO_TEST_CASE(types_meet_patterns_of_their_own_separator) {
  const auto given =
    table_of({"a.*", "a:*", "*", "a.**", "a:**", "**", "**.*"});
  check_matched(given, "a.b", {"a.*", "a.**", "**.*", "**"});
  check_matched(given, "a:b", {"a:*", "a:**", "**"});
  check_matched(given, "a:b.c", {"a:*", "a:**", "**"});
  check_matched(given, "a", {"a.**", "a:**", "*", "**.*", "**"});
}

BOOST_AUTO_TEST_CASE(a_star_takes_an_empty_segment_of_a_type) {
  const auto given = table_of({"*", "*.*", "a.*.b", "a.b"});
  check_matched(given, "", {"*"});
  check_matched(given, ".", {"*.*"});
  check_matched(given, "a..b", {"a.*.b"});
  check_matched(given, "a.", {"*.*"});
}

BOOST_AUTO_TEST_CASE(literals_that_share_a_beginning_are_told_apart) {
  names patterns;
  for (std::size_t size = 1; size <= 40; ++size)
    patterns.push_back(std::string(size, 'x') + ".*");
  const auto given = table_of(patterns);
  for (std::size_t size = 1; size <= 40; ++size) {
    const auto literal = std::string(size, 'x');
    check_matched(given, literal + ".y", {literal + ".*"});
    check_matched(given, literal.substr(1) + "z.y", {});
  }
}

BOOST_AUTO_TEST_CASE(a_type_of_many_segments_ends_against_many_double_stars) {
  named_table given;
  std::string text = "**.a";
  for (int i = 0; i < 30; ++i)
    text += ".**.a";
  given.add(text + ".**.b", 0, "never");
  given.add(text, 0, "always");
  std::string type = "a";
  for (int i = 0; i < 20'000; ++i)
    type += ".a";
  check_matched(given, type, {"always"});
}

BOOST_AUTO_TEST_CASE(a_type_may_be_active_at_more_nodes_than_fit_the_stack) {
  named_table given;
  names expected;
  for (int i = 0; i < 3'000; ++i) {
    expected.push_back(std::string("**.a.**.x").append(std::to_string(i))
                       + ".**.a");
    given.add(expected.back());
  }
  std::string type = "a";
  for (int i = 0; i < 3'000; ++i)
    type.append(".x").append(std::to_string(i));
  check_matched(given, type + ".a", expected);
}

// -- adding and removing
// ---------------------------------------------------------

BOOST_AUTO_TEST_CASE(an_id_is_removed_once_and_never_given_again) {
  table given;
  const auto where = pattern::parse("a.b").value();
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 100; ++i) {
    const auto id = given.add(where, target{1}).value();
    BOOST_TEST(seen.insert(static_cast<std::uint64_t>(id)).second);
    BOOST_TEST(given.remove(id));
    BOOST_TEST(!given.remove(id));
  }
  BOOST_TEST(given.size() == 0u);
}

BOOST_AUTO_TEST_CASE(an_unknown_id_removes_nothing) {
  named_table given;
  given.add("a");
  BOOST_TEST(!given.routes.remove(route_id{0}));
  BOOST_TEST(!given.routes.remove(route_id{~std::uint64_t{0}}));
  check_matched(given, "a", {"a"});
}

BOOST_AUTO_TEST_CASE(any_route_of_a_run_can_go_and_another_come) {
  for (std::size_t gone = 0; gone < 3; ++gone) {
    named_table given;
    given.add("a", 1, "high");
    std::vector<route_id> ids;
    for (const auto* name : {"0", "1", "2"})
      ids.push_back(given.add("a", 0, name));
    given.add("a", -1, "low");
    BOOST_TEST(given.routes.remove(ids[gone]));
    given.add("a", 0, "new");
    given.add("a", 1, "new high");
    names expected = {"high", "new high", "0", "1", "2", "new", "low"};
    expected.erase(expected.begin() + 2 + static_cast<std::ptrdiff_t>(gone));
    check_matched(given, "a", expected);
  }
}

BOOST_AUTO_TEST_CASE(a_copy_lives_on_its_own) {
  named_table given;
  const auto id = given.add("a.**");
  auto copy = given;
  copy.add("a");
  BOOST_TEST(given.routes.remove(id));
  check_matched(given, "a", {});
  check_matched(copy, "a", {"a", "a.**"});
  given = copy;
  check_matched(given, "a", {"a", "a.**"});
  const auto moved = std::move(copy);
  check_matched(moved, "a", {"a", "a.**"});
}

BOOST_AUTO_TEST_CASE(double_stars_below_others_are_told_apart_when_replaced) {
  named_table given;
  std::vector<route_id> gone;
  for (const auto* text : {"**.a.**.x", "**.b.**.x", "**.c.**.x"})
    gone.push_back(given.add(text));
  for (const auto id : gone)
    BOOST_TEST(given.routes.remove(id));
  for (const auto* text : {"**.d.**.x", "**.e.**.x", "**.f.**.x"})
    given.add(text);
  check_matched(given, "d.e.f.x", {"**.d.**.x", "**.e.**.x", "**.f.**.x"});
}

BOOST_AUTO_TEST_CASE(long_literals_survive_the_removal_of_others) {
  named_table given;
  std::vector<route_id> ids;
  const auto name_of = [](int i) {
    return std::string(100, 'l') + std::to_string(i);
  };
  for (int i = 0; i < 500; ++i)
    ids.push_back(given.add(name_of(i)));
  for (std::size_t i = 0; i < 500; ++i)
    if (i % 10 != 0)
      BOOST_TEST(given.routes.remove(ids[i]));
  for (int i = 0; i < 500; ++i)
    check_matched(given, name_of(i), i % 10 == 0 ? names{name_of(i)} : names{});
}

BOOST_AUTO_TEST_CASE(many_patterns_come_and_go_without_a_trace) {
  constexpr std::uint32_t count = 20'000;
  named_table given;
  std::vector<route_id> ids;
  const auto text_of = [](std::uint32_t i) {
    return std::string("n").append(std::to_string(i % 100)) + ".x"
           + std::to_string(i);
  };
  for (std::uint32_t i = 0; i < count; ++i)
    ids.push_back(given.add(text_of(i)));
  // 7,919 is prime to the count, so this is every route in a mixed order.
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto gone = i * 7'919 % count;
    const auto kept = (i + 1) % count * 7'919 % count;
    BOOST_REQUIRE(given.routes.remove(ids[gone]));
    BOOST_REQUIRE(given.matched(text_of(gone)).empty());
    if (i + 1 < count)
      BOOST_REQUIRE_EQUAL(given.matched(text_of(kept)).size(), 1u);
  }
  BOOST_TEST(given.routes.size() == 0u);
}

BOOST_AUTO_TEST_CASE(many_routes_of_one_pattern_are_cheap_to_add_and_remove) {
  table given;
  const auto where = pattern::parse("**").value();
  std::vector<route_id> ids;
  for (std::uint32_t i = 0; i < 100'000; ++i)
    ids.push_back(
      given.add(where, target{i}, static_cast<int>(i % 201) - 100).value());
  std::vector<match> out;
  given.match("a", out);
  BOOST_TEST(out.size() == 100'000u);
  for (const auto id : ids)
    BOOST_REQUIRE(given.remove(id));
  BOOST_TEST(given.size() == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
