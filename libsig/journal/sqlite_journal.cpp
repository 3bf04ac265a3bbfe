#include "libsig/journal/sqlite_journal.hpp"

#include "libsig/journal/internal/log_reader.hpp"
#include "libsig/journal/internal/page_collector.hpp"
#include "libsig/journal/internal/store_file.hpp"
#include "libsig/journal/internal/store_writer.hpp"
#include "libsig/journal/internal/topic_lookup.hpp"
#include "libsig/journal/internal/turns.hpp"

#include <algorithm>
#include <atomic>
#include <iterator>
#include <limits>
#include <mutex>
#include <set>
#include <utility>

namespace libsig::journal {

namespace {

using internal::log_reader;
using internal::log_walk;
using internal::record;
using internal::store_file;
using internal::store_writer;
using internal::turns;

/// Records and rows of one turn of a reader.
constexpr std::size_t turn_records = 256;
constexpr std::size_t turn_rows = 4'096;

/// Sequences above are no row numbers of SQLite's.
constexpr std::uint64_t sequence_end = std::numeric_limits<std::int64_t>::max();

/// Damage that is remembered as told.
constexpr std::size_t told_max = 65'536;

class sqlite_journal final : public journal {
public:
  sqlite_journal(store_options how, store_file file)
    : how_{std::move(how)}, file_{std::move(file)}, keys_{file_.secret} {}

  /// Makes what needs the journal to stay where it is.
  [[nodiscard]] result<void> open();

  // -- mutators ---------------------------------------------------------------

  void prepare(entry& what) const override {
    what.ready = internal::make_ready(what, keys_);
  }

  result<void> commit(const std::vector<transaction*>& batch) override;

  result<bool> tidy(wall_time now) override;

  // -- observers --------------------------------------------------------------

  [[nodiscard]] bool failed() const noexcept override { return failed_; }

  [[nodiscard]] bool durable() const noexcept override { return true; }

  [[nodiscard]] result<std::vector<signal_ptr>>
  read(std::uint64_t after, std::size_t limit) const override;

  [[nodiscard]] result<page> read_page(const query& what) const override;

  [[nodiscard]] result<signal_ptr> find(std::uint64_t sequence) const override;

  [[nodiscard]] result<std::vector<keyed_write>>
  read_table(std::string_view name) const override;

  [[nodiscard]] result<std::vector<keyed_write>>
  read_rows(std::string_view table, std::optional<std::string_view> after,
            std::size_t limit) const override;

  [[nodiscard]] result<std::optional<std::uint64_t>>
  find_claim(std::string_view tenant, std::string_view type,
             std::string_view claim) const override;

  [[nodiscard]] std::uint64_t last_sequence() const override {
    return last_.load(std::memory_order_acquire);
  }

  [[nodiscard]] result<std::uint64_t> first_sequence() const override;

  [[nodiscard]] std::uint64_t complete_from() const override {
    return complete_from_.load(std::memory_order_acquire);
  }

  [[nodiscard]] result<std::uint64_t>
  sequence_at(wall_time time) const override;

  [[nodiscard]] result<std::optional<std::uint64_t>>
  next_in(const topic_name& topic, std::uint64_t after) const override;

  [[nodiscard]] result<std::optional<std::uint64_t>>
  last_in(const topic_name& topic) const override;

  [[nodiscard]] result<std::optional<std::uint64_t>>
  find_in(const topic_name& topic, std::string_view id) const override;

  [[nodiscard]] std::uint64_t epoch() const noexcept override {
    return file_.epoch;
  }

private:
  [[nodiscard]] error stopped() const;
  [[nodiscard]] result<void>
  commit_in_turn(const std::vector<transaction*>& batch, bool& index_lost);
  [[nodiscard]] result<std::vector<record>> next(log_walk& walk,
                                                 std::size_t limit) const;
  [[nodiscard]] signal_ptr restore(const record& what) const;
  void tell_of_index(bool lost) const;
  void tell(damage what) const;
  /// Whether this is the first time.
  [[nodiscard]] bool is_news(const damage& what) const;

  const store_options how_;
  // Readers use the one connection as well, in turns.
  mutable turns turns_;
  store_file file_;
  const internal::stable_keys keys_;
  std::unique_ptr<store_writer> writer_;
  mutable std::optional<log_reader> reader_;
  mutable std::optional<internal::topic_lookup> topics_;
  std::atomic<std::uint64_t> last_{0};
  std::atomic<std::uint64_t> complete_from_{1};
  std::atomic<bool> failed_{false};
  /// The index by topic is damaged; what it would know is read from the log.
  mutable std::atomic<bool> index_lost_{false};
  // Any reader may find damage; it is rare.
  mutable std::mutex told_mutex_;
  mutable std::set<std::pair<std::uint64_t, std::string>> told_;
};

result<void> sqlite_journal::open() {
  std::vector<damage> found;
  auto writer = store_writer::make(*file_.data, keys_, how_, found);
  if (!writer) {
    return fail(writer.error());
  }
  auto reader = log_reader::make(*file_.data);
  if (!reader) {
    return fail(reader.error());
  }
  writer_ = std::move(*writer);
  reader_.emplace(std::move(*reader));
  topics_.emplace(turns_, *file_.data, keys_, *writer_, *reader_);
  last_ = writer_->state().last;
  complete_from_ = writer_->state().tail;
  index_lost_ = writer_->topics().gave_up();
  for (auto& one : found) {
    tell(std::move(one));
  }
  return {};
}

// -- commits ------------------------------------------------------------------

error sqlite_journal::stopped() const {
  return error(errc::io, "flushing to the disk has failed before, so nobody "
                         "knows what is on it")
    .at(how_.path)
    .mend("look after the disk and start the node again");
}

result<void> sqlite_journal::commit(const std::vector<transaction*>& batch) {
  for (auto* const one : batch) {
    for (auto& entry : one->entries) {
      if (!entry.ready) {
        prepare(entry);
      }
    }
  }
  bool lost = false;
  auto written = commit_in_turn(batch, lost);
  tell_of_index(lost);
  return written;
}

result<void>
sqlite_journal::commit_in_turn(const std::vector<transaction*>& batch,
                               bool& index_lost) {
  const turns::writing turn{turns_};
  if (failed_) {
    return fail(stopped());
  }
  auto written = writer_->commit(batch);
  if (written) {
    last_.store(writer_->state().last, std::memory_order_release);
    complete_from_.store(writer_->state().tail, std::memory_order_release);
    // The commit stands without it; what fails now, shows with the next one.
    (void)writer_->checkpoint();
  }
  if (file_.data->sync_failed()) {
    failed_ = true;
  }
  index_lost = writer_->topics().gave_up();
  return written;
}

result<bool> sqlite_journal::tidy(wall_time now) {
  bool lost = false;
  auto done = [&]() -> result<bool> {
    const turns::writing turn{turns_};
    if (failed_) {
      return fail(stopped());
    }
    auto some = writer_->tidy(now.time_since_epoch().count());
    complete_from_.store(writer_->state().tail, std::memory_order_release);
    if (file_.data->sync_failed()) {
      failed_ = true;
    }
    lost = writer_->topics().gave_up();
    return some;
  }();
  tell_of_index(lost);
  return done;
}

// -- damage -------------------------------------------------------------------

bool sqlite_journal::is_news(const damage& what) const {
  const std::lock_guard lock{told_mutex_};
  return told_.size() < told_max
         && told_.emplace(what.sequence, what.what).second;
}

void sqlite_journal::tell(damage what) const {
  if (is_news(what) && how_.on_damage) {
    how_.on_damage(what);
  }
}

/// The signal of a record; null for a damaged one, which goes into quarantine.
signal_ptr sqlite_journal::restore(const record& what) const {
  auto made = internal::decode(what, how_.decode);
  if (made) {
    return std::move(*made);
  }
  const auto reason = made.error().message();
  result<void> moved;
  {
    const turns::reading turn{turns_};
    moved = failed_ ? fail(stopped()) : writer_->quarantine(what, reason);
  }
  tell({what.sequence,
        "a record is damaged (" + reason
          + (moved ? "); it is in quarantine"
                   : "); it stays where it is: " + moved.error().message())});
  return nullptr;
}

// -- reading ------------------------------------------------------------------

result<std::vector<record>> sqlite_journal::next(log_walk& walk,
                                                 std::size_t limit) const {
  auto found = [&] {
    const turns::reading turn{turns_};
    return reader_->next(walk, limit);
  }();
  for (const auto gap : walk.gaps) {
    tell({gap, "the records next to this one cannot be read"});
  }
  walk.gaps.clear();
  return found;
}

result<std::vector<signal_ptr>> sqlite_journal::read(std::uint64_t after,
                                                     std::size_t limit) const {
  std::vector<signal_ptr> found;
  log_walk walk;
  walk.after = std::min(after, sequence_end);
  while (!walk.at_end && found.size() < limit) {
    const auto some = next(walk, std::min(limit - found.size(), turn_records));
    if (!some) {
      return fail(some.error());
    }
    for (const auto& one : *some) {
      if (auto made = restore(one)) {
        found.push_back(std::move(made));
      }
    }
  }
  return found;
}

result<page> sqlite_journal::read_page(const query& what) const {
  internal::page_collector into{what};
  if (what.limit == 0) {
    return into.last();
  }
  log_walk walk;
  walk.after = std::min(what.after, sequence_end);
  walk.before = std::min(what.before.value_or(sequence_end), sequence_end);
  walk.order = what.order;
  walk.wants = [&](std::string_view type) { return asks_for(what, type); };
  while (!walk.at_end) {
    const auto some = next(walk, std::min(what.limit, turn_records));
    if (!some) {
      return fail(some.error());
    }
    for (const auto& one : *some) {
      const auto made = asks_for(what, one.type) ? restore(one) : nullptr;
      if (!(made ? into.take(made) : into.pass(one.sequence))) {
        return into.finish();
      }
    }
  }
  return into.last();
}

result<signal_ptr> sqlite_journal::find(std::uint64_t sequence) const {
  if (sequence > sequence_end) {
    return signal_ptr{};
  }
  auto found = [&] {
    const turns::reading turn{turns_};
    return reader_->find(sequence);
  }();
  if (!found) {
    return fail(found.error());
  }
  return *found ? restore(**found) : signal_ptr{};
}

result<std::vector<keyed_write>>
sqlite_journal::read_rows(std::string_view table,
                          std::optional<std::string_view> after,
                          std::size_t limit) const {
  std::vector<keyed_write> found;
  std::vector<std::string> damaged;
  std::string position;
  while (found.size() < limit) {
    const auto most = std::min(limit - found.size(), turn_rows);
    damaged.clear();
    auto some = [&] {
      const turns::reading turn{turns_};
      return reader_->rows(table, after, most, damaged);
    }();
    if (!some) {
      return some;
    }
    for (const auto& key : damaged) {
      tell({0, "the row " + std::string{table} + '/' + key
                 + " is damaged and left out"});
    }
    const auto seen = some->size() + damaged.size();
    if (seen > 0) {
      position = some->empty() ? damaged.back() : some->back().key;
      if (!damaged.empty()) {
        position = std::max(position, damaged.back());
      }
      after = position;
    }
    std::ranges::move(*some, std::back_inserter(found));
    if (seen < most) {
      break;
    }
  }
  return found;
}

result<std::vector<keyed_write>>
sqlite_journal::read_table(std::string_view name) const {
  return read_rows(name, std::nullopt, std::numeric_limits<std::size_t>::max());
}

result<std::optional<std::uint64_t>>
sqlite_journal::find_claim(std::string_view tenant, std::string_view type,
                           std::string_view claim) const {
  const auto digest = keys_.claim(tenant, type, claim);
  const turns::reading turn{turns_};
  return reader_->find_claim(internal::view_of(digest));
}

result<std::uint64_t> sqlite_journal::first_sequence() const {
  const turns::reading turn{turns_};
  const auto first = reader_->first_from(1);
  if (!first) {
    return fail(first.error());
  }
  return *first ? (*first)->sequence : last_sequence() + 1;
}

result<std::uint64_t> sqlite_journal::sequence_at(wall_time time) const {
  const auto from = [&](std::uint64_t sequence) {
    const turns::reading turn{turns_};
    return reader_->first_from(sequence);
  };
  const auto end = last_sequence() + 1;
  const auto at = time.time_since_epoch().count();
  std::uint64_t low = 1;
  std::uint64_t high = end;
  auto found = end;
  while (low < high) {
    const auto middle = low + (high - low) / 2;
    const auto place = from(middle);
    if (!place) {
      return fail(place.error());
    }
    if (!*place || (*place)->recorded >= at) {
      found = *place ? (*place)->sequence : end;
      high = middle;
    } else {
      low = (*place)->sequence + 1;
    }
  }
  return found;
}

// -- topics -------------------------------------------------------------------

/// Says once that the index is lost; without a turn.
void sqlite_journal::tell_of_index(bool lost) const {
  if (lost && !index_lost_.exchange(true)) {
    tell({0, "the index by topic is damaged; look-ups by topic read the log "
             "until the next start, which makes it anew"});
  }
}

result<std::optional<std::uint64_t>>
sqlite_journal::next_in(const topic_name& topic, std::uint64_t after) const {
  bool lost = index_lost_ || after >= sequence_end;
  if (!lost) {
    auto found = topics_->next(topic, after, lost);
    if (!lost) {
      return found;
    }
    tell_of_index(lost);
  }
  return journal::next_in(topic, after);
}

result<std::optional<std::uint64_t>>
sqlite_journal::last_in(const topic_name& topic) const {
  bool lost = index_lost_;
  if (!lost) {
    auto found = topics_->last(topic, lost);
    if (!lost) {
      return found;
    }
    tell_of_index(lost);
  }
  return journal::last_in(topic);
}

result<std::optional<std::uint64_t>>
sqlite_journal::find_in(const topic_name& topic, std::string_view id) const {
  bool lost = index_lost_;
  if (!lost) {
    auto found = topics_->find(topic, id, lost);
    if (!lost) {
      return found;
    }
    tell_of_index(lost);
  }
  return journal::find_in(topic, id);
}

} // namespace

result<std::unique_ptr<journal>> open_sqlite_journal(store_options how) {
  internal::file_options file;
  file.path = how.path;
  file.flush_each_commit = how.durability == durability::full;
  file.cache_bytes = how.cache_bytes;
  auto opened = internal::open_store(file);
  if (!opened) {
    return fail(opened.error());
  }
  auto made =
    std::make_unique<sqlite_journal>(std::move(how), std::move(*opened));
  if (auto ready = made->open(); !ready) {
    return fail(ready.error());
  }
  return made;
}

} // namespace libsig::journal
