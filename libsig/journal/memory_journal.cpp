#include "libsig/journal/journal.hpp"

#include "libsig/core/keyed_hash.hpp"
#include "libsig/core/limits.hpp"
#include "libsig/journal/key.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <unordered_map>
#include <utility>

namespace libsig::journal {

namespace {

/// What is kept of a signal when its body is gone.
struct known_signal {
  std::uint64_t sequence = 0;
  std::uint64_t address = 0;
  /// 0 when nobody has asked: ids that the node made itself do not repeat.
  std::uint64_t data = 0;
};

/// A map that forgets: once the young half is full it becomes the old half, and
/// what was the old half goes. Bounds memory without a second index by age.
template <class Value>
class forgetting_map {
public:
  explicit forgetting_map(std::size_t entries_max)
    : half_max_{std::max<std::size_t>(entries_max / 2, 1)} {}

  [[nodiscard]] Value* find(const digest& key) {
    if (const auto young = young_.find(key); young != young_.end()) {
      return &young->second;
    }
    if (const auto old = old_.find(key); old != old_.end()) {
      return &old->second;
    }
    return nullptr;
  }

  void insert(const digest& key, Value value) {
    if (young_.size() == half_max_) {
      old_ = std::exchange(young_, {});
    }
    young_.emplace(key, std::move(value));
  }

private:
  using half = std::unordered_map<digest, Value, digest_hash>;

  std::size_t half_max_;
  half young_;
  half old_;
};

/// The keys, cut into shares so that growing one table is a short pause rather
/// than a long one.
template <class Value>
class key_table {
public:
  explicit key_table(std::size_t entries_max) {
    shares_.reserve(share_count);
    for (std::size_t share = 0; share < share_count; ++share) {
      shares_.emplace_back(entries_max / share_count);
    }
  }

  [[nodiscard]] Value* find(const digest& key) { return share(key).find(key); }

  void insert(const digest& key, Value value) {
    share(key).insert(key, std::move(value));
  }

private:
  static constexpr std::size_t share_count = 256;

  [[nodiscard]] forgetting_map<Value>& share(const digest& key) {
    return shares_[key.words[1] % share_count];
  }

  std::vector<forgetting_map<Value>> shares_;
};

/// What is kept of a claim: who took it first, and with which data.
struct known_claim {
  std::uint64_t sequence = 0;
  std::uint64_t data = 0;
  std::string id;
  std::string source;
};

class memory_journal final : public journal {
public:
  explicit memory_journal(const memory_options& keep)
    : bodies_(std::max<std::size_t>(keep.records_max, 1)),
      signals_{keep.keys_max}, claims_{keep.keys_max} {}

  result<void> commit(const std::vector<transaction*>& batch) override {
    // Bodies that retention takes are destroyed after the lock is given back.
    std::vector<signal_ptr> retired;
    const std::lock_guard lock{mutex_};
    for (auto* const one : batch) {
      for (auto& entry : one->entries) {
        admit(entry, retired);
      }
      for (auto& write : one->writes) {
        apply(std::move(write));
      }
    }
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
    if (sequence >= first_kept() && sequence <= last_) {
      return bodies_[sequence % bodies_.size()];
    }
    const auto owed = kept_.find(sequence);
    return owed == kept_.end() ? signal_ptr{} : owed->second;
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

  [[nodiscard]] std::uint64_t last_sequence() const override {
    const std::lock_guard lock{mutex_};
    return last_;
  }

private:
  struct table_row {
    std::string value;
    std::uint64_t keeps = 0;
  };

  using table = std::unordered_map<std::string, table_row, keyed_hash>;

  [[nodiscard]] std::uint64_t first_kept() const noexcept {
    return last_ < bodies_.size() ? 1 : last_ - bodies_.size() + 1;
  }

  void admit(entry& candidate, std::vector<signal_ptr>& retired) {
    auto& what = *candidate.what;
    candidate.receipt.id = what.id();
    candidate.receipt.source = what.source();
    const auto key = keys_.identity(what);
    if (!candidate.fresh && is_repeat(candidate, key)) {
      return;
    }
    if (!candidate.claim.empty() && !take_claim(candidate)) {
      return;
    }
    what.assign_sequence(++last_);
    candidate.verdict = verdict::appended;
    candidate.receipt.sequence = last_;
    signals_.insert(key, {last_, keys_.address(what),
                          candidate.fresh ? 0 : keys_.data(what)});
    auto& place = bodies_[last_ % bodies_.size()];
    retired.push_back(std::move(place));
    place = candidate.what;
  }

  /// Whether the identity is taken; the entry then says how.
  [[nodiscard]] bool is_repeat(entry& candidate, const digest& key) {
    auto* const first = signals_.find(key);
    if (first == nullptr) {
      return false;
    }
    const auto& what = *candidate.what;
    candidate.receipt.sequence = first->sequence;
    const bool same_data = first->data == keys_.data(what);
    if (first->address != keys_.address(what)
        || (!candidate.claim.empty() && !same_data)) {
      candidate.verdict = verdict::conflict;
      return true;
    }
    candidate.verdict = verdict::duplicate;
    candidate.receipt.duplicate = true;
    candidate.receipt.differs = !same_data;
    return true;
  }

  /// Takes the claim for the entry, or says in the entry who has it.
  [[nodiscard]] bool take_claim(entry& candidate) {
    const auto& what = *candidate.what;
    const auto key = keys_.of({what.tenant(), what.type(), candidate.claim});
    const auto data = keys_.data(what);
    if (const auto* const first = claims_.find(key)) {
      candidate.receipt.sequence = first->sequence;
      candidate.receipt.id = first->id;
      candidate.receipt.source = first->source;
      const bool same = first->data == data;
      candidate.verdict = same ? verdict::duplicate : verdict::conflict;
      candidate.receipt.duplicate = same;
      return false;
    }
    claims_.insert(key, {last_ + 1, data, what.id(), what.source()});
    return true;
  }

  void apply(keyed_write write) {
    auto& rows = tables_[std::move(write.table)];
    if (!write.value) {
      if (const auto row = rows.find(write.key); row != rows.end()) {
        kept_.erase(row->second.keeps);
        rows.erase(row);
      }
      return;
    }
    if (write.keeps >= first_kept() && write.keeps <= last_) {
      kept_.emplace(write.keeps, bodies_[write.keeps % bodies_.size()]);
    }
    rows.insert_or_assign(std::move(write.key),
                          table_row{std::move(*write.value), write.keeps});
  }

  // Readers come from any thread while one commits; no actor owns the log.
  mutable std::mutex mutex_;
  key_maker keys_;
  std::vector<signal_ptr> bodies_;
  std::uint64_t last_ = 0;
  key_table<known_signal> signals_;
  key_table<known_claim> claims_;
  std::map<std::string, table, std::less<>> tables_;
  /// Bodies that some key still needs, by sequence.
  std::unordered_map<std::uint64_t, signal_ptr> kept_;
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
