#include "tests/publish/world.hpp"

#include "libsig/publish/event_file.hpp"
#include "libsig/publish/event_line.hpp"
#include "tests/support/temporary_folder.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <sys/stat.h>

using namespace libsig;
using namespace std::chrono_literals;
using testing::publishing_world;
using testing::temporary_folder;

namespace {

/// The file over a log, with its pump.
struct kept_file {
  explicit kept_file(std::uint64_t most = limits::line_file_bytes_max)
    : bytes_max{most} {}

  /// Starts it, as at a start of the node.
  void start() {
    world.restart();
    publish::pump_options how;
    how.name = "/events.jsonl";
    how.from_beginning = true;
    how.retry.attempts_max = 0;
    how.breaking.failures_max = 0;
    how.gather = 0ms;
    how.save_after = 5s;
    pump = world.make_pump(
      how, publish::make_event_file(
             {folder.file("signals/events.jsonl"), bytes_max, 2}, *world.log));
  }

  /// Lets it do all there is to do now; positions are saved when `saving`.
  void work(bool saving = true) {
    for (int steps = 0; steps < 10'000; ++steps) {
      const auto next = pump->step();
      if (!next.at) {
        return;
      }
      if (*next.at > world.time->steady_now()) {
        if (!saving) {
          return;
        }
        world.advance(*next.at - world.time->steady_now());
      }
    }
    BOOST_FAIL("it does not come to rest");
  }

  /// Starts with so many signals in the log, and writes them.
  void write(int count) {
    world.publish_many(count);
    start();
    work();
  }

  /// Tries to write one more signal, while something stands in the file's place
  /// that cannot be opened as one.
  void try_without_file() {
    std::filesystem::remove(path());
    std::filesystem::create_directory(path());
    world.publish_many(1);
    for (int tries = 0; tries < 5; ++tries) {
      static_cast<void>(pump->step());
      world.advance(30s);
    }
  }

  /// It ends, as a crash ends it: nothing more is saved.
  void crash() { pump.reset(); }

  [[nodiscard]] std::string path() const {
    return folder.file("signals/events.jsonl");
  }

  [[nodiscard]] std::string text() const {
    return folder.read("signals/events.jsonl");
  }

  /// What the file should hold: all of the log from a sequence on.
  [[nodiscard]] std::string expected(std::uint64_t from = 1) const {
    std::string all;
    const auto found = world.log->read(from - 1, 100'000);
    BOOST_REQUIRE(found);
    for (const auto& one : *found) {
      publish::append_event_line(*one, all);
      all += '\n';
    }
    return all;
  }

  void append(std::string_view bytes) const {
    std::ofstream{path(), std::ios::app | std::ios::binary} << bytes;
  }

  [[nodiscard]] ino_t inode() const {
    struct stat is {};
    BOOST_REQUIRE(::stat(path().c_str(), &is) == 0);
    return is.st_ino;
  }

  /// Names of the files that were put aside, sorted.
  [[nodiscard]] std::vector<std::string> aside() const {
    std::vector<std::string> found;
    for (const auto& one :
         std::filesystem::directory_iterator{folder.path() / "signals"}) {
      const auto name = one.path().filename().string();
      if (name != "events.jsonl") {
        found.push_back(name);
      }
    }
    std::ranges::sort(found);
    return found;
  }

  temporary_folder folder;
  publishing_world world;
  std::uint64_t bytes_max;
  std::unique_ptr<publish::pump> pump;
};

} // namespace

// Contract, "Files": a view of the store that is rebuilt when damaged.
BOOST_AUTO_TEST_SUITE(event_file)

BOOST_AUTO_TEST_CASE(it_has_a_line_for_each_signal_less_mail) {
  kept_file one;
  one.write(3);
  one.world.publish_many(2);
  one.work();
  BOOST_TEST(one.text() == one.expected());
  one.world.publish({.receiver = "ann"});
  one.work();
  BOOST_TEST(std::ranges::count(one.text(), '\n') == 5);
}

BOOST_AUTO_TEST_CASE(file_and_folder_are_their_owners_alone) {
  kept_file one;
  one.start();
  one.world.publish({});
  one.work();
  struct stat is {};
  BOOST_REQUIRE(::stat(one.path().c_str(), &is) == 0);
  BOOST_TEST((is.st_mode & 0777) == 0600);
  BOOST_REQUIRE(::stat(one.folder.file("signals").c_str(), &is) == 0);
  BOOST_TEST((is.st_mode & 0777) == 0700);
}

BOOST_AUTO_TEST_CASE(a_restart_goes_on_with_the_same_file) {
  kept_file one;
  one.start();
  one.world.publish_many(3);
  one.work();
  const auto inode = one.inode();
  one.crash();
  one.world.publish_many(2);
  one.start();
  one.work();
  BOOST_TEST(one.text() == one.expected());
  BOOST_TEST(one.inode() == inode);
}

BOOST_AUTO_TEST_CASE(lines_behind_the_saved_position_are_not_written_twice) {
  kept_file one;
  one.start();
  one.world.publish_many(2);
  one.work();
  one.world.publish_many(50);
  one.work(false);
  BOOST_TEST(std::ranges::count(one.text(), '\n') == 52);
  one.crash();
  one.world.publish_many(1);
  one.start();
  one.work();
  BOOST_TEST(one.text() == one.expected());
}

BOOST_AUTO_TEST_CASE(a_torn_last_line_is_completed) {
  kept_file one;
  one.start();
  one.world.publish_many(2);
  one.work();
  one.world.publish_many(3);
  one.work(false);
  one.crash();
  std::filesystem::resize_file(one.path(), one.text().size() - 7);
  one.start();
  one.work();
  BOOST_TEST(one.text() == one.expected());
}

BOOST_AUTO_TEST_CASE(a_torn_line_with_nothing_to_come_is_cut_off) {
  kept_file one;
  one.start();
  one.world.publish_many(2);
  one.work();
  one.crash();
  one.append("{\"id\":\"torn");
  one.start();
  one.work();
  BOOST_TEST(one.text() == one.expected());
}

BOOST_AUTO_TEST_CASE(a_file_cut_below_its_position_is_rebuilt) {
  kept_file one;
  one.start();
  one.world.publish_many(5);
  one.work();
  one.crash();
  std::filesystem::resize_file(one.path(), one.text().size() / 2);
  one.start();
  one.work();
  BOOST_TEST(one.text() == one.expected());
}

BOOST_AUTO_TEST_CASE(a_flipped_bit_anywhere_is_found_and_rebuilt) {
  kept_file one;
  one.start();
  one.world.publish_many(5);
  one.work();
  const auto whole = one.text();
  for (std::size_t at = 0; at < whole.size(); at += 37) {
    one.crash();
    auto damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    one.folder.write("signals/events.jsonl", damaged);
    one.start();
    one.work();
    BOOST_REQUIRE(one.text() == whole);
  }
}

BOOST_AUTO_TEST_CASE(a_file_removed_between_starts_is_rebuilt) {
  kept_file one;
  one.start();
  one.world.publish_many(5);
  one.work();
  one.crash();
  std::filesystem::remove_all(one.folder.file("signals"));
  one.start();
  one.work();
  BOOST_TEST(one.text() == one.expected());
}

BOOST_AUTO_TEST_CASE(
  a_file_removed_while_it_runs_is_rebuilt_with_the_next_one) {
  kept_file one;
  one.start();
  one.world.publish_many(5);
  one.work();
  std::filesystem::remove_all(one.folder.file("signals"));
  one.world.publish({});
  one.work();
  BOOST_TEST(one.text() == one.expected());
}

BOOST_AUTO_TEST_CASE(what_strangers_write_while_it_runs_does_not_stay) {
  kept_file one;
  one.start();
  one.world.publish_many(5);
  one.work();
  one.append("nonsense\n");
  one.world.publish({});
  one.work();
  BOOST_TEST(one.text() == one.expected());
}

// C2 row 28.
BOOST_AUTO_TEST_CASE(no_symlink_is_followed) {
  kept_file one;
  const auto target = one.folder.write("elsewhere/target", "precious");
  std::filesystem::create_directories(one.folder.file("signals"));
  std::filesystem::create_symlink(target, one.path());
  one.start();
  one.world.publish({});
  one.work(false);
  BOOST_TEST(one.folder.read("elsewhere/target") == "precious");
  std::filesystem::remove_all(one.folder.file("signals"));
  std::filesystem::create_directory_symlink(one.folder.file("elsewhere"),
                                            one.folder.file("signals"));
  one.world.advance(10s);
  one.work(false);
  BOOST_TEST(
    !std::filesystem::exists(one.folder.file("elsewhere/events.jsonl")));
  std::filesystem::remove(one.folder.file("signals"));
  one.world.advance(10s);
  one.work();
  BOOST_TEST(one.text() == one.expected());
}

BOOST_AUTO_TEST_CASE(it_rotates_and_never_grows_beyond_its_bound) {
  kept_file one{1'000};
  one.start();
  for (int round = 0; round < 60; ++round) {
    one.world.publish({});
    one.work();
    BOOST_REQUIRE(one.text().size() <= 1'000u);
  }
  const auto aside = one.aside();
  BOOST_REQUIRE(aside.size() == 2u);
  BOOST_TEST(aside[0].starts_with("events-0000000000"));
  // Together they are the end of the log, without a gap.
  const auto all = one.folder.read("signals/" + aside[0])
                   + one.folder.read("signals/" + aside[1]) + one.text();
  BOOST_TEST(one.expected().ends_with(all));
  BOOST_TEST(one.folder.read("signals/" + aside[1]).size() <= 1'000u);
}

BOOST_AUTO_TEST_CASE(a_crash_around_a_rotation_leaves_no_line_out_or_twice) {
  for (int crash_after = 1; crash_after <= 30; ++crash_after) {
    kept_file one{1'000};
    one.start();
    one.world.publish({});
    one.work();
    for (int round = 0; round < crash_after; ++round) {
      one.world.publish({});
      one.work(false);
    }
    one.crash();
    one.start();
    one.world.publish_many(2);
    one.work();
    std::string all;
    for (const auto& name : one.aside()) {
      all += one.folder.read("signals/" + name);
    }
    all += one.text();
    BOOST_REQUIRE_MESSAGE(one.expected().ends_with(all), crash_after);
    BOOST_REQUIRE(one.text().size() <= 1'000u);
  }
}

BOOST_AUTO_TEST_CASE(without_a_state_the_newest_that_fit_are_written) {
  kept_file one{2'000};
  one.world.publish_many(200);
  one.start();
  one.work();
  BOOST_TEST(one.aside().size() <= 1u);
  BOOST_TEST(one.expected().ends_with(one.text()));
  BOOST_TEST(!one.text().empty());
}

BOOST_AUTO_TEST_CASE(a_line_larger_than_the_bound_stands_alone) {
  kept_file one{1'000};
  one.start();
  one.world.publish({});
  one.world.publish(
    {.data = event_data::json('"' + std::string(3'000, 'x') + '"')});
  one.world.publish({});
  one.work();
  BOOST_TEST(one.text() == one.expected(3));
  BOOST_TEST(one.aside().size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_store_that_was_put_back_is_what_counts) {
  kept_file one;
  one.start();
  one.world.publish_many(3);
  one.work();
  const auto rows = one.world.log->read_table("publishers");
  BOOST_REQUIRE(rows);
  one.crash();
  publishing_world other;
  other.publish({.type = "other"});
  journal::transaction row;
  row.writes = *rows;
  BOOST_REQUIRE(other.log->commit({&row}));
  one.world.log = std::move(other.log);
  one.start();
  one.work();
  BOOST_TEST(one.text() == one.expected());
}

// What was lost is written again, however often that fails at first.
BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_made_anew_at_once_lacks_nothing) {
  kept_file one;
  one.write(3);
  one.try_without_file();
  BOOST_TEST(one.pump->status().failures > 1u);
  std::filesystem::remove(one.path());
  one.work();
  BOOST_TEST(one.text() == one.expected());
}

BOOST_AUTO_TEST_CASE(nor_does_one_after_a_restart_in_between) {
  kept_file one;
  one.write(3);
  one.try_without_file();
  one.pump->save({});
  one.crash();
  std::filesystem::remove(one.path());
  one.start();
  one.work();
  BOOST_TEST(one.text() == one.expected());
}

BOOST_AUTO_TEST_SUITE_END()
