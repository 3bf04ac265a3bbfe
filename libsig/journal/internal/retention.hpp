#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "libsig/core/error.hpp"
#include "libsig/journal/internal/record.hpp"
#include "libsig/journal/internal/sqlite.hpp"
#include "libsig/journal/sqlite_journal.hpp"

namespace libsig::journal::internal {

/// Where the log ends, and where retention stands in it.
struct log_state {
  std::uint64_t last = 0;
  /// Bytes of all records ever.
  std::uint64_t last_total = 0;
  /// Every record below was looked at: it is gone, or passed over.
  std::uint64_t tail = 1;
  /// Bytes of all records below, gone or not.
  std::uint64_t tail_total = 0;
  /// Bytes of what was passed over since something keeps it.
  std::uint64_t passed_over = 0;
  /// Keys of sequences up to here may be forgotten.
  std::uint64_t keys_floor = 0;

  /// Bytes of the records that are there.
  [[nodiscard]] std::uint64_t kept_bytes() const noexcept {
    return last_total - tail_total + passed_over;
  }

  friend bool operator==(const log_state&, const log_state&) = default;
};

/// Takes away what is over the bounds, a piece with each commit, inside its
/// transaction. Used under the writer's turn.
class retention {
public:
  [[nodiscard]] static result<retention> make(database& of,
                                              const store_options& how);

  /// Finds out where the log stands; `found` gets damage that was met.
  [[nodiscard]] result<log_state> load(std::vector<damage>& found);

  /// Retires bodies with sequences up to `last`, as of `now` in milliseconds.
  /// Those that are kept come behind those in `passed_over`.
  [[nodiscard]] result<void> retire(log_state& state, std::uint64_t last,
                                    std::int64_t now,
                                    std::vector<std::uint64_t>& passed_over);

  /// Takes bodies that were passed over and that nothing keeps any more, and
  /// leaves the others out of `sequences`.
  [[nodiscard]] result<void> release(log_state& state,
                                     std::vector<std::uint64_t>& sequences);

  /// Looks at so many keys and forgets those that are too old.
  [[nodiscard]] result<void> sweep(log_state& state, std::size_t keys,
                                   std::int64_t now);

  /// Whether a key with this sequence and time counts as forgotten.
  [[nodiscard]] bool is_forgotten(const log_state& state,
                                  std::uint64_t sequence, std::int64_t recorded,
                                  std::int64_t now) const noexcept;

  [[nodiscard]] bool forgets_keys() const noexcept {
    return how_.keys_max || how_.keys_age_max;
  }

  /// Moves a damaged record out of the log.
  [[nodiscard]] result<void> quarantine(log_state& state, const record& what,
                                        const std::string& reason);

  /// Writes down what is not written with every record.
  [[nodiscard]] result<void> save(const log_state& state);

private:
  struct candidate {
    std::uint64_t sequence;
    std::int64_t recorded;
    std::uint64_t size;
  };

  retention(database& of, const store_options& how) : data_{of}, how_{how} {}

  [[nodiscard]] bool is_over(const log_state& state, std::int64_t recorded,
                             std::int64_t now) const noexcept;
  [[nodiscard]] result<std::vector<candidate>> candidates(std::uint64_t from,
                                                          std::uint64_t last);
  [[nodiscard]] result<bool> is_kept(std::uint64_t sequence);
  [[nodiscard]] result<void> remove(std::uint64_t sequence);
  [[nodiscard]] result<bool> load_saved(log_state& into);
  [[nodiscard]] result<void> load_end(log_state& into,
                                      std::vector<damage>& found);
  [[nodiscard]] result<void> sweep_table(statement& look, statement& forget,
                                         std::string& position,
                                         log_state& state, std::size_t keys,
                                         std::int64_t now);

  database& data_;
  const store_options& how_;
  statement walk_;
  statement kept_;
  statement remove_;
  statement size_;
  statement save_;
  statement look_at_keys_;
  statement forget_key_;
  statement look_at_claims_;
  statement forget_claim_;
  statement set_aside_;
  /// How far the sweeps are.
  std::string keys_position_;
  std::string claims_position_;
};

/// The record of a row `sequence, recorded, total, sum, type, body`.
[[nodiscard]] record record_of(const statement& row);

} // namespace libsig::journal::internal
