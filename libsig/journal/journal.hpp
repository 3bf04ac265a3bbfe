#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsig/core/error.hpp"
#include "libsig/core/signal.hpp"

namespace libsig::journal {

/// What became of a signal that was handed to the journal.
enum class verdict : std::uint8_t {
  appended,  ///< it is in the log, and has its sequence
  duplicate, ///< the same signal is there: the receipt is that of the first
  conflict,  ///< its id or claim belongs to a different signal
};

/// The answer to whoever published a signal.
struct receipt {
  std::string id;
  std::string source;
  std::uint64_t sequence = 0;
  /// The signal was there before; nothing was delivered again.
  bool duplicate = false;
  /// It was there before with other data.
  bool differs = false;
};

/// One signal of a transaction.
struct entry {
  /// Not yet seen by anybody else; the journal assigns its sequence.
  std::shared_ptr<signal> what;
  /// The contract's claim (see `schema::accepted`), empty for none.
  std::string claim;
  /// The id was made by this node just now, so it cannot be a repeat.
  bool fresh = false;
  // Filled by the journal:
  journal::verdict verdict = verdict::appended;
  /// Of an appended signal only the sequence, since nobody reads most of them.
  journal::receipt receipt;
};

/// What must outlive a crash and is no signal: a cursor, an attempt, a
/// schedule.
struct keyed_write {
  std::string table;
  std::string key;
  /// Nothing removes the key.
  std::optional<std::string> value;
  /// The sequence of a signal whose body retention passes over as long as the
  /// key is there; 0 for none.
  std::uint64_t keeps = 0;
};

/// Signals and keyed writes that are written together or not at all.
///
/// A duplicate or conflicting signal is left out and answered in its entry; it
/// does not keep the others from being written.
struct transaction {
  std::vector<entry> entries;
  std::vector<keyed_write> writes;
};

/// The log of all admitted signals, the keys that make repeats visible, and the
/// tables of keyed writes.
///
/// `commit` is called by one thread at a time (the gate sees to that), the
/// reading functions by any. Sequences rise by one from 1 without gaps in
/// the order of commits.
class journal {
public:
  virtual ~journal() = default;

  // -- mutators ---------------------------------------------------------------

  /// Writes transactions in order, each whole or not at all, and returns once
  /// they are as durable as the journal promises. An error means that none of
  /// them is written.
  [[nodiscard]] virtual result<void>
  commit(const std::vector<transaction*>& batch) = 0;

  // -- observers --------------------------------------------------------------

  /// Signals with a sequence above `after`, in order, at most `limit`; those
  /// whose bodies retention has taken are left out.
  [[nodiscard]] virtual result<std::vector<signal_ptr>>
  read(std::uint64_t after, std::size_t limit) const = 0;

  /// One signal; null when it is not there or its body is gone.
  [[nodiscard]] virtual result<signal_ptr>
  find(std::uint64_t sequence) const = 0;

  /// A table's keys and values, in key order.
  [[nodiscard]] virtual result<std::vector<keyed_write>>
  read_table(std::string_view table) const = 0;

  /// The sequence of the last signal, 0 for none.
  [[nodiscard]] virtual std::uint64_t last_sequence() const = 0;
};

/// What the memory journal keeps.
struct memory_options {
  /// Bodies; the oldest go. The keys stay.
  std::size_t records_max = 0;
  /// Keys of signals and claims; the oldest half goes.
  std::size_t keys_max = 0;
};

/// A journal without a disk, for tests and for `sig review`. Survives nothing.
[[nodiscard]] std::unique_ptr<journal> make_memory_journal();

[[nodiscard]] std::unique_ptr<journal>
make_memory_journal(const memory_options& keep);

} // namespace libsig::journal
