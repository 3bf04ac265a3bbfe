#pragma once

#include <atomic>
#include <cstdint>
#include <string_view>

#include "libsig/core/error.hpp"
#include "libsig/core/signal.hpp"

namespace libsig::engine {

/// Is told what would otherwise happen in silence. Called from any thread, must
/// not block.
class observer {
public:
  virtual ~observer() = default;

  /// A signal that no route leads anywhere.
  virtual void on_unrouted(const signal&) {}

  /// A signal or step that could not be carried out, and why. What never became
  /// a signal has the sequence 0; null when there was not even enough of it,
  /// which `why` then names.
  virtual void on_dead_letter(std::string_view actor, const signal_ptr& what,
                              const error& why) {
    static_cast<void>(actor);
    static_cast<void>(what);
    static_cast<void>(why);
  }

  /// A reactor threw; `down` when it will not be restarted.
  virtual void on_crash(std::string_view actor, std::string_view reason,
                        bool down) {
    static_cast<void>(actor);
    static_cast<void>(reason);
    static_cast<void>(down);
  }

  /// An actor's routes count for the signals behind a sequence.
  virtual void on_entered(std::string_view actor, std::uint64_t sequence) {
    static_cast<void>(actor);
    static_cast<void>(sequence);
  }

  /// An actor's routes do not count any more behind a sequence.
  virtual void on_left(std::string_view actor, std::uint64_t sequence) {
    static_cast<void>(actor);
    static_cast<void>(sequence);
  }

  /// The journal failed: for want of space, or with `for_good` in a way after
  /// which nothing may be written any more; the process should then end, since
  /// nothing more will be admitted.
  virtual void on_journal_failure(const error& why, bool for_good) {
    static_cast<void>(why);
    static_cast<void>(for_good);
  }
};

/// What the gate has counted since it was made.
struct counters {
  std::atomic<std::uint64_t> admitted{0};
  std::atomic<std::uint64_t> duplicates{0};
  std::atomic<std::uint64_t> conflicts{0};
  std::atomic<std::uint64_t> refused{0};
  std::atomic<std::uint64_t> delivered{0};
  std::atomic<std::uint64_t> unrouted{0};
  std::atomic<std::uint64_t> dead_letters{0};
  std::atomic<std::uint64_t> crashes{0};
  /// Deliveries to actors that read them in the log instead
  /// (`actor::spec::reads_log`).
  std::atomic<std::uint64_t> missed{0};
  std::atomic<std::uint64_t> journal_failures{0};
};

} // namespace libsig::engine
