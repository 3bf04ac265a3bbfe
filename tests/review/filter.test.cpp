#include "libsig/review/filter.hpp"

#include <boost/test/unit_test.hpp>
#include <rapidcheck.h>

#include <limits>
#include <set>

#include "tests/review/builders.hpp"

namespace review = libsig::review;
using review::file_diff;
using review::filter_mode;
using review::finding;
using review::finding_filter;
using review::line_kind;
using review::testing::make_file;

namespace {

finding at(std::string file, std::optional<std::uint32_t> line,
           std::optional<std::uint32_t> end_line = std::nullopt) {
  finding made;
  made.file = std::move(file);
  made.line = line;
  made.end_line = end_line;
  return made;
}

struct one_file {
  file_diff file = make_file("a.c");
  std::vector<const file_diff*> files{&file};

  bool keeps(filter_mode mode, const finding& what) const {
    return finding_filter{mode, files}.keeps(what);
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(filter, one_file)

BOOST_AUTO_TEST_CASE(added_keeps_added_lines_and_places_of_removed_ones) {
  const finding_filter sieve{filter_mode::added, files};
  BOOST_TEST(!sieve.keeps(at("a.c", 9)));
  BOOST_TEST(sieve.keeps(at("a.c", 10)));
  BOOST_TEST(sieve.keeps(at("a.c", 11)));
  BOOST_TEST(!sieve.keeps(at("a.c", 12)));
}

BOOST_AUTO_TEST_CASE(diff_context_keeps_every_line_of_a_hunk) {
  const finding_filter sieve{filter_mode::diff_context, files};
  BOOST_TEST(!sieve.keeps(at("a.c", 8)));
  BOOST_TEST(sieve.keeps(at("a.c", 9)));
  BOOST_TEST(sieve.keeps(at("a.c", 11)));
  BOOST_TEST(!sieve.keeps(at("a.c", 12)));
}

BOOST_AUTO_TEST_CASE(file_keeps_every_line_of_a_changed_file_alone) {
  BOOST_TEST(keeps(filter_mode::file, at("a.c", 5000)));
  BOOST_TEST(!keeps(filter_mode::file, at("b.c", 10)));
}

BOOST_AUTO_TEST_CASE(nofilter_keeps_what_is_in_no_changed_file) {
  BOOST_TEST(keeps(filter_mode::nofilter, at("b.c", 10)));
  BOOST_TEST(keeps(filter_mode::nofilter, at("", std::nullopt)));
}

BOOST_AUTO_TEST_CASE(a_finding_in_another_file_is_kept_by_nofilter_alone) {
  for (const auto mode :
       {filter_mode::added, filter_mode::diff_context, filter_mode::file}) {
    BOOST_TEST(!keeps(mode, at("b.c", 10)));
    BOOST_TEST(!keeps(mode, at("b.c", std::nullopt)));
    BOOST_TEST(!keeps(mode, at("", std::nullopt)));
  }
}

BOOST_AUTO_TEST_CASE(a_finding_about_a_whole_changed_file_is_kept) {
  BOOST_TEST(keeps(filter_mode::added, at("a.c", std::nullopt)));
  BOOST_TEST(keeps(filter_mode::diff_context, at("a.c", std::nullopt)));
}

BOOST_AUTO_TEST_CASE(a_finding_over_lines_counts_when_one_of_them_does) {
  const finding_filter sieve{filter_mode::added, files};
  BOOST_TEST(sieve.keeps(at("a.c", 1, 10)));
  BOOST_TEST(!sieve.keeps(at("a.c", 1, 9)));
  BOOST_TEST(sieve.keeps(at("a.c", 11, 20)));
  BOOST_TEST(!sieve.keeps(at("a.c", 12, 20)));
  BOOST_TEST(sieve.keeps(at("a.c", 10, 2)));
}

BOOST_AUTO_TEST_CASE(a_deleted_file_is_asked_by_its_old_name_and_lines) {
  file.change = review::file_change::deleted;
  file.new_path.clear();
  file.hunks[0].lines = {{line_kind::removed, 1, 1, "a"},
                         {line_kind::removed, 2, 1, "b"}};
  const finding_filter sieve{filter_mode::added, files};
  BOOST_TEST(sieve.keeps(at("a.c", 2)));
  BOOST_TEST(!sieve.keeps(at("a.c", 3)));
}

BOOST_AUTO_TEST_CASE(a_renamed_file_is_asked_by_its_new_name) {
  file.old_path = "old.c";
  file.change = review::file_change::renamed;
  BOOST_TEST(keeps(filter_mode::added, at("a.c", 10)));
  BOOST_TEST(!keeps(filter_mode::added, at("old.c", 10)));
}

BOOST_AUTO_TEST_CASE(a_file_that_is_named_twice_has_the_lines_of_both) {
  const auto later = make_file("a.c", {{line_kind::added, 1, 2, ""},
                                       {line_kind::added, 1, 10, ""},
                                       {line_kind::added, 1, 30, ""}});
  const auto other = make_file("b.c");
  files = {&file, &other, &later};
  const finding_filter sieve{filter_mode::added, files};
  for (const std::uint32_t line : {2u, 10u, 11u, 30u}) {
    BOOST_TEST(sieve.keeps(at("a.c", line)));
  }
  for (const std::uint32_t line : {1u, 3u, 9u, 12u, 29u, 31u}) {
    BOOST_TEST(!sieve.keeps(at("a.c", line)));
  }
}

BOOST_AUTO_TEST_CASE(a_name_that_is_not_utf_8_is_found_as_json_shows_it) {
  file.new_path = "a\xFF.c";
  const finding_filter sieve{filter_mode::added, files};
  BOOST_TEST(sieve.keeps(at("a\xFF.c", 10)));
  BOOST_TEST(sieve.keeps(at("a\xEF\xBF\xBD.c", 10)));
  BOOST_TEST(!sieve.keeps(at("a\xEF\xBF\xBD.c", 12)));
  BOOST_TEST(!sieve.keeps(at("a?.c", 10)));
}

BOOST_AUTO_TEST_CASE(the_last_line_there_can_be_is_a_line) {
  const auto last = std::numeric_limits<std::uint32_t>::max();
  file.hunks[0].lines = {{line_kind::added, 1, last, ""},
                         {line_kind::added, 1, last, ""}};
  BOOST_TEST(keeps(filter_mode::added, at("a.c", last)));
  BOOST_TEST(!keeps(filter_mode::added, at("a.c", last - 1)));
}

BOOST_AUTO_TEST_CASE(ranges_answer_as_a_set_of_lines_would) {
  const bool held = rc::check([] {
    const auto lines = *rc::gen::container<std::vector<std::uint32_t>>(
      rc::gen::inRange<std::uint32_t>(1, 60));
    auto what = make_file("a.c", {});
    for (const auto line : lines) {
      what.hunks[0].lines.push_back({line_kind::added, line, line, ""});
    }
    const std::vector<const file_diff*> just_it{&what};
    const finding_filter sieve{filter_mode::added, just_it};
    const std::set<std::uint32_t> all{lines.begin(), lines.end()};
    const auto first = *rc::gen::inRange<std::uint32_t>(1, 62);
    const auto last = first + *rc::gen::inRange<std::uint32_t>(0, 4);
    const auto next = all.lower_bound(first);
    RC_ASSERT(sieve.keeps(at("a.c", first, last))
              == (next != all.end() && *next <= last));
  });
  BOOST_TEST(held);
}

BOOST_AUTO_TEST_SUITE_END()
