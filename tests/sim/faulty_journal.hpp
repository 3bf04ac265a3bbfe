#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libsig/actor/spec.hpp"
#include "libsig/journal/journal.hpp"
#include "tests/sim/evidence.hpp"
#include "tests/sim/mutant.hpp"
#include "tests/sim/random.hpp"
#include "tests/sim/recorder.hpp"
#include "tests/support/wrapped_journal.hpp"

namespace libsig::sim {

/// The real memory journal, which now and then refuses a batch or takes its
/// time.
class faulty_journal final : public testing::wrapped_journal {
public:
  struct faults {
    std::size_t failures_per_mille = 0;
    std::size_t slow_per_mille = 0;
    mutant which = mutant::none;
  };

  faulty_journal(const faults& how, dice& by, evidence& into, recorder& tell)
    : wrapped_journal{libsig::journal::make_memory_journal({16'384, 1u << 20})},
      faults_{how}, dice_{by}, evidence_{into}, recorder_{tell} {}

  /// What others do while a slow write goes on.
  void meanwhile(std::function<void()> others) { others_ = std::move(others); }

  [[nodiscard]] result<void>
  commit(const std::vector<libsig::journal::transaction*>& batch) override {
    for (const auto* const one : batch) {
      for (const auto& write : one->writes) {
        recorder_.note("  " + write.table + '/' + write.key + " = "
                       + write.value.value_or("nothing") + ", keeps "
                       + std::to_string(write.keeps));
      }
    }
    if (dice_.per_mille(faults_.failures_per_mille)) {
      recorder_.note("the journal fails");
      let_others_in();
      return fail(errc::storage_full, "the simulated disk is full");
    }
    for (const auto* const one : batch) {
      evidence_.taken += one->entries.size();
    }
    if (pretend(batch)) {
      return {};
    }
    auto done = kept_->commit(batch);
    let_others_in();
    return done;
  }

  [[nodiscard]] result<std::vector<libsig::journal::keyed_write>>
  read_table(std::string_view table) const override {
    recorder_.note("  reads " + std::string{table});
    return kept_->read_table(table);
  }

private:
  void let_others_in() {
    if (others_ && dice_.per_mille(faults_.slow_per_mille)) {
      others_();
    }
  }

  /// The mutants of the journal; true when nothing is to be written.
  [[nodiscard]] bool
  pretend(const std::vector<libsig::journal::transaction*>& batch) {
    if (faults_.which == mutant::forgets_repeats) {
      for (auto* const one : batch) {
        for (auto& entry : one->entries) {
          entry.fresh = true;
        }
      }
    }
    if (faults_.which != mutant::skips_write || !dice_.percent(5)) {
      return false;
    }
    for (auto* const one : batch) {
      for (auto& entry : one->entries) {
        entry.receipt.id = entry.what->id();
        entry.receipt.source = entry.what->source();
        entry.receipt.sequence = kept_->last_sequence() + 1;
        entry.what->assign_sequence(entry.receipt.sequence);
      }
    }
    return true;
  }

  faults faults_;
  dice& dice_;
  evidence& evidence_;
  recorder& recorder_;
  std::function<void()> others_;
};

} // namespace libsig::sim
