// How many signals a second the store takes, of one topic and of many, for sure
// on the disk, against SQLite itself with the same tables (but for the index by
// topic), statements and batches on the same disk; and how long a store with
// many records takes to open.
//
//   bench_journal_commit [RECORDS] [FOLDER]

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bench/bare_store.hpp"
#include "bench/support.hpp"
#include "libsig/journal/sqlite_journal.hpp"

namespace {

using namespace libsig;
using bench::bare_store;
using bench::maker;
using bench::must;
using clock_type = std::chrono::steady_clock;

// Short turns, since others use the disk as well.
constexpr double seconds_each = 0.1;
constexpr int rounds = 41;

constexpr std::size_t many_topics = 10'000;

struct figures {
  double commits_only = 0;
  double with_prepare = 0;
};

/// Signals a second that `commit` takes in batches of so many.
template <class Commit>
[[nodiscard]] figures measure(maker& from, std::size_t size,
                              const journal::journal& ahead,
                              const Commit& commit) {
  double in_commit = 0;
  double in_prepare = 0;
  std::size_t signals = 0;
  while (in_commit < seconds_each) {
    std::vector<journal::transaction> batch(size);
    std::vector<journal::transaction*> pointers;
    for (auto& one : batch) {
      one.entries.push_back(from.next(false));
      pointers.push_back(&one);
    }
    auto begin = clock_type::now();
    for (auto& one : batch) {
      ahead.prepare(one.entries.front());
    }
    in_prepare += bench::seconds_since(begin);
    begin = clock_type::now();
    commit(pointers);
    in_commit += bench::seconds_since(begin);
    signals += size;
  }
  const auto count = static_cast<double>(signals);
  return {count / in_commit, count / (in_commit + in_prepare)};
}

struct comparison {
  double bare = 0;
  double journal = 0;
  double with_prepare = 0;
};

[[nodiscard]] comparison compare(maker& from, std::size_t size,
                                 journal::journal& log, bare_store& bare) {
  std::vector<double> of_bare;
  std::vector<double> of_journal;
  std::vector<double> of_both;
  for (int round = 0; round < rounds; ++round) {
    of_bare.push_back(measure(from, size, log, [&](const auto& batch) {
                        bare.commit(batch);
                      }).commits_only);
    const auto ours = measure(from, size, log, [&](const auto& batch) {
      must(log.commit(batch).has_value(), "commit");
    });
    of_journal.push_back(ours.commits_only);
    of_both.push_back(ours.with_prepare);
  }
  return {bench::median(of_bare), bench::median(of_journal),
          bench::median(of_both)};
}

struct restart {
  double seconds_to_open = 0;
  double seconds_to_read_rows = 0;
};

[[nodiscard]] restart reopen(maker& from, const std::string& path,
                             std::size_t records) {
  journal::store_options how;
  how.path = path;
  how.durability = journal::durability::relaxed;
  {
    auto log = journal::open_sqlite_journal(how);
    must(log.has_value(), "open");
    for (std::size_t done = 0; done < records; done += 1'000) {
      journal::transaction batch;
      for (int number = 0; number < 1'000; ++number) {
        batch.entries.push_back(from.next(true));
      }
      for (std::size_t row = 0; row < 10'000'000 / records; ++row) {
        batch.writes.push_back({"reviews", std::to_string(done + row),
                                std::string(200, 'r'), done + row + 1});
      }
      must((*log)->commit({&batch}).has_value(), "fill");
    }
  }
  restart took;
  auto begin = clock_type::now();
  const auto log = journal::open_sqlite_journal(how);
  must(log.has_value() && (*log)->last_sequence() >= records, "reopen");
  took.seconds_to_open = bench::seconds_since(begin);
  begin = clock_type::now();
  const auto rows = (*log)->read_table("reviews");
  must(rows.has_value() && rows->size() >= 10'000, "rows");
  for (const auto& row : *rows) {
    must(*(*log)->find(row.keeps) != nullptr, "kept");
  }
  took.seconds_to_read_rows = bench::seconds_since(begin);
  return took;
}

void print(const char* name, const std::map<std::size_t, comparison>& all) {
  for (const auto& [size, one] : all) {
    std::printf(",\"%s_%zu\":{\"bare_per_s\":%.0f,\"journal_per_s\":%.0f,"
                "\"with_prepare_per_s\":%.0f,\"ratio\":%.2f,"
                "\"ratio_with_prepare\":%.2f}",
                name, size, one.bare, one.journal, one.with_prepare,
                one.journal / one.bare, one.with_prepare / one.bare);
  }
}

} // namespace

int main(int count, char** words) {
  const std::size_t records =
    count > 1 ? std::strtoull(words[1], nullptr, 10) : 1'000'000;
  const std::filesystem::path folder{count > 2 ? words[2]
                                               : "bench-journal-commit"};
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  maker from;
  maker of_many{many_topics};
  std::map<std::size_t, comparison> found;
  std::map<std::size_t, comparison> found_of_many;
  for (const auto& [size, many] : {std::pair<std::size_t, bool>{1, false},
                                   {32, false},
                                   {64, false},
                                   {256, false},
                                   {64, true},
                                   {256, true}}) {
    const auto name = std::to_string(size) + (many ? "-topics.db" : ".db");
    journal::store_options how;
    how.path = (folder / ("journal-" + name)).string();
    auto log = journal::open_sqlite_journal(how);
    must(log.has_value(), "open");
    bare_store bare{(folder / ("bare-" + name)).string()};
    (many ? found_of_many : found)[size] =
      compare(many ? of_many : from, size, **log, bare);
  }
  const auto again =
    records == 0 ? restart{}
                 : reopen(from, (folder / "restart.db").string(), records);
  std::filesystem::remove_all(folder);
  std::printf("{\"bench\":\"journal_commit\"");
  print("batch", found);
  print("topics_10000_batch", found_of_many);
  std::printf(",\"batch_256_to_bare_batch_1\":%.1f,"
              "\"restart\":{\"records\":%zu,\"open_s\":%.3f,"
              "\"read_10000_rows_and_bodies_s\":%.3f}}\n",
              found[256].journal / found[1].bare, records,
              again.seconds_to_open, again.seconds_to_read_rows);
  return 0;
}
