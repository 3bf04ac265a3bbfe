#include "libsig/journal/internal/store_writer.hpp"

#include "libsig/core/limits.hpp"
#include "libsig/core/row_key.hpp"

#include <algorithm>
#include <utility>

namespace libsig::journal::internal {

namespace {

/// Rows of the index by topic that a commit looks after, whatever it appends.
constexpr std::size_t index_rows = 64;

/// Puts entries back to how they were handed in.
void forget_answers(const std::vector<transaction*>& batch) {
  for (auto* const one : batch) {
    for (auto& entry : one->entries) {
      if (entry.verdict == verdict::appended) {
        entry.what->assign_sequence(0);
      }
      entry.verdict = verdict::appended;
      entry.receipt = {};
    }
  }
}

[[nodiscard]] const ready_record& ready_of(const entry& of) {
  return static_cast<const ready_record&>(*of.ready);
}

} // namespace

std::shared_ptr<const ready_record> make_ready(const entry& of,
                                               const stable_keys& by) {
  auto made = std::make_shared<ready_record>();
  const auto& what = *of.what;
  made->body = encode_body(what);
  made->bytes_sum = bytes_sum_of(what.type(), made->body);
  made->identity = by.identity(what);
  made->address = by.address(what);
  if (!of.fresh || !of.claim.empty()) {
    made->data = by.data(what);
  }
  if (!of.claim.empty()) {
    made->claim = by.claim(what, of.claim);
  }
  made->mark = mark_of(what, by);
  return made;
}

std::uint64_t sum_of_row(std::string_view table, std::string_view key,
                         std::string_view value, std::uint64_t keeps) noexcept {
  return checksum({checksum(table), checksum(key), checksum(value), keeps});
}

result<std::unique_ptr<store_writer>>
store_writer::make(database& of, const stable_keys& keys,
                   const store_options& how, std::vector<damage>& found) {
  auto keep = retention::make(of, how);
  if (!keep) {
    return fail(keep.error());
  }
  auto topics = topic_index::make(of, keys, how);
  if (!topics) {
    return fail(topics.error());
  }
  auto made = std::make_unique<store_writer>(of, keys, how, std::move(*keep),
                                             std::move(*topics));
  if (auto done = made->prepare_statements(); !done) {
    return fail(done.error());
  }
  auto state = made->retention_.load(found);
  if (!state) {
    return fail(state.error());
  }
  made->state_ = *state;
  if (auto opened = made->topics_->open(of, *state, found); !opened) {
    return fail(opened.error());
  }
  made->checkpoint_at_ = how.checkpoint_pages;
  return made;
}

result<void> store_writer::prepare_statements() {
  const std::pair<statement*, std::string_view> statements[] = {
    {&begin_, "BEGIN IMMEDIATE"},
    {&commit_, "COMMIT"},
    {&put_key_, "INSERT INTO keys VALUES(?1, ?2, ?3, ?4, ?5) "
                "ON CONFLICT DO NOTHING"},
    {&replace_key_, "INSERT OR REPLACE INTO keys VALUES(?1, ?2, ?3, ?4, ?5)"},
    {&find_key_,
     "SELECT sequence, recorded, address, data FROM keys WHERE digest = ?1"},
    {&put_claim_, "INSERT INTO claims VALUES(?1, ?2, ?3, ?4, ?5, ?6) "
                  "ON CONFLICT DO NOTHING"},
    {&find_claim_, "SELECT sequence, recorded, data, id, source FROM claims "
                   "WHERE digest = ?1"},
    {&replace_claim_,
     "INSERT OR REPLACE INTO claims VALUES(?1, ?2, ?3, ?4, ?5, ?6)"},
    {&put_signal_, "INSERT INTO signals VALUES(?1, ?2, ?3, ?4, ?5, ?6)"},
    {&find_signal_, "SELECT sequence, recorded, total, sum, type, body "
                    "FROM signals WHERE sequence = ?1"},
    {&put_row_, "INSERT OR REPLACE INTO rows VALUES(?1, ?2, ?3, ?4, ?5)"},
    {&remove_row_, "DELETE FROM rows WHERE name = ?1 AND key = ?2"},
    {&find_row_, "SELECT keeps FROM rows WHERE name = ?1 AND key = ?2"},
  };
  for (const auto& [into, sql] : statements) {
    auto prepared = data_.prepare(sql);
    if (!prepared) {
      return fail(prepared.error());
    }
    *into = std::move(*prepared);
  }
  return {};
}

// -- commits ------------------------------------------------------------------

result<void> store_writer::commit(const std::vector<transaction*>& batch) {
  auto written = write_or_undo(batch);
  if (!written && topics_->damaged() && !topics_->gave_up()) {
    // Damage to the index must not keep signals out.
    topics_->give_up();
    written = write_or_undo(batch);
  }
  return written;
}

/// Whoever tries again does it without an index that was damaged.
error store_writer::after_damage(error why) {
  if (topics_->damaged()) {
    topics_->give_up();
  }
  return why;
}

result<void>
store_writer::write_or_undo(const std::vector<transaction*>& batch) {
  const auto before = state_;
  const auto now_before = now_;
  auto written = write(batch);
  if (written) {
    topics_->committed(state_.tail);
  } else {
    topics_->undone();
    state_ = before;
    now_ = now_before;
    forget_answers(batch);
  }
  released_.clear();
  return written;
}

result<void> store_writer::write(const std::vector<transaction*>& batch) {
  const auto before = state_;
  const rollback_guard undo{data_};
  if (auto begun = begin_.run(); !begun) {
    return begun;
  }
  bool refusable = false;
  for (auto* const one : batch) {
    for (auto& entry : one->entries) {
      if (auto done = admit(entry, one->refusable || entry.refusable); !done) {
        return done;
      }
      refusable =
        refusable || (one->refusable && entry.verdict == verdict::appended);
    }
    for (const auto& write : one->writes) {
      // The batch stays as it was, since it may have to be written again.
      const auto done =
        write.names_entry
          ? apply({write.table, write.key, value_of(write, *one), write.keeps})
          : apply(write);
      if (!done) {
        return done;
      }
    }
  }
  if (auto finished = finish(before, refusable); !finished) {
    return finished;
  }
  return commit_.run();
}

/// Takes what nothing keeps any more, and what the batch has pushed over the
/// bounds.
result<void> store_writer::retire(const log_state& before) {
  if (!released_.empty()) {
    if (auto done = retention_.release(state_, released_); !done) {
      return done;
    }
    for (const auto sequence : released_) {
      if (auto done = topics_->release(sequence); !done) {
        return done;
      }
    }
  }
  std::vector<std::uint64_t> passed_over;
  if (auto done = retention_.retire(state_, before.last, now_, passed_over);
      !done) {
    return done;
  }
  return hold(passed_over);
}

/// Tells the index of records that stay behind.
result<void> store_writer::hold(const std::vector<std::uint64_t>& passed_over) {
  for (const auto sequence : passed_over) {
    const reset_after end{find_signal_};
    const auto row = find_signal_.bind(1, sequence).step();
    if (!row && !data_.damaged()) {
      return fail(row.error());
    }
    // What cannot be read is in no topic.
    if (row && *row) {
      if (auto held = topics_->hold(record_of(find_signal_)); !held) {
        return held;
      }
    }
  }
  return {};
}

result<void> store_writer::finish(const log_state& before, bool refusable) {
  if (auto done = retire(before); !done) {
    return done;
  }
  if (refusable && state_.kept_bytes() > how_.bytes_max
      && state_.tail > before.last) {
    return fail(
      error(errc::storage_full, "what is owed fills the bound of the log")
        .at(how_.path)
        .mend("settle or drop what is pending, or raise the bound"));
  }
  const auto appended = static_cast<std::size_t>(state_.last - before.last);
  const auto keys = std::min(4 * appended, limits::retired_per_commit_max);
  if (auto done = retention_.sweep(state_, keys, now_); !done) {
    return done;
  }
  if (auto done = topics_->write(state_.tail, index_rows); !done) {
    return done;
  }
  const bool moved = state_.tail != before.tail
                     || state_.tail_total != before.tail_total
                     || state_.passed_over != before.passed_over
                     || state_.keys_floor != before.keys_floor;
  return moved ? retention_.save(state_) : result<void>{};
}

result<bool> store_writer::tidy(std::int64_t now) {
  const auto before = state_;
  const rollback_guard undo{data_};
  if (auto begun = begin_.run(); !begun) {
    return fail(begun.error());
  }
  std::vector<std::uint64_t> passed_over;
  auto done = retention_.retire(state_, state_.last, now, passed_over);
  if (done) {
    done = hold(passed_over);
  }
  if (done) {
    done = retention_.sweep(state_, limits::retired_per_commit_max, now);
  }
  const bool moved = !(state_ == before) || topics_->sweeping(state_.tail);
  if (done && moved) {
    done = topics_->write(state_.tail, limits::retired_per_commit_max);
  }
  if (done && moved) {
    done = retention_.save(state_);
  }
  if (done && moved) {
    done = commit_.run();
  }
  if (!done || !moved) {
    state_ = before;
    topics_->undone();
  } else {
    topics_->committed(state_.tail);
  }
  return done ? result<bool>{moved} : fail(after_damage(done.error()));
}

result<void> store_writer::quarantine(const record& what,
                                      const std::string& reason) {
  const auto before = state_;
  const rollback_guard undo{data_};
  auto done = begin_.run();
  if (done) {
    done = retention_.quarantine(state_, what, reason);
  }
  if (done) {
    done = topics_->release(what.sequence);
  }
  if (done) {
    done = commit_.run();
  }
  if (done) {
    topics_->committed(state_.tail);
  } else {
    topics_->undone();
    state_ = before;
    return fail(after_damage(done.error()));
  }
  return done;
}

result<void> store_writer::checkpoint() {
  if (data_.log_pages() < checkpoint_at_) {
    return {};
  }
  auto done = data_.checkpoint();
  // One that fails is not tried again with every commit.
  checkpoint_at_ =
    done ? how_.checkpoint_pages : data_.log_pages() + how_.checkpoint_pages;
  return done;
}

// -- signals ------------------------------------------------------------------

result<void> store_writer::admit(entry& candidate, bool refusable) {
  const auto& ready = ready_of(candidate);
  now_ = std::max(now_, milliseconds_of(candidate.what->recorded_time()));
  if (refusable && !topics_->has_room(ready.mark, candidate.what->tenant())) {
    return answer_refused(candidate, ready);
  }
  auto taken = candidate.claim.empty() ? take_key(candidate, ready)
                                       : take_claim(candidate, ready);
  if (!taken) {
    return fail(taken.error());
  }
  if (!*taken) {
    return {};
  }
  auto appended = append(candidate, ready);
  if (appended && candidate.opens) {
    const row_key key{candidate.what->tenant(), state_.last,
                      candidate.opens->name};
    return apply(
      {candidate.opens->table, to_string(key),
       std::to_string(milliseconds_of(candidate.what->recorded_time())),
       state_.last});
  }
  return appended;
}

result<void> store_writer::append(entry& candidate, const ready_record& ready) {
  auto& what = *candidate.what;
  record made;
  made.sequence = state_.last + 1;
  made.recorded = milliseconds_of(what.recorded_time());
  made.total =
    state_.last_total + size_of_record(what.type().size(), ready.body.size());
  auto put = put_signal_.bind(1, made.sequence)
               .bind(2, made.recorded)
               .bind(3, made.total)
               .bind(4, sum_of(ready.bytes_sum, made))
               .bind(5, what.type())
               .bind(6, ready.body)
               .run();
  if (!put) {
    return put;
  }
  state_.last = made.sequence;
  state_.last_total = made.total;
  what.assign_sequence(made.sequence);
  topics_->append(ready.mark, what.tenant(), made.sequence);
  candidate.verdict = verdict::appended;
  candidate.receipt.sequence = made.sequence;
  return {};
}

// -- keyed writes -------------------------------------------------------------

/// Notes what the old row kept, if retention has passed over it.
result<void> store_writer::note_release(const keyed_write& what) {
  const reset_after end{find_row_};
  const auto row = find_row_.bind(1, what.table).bind(2, what.key).step();
  if (!row) {
    return fail(row.error());
  }
  if (*row) {
    const auto keeps = find_row_.number(0);
    if (keeps != 0 && keeps < state_.tail) {
      released_.push_back(keeps);
    }
  }
  return {};
}

result<void> store_writer::apply(const keyed_write& what) {
  if (state_.passed_over > 0) {
    if (auto noted = note_release(what); !noted) {
      return noted;
    }
  }
  if (!what.value) {
    return remove_row_.bind(1, what.table).bind(2, what.key).run();
  }
  return put_row_.bind(1, what.table)
    .bind(2, what.key)
    .bind(3, what.keeps)
    .bind(4, sum_of_row(what.table, what.key, *what.value, what.keeps))
    .bind(5, *what.value)
    .run();
}

} // namespace libsig::journal::internal
