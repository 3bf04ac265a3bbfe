#include "libsig/journal/internal/store_file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <utility>

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

namespace libsig::journal::internal {

namespace {

// `signals` is the log; `total` counts bytes since the first record, so that
// the size of what is kept is known without looking at it. `keys` outlive the
// records; both they and `claims` are found by digest, without a second index
// beside. `rows` are the keyed writes. `retention` is one row: where the oldest
// record is that was not looked at, and what was passed over before it.
constexpr const char* version_1 = R"(
CREATE TABLE meta(
  name TEXT PRIMARY KEY NOT NULL,
  value BLOB NOT NULL,
  sum INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE signals(
  sequence INTEGER PRIMARY KEY,
  recorded INTEGER NOT NULL,
  total INTEGER NOT NULL,
  sum INTEGER NOT NULL,
  type BLOB NOT NULL,
  body BLOB NOT NULL);
CREATE TABLE keys(
  digest BLOB PRIMARY KEY NOT NULL,
  sequence INTEGER NOT NULL,
  recorded INTEGER NOT NULL,
  address INTEGER NOT NULL,
  data INTEGER) WITHOUT ROWID;
CREATE TABLE claims(
  digest BLOB PRIMARY KEY NOT NULL,
  sequence INTEGER NOT NULL,
  recorded INTEGER NOT NULL,
  data INTEGER NOT NULL,
  id BLOB NOT NULL,
  source BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE rows(
  name BLOB NOT NULL,
  key BLOB NOT NULL,
  keeps INTEGER NOT NULL,
  sum INTEGER NOT NULL,
  value BLOB NOT NULL,
  PRIMARY KEY(name, key)) WITHOUT ROWID;
CREATE INDEX rows_keeps ON rows(keeps) WHERE keeps <> 0;
CREATE TABLE retention(
  one INTEGER PRIMARY KEY CHECK(one = 1),
  tail INTEGER NOT NULL,
  tail_total INTEGER NOT NULL,
  passed_over INTEGER NOT NULL,
  keys_floor INTEGER NOT NULL,
  sum INTEGER NOT NULL);
CREATE TABLE quarantine(
  sequence INTEGER PRIMARY KEY,
  recorded INTEGER NOT NULL,
  total INTEGER NOT NULL,
  sum INTEGER NOT NULL,
  type BLOB NOT NULL,
  body BLOB NOT NULL,
  reason TEXT NOT NULL);
)";

// The index by topic (see `topic_index`). Topics and ids stand as hashes under
// the store's secret. `topic_postings` are the sequences of a topic in pieces,
// `topic_names` those of an id; `topic_recent` has one row for each of the last
// commits, whose signals do not stand in them yet. `topic_held` are records
// that retention has passed over, `topics` those that have a kept signal. The
// state says up to where the index is in order; without it, opening makes it.
constexpr const char* version_2 = R"(
CREATE TABLE topics(
  topic INTEGER PRIMARY KEY,
  tenant INTEGER NOT NULL,
  last INTEGER NOT NULL);
CREATE TABLE topic_postings(
  topic INTEGER NOT NULL,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  sum INTEGER NOT NULL,
  sequences BLOB NOT NULL,
  PRIMARY KEY(topic, first)) WITHOUT ROWID;
CREATE TABLE topic_names(
  name INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  PRIMARY KEY(name, sequence)) WITHOUT ROWID;
CREATE TABLE topic_recent(
  first INTEGER PRIMARY KEY,
  sum INTEGER NOT NULL,
  founded BLOB NOT NULL,
  marks BLOB NOT NULL);
CREATE TABLE topic_held(
  sequence INTEGER PRIMARY KEY,
  topic INTEGER NOT NULL,
  name INTEGER NOT NULL);
CREATE INDEX topic_held_topics ON topic_held(topic, sequence);
CREATE INDEX topic_held_names ON topic_held(name, sequence);
CREATE TABLE topic_state(
  one INTEGER PRIMARY KEY CHECK(one = 1),
  ordered INTEGER NOT NULL,
  sum INTEGER NOT NULL);
)";

constexpr std::array<migration, 2> steps_of_stores{{{version_1}, {version_2}}};

[[nodiscard]] error refusal(const std::string& path, std::string why,
                            std::string remedy) {
  return error(errc::invalid_argument, std::move(why))
    .at(path)
    .mend(std::move(remedy));
}

/// Whether the path may be a store, going by what lies there.
[[nodiscard]] result<void> check_path(const file_options& how) {
  const auto& path = how.path;
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0) {
    if (errno == ENOENT && !how.as_it_is) {
      return {};
    }
    return fail(refusal(
      path, std::string{"the store cannot be found: "} + std::strerror(errno),
      "name a file in a folder that is there"));
  }
  if (S_ISDIR(found.st_mode)) {
    return fail(refusal(path, "the store is a folder", "name a file"));
  }
  if (!S_ISREG(found.st_mode)) {
    return fail(refusal(path, "the store is no plain file", "name a file"));
  }
  if (found.st_uid != ::geteuid()) {
    return fail(refusal(path,
                        "the store belongs to another user (number "
                          + std::to_string(found.st_uid) + ")",
                        "run as that user, or change the owner of the store"));
  }
  // Somebody took the owner's right to write away, which does not stop root.
  if ((found.st_mode & S_IWUSR) == 0 || ::access(path.c_str(), W_OK) != 0) {
    return fail(refusal(path, "the store is read-only",
                        "give its owner the right to write (chmod u+w), or "
                        "move it from the read-only disk"));
  }
  return {};
}

[[nodiscard]] result<std::uint64_t> ask_number(database& of,
                                               const std::string& sql) {
  auto text = of.ask(sql);
  if (!text) {
    return fail(text.error());
  }
  std::uint64_t number = 0;
  std::from_chars(text->data(), text->data() + text->size(), number);
  return number;
}

[[nodiscard]] error not_readable(const database& of, const std::string& path,
                                 error why) {
  if (of.foreign() || of.damaged()) {
    return refusal(path, "the file is no store, or too damaged to be read",
                   "name another file, bring a backup back, or save what can "
                   "be read of it with salvage")
      .because(std::move(why));
  }
  return why;
}

/// What holds from the first look at the file on.
[[nodiscard]] result<void> take_for_itself(database& of) {
  // Before the first read: then there is no shared memory beside the file.
  return of.execute("PRAGMA locking_mode=EXCLUSIVE;"
                    "PRAGMA temp_store=MEMORY; PRAGMA cell_size_check=ON");
}

/// What is set once it is known that the file is ours.
[[nodiscard]] result<void> configure(database& of, const file_options& how) {
  auto mode = of.ask("PRAGMA journal_mode=WAL");
  if (!mode) {
    return fail(mode.error());
  }
  if (*mode != "wal") {
    return fail(refusal(how.path, "the disk does not take write-ahead logs",
                        "put the store on a local disk"));
  }
  return of.execute(
    // Freed pages are used again by the next records, and the file stays as
    // long as it was; nothing is gained by moving pages.
    "PRAGMA auto_vacuum=NONE;"
    // Overwriting what is freed would write it to the disk twice.
    "PRAGMA secure_delete=FAST;"
    "PRAGMA cache_size=-"
    + std::to_string(how.cache_bytes / 1024)
    + ";PRAGMA journal_size_limit=67108864;PRAGMA synchronous="
    + (how.flush_each_commit ? "FULL" : "NORMAL"));
}

/// Makes an empty file that is the owner's alone, since what strangers send
/// lies in it; SQLite gives its other files the same rights.
void make_private(const std::string& path) {
  const int descriptor =
    ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  // Where it fails, there is a file, or SQLite says what is wrong.
  if (descriptor >= 0) {
    ::close(descriptor);
  }
}

/// Brings a store of an older version up to date, all in one transaction.
[[nodiscard]] result<void> migrate(database& of, const file_options& how,
                                   std::uint64_t from,
                                   std::span<const migration> steps) {
  if (from > 0) {
    const auto copy =
      how.path + ".before-version-" + std::to_string(steps.size());
    std::error_code ignored;
    std::filesystem::remove(copy, ignored);
    make_private(copy);
    auto save = of.prepare("VACUUM INTO CAST(?1 AS TEXT)");
    if (!save) {
      return fail(save.error());
    }
    if (auto saved = save->bind(1, copy).run(); !saved) {
      return saved;
    }
  }
  const rollback_guard undo{of};
  if (auto begun = of.execute("BEGIN IMMEDIATE"); !begun) {
    return begun;
  }
  for (const auto& step : steps.subspan(from)) {
    if (auto done = of.execute(step.sql); !done) {
      return done;
    }
  }
  return of.execute("PRAGMA user_version=" + std::to_string(steps.size())
                    + ";PRAGMA application_id=" + std::to_string(application_id)
                    + ";COMMIT");
}

/// The version of the store, if this program can do with it.
[[nodiscard]] result<std::uint64_t>
check_version(database& of, const file_options& how,
              std::span<const migration> steps) {
  const auto id = ask_number(of, "PRAGMA application_id");
  const auto version = ask_number(of, "PRAGMA user_version");
  const auto tables = ask_number(of, "SELECT count(*) FROM sqlite_schema");
  if (!id || !version || !tables) {
    return fail(!id ? id.error() : !version ? version.error() : tables.error());
  }
  const bool blank = *id == 0 && *version == 0 && *tables == 0;
  if (!blank && *id != application_id) {
    return fail(refusal(how.path, "the file is another program's database",
                        "name another file"));
  }
  if (*version > steps.size()) {
    return fail(refusal(how.path,
                        "the store is of version " + std::to_string(*version)
                          + ", this program knows up to "
                          + std::to_string(steps.size()),
                        "use the program that wrote it, or a newer one"));
  }
  if (how.as_it_is && *version < steps.size()) {
    return fail(refusal(how.path,
                        blank ? "the store is empty"
                              : "the store is of the older version "
                                  + std::to_string(*version),
                        "start a node with it once"));
  }
  return *version;
}

/// Reads the secret of the store's digests, or makes it.
[[nodiscard]] result<stable_keys::secret> secret_of(database& of,
                                                    const std::string& path) {
  stable_keys::secret secret{};
  auto find = of.prepare("SELECT value, sum FROM meta WHERE name='secret'");
  if (!find) {
    return fail(find.error());
  }
  const reset_after end{*find};
  const auto row = find->step();
  if (!row) {
    return fail(row.error());
  }
  if (*row) {
    const auto value = find->bytes(0);
    if (value.size() != secret.size() || checksum(value) != find->number(1)) {
      return fail(refusal(path, "the secret of the store's keys is damaged",
                          "bring a backup back, or save what can be read of it "
                          "with salvage"));
    }
    std::memcpy(secret.data(), value.data(), secret.size());
    return secret;
  }
  randombytes_buf(secret.data(), secret.size());
  const std::string value{secret.begin(), secret.end()};
  auto put = of.prepare("INSERT INTO meta VALUES('secret', ?1, ?2)");
  if (!put) {
    return fail(put.error());
  }
  if (auto done = put->bind(1, value).bind(2, checksum(value)).run(); !done) {
    return fail(done.error());
  }
  return secret;
}

/// That of the secret, unless the store says another, as one does that was made
/// of the rest of a damaged one.
[[nodiscard]] result<std::uint64_t>
epoch_of(database& of, const stable_keys::secret& secret) {
  auto find = of.prepare("SELECT value, sum FROM meta WHERE name='epoch'");
  if (!find) {
    return fail(find.error());
  }
  const auto row = find->step();
  if (!row) {
    return fail(row.error());
  }
  return checksum(
    {*row && checksum(find->bytes(0)) == find->number(1) ? find->number(1) : 0,
     stable_keys{secret}.epoch()});
}

/// Everything inside the file, with its errors as they come.
[[nodiscard]] result<stable_keys::secret>
prepare_data(database& of, const file_options& how,
             std::span<const migration> steps) {
  if (how.as_it_is) {
    of.keep_log_on_close();
  }
  if (auto taken = take_for_itself(of); !taken) {
    return fail(taken.error());
  }
  // Asked before anything is written: what is not ours stays as it is.
  const auto version = check_version(of, how, steps);
  if (!version) {
    return fail(version.error());
  }
  if (auto set = configure(of, how); !set) {
    return fail(set.error());
  }
  if (*version < steps.size()) {
    if (auto done = migrate(of, how, *version, steps); !done) {
      return fail(done.error());
    }
  }
  return secret_of(of, how.path);
}

} // namespace

std::span<const migration> migrations() noexcept { return steps_of_stores; }

result<store_file> open_store(const file_options& how) {
  return open_store(how, migrations());
}

result<store_file> open_store(const file_options& how,
                              std::span<const migration> steps) {
  if (auto checked = check_path(how); !checked) {
    return fail(checked.error());
  }
  auto lock = store_lock::take(how.path);
  if (!lock) {
    return fail(lock.error());
  }
  make_private(how.path);
  auto data = database::open(how.path);
  if (!data) {
    return fail(data.error());
  }
  auto secret = prepare_data(**data, how, steps);
  if (!secret) {
    return fail(not_readable(**data, how.path, std::move(secret).error()));
  }
  const auto epoch = epoch_of(**data, *secret);
  if (!epoch) {
    return fail(not_readable(**data, how.path, epoch.error()));
  }
  return store_file{std::move(*lock), std::move(*data), *secret, *epoch};
}

} // namespace libsig::journal::internal
