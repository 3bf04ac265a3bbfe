#include "libsig/schedule/book.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using namespace libsig;
using namespace std::chrono_literals;

namespace {

[[nodiscard]] wall_time at(std::int64_t milliseconds) {
  return wall_time{std::chrono::milliseconds{milliseconds}};
}

[[nodiscard]] schedule::scheduled_row row_of(std::string id,
                                             std::int64_t milliseconds,
                                             std::string type = "a.b",
                                             std::string key = {}) {
  schedule::scheduled_row made;
  made.id = std::move(id);
  made.deliver_at = at(milliseconds);
  made.what.id = made.id;
  made.what.type = std::move(type);
  made.what.source = "/agents/ann";
  made.what.data = event_data::json(std::string{"{}"});
  made.repeat_key = std::move(key);
  return made;
}

[[nodiscard]] std::vector<std::string> ids_of(const schedule::book& in,
                                              std::string tenant = "default") {
  schedule::list_request asked;
  asked.tenant = std::move(tenant);
  std::vector<std::string> ids;
  for (const auto& row : in.list(asked).rows) {
    ids.push_back(row.id);
  }
  return ids;
}

[[nodiscard]] schedule::cancel_request by_id(std::string id) {
  schedule::cancel_request made;
  made.tenant = "default";
  made.id = std::move(id);
  return made;
}

[[nodiscard]] schedule::cancel_request by_key(std::string type, std::string key,
                                              std::string tenant = "default") {
  schedule::cancel_request made;
  made.tenant = std::move(tenant);
  made.type = std::move(type);
  made.repeat_key = std::move(key);
  return made;
}

using ids = std::vector<std::string>;

} // namespace

BOOST_AUTO_TEST_SUITE(schedule_book)

BOOST_AUTO_TEST_CASE(rows_are_listed_by_time_then_type_then_id_D27) {
  schedule::book kept{{}};
  BOOST_REQUIRE(kept.put("default", row_of("4", 20, "a")));
  BOOST_REQUIRE(kept.put("default", row_of("3", 10, "b")));
  BOOST_REQUIRE(kept.put("default", row_of("2", 10, "a")));
  BOOST_REQUIRE(kept.put("default", row_of("1", 10, "b")));
  BOOST_TEST(ids_of(kept) == (ids{"2", "1", "3", "4"}));
}

BOOST_AUTO_TEST_CASE(a_list_goes_on_behind_a_position) {
  schedule::book kept{{}};
  for (const auto* id : {"1", "2", "3"}) {
    BOOST_REQUIRE(kept.put("default", row_of(id, 10)));
  }
  schedule::list_request asked;
  asked.tenant = "default";
  asked.limit = 2;
  const auto first = kept.list(asked);
  BOOST_TEST(first.rows.size() == 2u);
  BOOST_TEST(first.more);
  asked.after = schedule::position_of(first.rows.back());
  const auto second = kept.list(asked);
  BOOST_REQUIRE_EQUAL(second.rows.size(), 1u);
  BOOST_TEST(second.rows[0].id == "3");
  BOOST_TEST(!second.more);
}

BOOST_AUTO_TEST_CASE(the_same_type_and_repeat_key_replaces_D25) {
  schedule::book kept{{}};
  BOOST_REQUIRE(kept.put("default", row_of("1", 10, "a", "k")));
  const auto again = kept.put("default", row_of("2", 5, "a", "k"));
  BOOST_REQUIRE(again);
  BOOST_TEST_REQUIRE(again->replaced.has_value());
  BOOST_TEST(again->replaced->id == "1");
  BOOST_TEST(ids_of(kept) == (ids{"2"}));
}

BOOST_AUTO_TEST_CASE(another_type_tenant_or_no_key_replaces_nothing_D25) {
  schedule::book kept{{}};
  BOOST_REQUIRE(kept.put("default", row_of("1", 10, "a", "k")));
  for (auto* const more : {"2", "3"}) {
    const auto done = kept.put("default", row_of(more, 10, "a"));
    BOOST_TEST((done && !done->replaced));
  }
  const auto other_type = kept.put("default", row_of("4", 10, "b", "k"));
  BOOST_TEST((other_type && !other_type->replaced));
  const auto other_tenant = kept.put("other", row_of("5", 10, "a", "k"));
  BOOST_TEST((other_tenant && !other_tenant->replaced));
  BOOST_TEST(kept.size() == 5u);
}

BOOST_AUTO_TEST_CASE(the_same_signal_again_is_a_duplicate) {
  schedule::book kept{{}};
  BOOST_REQUIRE(kept.put("default", row_of("1", 10)));
  const auto again = kept.put("default", row_of("1", 10));
  BOOST_REQUIRE(again);
  BOOST_TEST(again->duplicate);
  BOOST_TEST(kept.size() == 1u);
}

BOOST_AUTO_TEST_CASE(another_signal_under_a_known_id_is_a_conflict) {
  schedule::book kept{{}};
  BOOST_REQUIRE(kept.put("default", row_of("1", 10)));
  auto other_data = row_of("1", 10);
  other_data.what.data = event_data::json(std::string{"1"});
  for (auto& one : {row_of("1", 11), row_of("1", 10, "x"),
                    row_of("1", 10, "a.b", "k"), other_data}) {
    auto copy = one;
    const auto refused = kept.put("default", std::move(copy));
    BOOST_REQUIRE(!refused);
    BOOST_TEST((refused.error().code() == errc::duplicate_conflict));
  }
  BOOST_TEST(kept.size() == 1u);
}

BOOST_AUTO_TEST_CASE(sources_have_ids_of_their_own) {
  schedule::book kept{{}};
  BOOST_REQUIRE(kept.put("default", row_of("1", 10)));
  auto other = row_of("1", 10);
  other.what.source = "/elsewhere";
  BOOST_REQUIRE(kept.put("default", std::move(other)));
  BOOST_TEST(kept.size() == 2u);
  BOOST_TEST(kept.cancel(by_id("1")).size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_row_is_cancelled_by_type_and_key_or_by_id_D26) {
  schedule::book kept{{}};
  BOOST_REQUIRE(kept.put("default", row_of("1", 10, "a", "k")));
  BOOST_REQUIRE(kept.put("default", row_of("2", 10, "a")));
  BOOST_TEST(kept.cancel(by_key("a", "l")).empty());
  BOOST_TEST(kept.cancel(by_key("b", "k")).empty());
  BOOST_TEST(kept.cancel(by_key("a", "")).empty());
  BOOST_TEST(kept.cancel(by_key("a", "k")).size() == 1u);
  BOOST_TEST(kept.cancel(by_key("a", "k")).empty());
  BOOST_TEST(kept.cancel(by_id("3")).empty());
  BOOST_TEST(kept.cancel(by_id("2")).size() == 1u);
  BOOST_TEST(kept.size() == 0u);
  BOOST_TEST(!kept.next_due());
}

BOOST_AUTO_TEST_CASE(a_tenant_cancels_and_lists_its_own_alone_D26) {
  schedule::book kept{{}};
  BOOST_REQUIRE(kept.put("default", row_of("1", 10, "a", "k")));
  BOOST_TEST(kept.cancel(by_key("a", "k", "other")).empty());
  auto named = by_id("1");
  named.tenant = "other";
  BOOST_TEST(kept.cancel(named).empty());
  BOOST_TEST(ids_of(kept, "other").empty());
  BOOST_TEST(ids_of(kept) == (ids{"1"}));
}

BOOST_AUTO_TEST_CASE(what_may_not_be_cancelled_stays) {
  schedule::book kept{{}};
  BOOST_REQUIRE(kept.put("default", row_of("1", 10, "a", "k")));
  auto asked = by_key("a", "k");
  asked.may_cancel = [](const schedule::scheduled_row& row) {
    return row.what.type != "a";
  };
  BOOST_TEST(kept.cancel(asked).empty());
  BOOST_TEST(kept.size() == 1u);
}

BOOST_AUTO_TEST_CASE(what_is_due_is_taken_the_earliest_first_over_tenants) {
  schedule::book kept{{}};
  BOOST_REQUIRE(kept.put("b", row_of("3", 30)));
  BOOST_REQUIRE(kept.put("a", row_of("2", 20)));
  BOOST_REQUIRE(kept.put("b", row_of("1", 10)));
  BOOST_REQUIRE(kept.put("a", row_of("4", 31)));
  BOOST_TEST((kept.next_due() == at(10)));
  BOOST_TEST(kept.take_due(at(9), 10).empty());
  const auto due = kept.take_due(at(30), 10);
  BOOST_REQUIRE_EQUAL(due.size(), 3u);
  BOOST_TEST(due[0].tenant == "b");
  BOOST_TEST(due[0].row.id == "1");
  BOOST_TEST(due[1].tenant == "a");
  BOOST_TEST(due[2].row.id == "3");
  BOOST_TEST((kept.next_due() == at(31)));
}

BOOST_AUTO_TEST_CASE(no_more_is_taken_than_was_asked_for) {
  schedule::book kept{{}};
  for (const auto* id : {"1", "2", "3"}) {
    BOOST_REQUIRE(kept.put("default", row_of(id, 10)));
  }
  BOOST_TEST(kept.take_due(at(10), 2).size() == 2u);
  BOOST_TEST(kept.take_due(at(10), 2).size() == 1u);
}

BOOST_AUTO_TEST_CASE(rows_and_bytes_of_a_tenant_are_bounded) {
  schedule::book kept{{.rows_max = 2, .bytes_max = 6}};
  BOOST_REQUIRE(kept.put("default", row_of("1", 10, "a", "k")));
  BOOST_REQUIRE(kept.put("default", row_of("2", 10)));
  const auto third = kept.put("default", row_of("3", 10));
  BOOST_REQUIRE(!third);
  BOOST_TEST((third.error().code() == errc::overloaded));
  // One that replaces another needs no place, and other tenants have theirs.
  BOOST_TEST(kept.put("default", row_of("4", 10, "a", "k")).has_value());
  BOOST_TEST(kept.put("other", row_of("3", 10)).has_value());
  auto fits = row_of("5", 10, "a", "k");
  fits.what.data = event_data::json(std::string{"1234"});
  BOOST_TEST(kept.put("default", std::move(fits)).has_value());
  auto too_long = row_of("6", 10, "a", "k");
  too_long.what.data = event_data::json(std::string{"12345"});
  const auto refused = kept.put("default", std::move(too_long));
  BOOST_REQUIRE(!refused);
  BOOST_TEST((refused.error().code() == errc::overloaded));
  BOOST_TEST(ids_of(kept) == (ids{"5", "2"}));
}

BOOST_AUTO_TEST_CASE(what_was_refused_leaves_no_trace_of_its_tenant) {
  schedule::book kept{{.rows_max = 0}};
  BOOST_TEST(!kept.put("default", row_of("1", 10)));
  BOOST_TEST(kept.size() == 0u);
  BOOST_TEST(!kept.next_due());
  BOOST_TEST(kept.take_due(at(100), 10).empty());
}

BOOST_AUTO_TEST_SUITE_END()
