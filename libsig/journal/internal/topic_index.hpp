#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "libsig/core/error.hpp"
#include "libsig/journal/internal/record.hpp"
#include "libsig/journal/internal/retention.hpp"
#include "libsig/journal/internal/sequence_runs.hpp"
#include "libsig/journal/internal/sqlite.hpp"
#include "libsig/journal/internal/stable_key.hpp"
#include "libsig/journal/internal/topic_census.hpp"
#include "libsig/journal/internal/topic_tables.hpp"
#include "libsig/journal/sqlite_journal.hpp"

namespace libsig::journal::internal {

/// Which signals stand in which topic, and under which ids.
///
/// A commit writes the marks of its signals as one row and keeps them in
/// memory; once there are enough (`store_options::topic_block`) they are put in
/// order, and written to the tables a piece with each commit. So a commit
/// touches few pages however many topics it has. What an answer names may be
/// gone (quarantine) or, in theory, another topic's (hashes meet): look at the
/// record.
///
/// Used under the writer's turn; the look-ups under a reader's.
class topic_index {
public:
  [[nodiscard]] static result<std::unique_ptr<topic_index>>
  make(database& of, const stable_keys& keys, const store_options& how);

  /// For `make` alone.
  topic_index(const stable_keys& keys, const store_options& how,
              topic_tables tables)
    : keys_{keys}, how_{how}, tables_{std::move(tables)} {}

  // -- opening ----------------------------------------------------------------

  /// Reads what is needed in memory; makes the index of the log when there is
  /// none, or when it is damaged, which `found` tells. Outside a transaction.
  [[nodiscard]] result<void> open(database& of, const log_state& state,
                                  std::vector<damage>& found);

  /// The same without making it: an error when that would have to be.
  [[nodiscard]] result<void> load(const log_state& state);

  /// Makes it, in a transaction of its own.
  [[nodiscard]] result<void> rebuild(database& of, const log_state& state);

  // -- a commit, inside its transaction ---------------------------------------

  /// Whether the bound lets a signal of the topic in.
  [[nodiscard]] bool has_room(const topic_mark& mark,
                              std::string_view tenant) const;

  /// Notes a signal that was appended; all of them, in order.
  void append(const topic_mark& mark, std::string_view tenant,
              std::uint64_t sequence);

  /// Retention has passed over a record; it takes one that it had passed over.
  [[nodiscard]] result<void> hold(const record& what);
  [[nodiscard]] result<void> release(std::uint64_t sequence);

  /// Writes what was appended, and so many rows, and some for each signal, of
  /// what there is to do. `end` is retention's.
  [[nodiscard]] result<void> write(std::uint64_t end, std::size_t rows);

  /// The transaction is written, or is not.
  void committed(std::uint64_t end);
  void undone();

  // -- damage -----------------------------------------------------------------

  /// The tables are damaged: whoever was told so by an error must give up.
  [[nodiscard]] bool damaged() const noexcept { return damaged_; }

  /// Ends the index for this run of the program. The next one makes it anew.
  void give_up() noexcept;

  [[nodiscard]] bool gave_up() const noexcept { return gave_up_; }

  // -- look-ups; `end` is that of retention -----------------------------------

  [[nodiscard]] result<std::optional<std::uint64_t>>
  next(std::uint64_t topic, std::uint64_t after, std::uint64_t end);

  [[nodiscard]] result<std::optional<std::uint64_t>>
  previous(std::uint64_t topic, std::uint64_t before, std::uint64_t end);

  [[nodiscard]] result<std::optional<std::uint64_t>>
  next_named(std::uint64_t name, std::uint64_t after, std::uint64_t end);

  /// There is something left to sweep.
  [[nodiscard]] bool sweeping(std::uint64_t end) const noexcept {
    return !gave_up_ && (now_.sweeping() || now_.swept_for < end);
  }

  [[nodiscard]] topic_tables& tables() noexcept { return tables_; }

private:
  /// How far the work is that goes on over commits.
  struct progress {
    /// All signals up to here stand in order in the tables.
    std::uint64_t ordered = 0;
    /// Of the block that is being written.
    std::size_t topics_at = 0;
    std::size_t names_at = 0;
    /// Rows of marks are left that nobody needs.
    bool marks_left = true;
    /// Where retention ended when the sweep began.
    std::uint64_t swept_for = 1;
    sweep_position postings{};
    sweep_position names{};
    sweep_position topics{};

    [[nodiscard]] bool sweeping() const noexcept {
      return !postings.at_end || !names.at_end || !topics.at_end;
    }
  };

  /// Signals that are being put in order.
  struct block {
    std::vector<posting> topics;
    std::vector<posting> names;
    std::uint64_t last = 0;
  };

  [[nodiscard]] result<void> checked(result<void> done);
  [[nodiscard]] result<void> load_all(const log_state& state);
  void clear();
  void note(const topic_mark& mark, std::uint64_t sequence);
  void close_block();
  [[nodiscard]] result<void> write_pieces(std::uint64_t end, std::size_t rows);
  [[nodiscard]] result<void> write_block(std::size_t rows, std::uint64_t end);
  [[nodiscard]] result<void> write_topics(std::size_t rows, std::uint64_t end);
  [[nodiscard]] result<void> write_topic_row(std::uint64_t end);
  [[nodiscard]] result<void> write_names(std::size_t rows, std::uint64_t end);
  [[nodiscard]] result<void> sweep(std::size_t rows, std::uint64_t end);
  [[nodiscard]] result<void> add_all(database& of, const log_state& state);
  [[nodiscard]] result<void> add(const record& what, const log_state& state);
  [[nodiscard]] result<void> write_all(std::uint64_t end);

  const stable_keys& keys_;
  const store_options& how_;
  topic_tables tables_;
  topic_census census_;
  /// What is behind the block.
  sequence_runs topics_;
  sequence_runs names_;
  block block_;
  /// The last signal that is in memory or in order.
  std::uint64_t last_ = 0;
  progress now_;
  /// Rows of the first block may be there already, in part.
  bool again_ = false;
  bool damaged_ = false;
  bool gave_up_ = false;

  // Of the transaction that is open:
  progress next_;
  recent_marks appended_;
  std::unordered_set<std::uint64_t> founded_;
  /// How many of them a tenant has.
  std::unordered_map<std::uint64_t, std::size_t> founders_;
  std::vector<std::uint64_t> held_;
  std::vector<std::uint64_t> released_;
};

} // namespace libsig::journal::internal
