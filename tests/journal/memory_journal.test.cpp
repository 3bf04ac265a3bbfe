#include "libsig/journal/journal.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <utility>
#include <vector>

#include "libsig/schema/registry.hpp"

using namespace libsig;
using journal::entry;
using journal::transaction;
using journal::verdict;

namespace {

struct attributes {
  std::string id;
  std::string type = "t";
  std::string source = "/s";
  std::string data = "1";
  std::string claim = {};
  bool fresh = false;
};

[[nodiscard]] entry entry_of(const attributes& with) {
  draft what;
  what.type = with.type;
  what.source = with.source;
  what.id = with.id;
  what.data = event_data::json(std::string{with.data});
  const schema::registry free_of_contracts;
  entry made;
  made.what = std::make_shared<signal>(
    std::move(*free_of_contracts.validate(std::move(what))), stamp{});
  made.claim = with.claim;
  made.fresh = with.fresh;
  return made;
}

/// A journal and short words for what one does to it.
struct notebook {
  explicit notebook(journal::memory_options keep = {8, 1'000'000})
    : log{journal::make_memory_journal(keep)} {}

  entry put(const attributes& with) {
    transaction one;
    one.entries.push_back(entry_of(with));
    BOOST_REQUIRE(log->commit({&one}));
    return std::move(one.entries.front());
  }

  void write(journal::keyed_write what) {
    transaction one;
    one.writes.push_back(std::move(what));
    BOOST_REQUIRE(log->commit({&one}));
  }

  [[nodiscard]] bool has_body(std::uint64_t sequence) const {
    return *log->find(sequence) != nullptr;
  }

  std::unique_ptr<journal::journal> log;
};

} // namespace

BOOST_AUTO_TEST_SUITE(memory_journal)

BOOST_AUTO_TEST_CASE(equal_json_in_another_order_does_not_differ) {
  notebook book;
  book.put({.id = "a", .data = R"({"x":1,"y":2})"});
  BOOST_TEST(
    !book.put({.id = "a", .data = R"({"y":2,"x":1})"}).receipt.differs);
  BOOST_TEST(book.put({.id = "a", .data = R"({"y":2})"}).receipt.differs);
}

BOOST_AUTO_TEST_CASE(another_type_under_one_id_is_a_conflict) {
  notebook book;
  book.put({.id = "a"});
  const auto got = book.put({.id = "a", .type = "u"});
  BOOST_TEST((got.verdict == verdict::conflict));
  BOOST_TEST(got.receipt.sequence == 1u);
}

BOOST_AUTO_TEST_CASE(fresh_signals_are_remembered_as_well) {
  // One whose id is the node's UUID, and one whose id another source made.
  for (const auto* id : {"0193a5b2-7c4e-7f10-8a2b-0123456789ab", "a"}) {
    notebook book;
    book.put({.id = id, .data = "1", .fresh = true});
    const auto same = book.put({.id = id, .data = "1.0"});
    BOOST_TEST((same.verdict == verdict::duplicate), id);
    BOOST_TEST(!same.receipt.differs, id);
    BOOST_TEST(same.receipt.sequence == 1u);
    BOOST_TEST(book.put({.id = id, .data = "2"}).receipt.differs, id);
    BOOST_TEST((book.put({.id = id, .type = "u"}).verdict == verdict::conflict),
               id);
    BOOST_TEST(
      (book.put({.id = id, .source = "/other"}).verdict == verdict::appended),
      id);
  }
}

BOOST_AUTO_TEST_CASE(a_claim_is_the_first_signals_for_its_type) {
  notebook book;
  book.put({.id = "a", .claim = "key"});
  const auto same = book.put({.id = "b", .claim = "key"});
  BOOST_TEST((same.verdict == verdict::duplicate));
  BOOST_TEST(same.receipt.id == "a");
  BOOST_TEST(same.receipt.source == "/s");
  const auto other = book.put({.id = "c", .data = "2", .claim = "key"});
  BOOST_TEST((other.verdict == verdict::conflict));
  BOOST_TEST(other.receipt.id == "a");
  BOOST_TEST((book.put({.id = "d", .type = "u", .claim = "key"}).verdict
              == verdict::appended));
  BOOST_TEST(
    (book.put({.id = "e", .claim = "kez"}).verdict == verdict::appended));
}

BOOST_AUTO_TEST_CASE(bodies_go_at_the_bound_and_their_keys_stay) {
  notebook book;
  for (int number = 1; number <= 8; ++number) {
    book.put({.id = std::to_string(number)});
  }
  BOOST_TEST(book.has_body(1));
  book.put({.id = "9"});
  BOOST_TEST(!book.has_body(1));
  BOOST_TEST(book.has_body(2));
  BOOST_TEST((book.put({.id = "1"}).verdict == verdict::duplicate));
}

BOOST_AUTO_TEST_CASE(many_keys_are_all_remembered) {
  notebook book;
  constexpr int count = 20'000;
  for (int number = 0; number < count; ++number) {
    book.put({.id = std::to_string(number), .fresh = number % 2 == 0});
  }
  for (int number = 0; number < count; ++number) {
    const auto got = book.put({.id = std::to_string(number)});
    BOOST_REQUIRE((got.verdict == verdict::duplicate));
    BOOST_REQUIRE(got.receipt.sequence == std::uint64_t(number) + 1);
  }
}

BOOST_AUTO_TEST_CASE(at_the_bound_of_keys_the_oldest_half_goes) {
  // 256 shares of 8 keys each: the youngest four of a share are there for sure.
  notebook book{{8, 2'048}};
  for (int number = 0; number < 10'000; ++number) {
    book.put({.id = std::to_string(number)});
    BOOST_REQUIRE(
      (book.put({.id = std::to_string(number)}).verdict == verdict::duplicate));
  }
  BOOST_TEST((book.put({.id = "0"}).verdict == verdict::appended));
}

BOOST_AUTO_TEST_CASE(reading_gives_what_is_kept_in_order_up_to_the_limit) {
  notebook book;
  for (int number = 1; number <= 10; ++number) {
    book.put({.id = std::to_string(number)});
  }
  const auto all = *book.log->read(0, 100);
  BOOST_REQUIRE(all.size() == 8u);
  BOOST_TEST(all.front()->sequence() == 3u);
  const auto some = *book.log->read(5, 2);
  BOOST_REQUIRE(some.size() == 2u);
  BOOST_TEST(some[0]->sequence() == 6u);
  BOOST_TEST(book.log->read(10, 2)->empty());
}

BOOST_AUTO_TEST_CASE(rows_stand_in_key_order_and_nothing_removes_one) {
  notebook book;
  book.write({"t", "b", "1", 0});
  book.write({"t", "a", "2", 0});
  book.write({"u", "c", "3", 0});
  book.write({"t", "b", "4", 0});
  const auto rows = *book.log->read_table("t");
  BOOST_REQUIRE(rows.size() == 2u);
  BOOST_TEST(rows[0].key == "a");
  BOOST_TEST(*rows[1].value == "4");
  book.write({"t", "b", std::nullopt, 0});
  BOOST_TEST(book.log->read_table("t")->size() == 1u);
  BOOST_TEST(book.log->read_table("none")->empty());
}

BOOST_AUTO_TEST_CASE(a_row_keeps_a_body_as_long_as_it_is_there) {
  notebook book;
  book.put({.id = "a"});
  book.write({"t", "k", "", 1});
  for (int number = 0; number < 20; ++number) {
    book.put({.id = std::to_string(number)});
  }
  BOOST_TEST(book.has_body(1));
  BOOST_TEST(book.log->read_table("t")->front().keeps == 1u);
  book.write({"t", "k", std::nullopt, 0});
  BOOST_TEST(!book.has_body(1));
}

BOOST_AUTO_TEST_CASE(a_body_that_two_rows_keep_goes_with_the_last) {
  notebook book;
  book.put({.id = "a"});
  book.write({"t", "k", "", 1});
  book.write({"t", "l", "", 1});
  for (int number = 0; number < 20; ++number) {
    book.put({.id = std::to_string(number)});
  }
  book.write({"t", "k", std::nullopt, 0});
  BOOST_TEST(book.has_body(1));
  book.write({"t", "l", "now without", 0});
  BOOST_TEST(!book.has_body(1));
}

BOOST_AUTO_TEST_SUITE_END()
