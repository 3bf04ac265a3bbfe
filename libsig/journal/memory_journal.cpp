#include "libsig/journal/journal.hpp"

#include "libsig/core/keyed_hash.hpp"
#include "libsig/core/limits.hpp"
#include "libsig/core/row_key.hpp"
#include "libsig/journal/internal/forgetting_map.hpp"
#include "libsig/journal/internal/fresh_keys.hpp"
#include "libsig/journal/internal/memory_topics.hpp"
#include "libsig/journal/key.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>

namespace libsig::journal {

namespace {

/// What is kept of a signal when its body is gone.
struct known_signal {
  std::uint64_t sequence = 0;
  std::uint64_t address = 0;
  /// 0 when nobody has asked.
  std::uint64_t data = 0;
};

/// The same of a signal whose id the node made.
struct fresh_signal {
  known_signal known;
  /// Of the digest of tenant and source: the other half of its identity.
  std::uint64_t scope = 0;
};

/// The digests of the sources that sign most, so that a source is hashed once
/// rather than once for each of its signals.
class scope_cache {
public:
  explicit scope_cache(const key_maker& by) noexcept : keys_{by} {}

  [[nodiscard]] const digest& of(const signal& what) {
    // The place is no secret: sources that meet there only hash more often.
    const auto& source = what.source();
    const auto place =
      source.size() * 31 + static_cast<unsigned char>(source.back());
    auto& one = scopes_[place % scopes_.size()];
    if (one.source != source || one.tenant != what.tenant()) {
      one = {what.tenant(), source, keys_.scope(what)};
    }
    return one.key;
  }

private:
  struct scope {
    std::string tenant;
    std::string source;
    digest key;
  };

  const key_maker& keys_;
  std::array<scope, 64> scopes_;
};

/// What is kept of a claim: who took it first, and with which data.
struct known_claim {
  std::uint64_t sequence = 0;
  std::uint64_t data = 0;
  /// Id and source behind each other, so that a claim takes one piece of
  /// memory.
  std::string names;
  std::size_t id_size = 0;
};

class memory_journal final : public journal {
public:
  explicit memory_journal(const memory_options& keep)
    : bodies_(std::max<std::size_t>(keep.records_max, 1)),
      signals_{keep.keys_max}, fresh_{keep.keys_max}, claims_{keep.keys_max},
      topics_max_{keep.topics_max}, epoch_{keep.epoch.value_or(
                                      keys_.of({"epoch"}).words[0])} {}

  result<void> commit(const std::vector<transaction*>& batch) override {
    {
      const std::lock_guard lock{mutex_};
      for (auto* const one : batch) {
        for (auto& entry : one->entries) {
          admit(entry, one->refusable || entry.refusable);
        }
        for (auto& write : one->writes) {
          if (write.names_entry) {
            write.value = value_of(write, *one);
          }
          apply(std::move(write));
        }
      }
    }
    retired_.clear();
    return {};
  }

  [[nodiscard]] result<std::vector<signal_ptr>>
  read(std::uint64_t after, std::size_t limit) const override {
    const std::lock_guard lock{mutex_};
    std::vector<signal_ptr> found;
    auto sequence = std::max(after + 1, first_kept());
    for (; sequence <= last_ && found.size() < limit; ++sequence) {
      found.push_back(bodies_[sequence % bodies_.size()]);
    }
    return found;
  }

  [[nodiscard]] result<signal_ptr> find(std::uint64_t sequence) const override {
    const std::lock_guard lock{mutex_};
    return body_of(sequence);
  }

  [[nodiscard]] result<std::vector<keyed_write>>
  read_table(std::string_view name) const override {
    const std::lock_guard lock{mutex_};
    std::vector<keyed_write> rows;
    const auto found = tables_.find(name);
    if (found == tables_.end()) {
      return rows;
    }
    rows.reserve(found->second.size());
    for (const auto& [key, row] : found->second) {
      rows.push_back({std::string{name}, key, row.value, row.keeps});
    }
    std::ranges::sort(rows, {}, &keyed_write::key);
    return rows;
  }

  [[nodiscard]] result<std::optional<std::uint64_t>>
  find_claim(std::string_view tenant, std::string_view type,
             std::string_view claim) const override {
    const auto key = keys_.of({tenant, type, claim});
    const std::lock_guard lock{mutex_};
    const auto* const first = claims_.find(key);
    return first == nullptr ? std::optional<std::uint64_t>{} : first->sequence;
  }

  [[nodiscard]] std::uint64_t last_sequence() const override {
    const std::lock_guard lock{mutex_};
    return last_;
  }

  [[nodiscard]] std::uint64_t complete_from() const override {
    const std::lock_guard lock{mutex_};
    return first_kept();
  }

  [[nodiscard]] result<std::optional<std::uint64_t>>
  next_in(const topic_name& topic, std::uint64_t after) const override {
    const std::lock_guard lock{mutex_};
    return topics().next(topic, after);
  }

  [[nodiscard]] result<std::optional<std::uint64_t>>
  last_in(const topic_name& topic) const override {
    const std::lock_guard lock{mutex_};
    return topics().last(topic);
  }

  [[nodiscard]] result<std::optional<std::uint64_t>>
  find_in(const topic_name& topic, std::string_view id) const override {
    const std::lock_guard lock{mutex_};
    auto found = topics().next_named(topic, id, 0);
    while (found) {
      const auto body = body_of(*found);
      if (body && body->id() == id && is_in(topic, *body)) {
        break;
      }
      found = topics().next_named(topic, id, *found);
    }
    return found;
  }

  [[nodiscard]] std::uint64_t epoch() const noexcept override { return epoch_; }

private:
  struct table_row {
    std::string value;
    std::uint64_t keeps = 0;
  };

  /// A body and the number of rows that need it.
  struct kept_body {
    signal_ptr what;
    std::size_t rows = 0;
  };

  using table = std::unordered_map<std::string, table_row, keyed_hash>;

  [[nodiscard]] std::uint64_t first_kept() const noexcept {
    return last_ < bodies_.size() ? 1 : last_ - bodies_.size() + 1;
  }

  [[nodiscard]] signal_ptr body_of(std::uint64_t sequence) const {
    if (sequence >= first_kept() && sequence <= last_) {
      return bodies_[sequence % bodies_.size()];
    }
    const auto owed = kept_.find(sequence);
    return owed == kept_.end() ? signal_ptr{} : owed->second.what;
  }

  /// The index by topic; made when somebody first asks for it.
  [[nodiscard]] internal::memory_topics& topics() const {
    if (!topics_) {
      topics_.emplace(keys_);
      for (const auto& [sequence, one] : kept_) {
        if (sequence < first_kept()) {
          topics_->add_held(*one.what);
        }
      }
      for (auto sequence = first_kept(); sequence <= last_; ++sequence) {
        topics_->add(*bodies_[sequence % bodies_.size()]);
      }
    }
    return *topics_;
  }

  /// Whether the bound of topics lets the signal in. As long as there are fewer
  /// bodies than topics may be, nobody counts.
  [[nodiscard]] bool has_room(const signal& what) const {
    const auto bodies =
      static_cast<std::size_t>(last_ + 1 - first_kept()) + kept_.size();
    const topic_name topic{what.tenant(), what.type()};
    return bodies < topics_max_ || !is_in(topic, what) || topics().knows(topic)
           || topics().count(topic.tenant) < topics_max_;
  }

  void admit(entry& candidate, bool refusable) {
    auto& what = *candidate.what;
    const auto& scope = scopes_.of(what);
    known_signal known{0, keys_.address(what), 0};
    // Nobody asks for the data of ids that the node made unless there is a
    // claim.
    if (!candidate.fresh || !candidate.claim.empty()) {
      known.data = keys_.data(what);
    }
    if (!candidate.fresh && is_repeat(candidate, scope, known)) {
      return;
    }
    const bool refused = refusable && !has_room(what);
    // A repeat under a claim is one even when there is no room.
    if (!candidate.claim.empty() && (!refused || is_claimed(candidate))
        && !take_claim(candidate, known.data)) {
      return;
    }
    if (refused) {
      candidate.verdict = verdict::refused;
      return;
    }
    known.sequence = ++last_;
    what.assign_sequence(last_);
    candidate.verdict = verdict::appended;
    candidate.receipt.sequence = last_;
    remember(candidate, scope, known);
    auto& place = bodies_[last_ % bodies_.size()];
    if (place) {
      if (topics_) {
        topics_->evict(*place, kept_.contains(place->sequence()));
      }
      retired_.push_back(std::move(place));
    }
    place = candidate.what;
    if (topics_) {
      topics_->add(what);
    }
    if (candidate.opens) {
      apply({std::move(candidate.opens->table),
             to_string(row_key{what.tenant(), last_, candidate.opens->name}),
             std::to_string(what.recorded_time().time_since_epoch().count()),
             last_});
    }
  }

  void remember(const entry& of, const digest& scope,
                const known_signal& known) {
    const auto& id = of.what->id();
    if (of.fresh) {
      if (const auto uuid = internal::read_uuid(id)) {
        fresh_.insert(*uuid, {known, scope.words[0]});
        return;
      }
    }
    signals_.insert(keys_.identity(scope, id), known);
  }

  /// What is known of the signal with this identity; null when there is none.
  [[nodiscard]] const known_signal* find_known(const digest& scope,
                                               const std::string& id) {
    if (const auto* const found = signals_.find(keys_.identity(scope, id))) {
      return found;
    }
    const auto uuid = internal::read_uuid(id);
    const auto* const made = uuid ? fresh_.find(*uuid) : nullptr;
    return made != nullptr && made->scope == scope.words[0] ? &made->known
                                                            : nullptr;
  }

  /// Whether the identity is taken; the entry then says how.
  [[nodiscard]] bool is_repeat(entry& candidate, const digest& scope,
                               const known_signal& known) {
    const auto* const first = find_known(scope, candidate.what->id());
    if (first == nullptr) {
      return false;
    }
    candidate.receipt.id = candidate.what->id();
    candidate.receipt.source = candidate.what->source();
    candidate.receipt.sequence = first->sequence;
    const bool same_data = data_of(*first, known.data) == known.data;
    if (first->address != known.address
        || (!candidate.claim.empty() && !same_data)) {
      candidate.verdict = verdict::conflict;
      return true;
    }
    candidate.verdict = verdict::duplicate;
    candidate.receipt.duplicate = true;
    candidate.receipt.differs = !same_data;
    return true;
  }

  /// The hash of the first signal's data. Where nobody had asked for it, it is
  /// made now; `otherwise` when the body is gone.
  [[nodiscard]] std::uint64_t data_of(const known_signal& first,
                                      std::uint64_t otherwise) const {
    if (first.data != 0) {
      return first.data;
    }
    const auto body = body_of(first.sequence);
    return body ? keys_.data(*body) : otherwise;
  }

  [[nodiscard]] bool is_claimed(const entry& candidate) const {
    const auto& what = *candidate.what;
    return claims_.find(keys_.of({what.tenant(), what.type(), candidate.claim}))
           != nullptr;
  }

  /// Takes the claim for the entry, or says in the entry who has it.
  [[nodiscard]] bool take_claim(entry& candidate, std::uint64_t data) {
    const auto& what = *candidate.what;
    const auto key = keys_.of({what.tenant(), what.type(), candidate.claim});
    if (const auto* const first = claims_.find(key)) {
      candidate.receipt.sequence = first->sequence;
      candidate.receipt.id = first->names.substr(0, first->id_size);
      candidate.receipt.source = first->names.substr(first->id_size);
      const bool same = first->data == data;
      candidate.verdict = same ? verdict::duplicate : verdict::conflict;
      candidate.receipt.duplicate = same;
      return false;
    }
    claims_.insert(
      key, {last_ + 1, data, what.id() + what.source(), what.id().size()});
    return true;
  }

  void apply(keyed_write write) {
    auto& rows = tables_[std::move(write.table)];
    if (!write.value) {
      if (const auto row = rows.find(write.key); row != rows.end()) {
        release(row->second.keeps);
        rows.erase(row);
      }
      return;
    }
    // Kept before the old row lets go, which may have kept the same.
    keep(write.keeps);
    auto& row = rows[std::move(write.key)];
    release(row.keeps);
    row = {std::move(*write.value), write.keeps};
  }

  void keep(std::uint64_t sequence) {
    if (sequence == 0) {
      return;
    }
    if (const auto held = kept_.find(sequence); held != kept_.end()) {
      ++held->second.rows;
    } else if (sequence >= first_kept() && sequence <= last_) {
      kept_.emplace(sequence, kept_body{bodies_[sequence % bodies_.size()], 1});
    }
  }

  void release(std::uint64_t sequence) {
    if (sequence == 0) {
      return;
    }
    const auto held = kept_.find(sequence);
    if (held != kept_.end() && --held->second.rows == 0) {
      if (topics_ && sequence < first_kept()) {
        topics_->release(*held->second.what);
      }
      retired_.push_back(std::move(held->second.what));
      kept_.erase(held);
    }
  }

  // Readers come from any thread while one commits; no actor owns the log.
  mutable std::mutex mutex_;
  key_maker keys_;
  scope_cache scopes_{keys_};
  std::vector<signal_ptr> bodies_;
  /// Bodies that retention took, to be destroyed without the lock.
  std::vector<signal_ptr> retired_;
  std::uint64_t last_ = 0;
  internal::key_table<known_signal> signals_;
  internal::fresh_keys<fresh_signal> fresh_;
  internal::key_table<known_claim> claims_;
  std::map<std::string, table, std::less<>> tables_;
  /// Bodies that some row still needs, by sequence.
  std::unordered_map<std::uint64_t, kept_body> kept_;
  const std::size_t topics_max_;
  const std::uint64_t epoch_;
  /// Nothing until somebody asks: who never does pays nothing for it.
  mutable std::optional<internal::memory_topics> topics_;
};

} // namespace

std::unique_ptr<journal> make_memory_journal() {
  return make_memory_journal(
    {limits::memory_journal_records_max, limits::memory_journal_keys_max});
}

std::unique_ptr<journal> make_memory_journal(const memory_options& keep) {
  return std::make_unique<memory_journal>(keep);
}

} // namespace libsig::journal
