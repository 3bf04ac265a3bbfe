#pragma once

#include <atomic>
#include <cstdint>
#include <string_view>

#include "libsig/core/error.hpp"
#include "libsig/core/signal.hpp"
#include "libsig/engine/observer.hpp"

namespace libsig::engine {

/// Counts what happens and tells the observer of what must not happen in
/// silence. Called from any thread.
class ledger {
public:
  /// `watcher` may be null.
  explicit ledger(observer* watcher) noexcept : watcher_{watcher} {}

  void refused() noexcept { add(counters_.refused); }

  void missed() noexcept { add(counters_.missed); }

  void unrouted(const signal& what) {
    add(counters_.unrouted);
    if (watcher_ != nullptr) {
      watcher_->on_unrouted(what);
    }
  }

  void dead_letter(std::string_view actor, const signal_ptr& what,
                   const error& why) {
    add(counters_.dead_letters);
    if (watcher_ != nullptr) {
      watcher_->on_dead_letter(actor, what, why);
    }
  }

  void crashed(std::string_view actor, std::string_view reason, bool down) {
    if (!down) {
      add(counters_.crashes);
    }
    if (watcher_ != nullptr) {
      watcher_->on_crash(actor, reason, down);
    }
  }

  void entered(std::string_view actor, std::uint64_t sequence) {
    if (watcher_ != nullptr) {
      watcher_->on_entered(actor, sequence);
    }
  }

  void left(std::string_view actor, std::uint64_t sequence) {
    if (watcher_ != nullptr) {
      watcher_->on_left(actor, sequence);
    }
  }

  void journal_failed(const error& why, bool for_good) {
    add(counters_.journal_failures);
    if (watcher_ != nullptr) {
      watcher_->on_journal_failure(why, for_good);
    }
  }

  /// What one batch did, in one go: the counters are other threads' reading.
  void batch(std::uint64_t admitted, std::uint64_t duplicates,
             std::uint64_t conflicts, std::uint64_t delivered) noexcept {
    add(counters_.admitted, admitted);
    add(counters_.duplicates, duplicates);
    add(counters_.conflicts, conflicts);
    add(counters_.delivered, delivered);
  }

  [[nodiscard]] const counters& counted() const noexcept { return counters_; }

private:
  static void add(std::atomic<std::uint64_t>& to,
                  std::uint64_t count = 1) noexcept {
    if (count > 0) {
      to.fetch_add(count, std::memory_order_relaxed);
    }
  }

  counters counters_;
  observer* watcher_;
};

} // namespace libsig::engine
