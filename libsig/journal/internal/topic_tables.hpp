#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libsig/core/error.hpp"
#include "libsig/journal/internal/sequence_runs.hpp"
#include "libsig/journal/internal/sqlite.hpp"
#include "libsig/journal/internal/topic_mark.hpp"

namespace libsig::journal::internal {

/// Sequences of one row of postings at most.
inline constexpr std::size_t posting_row_max = 512;

/// The marks of one commit, which wait for being put in order. All of its
/// signals have one, so that the sequences follow from the first.
struct recent_marks {
  struct founding {
    std::uint64_t topic = 0;
    std::uint64_t tenant = 0;

    friend bool operator==(const founding&, const founding&) = default;
  };

  std::uint64_t first = 0;
  std::vector<topic_mark> marks = {};
  /// Topics that had no kept signal before, and their tenants.
  std::vector<founding> founded = {};
};

/// How far a sweep is: everything up to here was looked at.
struct sweep_position {
  std::int64_t key = 0;
  std::int64_t sequence = 0;
  bool at_end = true;

  /// Before the first.
  [[nodiscard]] static sweep_position begin() noexcept;
};

/// The tables of the index by topic. Used under the writer's or a reader's
/// turn; changes are part of whatever transaction is open.
class topic_tables {
public:
  [[nodiscard]] static result<topic_tables> make(database& of);

  // -- look-ups ---------------------------------------------------------------

  [[nodiscard]] result<std::optional<std::uint64_t>> next(std::uint64_t topic,
                                                          std::uint64_t after);

  [[nodiscard]] result<std::optional<std::uint64_t>>
  previous(std::uint64_t topic, std::uint64_t before);

  [[nodiscard]] result<std::optional<std::uint64_t>>
  next_named(std::uint64_t name, std::uint64_t after);

  [[nodiscard]] result<std::optional<std::uint64_t>>
  next_held(std::uint64_t topic, std::uint64_t after);

  [[nodiscard]] result<std::optional<std::uint64_t>>
  previous_held(std::uint64_t topic, std::uint64_t before);

  [[nodiscard]] result<std::optional<std::uint64_t>>
  next_held_named(std::uint64_t name, std::uint64_t after);

  // -- what was put in order --------------------------------------------------

  /// At most `posting_row_max` postings of one topic, in order.
  [[nodiscard]] result<void> put_postings(std::span<const posting> some);

  /// Takes the postings of a topic in rows that begin above a sequence.
  [[nodiscard]] result<void> drop_postings(std::uint64_t topic,
                                           std::uint64_t above);

  [[nodiscard]] result<void> put_name(const posting& one);

  [[nodiscard]] result<void>
  put_topic(std::uint64_t topic, std::uint64_t tenant, std::uint64_t last);

  /// All topics that were put, and not swept away.
  [[nodiscard]] result<void>
  each_topic(const std::function<void(std::uint64_t topic, std::uint64_t tenant,
                                      std::uint64_t last)>& visit);

  // -- what waits for it ------------------------------------------------------

  [[nodiscard]] result<void> put_recent(const recent_marks& some);

  /// Those behind a sequence, in order.
  [[nodiscard]] result<void>
  each_recent(std::uint64_t behind,
              const std::function<void(const recent_marks&)>& visit);

  /// Takes some up to a sequence; whether there may be more.
  [[nodiscard]] result<bool> drop_recent(std::uint64_t up_to, std::size_t rows);

  /// Signals up to here are in order; nothing when it was never said, and the
  /// index must be made.
  [[nodiscard]] result<std::optional<std::uint64_t>> ordered_up_to();
  [[nodiscard]] result<void> set_ordered_up_to(std::uint64_t sequence);
  [[nodiscard]] result<void> forget_ordered();

  // -- what retention passed over ---------------------------------------------

  /// Whether it was not held before.
  [[nodiscard]] result<bool> hold(std::uint64_t sequence,
                                  const topic_mark& mark);

  /// The topic of what was held; 0 when it was not.
  [[nodiscard]] result<std::uint64_t> release(std::uint64_t sequence);

  [[nodiscard]] result<void>
  each_held(const std::function<void(std::uint64_t topic)>& visit);

  // -- what retention left behind ---------------------------------------------

  /// Looks at so many rows, and takes those without a sequence at or above
  /// `end`.
  [[nodiscard]] result<void>
  sweep_postings(sweep_position& at, std::uint64_t end, std::size_t rows);
  [[nodiscard]] result<void> sweep_names(sweep_position& at, std::uint64_t end,
                                         std::size_t rows);
  /// The same of topics that are not known any more.
  [[nodiscard]] result<void>
  sweep_topics(sweep_position& at, std::size_t rows,
               const std::function<bool(std::uint64_t topic)>& is_known);

  /// Empties all tables.
  [[nodiscard]] result<void> clear();

  // -- observers --------------------------------------------------------------

  /// Looks at every row's checksum; the number of topics.
  [[nodiscard]] result<std::uint64_t> check();

  /// The last error was damage in these tables or in the file.
  [[nodiscard]] bool damaged() const noexcept {
    return wrong_sum_ || data_.damaged();
  }

private:
  explicit topic_tables(database& of) : data_{of} {}

  [[nodiscard]] result<void> prepare_statements();
  [[nodiscard]] result<void> prepare_sweeps();
  [[nodiscard]] error damage(std::string_view table);
  [[nodiscard]] result<std::optional<std::uint64_t>>
  ask(statement& what, std::uint64_t first, std::uint64_t second);
  [[nodiscard]] result<std::vector<std::uint64_t>>
  sequences_of(statement& row, std::uint64_t topic);
  [[nodiscard]] result<void> sweep(statement& look, statement& take,
                                   sweep_position& at, std::size_t rows,
                                   const std::function<bool(statement&)>& old);

  database& data_;
  bool wrong_sum_ = false;
  statement row_at_;
  statement first_behind_;
  statement row_before_;
  statement named_;
  statement held_behind_;
  statement held_before_;
  statement held_named_;
  statement put_postings_;
  statement drop_postings_;
  statement put_name_;
  statement put_topic_;
  statement put_recent_;
  statement drop_recent_;
  statement set_ordered_;
  statement forget_ordered_;
  statement hold_;
  statement held_;
  statement release_;
  statement look_at_postings_;
  statement take_postings_;
  statement look_at_names_;
  statement take_name_;
  statement look_at_topics_;
  statement take_topic_;
};

} // namespace libsig::journal::internal
