// The look-ups by topic, for every journal there is. What is kept says what is
// right, and so do the slow ones of `journal::journal`, which read the log.

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <rapidcheck.h>

#include "libsig/journal/internal/sqlite.hpp"
#include "libsig/journal/store_check.hpp"
#include "tests/journal/notebook.hpp"

using namespace libsig;
using journal::topic_name;
using journal::transaction;
using journal::verdict;
using testing::entry_of;
using testing::notebook;
using testing::open_or_fail;
using testing::store_in;

namespace {

using maybe = std::optional<std::uint64_t>;

const topic_name ts{"default", "t"};

/// A journal that can be closed and opened again, where it outlives that.
struct shelf {
  explicit shelf(bool on_disk, std::uint64_t bytes = limits::store_bytes_max,
                 std::size_t topics = limits::topics_max)
    : how{store_in(folder)}, keep{64, 1u << 20}, durable{on_disk} {
    how.durability = journal::durability::relaxed;
    how.bytes_max = bytes;
    how.topics_max = topics;
    // So that the index goes through all of its stages.
    how.topic_block = 4;
    keep.topics_max = topics;
    open();
  }

  void open() {
    book.reset();
    book.emplace(durable ? open_or_fail(how)
                         : journal::make_memory_journal(keep));
  }

  void reopen() {
    if (durable) {
      open();
    }
  }

  [[nodiscard]] maybe next(const topic_name& topic, std::uint64_t after) {
    return *book->log->next_in(topic, after);
  }

  [[nodiscard]] maybe last(const topic_name& topic) {
    return *book->log->last_in(topic);
  }

  [[nodiscard]] maybe find(const topic_name& topic, std::string_view id) {
    return *book->log->find_in(topic, id);
  }

  /// Whether the index says of a topic what the kept bodies say.
  [[nodiscard]] bool agrees_on(const topic_name& topic,
                               const std::vector<std::string>& ids) {
    const auto end = book->log->last_sequence();
    maybe behind;
    std::map<std::string, std::uint64_t> firsts;
    for (auto sequence = end; sequence > 0; --sequence) {
      if (next(topic, sequence) != behind) {
        return false;
      }
      const auto body = *book->log->find(sequence);
      if (body && is_in(topic, *body)) {
        if (!behind && last(topic) != sequence) {
          return false;
        }
        behind = sequence;
        firsts[body->id()] = sequence;
      }
    }
    return next(topic, 0) == behind && last(topic).has_value() == !!behind
           && std::ranges::all_of(ids, [&](const std::string& id) {
                const auto first = firsts.find(id);
                return find(topic, id)
                       == (first == firsts.end() ? maybe{} : first->second);
              });
  }

  /// Whether reading the log says the same, as journals without an index do.
  [[nodiscard]] bool log_agrees_on(const topic_name& topic,
                                   const std::vector<std::string>& ids) {
    const auto& log = *book->log;
    for (std::uint64_t after = 0; after <= log.last_sequence(); ++after) {
      if (next(topic, after) != *log.journal::journal::next_in(topic, after)) {
        return false;
      }
    }
    return last(topic) == *log.journal::journal::last_in(topic)
           && std::ranges::all_of(ids, [&](const std::string& id) {
                return find(topic, id)
                       == *log.journal::journal::find_in(topic, id);
              });
  }

  testing::temporary_folder folder;
  journal::store_options how;
  journal::memory_options keep;
  bool durable;
  std::optional<notebook> book;
};

void each_journal(const std::function<void(shelf&)>& rule,
                  std::uint64_t bytes = limits::store_bytes_max,
                  std::size_t topics = limits::topics_max) {
  for (const bool on_disk : {false, true}) {
    BOOST_TEST_CONTEXT((on_disk ? "SQLite journal" : "memory journal")) {
      shelf on{on_disk, bytes, topics};
      rule(on);
    }
  }
}

/// Runs SQL on a closed store.
void run_sql(const std::string& path, const std::string& sql) {
  auto data = journal::internal::database::open(path);
  BOOST_REQUIRE(data);
  const auto done = (*data)->execute(sql);
  BOOST_REQUIRE_MESSAGE(done, (done ? "" : done.error().message()));
}

[[nodiscard]] std::string ask_sql(const std::string& path,
                                  const std::string& sql) {
  auto data = journal::internal::database::open(path);
  BOOST_REQUIRE(data);
  const auto answer = (*data)->ask(sql);
  BOOST_REQUIRE(answer);
  return *answer;
}

/// Makes a closed store one of the version before the index.
void take_index(const std::string& path) {
  run_sql(path, "DROP TABLE topics; DROP TABLE topic_postings;"
                "DROP TABLE topic_names; DROP TABLE topic_recent;"
                "DROP TABLE topic_held; DROP TABLE topic_state;"
                "PRAGMA user_version=1");
}

} // namespace

BOOST_AUTO_TEST_SUITE(topics)

BOOST_AUTO_TEST_CASE(an_empty_log_has_no_topics) {
  each_journal([](shelf& on) {
    BOOST_TEST(!on.next(ts, 0));
    BOOST_TEST(!on.next(ts, ~std::uint64_t{0}));
    BOOST_TEST(!on.last(ts));
    BOOST_TEST(!on.find(ts, "a"));
  });
}

BOOST_AUTO_TEST_CASE(signals_stand_in_the_topic_of_their_type) {
  each_journal([](shelf& on) {
    for (int number = 1; number <= 20; ++number) {
      on.book->put(
        {.id = std::to_string(number), .type = number % 2 == 0 ? "t" : "u"});
    }
    BOOST_TEST((on.next(ts, 0) == maybe{2}));
    BOOST_TEST((on.next(ts, 1) == maybe{2}));
    BOOST_TEST((on.next(ts, 2) == maybe{4}));
    BOOST_TEST((on.next(ts, 18) == maybe{20}));
    BOOST_TEST(!on.next(ts, 20));
    BOOST_TEST((on.last(ts) == maybe{20}));
    BOOST_TEST((on.last({"default", "u"}) == maybe{19}));
    BOOST_TEST(!on.last({"default", "v"}));
    BOOST_TEST((on.find(ts, "6") == maybe{6}));
    BOOST_TEST(!on.find(ts, "7"));
  });
}

BOOST_AUTO_TEST_CASE(tenants_do_not_see_each_others_topics) {
  each_journal([](shelf& on) {
    on.book->put({.id = "a"});
    on.book->put({.id = "a", .tenant = "acme"});
    BOOST_TEST((on.last(ts) == maybe{1}));
    BOOST_TEST((on.next({"acme", "t"}, 0) == maybe{2}));
    BOOST_TEST((on.find({"acme", "t"}, "a") == maybe{2}));
    BOOST_TEST(!on.last({"", "t"}));
  });
}

// "A signal with `toidentity` goes to that inbox and nowhere else: no topic".
BOOST_AUTO_TEST_CASE(a_signal_with_a_receiver_is_in_no_topic) {
  each_journal([](shelf& on) {
    on.book->put({.id = "a", .receiver = "ann"});
    BOOST_TEST(!on.last(ts));
    on.book->put({.id = "b"});
    on.book->put({.id = "c", .receiver = "ann"});
    BOOST_TEST((on.next(ts, 0) == maybe{2}));
    BOOST_TEST((on.last(ts) == maybe{2}));
    BOOST_TEST(!on.find(ts, "c"));
  });
}

BOOST_AUTO_TEST_CASE(what_was_not_appended_is_not_found) {
  each_journal([](shelf& on) {
    on.book->put({.id = "a"});
    on.book->put({.id = "a"});
    on.book->put({.id = "a", .type = "u"});
    BOOST_TEST((on.last(ts) == maybe{1}));
    BOOST_TEST(!on.last({"default", "u"}));
  });
}

// M19: the first with that id.
BOOST_AUTO_TEST_CASE(the_first_of_several_with_one_id_is_found) {
  each_journal([](shelf& on) {
    const std::string id = "0190a0a0-0000-7000-8000-0000000000ab";
    on.book->put({.id = id, .type = "u"});
    on.book->put({.id = id, .source = "/x"});
    on.book->put({.id = id, .source = "/y"});
    BOOST_TEST((on.find(ts, id) == maybe{2}));
    BOOST_TEST((on.find({"default", "u"}, id) == maybe{1}));
  });
}

BOOST_AUTO_TEST_CASE(hostile_types_are_types_like_others) {
  each_journal([](shelf& on) {
    const std::vector<std::string> types{
      std::string(limits::attribute_bytes_max, 'x'),
      std::string(limits::attribute_bytes_max - 1, 'x'),
      "a..b",
      "'; DROP TABLE topics; --",
      "*",
      "\xc3\xa4",
      " t"};
    int number = 0;
    for (const auto& type : types) {
      on.book->put({.id = std::to_string(++number), .type = type});
    }
    on.reopen();
    std::uint64_t sequence = 0;
    for (const auto& type : types) {
      const topic_name topic{"default", type};
      BOOST_TEST((on.next(topic, 0) == maybe{++sequence}));
      BOOST_TEST((on.find(topic, std::to_string(sequence)) == maybe{sequence}));
    }
    BOOST_TEST(!on.last(ts));
  });
}

// -- retention ----------------------------------------------------------------

BOOST_AUTO_TEST_CASE(what_retention_took_is_not_found_and_what_rows_keep_is) {
  each_journal(
    [](shelf& on) {
      on.book->put({.id = "kept"});
      on.book->write({"rows", "k", "", 1});
      on.book->put({.id = "gone"});
      for (int number = 0; number < 100; ++number) {
        on.book->put({.id = std::to_string(number), .type = "u"});
      }
      const auto check = [&] {
        BOOST_REQUIRE(on.book->has_body(1));
        BOOST_REQUIRE(!on.book->has_body(2));
        BOOST_TEST((on.next(ts, 0) == maybe{1}));
        BOOST_TEST(!on.next(ts, 1));
        BOOST_TEST((on.last(ts) == maybe{1}));
        BOOST_TEST((on.find(ts, "kept") == maybe{1}));
        BOOST_TEST(!on.find(ts, "gone"));
        BOOST_TEST(on.agrees_on({"default", "u"}, {"0", "50", "99"}));
      };
      check();
      on.reopen();
      check();
      on.book->write({"rows", "k", std::nullopt, 0});
      BOOST_TEST(!on.last(ts));
      BOOST_TEST(!on.find(ts, "kept"));
    },
    1'000);
}

BOOST_AUTO_TEST_CASE(the_index_of_a_store_shrinks_with_its_bodies) {
  shelf on{true, 1'000};
  for (int number = 0; number < 2'000; ++number) {
    on.book->put(
      {.id = std::to_string(number), .type = std::to_string(number)});
  }
  on.book.reset();
  for (const auto* const table :
       {"topics", "topic_postings", "topic_names", "topic_recent"}) {
    const auto rows = ask_sql(
      on.how.path, std::string{"SELECT CAST(count(*) AS BLOB) FROM "} + table);
    BOOST_TEST_CONTEXT(table) { BOOST_TEST(std::stoi(rows) < 200); }
  }
}

// -- opening ------------------------------------------------------------------

namespace {

/// Signals of a few topics, receivers among them, and one that a row keeps.
void fill(notebook& book) {
  book.put({.id = "kept", .type = "0"});
  book.write({"rows", "k", "", 1});
  for (int number = 0; number < 200; ++number) {
    book.put({.id = std::to_string(number),
              .type = std::to_string(number % 7),
              .receiver = number % 5 == 0 ? "ann" : "",
              .tenant = number % 3 == 0 ? "acme" : "default"});
  }
}

void check_filled(shelf& on) {
  for (const auto* const tenant : {"default", "acme", "none"}) {
    for (int number = 0; number < 8; ++number) {
      const auto type = std::to_string(number);
      BOOST_TEST(on.agrees_on({tenant, type}, {"kept", "1", "150", "199"}));
    }
  }
}

} // namespace

BOOST_AUTO_TEST_CASE(topics_are_the_same_after_a_restart) {
  shelf on{true, 2'500};
  fill(*on.book);
  check_filled(on);
  on.reopen();
  check_filled(on);
  fill(*on.book);
  on.book->put_many(1'000, 1'050);
  on.reopen();
  check_filled(on);
  BOOST_TEST((on.find(ts, "1050") == on.last(ts)));
}

BOOST_AUTO_TEST_CASE(a_store_without_an_index_gets_one) {
  shelf on{true, 2'500};
  fill(*on.book);
  const auto epoch = on.book->log->epoch();
  on.book.reset();
  take_index(on.how.path);
  on.open();
  BOOST_TEST(on.book->log->epoch() == epoch);
  check_filled(on);
  BOOST_TEST((on.find({"default", "0"}, "kept") == maybe{1}));
  on.book->put({.id = "more", .type = "6"});
  check_filled(on);
  on.book.reset();
  const auto found = journal::verify_store(on.how.path);
  BOOST_REQUIRE(found);
  BOOST_TEST(found->sound());
  // The copy is a store of the version before.
  BOOST_TEST(ask_sql(on.how.path + ".before-version-2", "PRAGMA user_version")
             == "1");
}

BOOST_AUTO_TEST_CASE(a_damaged_index_is_made_anew) {
  for (const auto* const harm :
       {"UPDATE topic_recent SET sum = sum + 1",
        "UPDATE topic_state SET sum = sum + 1", "DELETE FROM topic_state"}) {
    shelf on{true, 2'500};
    std::vector<journal::damage> told;
    on.how.on_damage = [&](const auto& what) { told.push_back(what); };
    fill(*on.book);
    on.book.reset();
    run_sql(on.how.path, harm);
    BOOST_TEST(!journal::verify_store(on.how.path)->sound());
    on.open();
    check_filled(on);
    BOOST_TEST(told.size() == (std::string_view{harm}[0] == 'D' ? 0u : 1u));
    on.book.reset();
    BOOST_TEST(journal::verify_store(on.how.path)->sound());
  }
}

BOOST_AUTO_TEST_CASE(damage_that_is_met_later_costs_speed_alone) {
  shelf on{true};
  std::vector<journal::damage> told;
  on.how.on_damage = [&](const auto& what) { told.push_back(what); };
  fill(*on.book);
  on.book.reset();
  run_sql(on.how.path, "UPDATE topic_postings SET sum = sum + 1");
  BOOST_TEST(!journal::verify_store(on.how.path)->sound());
  on.open();
  check_filled(on);
  BOOST_REQUIRE(told.size() == 1u);
  BOOST_TEST(told[0].what.find("the index by topic is damaged")
             != std::string::npos);
  on.book->put({.id = "more", .type = "6"});
  check_filled(on);
  on.reopen();
  check_filled(on);
  on.book.reset();
  BOOST_TEST(journal::verify_store(on.how.path)->sound());
}

// -- the bound ----------------------------------------------------------------

namespace {

[[nodiscard]] journal::entry ask(shelf& on, const testing::attributes& with) {
  transaction one;
  one.refusable = true;
  one.entries.push_back(entry_of(with));
  BOOST_REQUIRE(on.book->log->commit({&one}));
  return std::move(one.entries.front());
}

} // namespace

BOOST_AUTO_TEST_CASE(one_topic_more_than_may_be_is_refused_alone) {
  each_journal(
    [](shelf& on) {
      for (const auto* const type : {"a", "b", "c"}) {
        BOOST_TEST(
          (ask(on, {.id = type, .type = type}).verdict == verdict::appended));
      }
      on.reopen();
      const auto refused = ask(on, {.id = "d", .type = "d"});
      BOOST_TEST((refused.verdict == verdict::refused));
      BOOST_TEST(refused.what->sequence() == 0u);
      transaction mixed;
      mixed.refusable = true;
      mixed.entries.push_back(entry_of({.id = "e", .type = "a"}));
      mixed.entries.push_back(entry_of({.id = "f", .type = "f"}));
      mixed.entries.push_back(
        entry_of({.id = "g", .type = "g", .receiver = "ann"}));
      mixed.entries.push_back(
        entry_of({.id = "h", .type = "h", .tenant = "acme"}));
      BOOST_REQUIRE(on.book->log->commit({&mixed}));
      BOOST_TEST((mixed.entries[0].verdict == verdict::appended));
      BOOST_TEST((mixed.entries[1].verdict == verdict::refused));
      // Mail is in no topic, and another tenant has a bound of its own.
      BOOST_TEST((mixed.entries[2].verdict == verdict::appended));
      BOOST_TEST((mixed.entries[3].verdict == verdict::appended));
      BOOST_TEST(on.book->log->last_sequence() == 6u);
      // What was refused left nothing: its id is free.
      BOOST_TEST(
        (ask(on, {.id = "f", .type = "a"}).verdict == verdict::appended));
    },
    limits::store_bytes_max, 3);
}

BOOST_AUTO_TEST_CASE(the_bound_holds_within_one_transaction) {
  each_journal(
    [](shelf& on) {
      transaction one;
      one.refusable = true;
      for (const auto* const type : {"a", "b", "b", "c", "d", "d"}) {
        one.entries.push_back(
          entry_of({.id = std::to_string(one.entries.size()), .type = type}));
      }
      BOOST_REQUIRE(on.book->log->commit({&one}));
      std::vector<bool> refused;
      for (const auto& entry : one.entries) {
        refused.push_back(entry.verdict == verdict::refused);
      }
      BOOST_TEST(
        (refused == std::vector<bool>{false, false, false, false, true, true}));
    },
    limits::store_bytes_max, 3);
}

BOOST_AUTO_TEST_CASE(what_the_node_writes_is_not_refused_and_counts) {
  each_journal(
    [](shelf& on) {
      on.book->put({.id = "a", .type = "a"});
      on.book->put({.id = "b", .type = "b"});
      BOOST_TEST(
        (ask(on, {.id = "c", .type = "c"}).verdict == verdict::refused));
      BOOST_TEST(
        (ask(on, {.id = "d", .type = "b"}).verdict == verdict::appended));
    },
    limits::store_bytes_max, 1);
}

BOOST_AUTO_TEST_CASE(a_repeat_is_one_even_without_room) {
  each_journal(
    [](shelf& on) {
      BOOST_REQUIRE((ask(on, {.id = "a", .type = "a", .claim = "k"}).verdict
                     == verdict::appended));
      BOOST_TEST((ask(on, {.id = "a", .type = "a", .claim = "k"}).verdict
                  == verdict::duplicate));
      BOOST_TEST(
        (ask(on, {.id = "a", .type = "b"}).verdict == verdict::conflict));
      BOOST_TEST((ask(on, {.id = "b", .type = "b", .claim = "k"}).verdict
                  == verdict::refused));
      BOOST_TEST((ask(on, {.id = "c", .type = "a", .claim = "k"}).verdict
                  == verdict::duplicate));
    },
    limits::store_bytes_max, 1);
}

BOOST_AUTO_TEST_CASE(a_topic_whose_signals_are_gone_makes_room) {
  each_journal(
    [](shelf& on) {
      BOOST_REQUIRE(
        (ask(on, {.id = "a", .type = "a"}).verdict == verdict::appended));
      on.book->put({.id = "b", .type = "b"});
      on.book->write({"rows", "k", "", 2});
      on.book->put({.id = "c", .type = "c"});
      BOOST_TEST(
        (ask(on, {.id = "d", .type = "d"}).verdict == verdict::refused));
      for (int number = 0; number < 100; ++number) {
        on.book->put({.id = std::to_string(number), .type = "c"});
      }
      on.reopen();
      BOOST_REQUIRE(!on.book->has_body(1));
      // Those of "b", which a row keeps, and of "c" are there.
      BOOST_TEST(
        (ask(on, {.id = "e", .type = "e"}).verdict == verdict::appended));
      BOOST_TEST(
        (ask(on, {.id = "f", .type = "f"}).verdict == verdict::refused));
      on.book->write({"rows", "k", std::nullopt, 0});
      BOOST_TEST(
        (ask(on, {.id = "g", .type = "g"}).verdict == verdict::appended));
      BOOST_TEST(
        (ask(on, {.id = "h", .type = "h"}).verdict == verdict::refused));
    },
    1'000, 3);
}

// -- the epoch ----------------------------------------------------------------

BOOST_AUTO_TEST_CASE(an_epoch_tells_logs_apart_for_as_long_as_they_exist) {
  shelf one{true};
  shelf other{true};
  const auto epoch = one.book->log->epoch();
  BOOST_TEST(epoch != other.book->log->epoch());
  one.reopen();
  BOOST_TEST(one.book->log->epoch() == epoch);
  one.book->put_many(1, 3);
  one.book.reset();
  const auto saved = journal::salvage_store(one.how.path);
  BOOST_REQUIRE(saved);
  one.open();
  const auto salvaged = one.book->log->epoch();
  BOOST_TEST(salvaged != epoch);
  BOOST_TEST((one.last(ts) == maybe{3}));
  one.reopen();
  BOOST_TEST(one.book->log->epoch() == salvaged);
  shelf first{false};
  shelf second{false};
  BOOST_TEST(first.book->log->epoch() != second.book->log->epoch());
  BOOST_TEST(
    journal::make_memory_journal({.records_max = 4, .keys_max = 4, .epoch = 7})
      ->epoch()
    == 7u);
}

// -- anything -----------------------------------------------------------------

namespace {

/// One thing that happens to a log.
void happen(shelf& on) {
  const auto number = [](int end) { return *rc::gen::inRange(0, end); };
  const auto last = on.book->log->last_sequence();
  const auto row = std::to_string(number(4));
  switch (number(12)) {
  case 0:
    on.reopen();
    return;
  case 1:
    on.book->write({"rows", row, "", std::uint64_t(number(int(last) + 1))});
    return;
  case 2:
    on.book->write({"rows", row, std::nullopt, 0});
    return;
  default:
    break;
  }
  transaction some;
  for (int left = number(6) + 1; left > 0; --left) {
    some.entries.push_back(
      entry_of({.id = std::to_string(number(20)),
                .type = std::to_string(number(3)),
                .receiver = number(6) == 0 ? "ann" : "",
                .source = "/" + std::to_string(number(4)),
                .tenant = number(4) == 0 ? "acme" : "default"}));
  }
  RC_ASSERT(on.book->log->commit({&some}).has_value());
}

} // namespace

BOOST_AUTO_TEST_CASE(whatever_happens_the_index_says_what_the_log_says) {
  std::vector<std::string> ids;
  for (int number = 0; number < 20; ++number) {
    ids.push_back(std::to_string(number));
  }
  for (const bool on_disk : {false, true}) {
    BOOST_TEST(rc::check([&] {
      shelf on{on_disk, std::uint64_t(*rc::gen::inRange(100, 4'000))};
      on.keep.records_max = std::size_t(*rc::gen::inRange(1, 60));
      on.how.topic_block = std::size_t(*rc::gen::inRange(1, 12));
      on.open();
      for (int left = *rc::gen::inRange(1, 60); left > 0; --left) {
        happen(on);
      }
      for (const auto* const tenant : {"default", "acme"}) {
        for (const auto* const type : {"0", "1", "2", "3"}) {
          RC_ASSERT(on.agrees_on({tenant, type}, ids));
          // The memory journal does not read what only rows keep.
          RC_ASSERT(!on_disk || on.log_agrees_on({tenant, type}, ids));
        }
      }
      if (on_disk) {
        on.book.reset();
        const auto found = journal::verify_store(on.how.path);
        RC_ASSERT(found.has_value());
        for (const auto& problem : found->problems) {
          // A row may say that it keeps what is gone already.
          RC_LOG(problem);
          RC_ASSERT(problem.starts_with("row "));
        }
      }
    }));
  }
}

BOOST_AUTO_TEST_SUITE_END()
