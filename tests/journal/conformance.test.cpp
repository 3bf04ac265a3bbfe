// The rules of `journal::journal`, for every journal there is.

#include <boost/test/unit_test.hpp>

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "libsig/core/pattern.hpp"
#include "libsig/core/row_key.hpp"
#include "tests/journal/notebook.hpp"

using namespace libsig;
using journal::order;
using journal::transaction;
using journal::verdict;
using testing::attributes;
using testing::entry_of;
using testing::notebook;

namespace {

using numbers = std::vector<std::uint64_t>;

/// Runs a rule on a new journal of each kind.
void each_journal(const std::function<void(notebook&)>& rule) {
  BOOST_TEST_CONTEXT("memory journal") {
    notebook book{journal::make_memory_journal({1'024, 1u << 20})};
    rule(book);
  }
  BOOST_TEST_CONTEXT("SQLite journal") {
    const testing::temporary_folder folder;
    notebook book{testing::open_or_fail(testing::store_in(folder))};
    rule(book);
  }
  BOOST_TEST_CONTEXT("relaxed SQLite journal") {
    const testing::temporary_folder folder;
    auto how = testing::store_in(folder);
    how.durability = journal::durability::relaxed;
    how.checkpoint_pages = 1;
    notebook book{testing::open_or_fail(std::move(how))};
    rule(book);
  }
}

[[nodiscard]] pattern pattern_of(std::string_view text) {
  return *pattern::parse(text);
}

} // namespace

BOOST_AUTO_TEST_SUITE(conformance)

BOOST_AUTO_TEST_CASE(a_new_journal_is_empty) {
  each_journal([](notebook& book) {
    BOOST_TEST(book.log->last_sequence() == 0u);
    BOOST_TEST(*book.log->first_sequence() == 1u);
    BOOST_TEST(book.log->complete_from() == 1u);
    BOOST_TEST(book.log->read(0, 10)->empty());
    BOOST_TEST(!book.has_body(0));
    BOOST_TEST(!book.has_body(1));
    BOOST_TEST(book.log->read_table("t")->empty());
    BOOST_TEST((book.sequences({}) == numbers{0}));
    BOOST_TEST(*book.log->sequence_at(testing::at(0)) == 1u);
  });
}

BOOST_AUTO_TEST_CASE(sequences_rise_by_one_from_one_across_transactions) {
  each_journal([](notebook& book) {
    transaction one;
    one.entries.push_back(entry_of({"a"}));
    one.entries.push_back(entry_of({"b"}));
    transaction two;
    two.entries.push_back(entry_of({"c"}));
    BOOST_REQUIRE(book.log->commit({&one, &two}));
    BOOST_TEST(one.entries[0].what->sequence() == 1u);
    BOOST_TEST(one.entries[1].what->sequence() == 2u);
    BOOST_TEST(two.entries[0].what->sequence() == 3u);
    BOOST_TEST(two.entries[0].receipt.sequence == 3u);
    BOOST_TEST(book.log->last_sequence() == 3u);
    BOOST_TEST((*book.log->find(2))->id() == "b");
  });
}

BOOST_AUTO_TEST_CASE(a_repeat_is_left_out_and_leaves_no_gap) {
  each_journal([](notebook& book) {
    transaction one;
    one.entries.push_back(entry_of({"a"}));
    one.entries.push_back(entry_of({"a"}));
    one.entries.push_back(entry_of({"b"}));
    BOOST_REQUIRE(book.log->commit({&one}));
    BOOST_TEST((one.entries[1].verdict == verdict::duplicate));
    BOOST_TEST(one.entries[1].receipt.duplicate);
    BOOST_TEST(!one.entries[1].receipt.differs);
    BOOST_TEST(one.entries[1].receipt.sequence == 1u);
    BOOST_TEST(one.entries[1].receipt.id == "a");
    BOOST_TEST(one.entries[1].receipt.source == "/s");
    BOOST_TEST(one.entries[2].what->sequence() == 2u);
  });
}

BOOST_AUTO_TEST_CASE(a_signal_opens_its_row_only_when_it_is_appended) {
  each_journal([](notebook& book) {
    const auto put = [&](const char* id) {
      transaction one;
      one.entries.push_back(entry_of({.id = id, .recorded = 1'234}));
      one.entries.front().opens = open_row{"owed", std::string{"by "} + id};
      BOOST_REQUIRE(book.log->commit({&one}));
    };
    put("a");
    put("b");
    transaction settled;
    settled.writes.push_back(
      {"owed", to_string(row_key{"default", 1, "by a"}), std::nullopt, 0});
    BOOST_REQUIRE(book.log->commit({&settled}));
    put("a");
    const auto rows = book.log->read_table("owed");
    BOOST_REQUIRE(rows);
    BOOST_TEST_REQUIRE(rows->size() == 1u);
    BOOST_TEST(rows->front().key == to_string(row_key{"default", 2, "by b"}));
    BOOST_TEST(rows->front().value.value_or("none") == "1234");
    BOOST_TEST(rows->front().keeps == 2u);
  });
}

BOOST_AUTO_TEST_CASE(a_claim_leads_to_the_signal_that_has_it) {
  each_journal([](notebook& book) {
    const auto find = [&](std::string_view tenant, std::string_view type,
                          std::string_view claim) {
      const auto found = book.log->find_claim(tenant, type, claim);
      BOOST_REQUIRE(found);
      return found->value_or(0);
    };
    BOOST_TEST(find("default", "t", "c") == 0u);
    book.put({.id = "a"});
    book.put({.id = "b", .claim = "c"});
    // A duplicate and a conflict leave the claim with the first.
    book.put({.id = "x", .claim = "c"});
    book.put({.id = "y", .data = "2", .claim = "c"});
    book.put({.id = "z", .claim = "d"});
    BOOST_TEST(find("default", "t", "c") == 2u);
    BOOST_TEST(find("default", "t", "d") == 3u);
    BOOST_TEST(find("other", "t", "c") == 0u);
    BOOST_TEST(find("default", "u", "c") == 0u);
    BOOST_TEST(find("default", "t", "") == 0u);
  });
}

BOOST_AUTO_TEST_CASE(a_repeat_says_whether_its_data_differs) {
  each_journal([](notebook& book) {
    book.put({.id = "a", .data = R"({"x":1,"y":2})"});
    BOOST_TEST(
      !book.put({.id = "a", .data = R"({"y":2.0, "x":1})"}).receipt.differs);
    const auto other = book.put({.id = "a", .data = R"({"y":2})"});
    BOOST_TEST((other.verdict == verdict::duplicate));
    BOOST_TEST(other.receipt.differs);
  });
}

BOOST_AUTO_TEST_CASE(another_type_or_receiver_under_one_id_is_a_conflict) {
  each_journal([](notebook& book) {
    book.put({.id = "a"});
    const auto type = book.put({.id = "a", .type = "u"});
    BOOST_TEST((type.verdict == verdict::conflict));
    BOOST_TEST(type.receipt.sequence == 1u);
    const auto receiver = book.put({.id = "a", .receiver = "ann"});
    BOOST_TEST((receiver.verdict == verdict::conflict));
    book.put({.id = "b", .receiver = "ann"});
    BOOST_TEST(
      (book.put({.id = "b", .receiver = "ann"}).verdict == verdict::duplicate));
    BOOST_TEST(
      (book.put({.id = "b", .receiver = "bob"}).verdict == verdict::conflict));
  });
}

BOOST_AUTO_TEST_CASE(fresh_signals_are_remembered_as_well) {
  each_journal([](notebook& book) {
    book.put({.id = "a", .fresh = true});
    BOOST_TEST((book.put({.id = "a"}).verdict == verdict::duplicate));
  });
}

BOOST_AUTO_TEST_CASE(a_claim_is_the_first_signals_for_its_type) {
  each_journal([](notebook& book) {
    book.put({.id = "a", .claim = "key"});
    const auto same = book.put({.id = "b", .claim = "key"});
    BOOST_TEST((same.verdict == verdict::duplicate));
    BOOST_TEST(same.receipt.duplicate);
    BOOST_TEST(same.receipt.sequence == 1u);
    BOOST_TEST(same.receipt.id == "a");
    BOOST_TEST(same.receipt.source == "/s");
    const auto other = book.put({.id = "c", .data = "2", .claim = "key"});
    BOOST_TEST((other.verdict == verdict::conflict));
    BOOST_TEST(other.receipt.id == "a");
    BOOST_TEST((book.put({.id = "d", .type = "u", .claim = "key"}).verdict
                == verdict::appended));
    BOOST_TEST(
      (book.put({.id = "e", .claim = "kez"}).verdict == verdict::appended));
    BOOST_TEST(book.log->last_sequence() == 3u);
  });
}

BOOST_AUTO_TEST_CASE(an_id_that_a_claim_refused_is_still_free) {
  each_journal([](notebook& book) {
    book.put({.id = "a", .claim = "key"});
    book.put({.id = "b", .claim = "key"});
    BOOST_TEST(
      (book.put({.id = "b", .claim = "other"}).verdict == verdict::appended));
  });
}

BOOST_AUTO_TEST_CASE(a_claimed_signal_under_its_id_with_other_data_conflicts) {
  each_journal([](notebook& book) {
    book.put({.id = "a", .claim = "key"});
    BOOST_TEST(
      (book.put({.id = "a", .claim = "key"}).verdict == verdict::duplicate));
    const auto other = book.put({.id = "a", .data = "2", .claim = "new"});
    BOOST_TEST((other.verdict == verdict::conflict));
    // The refused one took no claim.
    BOOST_TEST(
      (book.put({.id = "b", .claim = "new"}).verdict == verdict::appended));
  });
}

BOOST_AUTO_TEST_CASE(rows_stand_in_key_order_and_nothing_removes_one) {
  each_journal([](notebook& book) {
    book.write({"t", "b", "1", 0});
    book.write({"t", "a", "2", 0});
    book.write({"t", std::string{"a\0b", 3}, "5", 0});
    book.write({"t", "\xff", "", 0});
    book.write({"u", "c", "3", 0});
    book.write({"t", "b", "4", 0});
    const auto rows = *book.log->read_table("t");
    BOOST_REQUIRE(rows.size() == 4u);
    BOOST_TEST(rows[0].key == "a");
    BOOST_TEST(rows[0].table == "t");
    BOOST_TEST(rows[1].key == (std::string{"a\0b", 3}));
    BOOST_TEST(*rows[2].value == "4");
    BOOST_TEST(rows[3].key == "\xff");
    BOOST_TEST(*rows[3].value == "");
    book.write({"t", "b", std::nullopt, 0});
    book.write({"t", "never there", std::nullopt, 0});
    BOOST_TEST(book.log->read_table("t")->size() == 3u);
    BOOST_TEST(book.log->read_table("u")->size() == 1u);
  });
}

BOOST_AUTO_TEST_CASE(rows_are_read_in_pieces) {
  each_journal([](notebook& book) {
    for (const auto* const key : {"a", "b", "c", "d"}) {
      book.write({"t", key, "", 7});
    }
    const auto some = *book.log->read_rows("t", std::nullopt, 2);
    BOOST_REQUIRE(some.size() == 2u);
    BOOST_TEST(some[1].key == "b");
    BOOST_TEST(some[1].keeps == 7u);
    const auto rest = *book.log->read_rows("t", "b", 10);
    BOOST_REQUIRE(rest.size() == 2u);
    BOOST_TEST(rest[0].key == "c");
    BOOST_TEST(book.log->read_rows("t", "d", 10)->empty());
    BOOST_TEST(book.log->read_rows("t", "bb", 10)->size() == 2u);
  });
}

BOOST_AUTO_TEST_CASE(writes_and_signals_of_a_transaction_stand_together) {
  each_journal([](notebook& book) {
    transaction one;
    one.entries.push_back(entry_of({"a"}));
    one.writes.push_back({"t", "k", "v", 1});
    transaction two;
    two.writes.push_back({"t", "k", "w", 1});
    two.writes.push_back({"t", "l", "x", 0});
    two.entries.push_back(entry_of({"a"}));
    BOOST_REQUIRE(book.log->commit({&one, &two}));
    const auto rows = *book.log->read_table("t");
    BOOST_REQUIRE(rows.size() == 2u);
    BOOST_TEST(*rows[0].value == "w");
    BOOST_TEST((two.entries[0].verdict == verdict::duplicate));
  });
}

BOOST_AUTO_TEST_CASE(a_row_names_the_sequence_of_an_entry_written_with_it) {
  each_journal([](notebook& book) {
    transaction one;
    one.entries.push_back(entry_of({"a"}));
    one.entries.push_back(entry_of({"b"}));
    one.entries.push_back(entry_of({"a"}));
    one.writes.push_back({"t", "second", "at ", 0, 1});
    one.writes.push_back({"t", "third", "at ", 0, 2});
    one.writes.push_back({"t", "unknown", "at ", 0, 3});
    BOOST_REQUIRE(book.log->commit({&one}));
    const auto rows = *book.log->read_table("t");
    BOOST_REQUIRE(rows.size() == 3u);
    BOOST_TEST(*rows[0].value == "at 2");
    BOOST_TEST(*rows[1].value == "at 0"); // a repeat is not appended
    BOOST_TEST(*rows[2].value == "at 0");
  });
}

BOOST_AUTO_TEST_CASE(an_empty_batch_is_nothing) {
  each_journal([](notebook& book) {
    BOOST_TEST(book.log->commit({}).has_value());
    transaction nothing;
    BOOST_TEST(book.log->commit({&nothing}).has_value());
    BOOST_TEST(book.log->last_sequence() == 0u);
  });
}

BOOST_AUTO_TEST_CASE(preparing_ahead_changes_nothing) {
  each_journal([](notebook& book) {
    transaction one;
    one.entries.push_back(entry_of({.id = "a", .claim = "key"}));
    one.entries.push_back(entry_of({.id = "b", .fresh = true}));
    for (auto& entry : one.entries) {
      book.log->prepare(entry);
    }
    BOOST_REQUIRE(book.log->commit({&one}));
    BOOST_TEST(one.entries[1].receipt.sequence == 2u);
    BOOST_TEST((*book.log->find(2))->id() == "b");
    BOOST_TEST(
      (book.put({.id = "c", .claim = "key"}).verdict == verdict::duplicate));
  });
}

BOOST_AUTO_TEST_CASE(reading_goes_in_order_up_to_the_limit) {
  each_journal([](notebook& book) {
    book.put_many(1, 10);
    BOOST_TEST(book.log->read(0, 100)->size() == 10u);
    const auto some = *book.log->read(5, 2);
    BOOST_REQUIRE(some.size() == 2u);
    BOOST_TEST(some[0]->sequence() == 6u);
    BOOST_TEST(some[1]->sequence() == 7u);
    BOOST_TEST(book.log->read(10, 2)->empty());
    BOOST_TEST(book.log->read(0, 0)->empty());
  });
}

BOOST_AUTO_TEST_CASE(pages_go_both_ways_and_say_where_the_next_begins) {
  each_journal([](notebook& book) {
    book.put_many(1, 5);
    BOOST_TEST((book.sequences({.limit = 2}) == numbers{1, 2, 2}));
    BOOST_TEST((book.sequences({.after = 2, .limit = 2}) == numbers{3, 4, 4}));
    BOOST_TEST((book.sequences({.after = 4, .limit = 2}) == numbers{5, 0}));
    BOOST_TEST((book.sequences({.order = order::descending, .limit = 2})
                == numbers{5, 4, 4}));
    BOOST_TEST(
      (book.sequences({.before = 4, .order = order::descending, .limit = 9})
       == numbers{3, 2, 1, 0}));
    BOOST_TEST((book.sequences({.after = 2, .before = 5}) == numbers{3, 4, 0}));
    BOOST_TEST(
      (book.sequences({.after = 2, .before = 5, .order = order::descending})
       == numbers{4, 3, 0}));
    BOOST_TEST((book.sequences({.limit = 0}) == numbers{0}));
  });
}

BOOST_AUTO_TEST_CASE(pages_hold_what_matches) {
  each_journal([](notebook& book) {
    for (int number = 1; number <= 6; ++number) {
      book.put({.id = std::to_string(number),
                .type = number % 2 == 0 ? "even.number" : "odd.number",
                .data = std::to_string(number)});
    }
    BOOST_TEST((book.sequences({.types = {pattern_of("even.*")}})
                == numbers{2, 4, 6, 0}));
    BOOST_TEST(
      (book.sequences(
         {.types = {pattern_of("x"), pattern_of("odd.**")}, .limit = 2})
       == numbers{1, 3, 3}));
    BOOST_TEST((book.sequences({.types = {pattern_of("none")}}) == numbers{0}));
    BOOST_TEST(
      (book.sequences(
         {.types = {pattern_of("even.*")},
          .only = [](const signal& one) { return one.sequence() > 3; }})
       == numbers{4, 6, 0}));
  });
}

BOOST_AUTO_TEST_CASE(pages_end_at_their_bounds) {
  each_journal([](notebook& book) {
    for (int number = 1; number <= 6; ++number) {
      book.put({.id = std::to_string(number),
                .data = '"' + std::string(1'000, 'x') + '"'});
    }
    const auto one = testing::entry_of(
      {.id = "1", .data = '"' + std::string(1'000, 'x') + '"'});
    const auto size = journal::size_of(*one.what);
    BOOST_TEST((book.sequences({.bytes_max = 2 * size}) == numbers{1, 2, 2}));
    BOOST_TEST((book.sequences({.bytes_max = 2 * size - 1}) == numbers{1, 1}));
    // One is always given.
    BOOST_TEST((book.sequences({.bytes_max = 1}) == numbers{1, 1}));
    // What is looked at for nothing counts as well.
    BOOST_TEST((book.sequences({.types = {pattern_of("no")}, .scanned_max = 4})
                == numbers{4}));
  });
}

BOOST_AUTO_TEST_CASE(a_time_leads_to_the_first_signal_at_or_behind_it) {
  each_journal([](notebook& book) {
    for (int number = 1; number <= 9; ++number) {
      book.put({.id = std::to_string(number), .recorded = number / 3 * 100});
    }
    BOOST_TEST(*book.log->sequence_at(testing::at(-1)) == 1u);
    BOOST_TEST(*book.log->sequence_at(testing::at(0)) == 1u);
    BOOST_TEST(*book.log->sequence_at(testing::at(1)) == 3u);
    BOOST_TEST(*book.log->sequence_at(testing::at(100)) == 3u);
    BOOST_TEST(*book.log->sequence_at(testing::at(200)) == 6u);
    BOOST_TEST(*book.log->sequence_at(testing::at(300)) == 9u);
    BOOST_TEST(*book.log->sequence_at(testing::at(301)) == 10u);
  });
}

BOOST_AUTO_TEST_CASE(many_keys_are_all_remembered) {
  each_journal([](notebook& book) {
    constexpr int count = 2'000;
    transaction all;
    for (int number = 0; number < count; ++number) {
      all.entries.push_back(
        entry_of({.id = std::to_string(number), .fresh = number % 2 == 0}));
    }
    BOOST_REQUIRE(book.log->commit({&all}));
    transaction again;
    for (int number = 0; number < count; ++number) {
      again.entries.push_back(entry_of({.id = std::to_string(number)}));
    }
    BOOST_REQUIRE(book.log->commit({&again}));
    for (int number = 0; number < count; ++number) {
      const auto& got = again.entries[std::size_t(number)];
      BOOST_REQUIRE((got.verdict == verdict::duplicate));
      BOOST_REQUIRE(got.receipt.sequence == std::uint64_t(number) + 1);
    }
  });
}

BOOST_AUTO_TEST_SUITE_END()
