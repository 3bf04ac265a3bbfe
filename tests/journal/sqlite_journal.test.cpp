#include "libsig/journal/sqlite_journal.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/journal/notebook.hpp"

using namespace libsig;
using journal::damage;
using journal::store_options;
using journal::transaction;
using journal::verdict;
using testing::entry_of;
using testing::notebook;
using testing::open_or_fail;
using testing::store_in;

namespace {

/// A store that can be closed and opened again.
struct shelf {
  shelf() : how{store_in(folder)} {}

  void open() { book.emplace(open_or_fail(how)); }

  void close() { book.reset(); }

  notebook& reopened() {
    close();
    open();
    return *book;
  }

  testing::temporary_folder folder;
  store_options how;
  std::optional<notebook> book;
};

[[nodiscard]] draft full_draft() {
  draft what;
  what.id = " an id with blanks ";
  what.source = "/agents/ann";
  what.type = "a:b";
  what.subject = "subject";
  what.time = "2026-01-02T03:04:05.123456789+02:00";
  what.data_content_type = "application/json";
  what.data_schema = "https://example.org/schema";
  what.causation_id = "cause";
  what.extensions = {{"category", std::string{"ASK"}},
                     {"flag", true},
                     {"number", std::int32_t{-7}},
                     {"other", false},
                     {"text", std::string{"t\xc3\xa4xt"}}};
  what.data = event_data::json(R"({ "b":1.00, "a":[1e2,"\u0041"] })");
  return what;
}

[[nodiscard]] stamp full_stamp() {
  stamp by;
  by.hops = 3;
  by.tenant = "acme";
  by.on_behalf_of = "/system";
  by.recorded_time = testing::at(1'700'000'000'123);
  return by;
}

/// Commits a signal and gives what is read of it after a restart.
[[nodiscard]] signal_ptr restarted(shelf& on, std::shared_ptr<signal> what) {
  on.open();
  transaction one;
  one.entries.emplace_back().what = std::move(what);
  BOOST_REQUIRE(on.book->log->commit({&one}));
  const auto found = on.reopened().log->find(1);
  BOOST_REQUIRE(found);
  BOOST_REQUIRE(*found != nullptr);
  return *found;
}

/// A payload with a text of its own.
struct numbers final : payload {
  explicit numbers(int of) : value{of} {}

  void append_json(std::string& out) const override {
    out += "{\"n\":" + std::to_string(value) + '}';
  }

  int value;
};

} // namespace

BOOST_AUTO_TEST_SUITE(sqlite_journal)

BOOST_AUTO_TEST_CASE(every_attribute_and_stamp_survives_a_restart) {
  shelf store;
  const auto got =
    restarted(store, testing::signal_of(full_draft(), full_stamp()));
  const auto want = full_draft();
  const auto& is = got->attributes();
  BOOST_TEST(is.id == want.id);
  BOOST_TEST(is.source == want.source);
  BOOST_TEST(is.type == want.type);
  BOOST_TEST((is.subject == want.subject));
  BOOST_TEST((is.time == want.time));
  BOOST_TEST((is.data_content_type == want.data_content_type));
  BOOST_TEST((is.data_schema == want.data_schema));
  BOOST_TEST(is.causation_id == want.causation_id);
  BOOST_TEST((is.extensions == want.extensions));
  BOOST_TEST(got->data().json_text() == want.data.json_text());
  BOOST_TEST(got->hops() == 3u);
  BOOST_TEST(got->tenant() == "acme");
  BOOST_TEST(got->stamped().on_behalf_of == "/system");
  BOOST_TEST((got->recorded_time() == full_stamp().recorded_time));
  BOOST_TEST(got->sequence() == 1u);
}

BOOST_AUTO_TEST_CASE(absent_attributes_stay_absent) {
  shelf store;
  draft what;
  what.id = "1";
  what.source = "/s";
  what.type = "t";
  const auto got = restarted(store, testing::signal_of(std::move(what)));
  BOOST_TEST(!got->attributes().subject);
  BOOST_TEST(!got->attributes().time);
  BOOST_TEST(got->data().absent());
}

BOOST_AUTO_TEST_CASE(binary_data_survives_to_the_byte) {
  shelf store;
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) {
    bytes.push_back(static_cast<char>(byte));
  }
  auto what = full_draft();
  what.data = event_data::binary(bytes);
  const auto got = restarted(store, testing::signal_of(std::move(what)));
  BOOST_TEST((got->data().which() == event_data::kind::binary));
  BOOST_TEST(*got->data().bytes() == bytes);
}

BOOST_AUTO_TEST_CASE(a_payload_is_kept_as_text_and_decoded_again) {
  shelf store;
  store.how.decode = [](const draft& what) {
    return what.data.with_decoded(
      std::make_shared<numbers>(what.data.json_text() == R"({"n":7})" ? 7 : 0));
  };
  auto what = full_draft();
  what.data = event_data::decoded(std::make_shared<numbers>(7));
  const auto got = restarted(store, testing::signal_of(std::move(what)));
  BOOST_TEST(*got->data().bytes() == R"({"n":7})");
  const auto* const again = got->data().peek<numbers>();
  BOOST_REQUIRE(again != nullptr);
  BOOST_TEST(again->value == 7);
}

BOOST_AUTO_TEST_CASE(sequences_keys_claims_and_rows_outlive_a_restart) {
  shelf store;
  store.open();
  store.book->put_many(1, 3);
  store.book->put({.id = "claimed", .claim = "key"});
  store.book->write({"t", "k", "v", 2});
  auto& book = store.reopened();
  BOOST_TEST(book.log->last_sequence() == 4u);
  const auto repeat = book.put({.id = "2"});
  BOOST_TEST((repeat.verdict == verdict::duplicate));
  BOOST_TEST(repeat.receipt.sequence == 2u);
  BOOST_TEST(!repeat.receipt.differs);
  BOOST_TEST((book.put({.id = "2", .type = "u"}).verdict == verdict::conflict));
  BOOST_TEST((book.put({.id = "x", .claim = "key"}).receipt.id == "claimed"));
  const auto rows = *book.log->read_table("t");
  BOOST_REQUIRE(rows.size() == 1u);
  BOOST_TEST(*rows[0].value == "v");
  BOOST_TEST(rows[0].keeps == 2u);
  BOOST_TEST(book.put({.id = "new"}).receipt.sequence == 5u);
}

BOOST_AUTO_TEST_CASE(the_data_of_a_fresh_signal_is_compared_by_its_body) {
  shelf store;
  store.open();
  store.book->put({.id = "a", .fresh = true});
  auto& book = store.reopened();
  BOOST_TEST(!book.put({.id = "a"}).receipt.differs);
  BOOST_TEST(book.put({.id = "a", .data = "2"}).receipt.differs);
}

// -- retention ----------------------------------------------------------------

namespace {

/// Bytes that one signal of `put_many` counts.
[[nodiscard]] std::uint64_t size_of_one() {
  shelf probe;
  probe.how.bytes_max = 0;
  probe.open();
  std::uint64_t bytes = 0;
  // The second one stays while the bound has room for it.
  for (bytes = 1;; ++bytes) {
    shelf store;
    store.how.bytes_max = bytes;
    store.how.durability = journal::durability::relaxed;
    store.open();
    store.book->put_many(1, 2);
    if (store.book->has_body(1)) {
      return bytes / 2;
    }
  }
}

} // namespace

BOOST_AUTO_TEST_CASE(bodies_go_at_the_bound_of_bytes_and_their_keys_stay) {
  shelf store;
  store.how.bytes_max = 3 * size_of_one();
  store.open();
  store.book->put_many(1, 3);
  BOOST_TEST(store.book->has_body(1));
  store.book->put_many(4, 4);
  BOOST_TEST(!store.book->has_body(1));
  BOOST_TEST(store.book->has_body(2));
  BOOST_TEST(*store.book->log->first_sequence() == 2u);
  BOOST_TEST(store.book->log->complete_from() == 2u);
  auto& book = store.reopened();
  BOOST_TEST(book.log->complete_from() == 2u);
  BOOST_TEST((book.put({.id = "1"}).verdict == verdict::duplicate));
  BOOST_TEST(book.has_body(2));
  book.put_many(5, 5);
  BOOST_TEST(!book.has_body(2));
  BOOST_TEST(book.has_body(3));
}

BOOST_AUTO_TEST_CASE(a_row_keeps_a_body_as_long_as_it_is_there) {
  shelf store;
  // Ids of two digits are a byte longer.
  store.how.bytes_max = 3 * size_of_one() + 2;
  store.open();
  store.book->put_many(1, 1);
  store.book->write({"t", "k", "", 1});
  store.book->write({"t", "l", "", 1});
  store.book->put_many(2, 9);
  BOOST_TEST(store.book->has_body(1));
  BOOST_TEST(!store.book->has_body(2));
  BOOST_TEST(!store.book->has_body(7));
  BOOST_TEST(store.book->has_body(8));
  auto& book = store.reopened();
  book.write({"t", "k", std::nullopt, 0});
  BOOST_TEST(book.has_body(1));
  book.write({"t", "l", "now without", 0});
  BOOST_TEST(!book.has_body(1));
  // Its bytes are free again.
  const auto next = static_cast<int>(book.log->last_sequence()) + 1;
  book.put_many(next, next);
  BOOST_TEST(book.has_body(8));
}

BOOST_AUTO_TEST_CASE(a_body_that_moves_to_another_row_stays) {
  shelf store;
  store.how.bytes_max = 2 * size_of_one();
  store.open();
  store.book->put_many(1, 1);
  store.book->write({"t", "k", "", 1});
  store.book->put_many(2, 9);
  transaction move;
  move.writes.push_back({"t", "k", std::nullopt, 0});
  move.writes.push_back({"u", "k", "", 1});
  BOOST_REQUIRE(store.book->log->commit({&move}));
  BOOST_TEST(store.book->has_body(1));
}

BOOST_AUTO_TEST_CASE(what_is_owed_fills_the_bound_until_it_is_settled) {
  shelf store;
  store.how.bytes_max = 3 * size_of_one();
  store.open();
  store.book->put_many(1, 3);
  for (std::uint64_t owed = 1; owed <= 3; ++owed) {
    store.book->write({"t", std::to_string(owed), "", owed});
  }
  transaction guest;
  guest.refusable = true;
  guest.entries.push_back(entry_of({"4"}));
  transaction own;
  own.writes.push_back({"u", "k", "v", 0});
  const auto refused = store.book->log->commit({&own, &guest});
  BOOST_REQUIRE(!refused);
  BOOST_TEST((refused.error().code() == errc::storage_full));
  BOOST_TEST(guest.entries[0].what->sequence() == 0u);
  BOOST_TEST(store.book->log->last_sequence() == 3u);
  BOOST_TEST(store.book->log->read_table("u")->empty());
  // A repeat takes no space.
  transaction repeat;
  repeat.refusable = true;
  repeat.entries.push_back(entry_of({"3"}));
  BOOST_TEST(store.book->log->commit({&repeat}).has_value());
  // The node itself goes on, and settles.
  BOOST_TEST(store.book->log->commit({&own}).has_value());
  store.book->put({.id = "own"});
  store.book->write({"t", "1", std::nullopt, 0});
  store.book->write({"t", "2", std::nullopt, 0});
  BOOST_TEST(store.book->log->commit({&guest}).has_value());
  BOOST_TEST(guest.entries[0].what->sequence() == 5u);
}

BOOST_AUTO_TEST_CASE(bodies_go_by_age_with_a_commit_or_at_rest) {
  shelf store;
  store.how.age_max = std::chrono::milliseconds{100};
  store.open();
  store.book->put({.id = "1", .recorded = 1'000});
  store.book->put({.id = "2", .recorded = 1'001});
  store.book->put({.id = "3", .recorded = 1'100});
  BOOST_TEST(store.book->has_body(1));
  store.book->put({.id = "4", .recorded = 1'101});
  BOOST_TEST(!store.book->has_body(1));
  BOOST_TEST(store.book->has_body(2));
  BOOST_TEST(*store.book->log->tidy(testing::at(1'102)));
  BOOST_TEST(!store.book->has_body(2));
  BOOST_TEST(!*store.book->log->tidy(testing::at(1'102)));
  while (*store.book->log->tidy(testing::at(5'000))) {
  }
  BOOST_TEST(store.book->log->read(0, 9)->empty());
  // The sequences go on when no body is left.
  auto& book = store.reopened();
  BOOST_TEST(book.log->last_sequence() == 4u);
  BOOST_TEST(*book.log->first_sequence() == 5u);
  BOOST_TEST(book.log->complete_from() == 5u);
  BOOST_TEST(book.put({.id = "5", .recorded = 6'000}).receipt.sequence == 5u);
}

BOOST_AUTO_TEST_CASE(keys_are_forgotten_by_count_exactly) {
  shelf store;
  store.how.keys_max = 4;
  store.open();
  store.book->put({.id = "1", .claim = "key"});
  store.book->put_many(2, 4);
  // Still among the four.
  BOOST_TEST((store.book->put({.id = "1"}).verdict == verdict::duplicate));
  store.book->put_many(5, 5);
  BOOST_TEST((store.book->put({.id = "2"}).verdict == verdict::duplicate));
  BOOST_TEST((store.book->put({.id = "1"}).verdict == verdict::appended));
  BOOST_TEST((store.book->put({.id = "x", .claim = "key"}).verdict
              == verdict::appended));
  BOOST_TEST((store.book->put({.id = "5"}).verdict == verdict::duplicate));
}

BOOST_AUTO_TEST_CASE(keys_are_forgotten_by_age) {
  shelf store;
  store.how.keys_age_max = std::chrono::milliseconds{100};
  store.open();
  store.book->put({.id = "1", .recorded = 1'000});
  BOOST_TEST((store.book->put({.id = "1", .recorded = 1'100}).verdict
              == verdict::duplicate));
  BOOST_TEST((store.book->put({.id = "1", .recorded = 1'101}).verdict
              == verdict::appended));
}

// -- threads ------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(readers_see_whole_transactions_while_one_writes) {
  shelf store;
  store.how.durability = journal::durability::relaxed;
  // Topics are put in order meanwhile.
  store.how.topic_block = 8;
  store.open();
  constexpr int commits = 300;
  std::vector<std::thread> readers;
  std::atomic<bool> over{false};
  std::atomic<int> halves{0};
  for (int number = 0; number < 3; ++number) {
    readers.emplace_back([&] {
      while (!over) {
        const auto rows = store.book->log->read_table("t");
        const auto some = store.book->log->read_page(
          {.order = journal::order::descending, .limit = 3});
        const auto last = store.book->log->last_in({"default", "t"});
        const auto next = store.book->log->next_in({"default", "t"}, 8);
        const auto named = store.book->log->find_in({"default", "t"}, "16");
        if (!last || !next || !named || (*last && **last % 2 != 0)
            || (*next && **next != 9) || (*named && **named != 17)) {
          ++halves;
        }
        // A transaction is two signals and the row that counts them.
        if (!rows || !some
            || (!rows->empty() && std::stoi(*rows->front().value) % 2 != 0)) {
          ++halves;
        }
      }
    });
  }
  for (int number = 0; number < commits; ++number) {
    transaction one;
    one.writes.push_back({"t", "count", std::to_string(number * 2 + 1), 0});
    one.entries.push_back(entry_of({std::to_string(number * 2)}));
    one.entries.push_back(entry_of({std::to_string(number * 2 + 1)}));
    one.writes.push_back({"t", "count", std::to_string(number * 2 + 2), 0});
    BOOST_REQUIRE(store.book->log->commit({&one}));
  }
  over = true;
  for (auto& one : readers) {
    one.join();
  }
  BOOST_TEST(halves == 0);
  BOOST_TEST(store.book->log->last_sequence() == 2u * commits);
}

BOOST_AUTO_TEST_SUITE_END()
