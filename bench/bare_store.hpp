#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <sqlite3.h>

#include "libsig/core/id.hpp"
#include "libsig/core/time.hpp"
#include "libsig/journal/internal/stable_key.hpp"
#include "libsig/journal/internal/store_file.hpp"
#include "libsig/journal/internal/store_writer.hpp"
#include "libsig/journal/journal.hpp"
#include "libsig/schema/registry.hpp"

/// The reference of everything that stores: SQLite without anything around it.
namespace bench {

namespace journal = libsig::journal;

inline void must(bool good, const char* what) {
  if (!good) {
    std::fprintf(stderr, "bench: %s\n", what);
    std::exit(1);
  }
}

/// Signals of about 600 bytes as clients send them.
class maker {
public:
  /// Of so many types, in an order that looks like none.
  explicit maker(std::size_t types = 1) : types_{types} {}

  [[nodiscard]] journal::entry next(bool fresh) {
    libsig::draft what;
    const auto now = time_.wall_now();
    what.id = ids_.next(now);
    what.source = "/agents/builder-7";
    what.type = "build.finished";
    if (types_ > 1) {
      what.type += '.' + std::to_string(dice_() % types_);
    }
    what.time = libsig::to_rfc3339(now);
    what.data = libsig::event_data::json(
      R"({"project":"libsig","number":)" + std::to_string(++count_)
      + R"(,"log":")" + std::string(420, 'x') + R"("})");
    libsig::stamp by;
    by.tenant = "default";
    by.recorded_time = now;
    journal::entry made;
    made.fresh = fresh;
    made.what = std::make_shared<libsig::signal>(
      std::move(*contracts_.validate(std::move(what))), std::move(by));
    return made;
  }

private:
  libsig::system_clock time_;
  libsig::uuid7_source ids_;
  libsig::schema::registry contracts_;
  std::size_t types_;
  std::mt19937_64 dice_{7};
  int count_ = 0;
};

/// SQLite without anything around it, and without an index by topic.
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

} // namespace bench
