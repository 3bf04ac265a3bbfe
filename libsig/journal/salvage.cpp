#include "libsig/journal/store_check.hpp"

#include "libsig/core/limits.hpp"
#include "libsig/core/time.hpp"
#include "libsig/journal/internal/log_reader.hpp"
#include "libsig/journal/internal/retention.hpp"
#include "libsig/journal/internal/store_file.hpp"
#include "libsig/journal/internal/store_lock.hpp"
#include "libsig/journal/internal/store_writer.hpp"
#include "libsig/journal/internal/topic_index.hpp"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <utility>

#include <sodium.h>

namespace libsig::journal {

namespace {

using namespace internal;

constexpr std::size_t chunk = 256;

/// A table whose rows are copied as they are.
struct copied_table {
  const char* name;
  const char* key;
  const char* values;
  int columns;
};

constexpr copied_table keys_table{"keys", "digest", "?1,?2,?3,?4,?5", 5};
constexpr copied_table claims_table{"claims", "digest", "?1,?2,?3,?4,?5,?6", 6};
constexpr copied_table rows_table{"rows", "name, key", "?1,?2,?3,?4,?5", 5};

class salvager {
public:
  salvager(database& from, store_file& to)
    : from_{from}, to_{*to.data}, secret_{to.secret} {}

  [[nodiscard]] result<salvage> run();

private:
  [[nodiscard]] bool take_secret();
  [[nodiscard]] result<void> begin_epoch();
  [[nodiscard]] result<void> make_index();
  [[nodiscard]] result<void> take_signals();
  [[nodiscard]] result<void> take(const record& one);
  [[nodiscard]] result<void> lose(std::uint64_t sequence);
  [[nodiscard]] result<std::uint64_t> take_table(const copied_table& what);
  [[nodiscard]] result<std::uint64_t> take_one_way(const copied_table& what,
                                                   bool up);
  void raise(const char* sql);

  database& from_;
  database& to_;
  stable_keys::secret secret_;
  statement put_signal_;
  statement put_key_;
  statement put_lost_;
  salvage done_;
  std::uint64_t next_ = 1;
  /// The highest sequence that anything knows of.
  std::uint64_t last_ = 0;
};

/// Goes on with the old secret, so that the keys stay what they are.
bool salvager::take_secret() {
  auto find = from_.prepare("SELECT value, sum FROM meta WHERE name='secret'");
  if (!find) {
    return false;
  }
  const auto row = find->step();
  if (!row || !*row || find->bytes(0).size() != secret_.size()
      || checksum(find->bytes(0)) != find->number(1)) {
    return false;
  }
  auto put =
    to_.prepare("UPDATE meta SET value=?1, sum=?2 WHERE name='secret'");
  if (!put || !put->bind(1, find->bytes(0)).bind(2, find->number(1)).run()) {
    return false;
  }
  std::memcpy(secret_.data(), find->bytes(0).data(), secret_.size());
  return true;
}

/// Positions in the damaged store are none in this one, where some sequences
/// may come to stand for other signals.
result<void> salvager::begin_epoch() {
  stable_keys::secret drawn{};
  randombytes_buf(drawn.data(), drawn.size());
  const std::string value{drawn.begin(), drawn.end()};
  auto put = to_.prepare("INSERT OR REPLACE INTO meta VALUES('epoch', ?1, ?2)");
  if (!put) {
    return fail(put.error());
  }
  return put->bind(1, value).bind(2, checksum(value)).run();
}

result<void> salvager::make_index() {
  const store_options no_bounds;
  const stable_keys keys{secret_};
  auto keep = retention::make(to_, no_bounds);
  auto index = topic_index::make(to_, keys, no_bounds);
  if (!keep || !index) {
    return fail(!keep ? keep.error() : index.error());
  }
  std::vector<damage> ignored;
  const auto state = keep->load(ignored);
  return state ? (*index)->rebuild(to_, *state) : fail(state.error());
}

result<void> salvager::lose(std::uint64_t sequence) {
  ++done_.lost;
  return put_lost_.bind(1, sequence).run();
}

result<void> salvager::take(const record& one) {
  const auto is = decode(one, {});
  if (!is) {
    return {};
  }
  // What was taken by retention is lost as well, as far as anybody can tell;
  // only what lies between two records is noted, and not without end.
  while (done_.signals > 0 && next_ < one.sequence
         && done_.lost < limits::quarantine_records_max) {
    if (auto noted = lose(next_++); !noted) {
      return noted;
    }
  }
  next_ = one.sequence + 1;
  last_ = std::max(last_, one.sequence);
  ++done_.signals;
  auto put = put_signal_.bind(1, one.sequence)
               .bind(2, one.recorded)
               .bind(3, one.total)
               .bind(4, one.sum)
               .bind(5, one.type)
               .bind(6, one.body)
               .run();
  if (!put) {
    return put;
  }
  const stable_keys keys{secret_};
  const auto digest = keys.identity(**is);
  return put_key_.bind(1, view_of(digest))
    .bind(2, one.sequence)
    .bind(3, one.recorded)
    .bind(4, keys.address(**is))
    .bind(5, keys.data(**is))
    .run();
}

result<void> salvager::take_signals() {
  auto reader = log_reader::make(from_);
  if (!reader) {
    return {};
  }
  log_walk walk;
  while (!walk.at_end) {
    const auto some = reader->next(walk, chunk);
    if (!some) {
      return {};
    }
    for (const auto& one : *some) {
      if (auto taken = take(one); !taken) {
        return taken;
      }
    }
  }
  return {};
}

/// Copies rows until the damage; from the other end as well, what is behind it.
result<std::uint64_t> salvager::take_table(const copied_table& what) {
  auto count = take_one_way(what, true);
  if (count && from_.damaged()) {
    const auto rest = take_one_way(what, false);
    return rest ? result<std::uint64_t>{*count + *rest} : rest;
  }
  return count;
}

result<std::uint64_t> salvager::take_one_way(const copied_table& what,
                                             bool up) {
  const std::string key{what.key};
  const auto order = up                ? key
                     : key == "digest" ? "digest DESC"
                                       : "name DESC, key DESC";
  auto all = from_.prepare("SELECT * FROM " + std::string{what.name}
                           + " ORDER BY " + order);
  auto put = to_.prepare("INSERT OR IGNORE INTO " + std::string{what.name}
                         + " VALUES(" + what.values + ")");
  if (!put) {
    return fail(put.error());
  }
  std::uint64_t count = 0;
  while (all) {
    const auto row = all->step();
    if (!row || !*row) {
      break;
    }
    for (int column = 0; column < what.columns; ++column) {
      put->copy(column + 1, *all, column);
    }
    if (auto written = put->run(); !written) {
      return fail(written.error());
    }
    count += to_.changes();
  }
  return count;
}

/// Learns of sequences that were given, whatever became of them.
void salvager::raise(const char* sql) {
  auto ask = from_.prepare(sql);
  if (ask) {
    if (const auto row = ask->step(); row && *row) {
      last_ = std::max(last_, ask->number(0));
    }
  }
}

result<salvage> salvager::run() {
  const rollback_guard undo{to_};
  auto begun = to_.execute("BEGIN IMMEDIATE");
  auto signals =
    to_.prepare("INSERT OR IGNORE INTO signals VALUES(?1, ?2, ?3, ?4, ?5, ?6)");
  auto keys =
    to_.prepare("INSERT OR IGNORE INTO keys VALUES(?1, ?2, ?3, ?4, ?5)");
  auto lost = to_.prepare("INSERT OR IGNORE INTO quarantine "
                          "VALUES(?1, 0, 0, 0, x'', x'', 'lost')");
  if (!begun || !signals || !keys || !lost) {
    return fail(errc::io, "the new store cannot be written");
  }
  put_signal_ = std::move(*signals);
  put_key_ = std::move(*keys);
  put_lost_ = std::move(*lost);
  if (take_secret()) {
    auto known = take_table(keys_table);
    auto claims = known ? take_table(claims_table) : known;
    if (!claims) {
      return fail(claims.error());
    }
    done_.keys = *known;
    done_.claims = *claims;
  }
  auto rows = take_table(rows_table);
  auto taken = rows ? take_signals() : fail(rows.error());
  if (!taken) {
    return fail(taken.error());
  }
  done_.rows = *rows;
  raise("SELECT max(sequence) FROM quarantine");
  raise("SELECT tail - 1 FROM retention");
  raise("SELECT max(sequence) FROM keys");
  // No sequence is ever given twice.
  if (last_ >= next_) {
    if (auto noted = lose(last_); !noted) {
      return fail(noted.error());
    }
  }
  if (auto begun_anew = begin_epoch(); !begun_anew) {
    return fail(begun_anew.error());
  }
  // Retention starts with the first record that is there.
  if (auto moved = to_.execute("DELETE FROM retention"); !moved) {
    return fail(moved.error());
  }
  if (auto written = to_.execute("COMMIT"); !written) {
    return fail(written.error());
  }
  if (auto made = make_index(); !made) {
    return fail(made.error());
  }
  return done_;
}

[[nodiscard]] result<void> move_file(const std::string& from,
                                     const std::string& to) {
  std::error_code failed;
  std::filesystem::rename(from, to, failed);
  if (failed) {
    return fail(
      error(errc::io, "cannot be moved: " + failed.message()).at(from));
  }
  return {};
}

/// What can be read of the store at `path`, as a new one at `fresh`.
[[nodiscard]] result<salvage> copy_readable(const std::string& path,
                                            const std::string& fresh) {
  file_options how;
  how.path = fresh;
  auto to = open_store(how);
  if (!to) {
    return fail(to.error());
  }
  auto from = database::open(path);
  if (!from) {
    return fail(from.error());
  }
  (*from)->keep_log_on_close();
  (void)(*from)->execute("PRAGMA locking_mode=EXCLUSIVE");
  return salvager{**from, *to}.run();
}

} // namespace

result<salvage> salvage_store(const std::string& path) {
  auto lock = store_lock::take(path);
  if (!lock) {
    return fail(lock.error());
  }
  const auto fresh = path + ".salvage";
  std::error_code ignored;
  for (const auto* const suffix : {"", "-wal", "-journal"}) {
    std::filesystem::remove(fresh + suffix, ignored);
  }
  auto done = copy_readable(path, fresh);
  if (!done) {
    return done;
  }
  done->damaged = path + ".damaged-" + to_rfc3339(system_clock{}.wall_now());
  if (auto moved = move_file(path, done->damaged); !moved) {
    return fail(moved.error());
  }
  std::filesystem::rename(path + "-wal", done->damaged + "-wal", ignored);
  if (auto moved = move_file(fresh, path); !moved) {
    return fail(moved.error());
  }
  std::filesystem::remove(fresh + ".lock", ignored);
  return done;
}

} // namespace libsig::journal
