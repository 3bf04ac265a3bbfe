// What a store does when the disk below it, or the process, fails.

#include <boost/test/unit_test.hpp>

#include <array>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

#include "libsig/journal/store_check.hpp"
#include "tests/journal/faulty_disk.hpp"
#include "tests/journal/notebook.hpp"

using namespace libsig;
using journal::damage;
using journal::store_options;
using journal::transaction;
using testing::entry_of;
using testing::faulty_disk;
using testing::notebook;
using testing::open_or_fail;
using testing::store_in;

namespace {

[[nodiscard]] result<void> try_put(const notebook& book, std::string id) {
  transaction one;
  one.entries.push_back(entry_of({.id = std::move(id)}));
  one.writes.push_back({"t", "k", "v", 0});
  return book.log->commit({&one});
}

[[nodiscard]] journal::verification verified(const std::string& path) {
  const auto found = journal::verify_store(path);
  BOOST_REQUIRE_MESSAGE(found, (found ? "" : found.error().message()));
  return *found;
}

/// The store as a power cut would leave it.
void copy_live(const std::string& from, const std::string& to) {
  const auto over = std::filesystem::copy_options::overwrite_existing;
  std::filesystem::copy_file(from, to, over);
  std::filesystem::copy_file(from + "-wal", to + "-wal", over);
}

// -- kill -9 ------------------------------------------------------------------

constexpr int kill_rounds = 40;
constexpr int acknowledged_at_most = 12;

/// Commits until it is killed, and says after each commit what it was; `ahead`
/// is what a journal would do that acknowledges too early.
[[noreturn]] void commit_for_ever(const store_options& how, int tell,
                                  std::uint64_t ahead) {
  const auto log = journal::open_sqlite_journal(how);
  if (!log) {
    ::_exit(1);
  }
  for (;;) {
    const auto next = (*log)->last_sequence() + 1;
    transaction one;
    one.entries.push_back(entry_of({std::to_string(next)}));
    one.entries.push_back(entry_of({std::to_string(next + 1)}));
    one.writes.push_back({"t", "last", std::to_string(next + 1), 0});
    const std::uint64_t acknowledged = next + 1 + ahead;
    if (!(*log)->commit({&one})
        || ::write(tell, &acknowledged, sizeof(acknowledged)) < 0) {
      ::_exit(1);
    }
  }
}

/// The last sequence that a child acknowledged, which is killed after `count`
/// of them at the earliest.
[[nodiscard]] std::uint64_t run_and_kill(const store_options& how, int count,
                                         std::uint64_t ahead = 0) {
  std::array<int, 2> ends{};
  BOOST_REQUIRE(::pipe(ends.data()) == 0);
  const auto child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    commit_for_ever(how, ends[1], ahead);
  }
  ::close(ends[1]);
  std::uint64_t last = 0;
  std::uint64_t got = 0;
  for (int number = 0; ::read(ends[0], &got, sizeof(got)) == sizeof(got);
       ++number) {
    last = got;
    if (number + 1 == count) {
      ::kill(child, SIGKILL);
    }
  }
  ::close(ends[0]);
  BOOST_REQUIRE(::waitpid(child, nullptr, 0) == child);
  return last;
}

} // namespace

BOOST_AUTO_TEST_SUITE(store_faults)

BOOST_AUTO_TEST_CASE(nothing_acknowledged_is_missing_after_a_kill) {
  const testing::temporary_folder folder;
  auto how = store_in(folder);
  // Often enough that some are killed while the log is taken over, or while
  // topics are put in order.
  how.checkpoint_pages = 8;
  how.topic_block = 6;
  std::mt19937 dice{20'260'101};
  std::uniform_int_distribution<int> counts{1, acknowledged_at_most};
  for (int round = 0; round < kill_rounds; ++round) {
    const auto acknowledged = run_and_kill(how, counts(dice));
    BOOST_REQUIRE(acknowledged > 0);
    const notebook book{open_or_fail(how)};
    const auto last = book.log->last_sequence();
    BOOST_REQUIRE(last >= acknowledged);
    // All of a transaction or nothing.
    BOOST_REQUIRE(*book.log->read_table("t")->front().value
                  == std::to_string(last));
    BOOST_REQUIRE(book.has_body(acknowledged));
    BOOST_REQUIRE((*book.log->last_in({"default", "t"}) == last));
    BOOST_REQUIRE(
      (*book.log->next_in({"default", "t"}, last / 2) == last / 2 + 1));
    BOOST_REQUIRE(
      (*book.log->find_in({"default", "t"}, std::to_string(acknowledged))
       == acknowledged));
    BOOST_REQUIRE((book.put({std::to_string(acknowledged)}).verdict
                   == journal::verdict::duplicate));
  }
  BOOST_TEST(verified(how.path).sound());
}

BOOST_AUTO_TEST_CASE(an_early_acknowledgement_would_be_noticed) {
  const testing::temporary_folder folder;
  const auto how = store_in(folder);
  // Three transactions ahead: the last one heard of is never there.
  const auto acknowledged = run_and_kill(how, 3, 6);
  BOOST_TEST(open_or_fail(how)->last_sequence() < acknowledged);
}

// -- a full disk --------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_full_disk_refuses_commits_and_recovers_by_itself) {
  faulty_disk disk;
  const testing::temporary_folder folder;
  auto how = store_in(folder);
  how.checkpoint_pages = 10;
  how.topic_block = 5;
  {
    const notebook book{open_or_fail(how)};
    book.put_many(1, 3);
    for (std::int64_t after = 0; after < 12; ++after) {
      disk.writes_left = after;
      const auto last = book.log->last_sequence();
      const auto id = "full " + std::to_string(after);
      result<void> done;
      for (int number = 0; done && number < 20; ++number) {
        done = try_put(book, id + '.' + std::to_string(number));
      }
      BOOST_REQUIRE(!done);
      BOOST_TEST((done.error().code() == errc::storage_full));
      BOOST_TEST(!book.log->failed());
      BOOST_TEST(book.has_body(1));
      disk.writes_left = faulty_disk::endless;
      BOOST_TEST(try_put(book, id).has_value());
      BOOST_TEST(book.log->last_sequence() > last);
    }
  }
  const auto found = verified(how.path);
  BOOST_TEST(found.sound());
  BOOST_TEST(found.signals == found.last_sequence);
}

// -- flushing fails -----------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_flush_that_fails_ends_writing_for_good) {
  int refused_by_commit = 0;
  // The first flushes are those of commits, some later one of a checkpoint.
  for (std::int64_t after = 0; after < 8; ++after) {
    faulty_disk disk;
    const testing::temporary_folder folder;
    auto how = store_in(folder);
    how.checkpoint_pages = 12;
    std::uint64_t acknowledged = 0;
    {
      const notebook book{open_or_fail(how)};
      book.put_many(1, 2);
      acknowledged = 2;
      disk.flushes_left = after;
      for (int number = 0; number < 40 && !book.log->failed(); ++number) {
        const auto done = try_put(book, "x" + std::to_string(number));
        if (done) {
          ++acknowledged;
        } else {
          ++refused_by_commit;
          BOOST_TEST((done.error().code() == errc::io));
        }
      }
      BOOST_REQUIRE(book.log->failed());
      // The disk says that all is well again, which proves nothing.
      disk.flushes_left = faulty_disk::endless;
      const auto later = try_put(book, "later");
      BOOST_REQUIRE(!later);
      BOOST_TEST((later.error().code() == errc::io));
      BOOST_TEST(book.has_body(1));
    }
    const notebook again{open_or_fail(how)};
    BOOST_TEST(again.log->last_sequence() >= acknowledged);
    BOOST_TEST(!again.log->failed());
  }
  BOOST_TEST(refused_by_commit > 0);
  BOOST_TEST(refused_by_commit < 8);
}

// -- damage -------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_torn_log_is_read_up_to_the_tear) {
  const testing::temporary_folder folder;
  const auto how = store_in(folder);
  auto torn = how;
  torn.path = folder.file("torn.db");
  const notebook book{open_or_fail(how)};
  book.put_many(1, 6);
  const auto size = std::filesystem::file_size(how.path + "-wal");
  std::uint64_t most = 0;
  for (std::uintmax_t cut = 0; cut <= size; cut += size / 40) {
    copy_live(how.path, torn.path);
    std::filesystem::resize_file(torn.path + "-wal", size - cut);
    auto opened = journal::open_sqlite_journal(torn);
    if (!opened) {
      // Not even the tables had been written.
      continue;
    }
    const notebook rest{std::move(*opened)};
    const auto last = rest.log->last_sequence();
    most = std::max(most, last);
    BOOST_REQUIRE(rest.log->read(0, 100)->size() == last);
  }
  BOOST_TEST(most == 6u);
}

namespace {

/// A closed store of signals with the data "mark-<n>", and changes to its file.
struct broken_store {
  broken_store() : how{store_in(folder)} {
    how.on_damage = [this](const damage& what) { told.push_back(what); };
  }

  void fill(int count) {
    const notebook book{open_or_fail(how)};
    for (int number = 1; number <= count; ++number) {
      book.put({.id = std::to_string(number),
                .data = "\"mark-" + std::to_string(number) + "-"
                        + std::string(300, 'x') + '"'});
    }
    book.write({"t", "k", "value-of-row", 3});
  }

  /// Changes a letter of the first such text.
  void flip(const std::string& text) {
    auto bytes = folder.read("store.db");
    const auto place = bytes.find(text);
    BOOST_REQUIRE(place != std::string::npos);
    bytes[place] = static_cast<char>(bytes[place] ^ 1);
    folder.write("store.db", bytes);
  }

  testing::temporary_folder folder;
  store_options how;
  std::vector<damage> told;
};

} // namespace

BOOST_AUTO_TEST_CASE(a_damaged_record_goes_into_quarantine_once) {
  broken_store store;
  store.fill(5);
  BOOST_TEST(verified(store.how.path).sound());
  store.flip("mark-2");
  const auto found = verified(store.how.path);
  BOOST_REQUIRE(found.problems.size() == 1u);
  BOOST_TEST(found.problems[0] == "signal 2: its checksum does not fit");
  {
    const notebook book{open_or_fail(store.how)};
    BOOST_TEST(store.told.empty());
    const auto all = *book.log->read(0, 100);
    BOOST_REQUIRE(all.size() == 4u);
    BOOST_TEST(all[1]->sequence() == 3u);
    BOOST_REQUIRE(store.told.size() == 1u);
    BOOST_TEST(store.told[0].sequence == 2u);
    BOOST_TEST(!book.has_body(2));
    BOOST_TEST(store.told.size() == 1u);
    // Its key is still there.
    BOOST_TEST((book.put({.id = "2"}).verdict == journal::verdict::duplicate));
    BOOST_TEST(book.put({.id = "6"}).receipt.sequence == 6u);
  }
  const auto after = verified(store.how.path);
  BOOST_TEST(after.sound());
  BOOST_TEST(after.quarantined == 1u);
}

BOOST_AUTO_TEST_CASE(damage_to_the_last_record_frees_no_sequence) {
  broken_store store;
  store.fill(5);
  store.flip("mark-5");
  {
    const notebook book{open_or_fail(store.how)};
    BOOST_TEST(store.told.size() == 1u);
    BOOST_TEST(book.log->last_sequence() == 5u);
    BOOST_TEST(!book.has_body(5));
  }
  const notebook again{open_or_fail(store.how)};
  BOOST_TEST(again.log->last_sequence() == 5u);
  BOOST_TEST(again.put({.id = "6"}).receipt.sequence == 6u);
}

BOOST_AUTO_TEST_CASE(a_damaged_row_is_left_out_and_told) {
  broken_store store;
  store.fill(3);
  store.flip("value-of-row");
  BOOST_TEST(verified(store.how.path).problems.front()
             == "row t/k: its checksum does not fit");
  const notebook book{open_or_fail(store.how)};
  BOOST_TEST(book.log->read_table("t")->empty());
  BOOST_REQUIRE(store.told.size() == 1u);
  BOOST_TEST(store.told[0].what == "the row t/k is damaged and left out");
}

BOOST_AUTO_TEST_CASE(a_row_that_keeps_nothing_is_a_problem) {
  broken_store store;
  store.fill(2);
  BOOST_TEST(verified(store.how.path).problems.front()
             == "row t/k: it keeps signal 3, which is not there");
}

BOOST_AUTO_TEST_CASE(no_flipped_bits_bring_it_down) {
  broken_store store;
  store.how.topic_block = 20;
  store.fill(60);
  const auto good = store.folder.read("store.db");
  std::mt19937 dice{7};
  std::uniform_int_distribution<std::size_t> places{0, good.size() - 1};
  int noticed = 0;
  constexpr int rounds = 120;
  for (int round = 0; round < rounds; ++round) {
    auto bad = good;
    for (int number = 0; number <= round % 8; ++number) {
      auto& byte = bad[places(dice)];
      byte = static_cast<char>(byte ^ (1 << round % 8));
    }
    store.folder.write("store.db", bad);
    const auto seen = journal::verify_store(store.how.path);
    noticed += !seen || !seen->sound() ? 1 : 0;
    auto opened = journal::open_sqlite_journal(store.how);
    if (!opened) {
      continue;
    }
    const notebook book{std::move(*opened)};
    const auto all = book.log->read(0, 100);
    if (all) {
      for (const auto& one : *all) {
        // Whatever is given is as it was written.
        BOOST_REQUIRE(one->data().json_text().starts_with(
          "\"mark-" + std::to_string(one->sequence()) + '-'));
      }
    }
    (void)book.log->read_page({.order = journal::order::descending});
    (void)book.log->read_table("t");
    // What the index says is so, or it says that it cannot.
    for (std::uint64_t after = 0; after < 60; after += 7) {
      const auto next = book.log->next_in({"default", "t"}, after);
      BOOST_REQUIRE((!next || !*next || **next > after));
    }
    (void)book.log->last_in({"default", "t"});
    const auto found = book.log->find_in({"default", "t"}, "30");
    BOOST_REQUIRE((!found || !*found || **found == 30u));
    (void)try_put(book, "more");
  }
  // Some bits lie where nothing is.
  BOOST_TEST(noticed > rounds / 2);
}

BOOST_AUTO_TEST_CASE(salvage_saves_what_can_be_read) {
  broken_store store;
  store.fill(60);
  // Three whole pages from the middle are gone.
  auto bytes = store.folder.read("store.db");
  const auto page = bytes.find("mark-30") / 4'096 * 4'096;
  bytes.replace(page, 4'096, std::string(4'096, '\xa5'));
  store.folder.write("store.db", bytes);
  BOOST_TEST(!verified(store.how.path).sound());
  const auto saved = journal::salvage_store(store.how.path);
  BOOST_REQUIRE_MESSAGE(saved, (saved ? "" : saved.error().message()));
  BOOST_TEST(saved->signals > 40u);
  BOOST_TEST(saved->signals + saved->lost == 60u);
  BOOST_TEST(saved->rows == 1u);
  BOOST_TEST(std::filesystem::exists(saved->damaged));
  BOOST_TEST(verified(store.how.path).sound());
  const notebook book{open_or_fail(store.how)};
  BOOST_TEST(!book.has_body(30));
  BOOST_TEST(book.has_body(60));
  BOOST_TEST((book.put({.id = "30"}).verdict == journal::verdict::duplicate));
  BOOST_TEST(book.put({.id = "61"}).receipt.sequence == 61u);
}

BOOST_AUTO_TEST_CASE(salvage_of_what_is_no_database_begins_anew) {
  const testing::temporary_folder folder;
  const auto how = store_in(folder);
  folder.write("store.db", std::string(10'000, 'x'));
  BOOST_TEST(!journal::verify_store(how.path));
  const auto saved = journal::salvage_store(how.path);
  BOOST_REQUIRE_MESSAGE(saved, (saved ? "" : saved.error().message()));
  BOOST_TEST(saved->signals == 0u);
  BOOST_TEST(std::filesystem::file_size(saved->damaged) == 10'000u);
  BOOST_TEST(open_or_fail(how)->last_sequence() == 0u);
}

BOOST_AUTO_TEST_CASE(a_store_that_is_not_there_is_not_made_by_looking) {
  const testing::temporary_folder folder;
  const auto how = store_in(folder);
  BOOST_TEST(!journal::verify_store(how.path));
  BOOST_TEST(!std::filesystem::exists(how.path));
}

BOOST_AUTO_TEST_SUITE_END()
