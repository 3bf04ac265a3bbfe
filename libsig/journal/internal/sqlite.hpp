#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "libsig/core/error.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace libsig::journal::internal {

/// The little of SQLite that the store uses, with errors as values. Nothing
/// here locks.
class database;

/// A prepared statement; ended with its database.
class statement {
public:
  statement() = default;

  // -- mutators ---------------------------------------------------------------

  /// Bytes must stay where they are until the statement is reset.
  statement& bind(int at, std::string_view bytes);
  statement& bind(int at, std::uint64_t number);
  statement& bind(int at, std::int64_t number);
  statement& bind_nothing(int at);
  /// The value of another statement's row, whatever it is.
  statement& copy(int at, const statement& from, int column);

  /// Whether there is a row.
  [[nodiscard]] result<bool> step();

  /// Steps to the end and resets.
  [[nodiscard]] result<void> run();

  void reset() noexcept;

  // -- observers, of the row --------------------------------------------------

  [[nodiscard]] std::uint64_t number(int column) const;
  [[nodiscard]] std::int64_t integer(int column) const;
  /// Nothing when it is null.
  [[nodiscard]] std::optional<std::uint64_t> maybe_number(int column) const;
  /// Until the next step or reset.
  [[nodiscard]] std::string_view bytes(int column) const;

private:
  friend class database;

  struct finalize {
    void operator()(sqlite3_stmt* what) const noexcept;
  };

  std::unique_ptr<sqlite3_stmt, finalize> handle_;
  database* owner_ = nullptr;
};

/// Resets a statement whatever happens, so that it holds no snapshot.
class reset_after {
public:
  explicit reset_after(statement& what) noexcept : what_{what} {}
  reset_after(const reset_after&) = delete;
  reset_after& operator=(const reset_after&) = delete;
  ~reset_after() { what_.reset(); }

private:
  statement& what_;
};

class database {
public:
  /// Opens or makes the file.
  [[nodiscard]] static result<std::unique_ptr<database>>
  open(const std::string& path);

  /// For `open` alone.
  explicit database(std::string path) : path_{std::move(path)} {}

  ~database();

  database(const database&) = delete;
  database& operator=(const database&) = delete;

  // -- mutators ---------------------------------------------------------------

  [[nodiscard]] result<statement> prepare(std::string_view sql);

  /// Statements without rows.
  [[nodiscard]] result<void> execute(const std::string& sql);

  /// The first column of the first row of a statement.
  [[nodiscard]] result<std::string> ask(const std::string& sql);

  /// Takes what is committed from the write-ahead log into the file.
  [[nodiscard]] result<void> checkpoint();

  /// Leaves the write-ahead log as it is when the database is closed.
  void keep_log_on_close();

  // -- observers --------------------------------------------------------------

  /// Rows that the last statement changed.
  [[nodiscard]] std::uint64_t changes() const noexcept;

  [[nodiscard]] bool in_transaction() const noexcept;

  /// Pages in the write-ahead log after the last commit.
  [[nodiscard]] std::size_t log_pages() const noexcept { return log_pages_; }

  /// Flushing to the disk has failed once: nobody knows what is there.
  [[nodiscard]] bool sync_failed() const noexcept { return sync_failed_; }

  /// The last error was damage in the file.
  [[nodiscard]] bool damaged() const noexcept { return damaged_; }

  /// The last error was that the file is no SQLite database.
  [[nodiscard]] bool foreign() const noexcept { return foreign_; }

private:
  friend class statement;

  /// Notes what kind of failure it is, and says so.
  [[nodiscard]] error failure(int code);

  std::string path_;
  sqlite3* handle_ = nullptr;
  std::size_t log_pages_ = 0;
  bool sync_failed_ = false;
  bool damaged_ = false;
  bool foreign_ = false;
};

/// Ends a transaction without a trace unless it was committed.
class rollback_guard {
public:
  explicit rollback_guard(database& of) noexcept : of_{of} {}
  rollback_guard(const rollback_guard&) = delete;
  rollback_guard& operator=(const rollback_guard&) = delete;
  ~rollback_guard();

private:
  database& of_;
};

} // namespace libsig::journal::internal
