#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libsig/core/error.hpp"
#include "libsig/journal/internal/record.hpp"
#include "libsig/journal/internal/retention.hpp"
#include "libsig/journal/internal/sqlite.hpp"
#include "libsig/journal/internal/stable_key.hpp"
#include "libsig/journal/internal/topic_index.hpp"
#include "libsig/journal/journal.hpp"

namespace libsig::journal::internal {

/// What is made of a signal ahead of its commit.
struct ready_record final : prepared {
  std::string body;
  std::uint64_t bytes_sum = 0;
  stable_keys::digest identity{};
  std::uint64_t address = 0;
  /// Made only for what can repeat, or is claimed.
  std::optional<std::uint64_t> data;
  stable_keys::digest claim{};
  topic_mark mark;
};

/// Makes it; needs nothing of the store but its secret.
[[nodiscard]] std::shared_ptr<const ready_record>
make_ready(const entry& of, const stable_keys& by);

[[nodiscard]] inline std::int64_t milliseconds_of(wall_time time) noexcept {
  return time.time_since_epoch().count();
}

/// Carries out commits on the store. Used under the writer's turn.
class store_writer {
public:
  [[nodiscard]] static result<std::unique_ptr<store_writer>>
  make(database& of, const stable_keys& keys, const store_options& how,
       std::vector<damage>& found);

  /// For `make` alone.
  store_writer(database& of, const stable_keys& keys, const store_options& how,
               retention keep, std::unique_ptr<topic_index> topics)
    : data_{of}, keys_{keys}, how_{how},
      retention_{std::move(keep)}, topics_{std::move(topics)} {}

  /// All of it or nothing; every entry is ready.
  [[nodiscard]] result<void> commit(const std::vector<transaction*>& batch);

  /// Retires what is over the bounds; whether something was done.
  [[nodiscard]] result<bool> tidy(std::int64_t now);

  /// Moves a damaged record out of the log, in a transaction of its own.
  [[nodiscard]] result<void> quarantine(const record& what,
                                        const std::string& reason);

  /// Takes the write-ahead log over when it has become long.
  [[nodiscard]] result<void> checkpoint();

  [[nodiscard]] const log_state& state() const noexcept { return state_; }

  [[nodiscard]] topic_index& topics() noexcept { return *topics_; }

private:
  struct known {
    std::uint64_t sequence = 0;
    std::uint64_t address = 0;
    std::optional<std::uint64_t> data;
  };

  [[nodiscard]] result<void> prepare_statements();
  [[nodiscard]] result<void>
  write_or_undo(const std::vector<transaction*>& batch);
  [[nodiscard]] result<void> write(const std::vector<transaction*>& batch);
  [[nodiscard]] result<void> finish(const log_state& before, bool refusable);
  [[nodiscard]] error after_damage(error why);
  [[nodiscard]] result<void> retire(const log_state& before);
  [[nodiscard]] result<void> hold(const std::vector<std::uint64_t>& passed);
  [[nodiscard]] result<void> admit(entry& candidate, bool refusable);
  [[nodiscard]] result<void> answer_refused(entry& candidate,
                                            const ready_record& ready);
  [[nodiscard]] result<bool> take_key(entry& candidate,
                                      const ready_record& ready);
  [[nodiscard]] result<bool> take_claim(entry& candidate,
                                        const ready_record& ready);
  [[nodiscard]] result<bool> answer_claim(entry& candidate,
                                          const ready_record& ready);
  [[nodiscard]] result<std::optional<known>>
  find_key(const stable_keys::digest& digest);
  [[nodiscard]] result<void> answer_repeat(entry& candidate, const known& first,
                                           const ready_record& ready);
  [[nodiscard]] result<std::optional<std::uint64_t>>
  data_of(const known& first);
  [[nodiscard]] result<void> append(entry& candidate,
                                    const ready_record& ready);
  [[nodiscard]] result<void> apply(const keyed_write& what);
  [[nodiscard]] result<void> note_release(const keyed_write& what);

  database& data_;
  const stable_keys& keys_;
  const store_options& how_;
  retention retention_;
  const std::unique_ptr<topic_index> topics_;
  log_state state_;
  /// The latest recorded time, which stands for the present.
  std::int64_t now_ = 0;
  /// Pages of the log at which the next checkpoint is tried.
  std::size_t checkpoint_at_ = 0;
  std::vector<std::uint64_t> released_;

  statement begin_;
  statement commit_;
  statement put_key_;
  statement replace_key_;
  statement find_key_;
  statement put_claim_;
  statement find_claim_;
  statement replace_claim_;
  statement put_signal_;
  statement find_signal_;
  statement put_row_;
  statement remove_row_;
  statement find_row_;
};

/// The checksum of a row.
[[nodiscard]] std::uint64_t sum_of_row(std::string_view table,
                                       std::string_view key,
                                       std::string_view value,
                                       std::uint64_t keeps) noexcept;

} // namespace libsig::journal::internal
