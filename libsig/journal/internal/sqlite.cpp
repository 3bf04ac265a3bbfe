#include "libsig/journal/internal/sqlite.hpp"

#include <cerrno>
#include <utility>

#include <sqlite3.h>

namespace libsig::journal::internal {

// -- statement ----------------------------------------------------------------

void statement::finalize::operator()(sqlite3_stmt* what) const noexcept {
  sqlite3_finalize(what);
}

statement& statement::bind(int at, std::string_view bytes) {
  // A null pointer would be SQL's null, which is not the empty text.
  const char* const data = bytes.data() == nullptr ? "" : bytes.data();
  sqlite3_bind_blob64(handle_.get(), at, data, bytes.size(), SQLITE_STATIC);
  return *this;
}

statement& statement::bind(int at, std::uint64_t number) {
  return bind(at, static_cast<std::int64_t>(number));
}

statement& statement::bind(int at, std::int64_t number) {
  sqlite3_bind_int64(handle_.get(), at, number);
  return *this;
}

statement& statement::bind_nothing(int at) {
  sqlite3_bind_null(handle_.get(), at);
  return *this;
}

statement& statement::copy(int at, const statement& from, int column) {
  sqlite3_bind_value(handle_.get(), at,
                     sqlite3_column_value(from.handle_.get(), column));
  return *this;
}

result<bool> statement::step() {
  const int code = sqlite3_step(handle_.get());
  if (code == SQLITE_ROW) {
    return true;
  }
  if (code == SQLITE_DONE) {
    return false;
  }
  return fail(owner_->failure(code));
}

result<void> statement::run() {
  const reset_after end{*this};
  for (;;) {
    const auto row = step();
    if (!row) {
      return fail(row.error());
    }
    if (!*row) {
      return {};
    }
  }
}

void statement::reset() noexcept { sqlite3_reset(handle_.get()); }

std::uint64_t statement::number(int column) const {
  return static_cast<std::uint64_t>(integer(column));
}

std::int64_t statement::integer(int column) const {
  return sqlite3_column_int64(handle_.get(), column);
}

std::optional<std::uint64_t> statement::maybe_number(int column) const {
  if (sqlite3_column_type(handle_.get(), column) == SQLITE_NULL) {
    return std::nullopt;
  }
  return number(column);
}

std::string_view statement::bytes(int column) const {
  const auto* const data =
    static_cast<const char*>(sqlite3_column_blob(handle_.get(), column));
  const int size = sqlite3_column_bytes(handle_.get(), column);
  return data == nullptr ? std::string_view{}
                         : std::string_view{data, std::size_t(size)};
}

// -- database -----------------------------------------------------------------

result<std::unique_ptr<database>> database::open(const std::string& path) {
  auto made = std::make_unique<database>(path);
  // One lock of our own stands before every use.
  const int flags =
    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  const int code =
    sqlite3_open_v2(path.c_str(), &made->handle_, flags, nullptr);
  if (code != SQLITE_OK) {
    return fail(made->failure(code));
  }
  sqlite3_extended_result_codes(made->handle_, 1);
  sqlite3_db_config(made->handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(made->handle_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  // This hook instead of SQLite's own, which forgets the errors of checkpoints.
  sqlite3_wal_hook(
    made->handle_,
    [](void* self, sqlite3*, const char*, int pages) {
      static_cast<database*>(self)->log_pages_ =
        static_cast<std::size_t>(pages);
      return SQLITE_OK;
    },
    made.get());
  return made;
}

database::~database() { sqlite3_close_v2(handle_); }

result<statement> database::prepare(std::string_view sql) {
  sqlite3_stmt* handle = nullptr;
  const int code =
    sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                       SQLITE_PREPARE_PERSISTENT, &handle, nullptr);
  if (code != SQLITE_OK) {
    return fail(failure(code));
  }
  statement made;
  made.handle_.reset(handle);
  made.owner_ = this;
  return made;
}

result<void> database::execute(const std::string& sql) {
  const int code =
    sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) {
    return fail(failure(code));
  }
  return {};
}

result<std::string> database::ask(const std::string& sql) {
  auto made = prepare(sql);
  if (!made) {
    return fail(made.error());
  }
  const auto row = made->step();
  if (!row) {
    return fail(row.error());
  }
  if (!*row) {
    return std::string{};
  }
  std::string text{made->bytes(0)};
  // A change of the journal's mode is written behind its answer.
  if (const auto end = made->step(); !end) {
    return fail(end.error());
  }
  return text;
}

result<void> database::checkpoint() {
  int in_log = 0;
  int taken = 0;
  const int code = sqlite3_wal_checkpoint_v2(
    handle_, nullptr, SQLITE_CHECKPOINT_PASSIVE, &in_log, &taken);
  if (code != SQLITE_OK) {
    return fail(failure(code));
  }
  log_pages_ = 0;
  return {};
}

void database::keep_log_on_close() {
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

std::uint64_t database::changes() const noexcept {
  return static_cast<std::uint64_t>(sqlite3_changes64(handle_));
}

bool database::in_transaction() const noexcept {
  return sqlite3_get_autocommit(handle_) == 0;
}

error database::failure(int code) {
  // The connection knows more than the code that came back.
  const int extended =
    handle_ == nullptr ? code : sqlite3_extended_errcode(handle_);
  const int primary = code & 0xff;
  damaged_ = primary == SQLITE_CORRUPT;
  foreign_ = primary == SQLITE_NOTADB;
  std::string text =
    handle_ == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(handle_);
  if (extended == SQLITE_IOERR_FSYNC || extended == SQLITE_IOERR_DIR_FSYNC) {
    sync_failed_ = true;
    return error(errc::io, "flushing to the disk failed: " + text).at(path_);
  }
  const int number = handle_ == nullptr ? 0 : sqlite3_system_errno(handle_);
  const bool no_space = number == ENOSPC || number == EDQUOT;
  if (primary == SQLITE_FULL || (primary == SQLITE_IOERR && no_space)) {
    return error(errc::storage_full, "the disk is full")
      .at(path_)
      .mend("free some space; it goes on by itself then");
  }
  return error(errc::io, text).at(path_);
}

rollback_guard::~rollback_guard() {
  if (of_.in_transaction()) {
    // What fails here, SQLite has rolled back already or does on opening.
    (void)of_.execute("ROLLBACK");
  }
}

} // namespace libsig::journal::internal
