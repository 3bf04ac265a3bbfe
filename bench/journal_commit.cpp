// How many signals a second the store takes, for sure on the disk, against
// SQLite itself with the same tables, statements and batches on the same disk;
// and how long a store with many records takes to open.
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

#include <sqlite3.h>

#include "bench/support.hpp"
#include "libsig/core/id.hpp"
#include "libsig/core/time.hpp"
#include "libsig/journal/internal/stable_key.hpp"
#include "libsig/journal/internal/store_file.hpp"
#include "libsig/journal/internal/store_writer.hpp"
#include "libsig/journal/sqlite_journal.hpp"
#include "libsig/schema/registry.hpp"

namespace {

using namespace libsig;
using clock_type = std::chrono::steady_clock;

// Short turns, since others use the disk as well.
constexpr double seconds_each = 0.1;
constexpr int rounds = 41;

/// Signals of about 600 bytes as clients send them.
class maker {
public:
  [[nodiscard]] journal::entry next(bool fresh) {
    draft what;
    const auto now = time_.wall_now();
    what.id = ids_.next(now);
    what.source = "/agents/builder-7";
    what.type = "build.finished";
    what.time = to_rfc3339(now);
    what.data = event_data::json(R"({"project":"libsig","number":)"
                                 + std::to_string(++count_) + R"(,"log":")"
                                 + std::string(420, 'x') + R"("})");
    stamp by;
    by.tenant = "default";
    by.recorded_time = now;
    journal::entry made;
    made.fresh = fresh;
    made.what = std::make_shared<signal>(
      std::move(*contracts_.validate(std::move(what))), std::move(by));
    return made;
  }

private:
  system_clock time_;
  uuid7_source ids_;
  schema::registry contracts_;
  int count_ = 0;
};

void must(bool good, const char* what) {
  if (!good) {
    std::fprintf(stderr, "bench: %s\n", what);
    std::exit(1);
  }
}

/// SQLite without anything around it.
class bare_store {
public:
  explicit bare_store(const std::string& path) {
    must(sqlite3_open(path.c_str(), &data_) == SQLITE_OK, "open");
    run("PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL;"
        "PRAGMA synchronous=FULL; PRAGMA cache_size=-8192;"
        "PRAGMA secure_delete=FAST; PRAGMA temp_store=MEMORY");
    run(journal::internal::migrations()[0].sql);
    begin_ = prepare("BEGIN IMMEDIATE");
    commit_ = prepare("COMMIT");
    key_ = prepare("INSERT INTO keys VALUES(?1, ?2, ?3, ?4, ?5)");
    signal_ = prepare("INSERT INTO signals VALUES(?1, ?2, ?3, ?4, ?5, ?6)");
  }

  bare_store(const bare_store&) = delete;
  bare_store& operator=(const bare_store&) = delete;

  ~bare_store() {
    for (auto* one : {begin_, commit_, key_, signal_}) {
      sqlite3_finalize(one);
    }
    sqlite3_close(data_);
  }

  void commit(const std::vector<journal::transaction*>& batch) {
    step(begin_);
    for (const auto* const one : batch) {
      for (const auto& entry : one->entries) {
        insert(entry);
      }
    }
    step(commit_);
  }

private:
  void insert(const journal::entry& of) {
    const auto& ready =
      static_cast<const journal::internal::ready_record&>(*of.ready);
    const auto time = of.what->recorded_time().time_since_epoch().count();
    ++sequence_;
    total_ += static_cast<sqlite3_int64>(ready.body.size());
    sqlite3_bind_blob(key_, 1, ready.identity.data(),
                      static_cast<int>(ready.identity.size()), SQLITE_STATIC);
    sqlite3_bind_int64(key_, 2, sequence_);
    sqlite3_bind_int64(key_, 3, time);
    sqlite3_bind_int64(key_, 4, static_cast<sqlite3_int64>(ready.address));
    sqlite3_bind_int64(key_, 5,
                       static_cast<sqlite3_int64>(ready.data.value_or(0)));
    step(key_);
    sqlite3_bind_int64(signal_, 1, sequence_);
    sqlite3_bind_int64(signal_, 2, time);
    sqlite3_bind_int64(signal_, 3, total_);
    sqlite3_bind_int64(signal_, 4, static_cast<sqlite3_int64>(ready.bytes_sum));
    const auto& type = of.what->type();
    sqlite3_bind_blob(signal_, 5, type.data(), static_cast<int>(type.size()),
                      SQLITE_STATIC);
    sqlite3_bind_blob(signal_, 6, ready.body.data(),
                      static_cast<int>(ready.body.size()), SQLITE_STATIC);
    step(signal_);
  }

  void run(const char* sql) {
    must(sqlite3_exec(data_, sql, nullptr, nullptr, nullptr) == SQLITE_OK, sql);
  }

  sqlite3_stmt* prepare(const char* sql) {
    sqlite3_stmt* made = nullptr;
    must(sqlite3_prepare_v2(data_, sql, -1, &made, nullptr) == SQLITE_OK, sql);
    return made;
  }

  static void step(sqlite3_stmt* what) {
    must(sqlite3_step(what) == SQLITE_DONE, "step");
    sqlite3_reset(what);
  }

  sqlite3* data_ = nullptr;
  sqlite3_stmt* begin_ = nullptr;
  sqlite3_stmt* commit_ = nullptr;
  sqlite3_stmt* key_ = nullptr;
  sqlite3_stmt* signal_ = nullptr;
  sqlite3_int64 sequence_ = 0;
  sqlite3_int64 total_ = 0;
};

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

} // namespace

int main(int count, char** words) {
  const std::size_t records =
    count > 1 ? std::strtoull(words[1], nullptr, 10) : 1'000'000;
  const std::filesystem::path folder{count > 2 ? words[2]
                                               : "bench-journal-commit"};
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  maker from;
  std::map<std::size_t, comparison> found;
  for (const std::size_t size : {1, 32, 256}) {
    const auto name = std::to_string(size) + ".db";
    journal::store_options how;
    how.path = (folder / ("journal-" + name)).string();
    auto log = journal::open_sqlite_journal(how);
    must(log.has_value(), "open");
    bare_store bare{(folder / ("bare-" + name)).string()};
    found[size] = compare(from, size, **log, bare);
  }
  const auto again =
    records == 0 ? restart{}
                 : reopen(from, (folder / "restart.db").string(), records);
  std::filesystem::remove_all(folder);
  std::printf("{\"bench\":\"journal_commit\"");
  for (const auto& [size, one] : found) {
    std::printf(",\"batch_%zu\":{\"bare_per_s\":%.0f,\"journal_per_s\":%.0f,"
                "\"with_prepare_per_s\":%.0f,\"ratio\":%.2f,"
                "\"ratio_with_prepare\":%.2f}",
                size, one.bare, one.journal, one.with_prepare,
                one.journal / one.bare, one.with_prepare / one.bare);
  }
  std::printf(",\"batch_256_to_bare_batch_1\":%.1f,"
              "\"restart\":{\"records\":%zu,\"open_s\":%.3f,"
              "\"read_10000_rows_and_bodies_s\":%.3f}}\n",
              found[256].journal / found[1].bare, records,
              again.seconds_to_open, again.seconds_to_read_rows);
  return 0;
}
