#include "libsig/journal/internal/retention.hpp"

#include "libsig/core/limits.hpp"
#include "libsig/journal/internal/stable_key.hpp"

#include <algorithm>
#include <utility>

namespace libsig::journal::internal {

namespace {

/// Records that are looked at before the first of them is taken.
constexpr std::uint64_t walk_rows = 64;

/// Damaged records at the end of the log that opening steps over.
constexpr std::size_t damaged_end_max = 1'000;

[[nodiscard]] std::uint64_t sum_of_state(const log_state& of) noexcept {
  return checksum({of.tail, of.tail_total, of.passed_over, of.keys_floor});
}

} // namespace

record record_of(const statement& row) {
  record made;
  made.sequence = row.number(0);
  made.recorded = row.integer(1);
  made.total = row.number(2);
  made.sum = row.number(3);
  made.type = row.bytes(4);
  made.body = row.bytes(5);
  return made;
}

result<retention> retention::make(database& of, const store_options& how) {
  retention made{of, how};
  const std::pair<statement*, std::string_view> statements[] = {
    {&made.walk_,
     "SELECT sequence, recorded, length(type) + length(body) FROM signals "
     "WHERE sequence BETWEEN ?1 AND ?2 ORDER BY sequence LIMIT ?3"},
    {&made.kept_, "SELECT 1 FROM rows WHERE keeps = ?1 AND keeps <> 0 LIMIT 1"},
    {&made.remove_, "DELETE FROM signals WHERE sequence = ?1"},
    {&made.size_,
     "SELECT length(type) + length(body) FROM signals WHERE sequence = ?1"},
    {&made.save_,
     "INSERT OR REPLACE INTO retention VALUES(1, ?1, ?2, ?3, ?4, ?5)"},
    {&made.look_at_keys_,
     "SELECT digest, sequence, recorded FROM keys WHERE digest > ?1 "
     "ORDER BY digest LIMIT ?2"},
    {&made.forget_key_, "DELETE FROM keys WHERE digest = ?1"},
    {&made.look_at_claims_,
     "SELECT digest, sequence, recorded FROM claims WHERE digest > ?1 "
     "ORDER BY digest LIMIT ?2"},
    {&made.forget_claim_, "DELETE FROM claims WHERE digest = ?1"},
    {&made.set_aside_,
     "INSERT OR IGNORE INTO quarantine SELECT ?1, ?2, ?3, ?4, ?5, ?6, "
     "CAST(?7 AS TEXT) WHERE (SELECT count(*) FROM quarantine) < ?8"},
  };
  for (const auto& [into, sql] : statements) {
    auto prepared = of.prepare(sql);
    if (!prepared) {
      return fail(prepared.error());
    }
    *into = std::move(*prepared);
  }
  return made;
}

// -- opening ------------------------------------------------------------------

result<bool> retention::load_saved(log_state& into) {
  auto find =
    data_.prepare("SELECT tail, tail_total, passed_over, keys_floor, sum "
                  "FROM retention");
  if (!find) {
    return fail(find.error());
  }
  const reset_after end{*find};
  const auto row = find->step();
  if (!row) {
    return fail(row.error());
  }
  if (!*row) {
    return true;
  }
  log_state saved;
  saved.tail = find->number(0);
  saved.tail_total = find->number(1);
  saved.passed_over = find->number(2);
  saved.keys_floor = find->number(3);
  if (sum_of_state(saved) != find->number(4)) {
    return false;
  }
  into = saved;
  return true;
}

/// Finds the last record that is whole. What is damaged behind it keeps its
/// sequence.
result<void> retention::load_end(log_state& into, std::vector<damage>& found) {
  auto find = data_.prepare(
    "SELECT sequence, recorded, total, sum, type, body FROM signals "
    "ORDER BY sequence DESC LIMIT ?1");
  auto aside = data_.prepare("SELECT max(sequence) FROM quarantine");
  if (!find || !aside) {
    return fail(!find ? find.error() : aside.error());
  }
  const reset_after end{*find};
  find->bind(1, std::uint64_t{damaged_end_max});
  into.last = into.tail - 1;
  into.last_total = into.tail_total;
  const auto row_aside = aside->step();
  if (row_aside && *row_aside) {
    into.last = std::max(into.last, aside->number(0));
  }
  std::uint64_t damaged_bytes = 0;
  for (;;) {
    const auto row = find->step();
    if (!row) {
      return fail(row.error());
    }
    if (!*row) {
      into.last_total += damaged_bytes;
      return {};
    }
    const auto one = record_of(*find);
    into.last = std::max(into.last, one.sequence);
    if (intact(one)) {
      into.last_total = std::max(into.last_total, one.total + damaged_bytes);
      return {};
    }
    damaged_bytes += size_of_record(one.type.size(), one.body.size());
    found.push_back({one.sequence, "the record at the end of the log is "
                                   "damaged"});
  }
}

result<log_state> retention::load(std::vector<damage>& found) {
  log_state state;
  const auto saved = load_saved(state);
  if (!saved) {
    return fail(saved.error());
  }
  if (!*saved) {
    found.push_back({0, "the state of retention is damaged; it is made anew "
                        "from the oldest record"});
    auto oldest = data_.prepare(
      "SELECT sequence, total - length(type) - length(body) FROM signals "
      "ORDER BY sequence LIMIT 1");
    if (!oldest) {
      return fail(oldest.error());
    }
    const auto row = oldest->step();
    if (!row) {
      return fail(row.error());
    }
    if (*row) {
      state.tail = oldest->number(0);
      state.tail_total = oldest->number(1);
    }
  }
  if (auto ended = load_end(state, found); !ended) {
    return fail(ended.error());
  }
  if (state.tail_total > state.last_total) {
    // Only damage does that; then nothing counts as kept until more is written.
    state.tail_total = state.last_total;
  }
  return state;
}

result<void> retention::save(const log_state& state) {
  return save_.bind(1, state.tail)
    .bind(2, state.tail_total)
    .bind(3, state.passed_over)
    .bind(4, state.keys_floor)
    .bind(5, sum_of_state(state))
    .run();
}

// -- bodies -------------------------------------------------------------------

bool retention::is_over(const log_state& state, std::int64_t recorded,
                        std::int64_t now) const noexcept {
  return state.kept_bytes() > how_.bytes_max
         || (how_.age_max && recorded < now - how_.age_max->count());
}

result<std::vector<retention::candidate>>
retention::candidates(std::uint64_t from, std::uint64_t last) {
  std::vector<candidate> found;
  const reset_after end{walk_};
  walk_.bind(1, from).bind(2, last).bind(3, walk_rows);
  for (;;) {
    const auto row = walk_.step();
    if (!row) {
      return fail(row.error());
    }
    if (!*row) {
      return found;
    }
    found.push_back({walk_.number(0), walk_.integer(1), walk_.number(2)});
  }
}

result<bool> retention::is_kept(std::uint64_t sequence) {
  const reset_after end{kept_};
  return kept_.bind(1, sequence).step();
}

result<void> retention::remove(std::uint64_t sequence) {
  return remove_.bind(1, sequence).run();
}

result<void> retention::retire(log_state& state, std::uint64_t last,
                               std::int64_t now,
                               std::vector<std::uint64_t>& passed_over) {
  std::size_t looked_at = 0;
  const bool by_age = how_.age_max.has_value();
  while (state.tail <= last
         && (by_age || state.kept_bytes() > how_.bytes_max)) {
    const auto found = candidates(state.tail, last);
    if (!found) {
      return fail(found.error());
    }
    if (found->empty()) {
      state.tail = last + 1;
      return {};
    }
    for (const auto& one : *found) {
      if (!is_over(state, one.recorded, now)
          || ++looked_at > limits::retired_per_commit_max) {
        return {};
      }
      const auto kept = is_kept(one.sequence);
      if (!kept) {
        return fail(kept.error());
      }
      if (*kept) {
        state.passed_over += one.size;
        passed_over.push_back(one.sequence);
      } else if (auto removed = remove(one.sequence); !removed) {
        return removed;
      }
      state.tail = one.sequence + 1;
      state.tail_total += one.size;
    }
  }
  return {};
}

result<void> retention::release(log_state& state,
                                std::vector<std::uint64_t>& sequences) {
  std::ranges::sort(sequences);
  sequences.erase(std::unique(sequences.begin(), sequences.end()),
                  sequences.end());
  std::vector<std::uint64_t> taken;
  for (const auto sequence : sequences) {
    const auto kept = is_kept(sequence);
    if (!kept) {
      return fail(kept.error());
    }
    if (*kept) {
      continue;
    }
    const reset_after end{size_};
    const auto there = size_.bind(1, sequence).step();
    if (!there) {
      return fail(there.error());
    }
    if (!*there) {
      continue;
    }
    state.passed_over -= std::min(state.passed_over, size_.number(0));
    if (auto removed = remove(sequence); !removed) {
      return removed;
    }
    taken.push_back(sequence);
  }
  sequences = std::move(taken);
  return {};
}

result<void> retention::quarantine(log_state& state, const record& what,
                                   const std::string& reason) {
  const auto copied = set_aside_.bind(1, what.sequence)
                        .bind(2, what.recorded)
                        .bind(3, what.total)
                        .bind(4, what.sum)
                        .bind(5, what.type)
                        .bind(6, what.body)
                        .bind(7, reason)
                        .bind(8, std::uint64_t{limits::quarantine_records_max})
                        .run();
  if (!copied) {
    return copied;
  }
  if (data_.changes() == 0) {
    return fail(errc::io, "the quarantine is full");
  }
  const auto size = size_of_record(what.type.size(), what.body.size());
  if (what.sequence < state.tail) {
    state.passed_over -= std::min(state.passed_over, size);
  } else {
    state.tail_total = std::min(state.tail_total + size, state.last_total);
  }
  if (auto removed = remove(what.sequence); !removed) {
    return removed;
  }
  return save(state);
}

// -- keys ---------------------------------------------------------------------

bool retention::is_forgotten(const log_state& state, std::uint64_t sequence,
                             std::int64_t recorded,
                             std::int64_t now) const noexcept {
  return (how_.keys_max && sequence + *how_.keys_max <= state.last)
         || (how_.keys_age_max && recorded < now - how_.keys_age_max->count());
}

result<void> retention::sweep(log_state& state, std::size_t keys,
                              std::int64_t now) {
  if (!forgets_keys() || keys == 0) {
    return {};
  }
  auto swept =
    sweep_table(look_at_keys_, forget_key_, keys_position_, state, keys, now);
  if (!swept) {
    return swept;
  }
  return sweep_table(look_at_claims_, forget_claim_, claims_position_, state,
                     keys, now);
}

result<void> retention::sweep_table(statement& look, statement& forget,
                                    std::string& position, log_state& state,
                                    std::size_t keys, std::int64_t now) {
  std::vector<std::string> old;
  std::size_t seen = 0;
  {
    const reset_after end{look};
    const auto from = position;
    look.bind(1, from).bind(2, std::uint64_t{keys});
    for (;; ++seen) {
      const auto row = look.step();
      if (!row) {
        return fail(row.error());
      }
      if (!*row) {
        break;
      }
      position = look.bytes(0);
      if (is_forgotten(state, look.number(1), look.integer(2), now)) {
        old.emplace_back(position);
        state.keys_floor = std::max(state.keys_floor, look.number(1));
      }
    }
  }
  if (seen < keys) {
    position.clear();
  }
  for (const auto& digest : old) {
    if (auto done = forget.bind(1, digest).run(); !done) {
      return done;
    }
  }
  return {};
}

} // namespace libsig::journal::internal
