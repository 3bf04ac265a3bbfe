#include "libsig/review/record.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace libsig;
using review::assignment_state;

namespace {

[[nodiscard]] wall_time at(std::int64_t milliseconds) {
  return wall_time{std::chrono::milliseconds{milliseconds}};
}

[[nodiscard]] review::review_record full_record() {
  review::review_record made;
  made.opened = at(1'800'000'000'001);
  made.closed = at(1'800'000'030'002);
  made.status = review::review_status::failed;
  made.severity = review::severity::high;
  made.duplicate_results = 3;
  made.foreign_results = 4;
  made.assignments = {
    {"a specialist/ü", 1, assignment_state::crashed, at(1), at(2), 0},
    {"a specialist/ü", 2, assignment_state::timed_out, at(2), {}, 0},
    {"other", 1, assignment_state::done, at(1), at(5), 77}};
  made.summary = 99;
  return made;
}

[[nodiscard]] std::string text_of(const review::review_record& what) {
  return begin_record(what) + std::to_string(what.summary);
}

} // namespace

BOOST_AUTO_TEST_SUITE(record)

BOOST_AUTO_TEST_CASE(a_record_is_read_as_it_was_written) {
  const auto full = full_record();
  const auto read = review::read_record(text_of(full));
  BOOST_TEST_REQUIRE(read.has_value());
  BOOST_TEST((*read == full));
  review::review_record empty;
  const auto nothing = review::read_record(text_of(empty));
  BOOST_TEST_REQUIRE(nothing.has_value());
  BOOST_TEST((*nothing == empty));
}

BOOST_AUTO_TEST_CASE(what_is_cut_or_changed_is_no_record) {
  const auto text = text_of(full_record());
  // The last digits are a number whichever of them are there.
  for (std::size_t size = 0; size + 2 < text.size(); ++size) {
    BOOST_TEST(!review::read_record(text.substr(0, size)).has_value());
  }
  BOOST_TEST(!review::read_record(text + "x").has_value());
  BOOST_TEST(!review::read_record("2" + text.substr(1)).has_value());
  BOOST_TEST(!review::read_record("\n" + text).has_value());
  BOOST_TEST(!review::read_record(begin_record(full_record())).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
