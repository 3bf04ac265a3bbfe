#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "libsig/core/error.hpp"
#include "libsig/core/limits.hpp"
#include "libsig/journal/journal.hpp"

namespace libsig::journal {

/// What a commit has survived when it returns.
enum class durability : std::uint8_t {
  full,    ///< the loss of power
  relaxed, ///< the end of the process; power loss may take the last commits
};

/// Something in the store that is not as it was written.
struct damage {
  /// Of the record; 0 when it is none.
  std::uint64_t sequence = 0;
  /// What it is and what was done about it.
  std::string what;
};

/// How a store is kept.
struct store_options {
  /// The database's file. `<path>-wal`, `<path>.lock` lie beside it.
  std::string path;
  libsig::journal::durability durability = libsig::journal::durability::full;
  /// Bytes of bodies; the oldest go that nothing keeps.
  std::uint64_t bytes_max = limits::store_bytes_max;
  /// Bodies older than that go.
  std::optional<std::chrono::milliseconds> age_max;
  /// Keys of signals and claims beyond them, or older, are forgotten.
  std::optional<std::uint64_t> keys_max;
  std::optional<std::chrono::milliseconds> keys_age_max;
  /// Topics of one tenant that have a kept signal; see `verdict::refused`.
  std::size_t topics_max = limits::topics_max;
  /// Signals that the index by topic holds in memory, 32 bytes each and up to
  /// twice as many, before they are put in order in the file.
  std::size_t topic_block = 32'768;
  /// Gives the data of a signal that is read its decoded form; a registry's
  /// `validate` does. None when empty. Called from any thread.
  std::function<event_data(const draft&)> decode;
  /// Is told of each damage once, on the thread that found it, which holds no
  /// lock.
  std::function<void(const damage&)> on_damage;
  /// Memory for pages of the file.
  std::size_t cache_bytes = 8u << 20;
  /// Pages in the write-ahead log from which on they are taken over.
  std::size_t checkpoint_pages = 1'000;
};

/// Opens a store, makes it when there is none, and brings an older one up to
/// date (a copy of it stays beside it).
///
/// Errors, each in one line with its remedy: `invalid_argument` for what is no
/// store of ours, newer, another user's, read-only, a folder or damaged beyond
/// reading; `already_exists`, naming the process, for one that is open; `io`,
/// `storage_full`.
[[nodiscard]] result<std::unique_ptr<journal>>
open_sqlite_journal(store_options how);

} // namespace libsig::journal
