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
#include "libsig/core/limits.hpp"
#include "libsig/core/open_row.hpp"
#include "libsig/core/signal.hpp"
#include "libsig/core/time.hpp"
#include "libsig/journal/query.hpp"

namespace libsig::journal {

/// What became of a signal that was handed to the journal.
enum class verdict : std::uint8_t {
  appended,  ///< it is in the log, and has its sequence
  duplicate, ///< the same signal is there: the receipt is that of the first
  conflict,  ///< its id or claim belongs to a different signal
  refused,   ///< its tenant has as many topics as it may, and this is no repeat
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

/// What a journal has made of a signal ahead of its commit; only the journal
/// that made it looks inside.
class prepared {
public:
  virtual ~prepared() = default;
};

/// One signal of a transaction.
struct entry {
  /// Not yet seen by anybody else; the journal assigns its sequence.
  std::shared_ptr<signal> what;
  /// The contract's claim (see `schema::accepted`), empty for none.
  std::string claim;
  /// A row that is written with the signal if it is appended, and keeps it. Its
  /// value is the signal's recorded time in milliseconds.
  std::optional<open_row> opens;
  /// The id was made by this node just now, so it cannot be a repeat.
  bool fresh = false;
  /// It may be refused at the bound of topics, also in a transaction of the
  /// node's own.
  bool refusable = false;
  /// See `journal::prepare`; null when nobody has called it.
  std::shared_ptr<const prepared> ready;
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
  /// An entry of the same transaction, by its place, whose sequence is appended
  /// to the value in decimal digits; 0 for one that is not appended.
  std::optional<std::size_t> names_entry = {};
};

/// Signals and keyed writes that are written together or not at all.
///
/// A duplicate, conflicting or refused signal is left out and answered in its
/// entry; it does not keep the others from being written.
struct transaction {
  std::vector<entry> entries;
  std::vector<keyed_write> writes;
  /// It comes from a client, so that it may be refused when what is owed fills
  /// the journal's bound of bodies, and its signals one by one at the bound of
  /// topics. What the node itself writes settles debts; only a full disk stops
  /// that.
  bool refusable = false;
};

/// The value that a write of the transaction has once the entries have their
/// sequences: its own, or with the sequence that it names.
[[nodiscard]] std::string value_of(const keyed_write& what,
                                   const transaction& in);

/// A topic: the signals of one type and tenant that have no receiver.
struct topic_name {
  std::string_view tenant;
  std::string_view type;
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

  /// Does ahead what `commit` would have to do for the signal, apart from
  /// writing it: on the publisher's thread, once the signal is complete but for
  /// its sequence and recorded time. Called from any thread.
  virtual void prepare(entry& what) const;

  /// Writes transactions in order, each whole or not at all, and returns once
  /// they are as durable as the journal promises. An error means that none of
  /// them is written, and the batch is as it was.
  ///
  /// Errors: `storage_full` when the disk is, or when what is owed fills the
  /// bound of bodies and the batch has something refusable; a later commit may
  /// succeed. `io` for everything else; see `failed`.
  [[nodiscard]] virtual result<void>
  commit(const std::vector<transaction*>& batch) = 0;

  /// Retires what has outlived its age at `now`, a bounded piece of it, and
  /// says whether there is more. For a node at rest; called by the thread of
  /// `commit`.
  [[nodiscard]] virtual result<bool> tidy(wall_time now);

  // -- observers --------------------------------------------------------------

  /// The journal cannot know any more whether what it writes reaches the disk:
  /// no commit succeeds from here on, and the node must end. Reading goes on.
  [[nodiscard]] virtual bool failed() const noexcept;

  /// What is committed outlives the process, and so `commit` waits for a disk.
  [[nodiscard]] virtual bool durable() const noexcept;

  /// Signals with a sequence above `after`, in order, at most `limit`; those
  /// whose bodies retention has taken are left out.
  [[nodiscard]] virtual result<std::vector<signal_ptr>>
  read(std::uint64_t after, std::size_t limit) const = 0;

  /// One signal; null when it is not there or its body is gone.
  [[nodiscard]] virtual result<signal_ptr>
  find(std::uint64_t sequence) const = 0;

  /// One page of the log; see `query`.
  [[nodiscard]] virtual result<page> read_page(const query& what) const;

  /// The sequence of the signal that has a claim (see `entry::claim`) among the
  /// signals of its tenant and type; nothing when none has.
  [[nodiscard]] virtual result<std::optional<std::uint64_t>>
  find_claim(std::string_view tenant, std::string_view type,
             std::string_view claim) const = 0;

  /// A table's keys and values, in key order. Rows written meanwhile may be in
  /// it or not.
  [[nodiscard]] virtual result<std::vector<keyed_write>>
  read_table(std::string_view table) const = 0;

  /// At most `limit` rows with keys behind `after`, in key order; from the
  /// first one without `after`.
  [[nodiscard]] virtual result<std::vector<keyed_write>>
  read_rows(std::string_view table, std::optional<std::string_view> after,
            std::size_t limit) const;

  /// The sequence of the last signal, 0 for none.
  [[nodiscard]] virtual std::uint64_t last_sequence() const = 0;

  /// The lowest sequence whose body is kept; one more than the last when there
  /// is none.
  [[nodiscard]] virtual result<std::uint64_t> first_sequence() const;

  /// The lowest sequence from which on no body was retired; before it stand
  /// those alone that a row keeps. One more than the last when there is none.
  [[nodiscard]] virtual std::uint64_t complete_from() const = 0;

  /// The first kept sequence that was recorded at `time` or later; one more
  /// than the last when there is none. Where the clock went back, one of the
  /// places where the time passes.
  [[nodiscard]] virtual result<std::uint64_t> sequence_at(wall_time time) const;

  // -- topics -----------------------------------------------------------------

  /// The lowest kept sequence of the topic above `after`; nothing when there is
  /// none. The cost does not depend on how many signals stand between.
  [[nodiscard]] virtual result<std::optional<std::uint64_t>>
  next_in(const topic_name& topic, std::uint64_t after) const;

  /// The highest kept sequence of the topic; nothing when there is none.
  [[nodiscard]] virtual result<std::optional<std::uint64_t>>
  last_in(const topic_name& topic) const;

  /// The first kept sequence of the topic with the id; nothing when there is
  /// none.
  [[nodiscard]] virtual result<std::optional<std::uint64_t>>
  find_in(const topic_name& topic, std::string_view id) const;

  /// A number that tells this log from every other one, so that a position in
  /// another log is not taken for one in this. The same for as long as the log
  /// exists.
  [[nodiscard]] virtual std::uint64_t epoch() const noexcept;
};

/// Whether a signal belongs to a topic.
[[nodiscard]] bool is_in(const topic_name& topic, const signal& what);

/// What the memory journal keeps.
struct memory_options {
  /// Bodies; the oldest go. The keys stay.
  std::size_t records_max = 0;
  /// Keys of signals and claims; the oldest half goes.
  std::size_t keys_max = 0;
  /// Topics of one tenant that have a kept signal; see `verdict::refused`.
  std::size_t topics_max = limits::topics_max;
  /// What `journal::epoch` says; drawn when absent.
  std::optional<std::uint64_t> epoch = {};
};

/// A journal without a disk, for tests and for `sig review`. Survives nothing.
[[nodiscard]] std::unique_ptr<journal> make_memory_journal();

[[nodiscard]] std::unique_ptr<journal>
make_memory_journal(const memory_options& keep);

} // namespace libsig::journal
