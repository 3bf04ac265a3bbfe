#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "libsig/journal/journal.hpp"

namespace libsig::testing {

/// A journal over another one, which does all of the work; a test's own journal
/// derives from it and says what is different.
class wrapped_journal : public journal::journal {
public:
  using kept_log = std::shared_ptr<libsig::journal::journal>;
  using transactions = std::vector<libsig::journal::transaction*>;

  explicit wrapped_journal(kept_log kept) : kept_{std::move(kept)} {}

  [[nodiscard]] result<void> commit(const transactions& batch) override {
    return kept_->commit(batch);
  }

  [[nodiscard]] result<std::vector<signal_ptr>>
  read(std::uint64_t after, std::size_t limit) const override {
    return kept_->read(after, limit);
  }

  [[nodiscard]] result<signal_ptr> find(std::uint64_t sequence) const override {
    return kept_->find(sequence);
  }

  [[nodiscard]] result<std::vector<libsig::journal::keyed_write>>
  read_table(std::string_view table) const override {
    return kept_->read_table(table);
  }

  [[nodiscard]] result<std::optional<std::uint64_t>>
  find_claim(std::string_view tenant, std::string_view type,
             std::string_view claim) const override {
    return kept_->find_claim(tenant, type, claim);
  }

  [[nodiscard]] std::uint64_t last_sequence() const override {
    return kept_->last_sequence();
  }

  [[nodiscard]] std::uint64_t complete_from() const override {
    return kept_->complete_from();
  }

protected:
  kept_log kept_;
};

} // namespace libsig::testing
