#include "apps/sigd/review_store.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

#include "libsig/core/row_key.hpp"
#include "libsig/journal/sqlite_journal.hpp"
#include "libsig/review/contracts.hpp"
#include "libsig/review/signals.hpp"
#include "libsig/schema/registry.hpp"
#include "tests/support/reactors.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace libsig;
using sigd::expired_reviews;
using sigd::find_review;
using sigd::find_summary;
using sigd::list_reviews;

namespace {

using texts = std::vector<std::string>;

[[nodiscard]] wall_time at(std::int64_t milliseconds) {
  return wall_time{std::chrono::milliseconds{milliseconds}};
}

/// A store with reviews as the gate and the coordinator write them.
class archive {
public:
  archive() {
    BOOST_REQUIRE(review::add_contracts(contracts_));
    BOOST_REQUIRE(contracts_.add(review::assignment_type("first"),
                                 review::assignment_contract()));
    journal::store_options how;
    how.path = folder_.file("store.db");
    how.decode = [this](const draft& stored) {
      auto checked = contracts_.validate(stored);
      return checked ? std::move(*checked).take().data : stored.data;
    };
    log = std::move(journal::open_sqlite_journal(std::move(how)).value());
  }

  /// Appends a signal; its sequence.
  std::uint64_t append(draft what, std::int64_t recorded,
                       const std::string& tenant = "t") {
    what.id = std::to_string(++ids_);
    what.source = "/s";
    stamp by;
    by.tenant = tenant;
    by.recorded_time = at(recorded);
    auto admitted = contracts_.admit(std::move(what), {}, std::move(by));
    BOOST_REQUIRE(admitted);
    journal::transaction one;
    auto& made = one.entries.emplace_back();
    made.what = std::move(admitted->what);
    made.claim = std::move(admitted->claim);
    made.opens = std::move(admitted->opens);
    BOOST_REQUIRE(log->commit({&one}));
    return one.entries.front().what->sequence();
  }

  std::uint64_t open(const std::string& review_id, std::int64_t recorded = 0,
                     const std::string& tenant = "t") {
    return append(test::request_draft(test::make_request(review_id)), recorded,
                  tenant);
  }

  void write(std::vector<journal::keyed_write> rows) {
    journal::transaction one;
    one.writes = std::move(rows);
    BOOST_REQUIRE(log->commit({&one}));
  }

  void close(std::uint64_t sequence, const std::string& review_id,
             std::int64_t closed = 1,
             review::review_status status = review::review_status::complete,
             const std::string& tenant = "t") {
    review::review_record record;
    record.closed = at(closed);
    record.status = status;
    const auto key = to_string(row_key{tenant, sequence, review_id});
    write({{std::string{review::open_reviews_table}, key, std::nullopt},
           {std::string{review::closed_reviews_table}, key,
            begin_record(record) + '0'}});
  }

  [[nodiscard]] texts list(const sigd::review_query& what) const {
    const auto page = list_reviews(*log, what);
    BOOST_REQUIRE(page);
    texts found;
    for (const auto& one : page->reviews) {
      found.push_back(one.review_id + (one.closed ? "" : "*"));
    }
    if (page->next) {
      found.push_back("-> " + std::to_string(*page->next));
    }
    return found;
  }

  std::unique_ptr<journal::journal> log;

private:
  testing::temporary_folder folder_;
  schema::registry contracts_;
  int ids_ = 0;
};

[[nodiscard]] sigd::review_query of_tenant(const std::string& tenant = "t") {
  sigd::review_query what;
  what.tenant = tenant;
  return what;
}

} // namespace

BOOST_AUTO_TEST_SUITE(review_store)

BOOST_AUTO_TEST_CASE(open_and_closed_reviews_are_one_list_the_newest_first) {
  archive of;
  of.close(of.open("r1"), "r1");
  of.open("r2", 1'234);
  of.close(of.open("r3"), "r3", 5, review::review_status::failed);
  of.open("r4");
  BOOST_TEST(of.list(of_tenant()) == (texts{"r4*", "r3", "r2*", "r1"}),
             boost::test_tools::per_element());
  auto what = of_tenant();
  what.complete = what.failed = false;
  BOOST_TEST(of.list(what) == (texts{"r4*", "r2*"}),
             boost::test_tools::per_element());
  BOOST_TEST((list_reviews(*of.log, what)->reviews[1].opened == at(1'234)));
  what = of_tenant();
  what.open = what.complete = false;
  BOOST_TEST(of.list(what) == (texts{"r3"}), boost::test_tools::per_element());
}

// Rows of the other table are no reason to go on, nor to look at all of them.
BOOST_AUTO_TEST_CASE(a_state_reads_the_table_of_its_reviews_alone) {
  archive of;
  of.close(of.open("r1"), "r1");
  of.open("r2");
  of.close(of.open("r3"), "r3");
  of.open("r4");
  of.close(of.open("r5"), "r5");
  auto what = of_tenant();
  what.complete = what.failed = false;
  what.limit = 2;
  BOOST_TEST(of.list(what) == (texts{"r4*", "r2*"}),
             boost::test_tools::per_element());
  what.limit = 1;
  BOOST_TEST(of.list(what) == (texts{"r4*", "-> 4"}),
             boost::test_tools::per_element());
  what = of_tenant();
  what.open = false;
  what.limit = 3;
  BOOST_TEST(of.list(what) == (texts{"r5", "r3", "r1"}),
             boost::test_tools::per_element());
  of.open("r6");
  what.before = of.log->last_sequence() + 1;
  what.limit = 1;
  BOOST_TEST(of.list(what) == (texts{"r5", "-> 5"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(pages_go_on_where_the_one_before_ended) {
  archive of;
  for (const auto* id : {"r1", "r2", "r3", "r4"}) {
    const auto sequence = of.open(id);
    if (*(id + 1) != '3') {
      of.close(sequence, id);
    }
  }
  auto what = of_tenant();
  what.limit = 3;
  BOOST_TEST(of.list(what) == (texts{"r4", "r3*", "r2", "-> 2"}),
             boost::test_tools::per_element());
  what.before = 2;
  BOOST_TEST(of.list(what) == (texts{"r1"}), boost::test_tools::per_element());
  what.before.reset();
  what.limit = 4;
  BOOST_TEST(of.list(what).size() == 4u);
}

BOOST_AUTO_TEST_CASE(tenants_do_not_see_each_other) {
  archive of;
  of.close(of.open("r1", 0, "t"), "r1");
  of.open("r1", 0, "t!");
  of.open("r2", 0, "t0");
  BOOST_TEST(of.list(of_tenant("t")) == (texts{"r1"}),
             boost::test_tools::per_element());
  BOOST_TEST(of.list(of_tenant("t!")) == (texts{"r1*"}),
             boost::test_tools::per_element());
  BOOST_TEST(of.list(of_tenant("u")).empty());
  BOOST_TEST(!find_review(*of.log, "t", "r2")->has_value());
  BOOST_TEST(find_review(*of.log, "t0", "r2")->has_value());
  BOOST_TEST((*find_review(*of.log, "t!", "r1"))->open);
  BOOST_TEST(!(*find_review(*of.log, "t", "r1"))->open);
}

BOOST_AUTO_TEST_CASE(an_open_review_shows_what_the_log_says_of_it) {
  archive of;
  of.open("other");
  const auto sequence = of.open("r1", 10);
  const auto assign = [&](std::uint32_t attempt, std::int64_t recorded) {
    auto work = std::make_shared<review::assignment>();
    work->review_id = "r1";
    work->agent = "first";
    work->attempt = attempt;
    draft made;
    made.type = review::assignment_type("first");
    made.subject = review::review_subject("r1");
    made.data = event_data::decoded(std::move(work));
    return of.append(std::move(made), recorded);
  };
  const auto answer = [&](const std::string& agent, std::int64_t recorded) {
    auto made = std::make_shared<review::review_result>();
    made->review_id = "r1";
    made->agent = agent;
    draft what;
    what.type = review::result_type;
    what.subject = review::review_subject("r1");
    what.data = event_data::decoded(std::move(made));
    return of.append(std::move(what), recorded);
  };
  assign(1, 20);
  using state = review::assignment_state;
  auto found = *find_review(*of.log, "t", "r1");
  BOOST_TEST_REQUIRE(found.has_value());
  BOOST_TEST(found->open);
  BOOST_TEST(found->sequence == sequence);
  BOOST_TEST((found->record.opened == at(10)));
  BOOST_REQUIRE_EQUAL(found->record.assignments.size(), 1u);
  BOOST_TEST((found->record.assignments[0].state == state::pending));
  assign(2, 30);
  answer("nobody", 35);
  const auto result = answer("first", 40);
  answer("first", 50);
  found = *find_review(*of.log, "t", "r1");
  BOOST_REQUIRE_EQUAL(found->record.assignments.size(), 2u);
  const auto& first = found->record.assignments[0];
  const auto& second = found->record.assignments[1];
  BOOST_TEST((first.state == state::crashed && first.answered == at(30)));
  BOOST_TEST((second.state == state::done && second.answered == at(40)));
  BOOST_TEST(second.result == result);
  BOOST_TEST(found->record.duplicate_results == 1u);
  BOOST_TEST(found->record.foreign_results == 1u);
  BOOST_TEST(*find_summary(*of.log, "t", "r1") == nullptr);
}

BOOST_AUTO_TEST_CASE(late_results_are_shown_with_their_review) {
  archive of;
  const auto sequence = of.open("r1");
  of.close(sequence, "r1");
  BOOST_TEST((*find_review(*of.log, "t", "r1"))->late_results == 0u);
  of.write({{std::string{review::late_results_table},
             to_string(row_key{"t", sequence, "r1"}), "3"}});
  BOOST_TEST((*find_review(*of.log, "t", "r1"))->late_results == 3u);
}

BOOST_AUTO_TEST_CASE(records_go_in_pieces_when_they_are_too_old) {
  archive of;
  for (int number = 0; number < 20; ++number) {
    const auto id = "r" + std::to_string(number);
    const std::string tenant{number % 2 == 0 ? "t" : "u"};
    of.close(of.open(id, number, tenant), id, 100 + number,
             review::review_status::complete, tenant);
  }
  of.open("open", 50, "t");
  BOOST_TEST(expired_reviews(*of.log, at(100), 100)->empty());
  // A row in each of two tables.
  BOOST_TEST(expired_reviews(*of.log, at(101), 100)->size() == 2u);
  BOOST_TEST(expired_reviews(*of.log, at(110), 3)->size() == 6u);
  std::size_t removed = 0;
  for (;;) {
    auto rows = expired_reviews(*of.log, at(110), 3);
    BOOST_REQUIRE(rows);
    if (rows->empty()) {
      break;
    }
    removed += rows->size() / 2;
    BOOST_TEST_REQUIRE(removed <= 10u);
    of.write(std::move(*rows));
  }
  BOOST_TEST(removed == 10u);
  BOOST_TEST(of.list(of_tenant("t"))
               == (texts{"open*", "r18", "r16", "r14", "r12", "r10"}),
             boost::test_tools::per_element());
  BOOST_TEST(of.list(of_tenant("u")).size() == 5u);
  BOOST_TEST(!find_review(*of.log, "t", "r0")->has_value());
}

BOOST_AUTO_TEST_SUITE_END()
