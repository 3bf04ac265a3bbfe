#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libsig/core/error.hpp"
#include "libsig/core/pattern.hpp"
#include "libsig/core/signal.hpp"
#include "libsig/core/time.hpp"
#include "libsig/journal/dead_letters.hpp"
#include "libsig/journal/journal.hpp"
#include "libsig/publish/backoff.hpp"
#include "libsig/publish/breaker.hpp"
#include "libsig/publish/sink.hpp"
#include "libsig/publish/tail.hpp"

namespace libsig::publish {

/// What a publisher sends, and how it deals with failures.
struct pump_options {
  /// Unique; the key of its row and, behind `publisher:`, the target of its
  /// dead letters.
  std::string name;
  /// Types of which one must match; all when empty. `internal.**` is matched
  /// only by a pattern that begins with the literal segment `internal`.
  std::vector<pattern> types = {};
  /// Signals of this tenant alone; of all when absent.
  std::optional<std::string> tenant = {};
  /// Where it goes, such as the URL: an endpoint that was stopped for good
  /// begins again when this is another one.
  std::string endpoint = {};
  /// Without a row, it begins with the first signal that is kept; otherwise
  /// with the next one.
  bool from_beginning = false;
  retry_options retry = {};
  breaker_options breaking = {};
  /// How long after a delivery its position is saved at the latest; a crash
  /// delivers again what was delivered meanwhile.
  std::chrono::milliseconds save_after{100};
  /// The same when all that came was for others.
  std::chrono::milliseconds save_passed_after{10'000};
  /// How long signals are gathered, after some were fetched.
  std::chrono::milliseconds gather{5};
};

/// What an operator is told of a publisher.
enum class pump_news : std::uint8_t {
  failing,     ///< a try failed, and the one before did not
  recovered,   ///< a delivery went well after that
  dead_letter, ///< a signal was given up
  stopped,     ///< it was stopped for good
  lost,        ///< bodies were gone before its turn
};

/// What a pump works with; all of it must outlive the pump.
struct pump_surroundings {
  const journal::journal& log;
  tail& recent;
  journal::row_writer write;
  journal::dead_letter_book& letters;
  std::shared_ptr<const clock> time;
  randomness random;
  /// Wakes whoever calls `step`.
  std::shared_ptr<doorbell> bell;
  /// Is told on the thread of `step`; nobody when empty. `why` is empty with
  /// `recovered`.
  std::function<void(pump_news what, const std::string& publisher,
                     const std::string& why)>
    tell = {};
};

/// When a pump wants its next step.
struct next_step {
  /// At this time; nothing when there is no such time.
  std::optional<steady_time> at = {};
  /// And when there are new signals.
  bool for_signals = false;
};

/// A publisher seen from outside.
struct pump_status {
  std::string name;
  /// Everything up to here was delivered, became a dead letter, or is not for
  /// this publisher.
  std::uint64_t position = 0;
  std::uint64_t delivered = 0;
  /// Tries that failed.
  std::uint64_t failures = 0;
  std::uint64_t dead_letters = 0;
  /// Signals, of any type, whose bodies retention had before its turn. What it
  /// would not have sent is among them, since that cannot be known any more.
  std::uint64_t lost = 0;
  breaker::state endpoint = breaker::state::closed;
  /// Why it does not go on; empty while it does.
  std::string stopped = {};
  /// How the last try failed; empty when it did not.
  std::string last_failure = {};
};

/// Goes through the log in order and hands its sink what the publisher is to
/// send: at least once, one after the other, over restarts.
///
/// What the sink cannot take now is tried again, after a wait that grows, and
/// later signals wait behind it; what it refuses, or was tried too often, is a
/// dead letter. The position is a row of the table `publishers`. Signals with a
/// receiver are never sent. Bodies that retention has taken before their turn
/// are passed over, counted and told of, once for each stretch of them; what
/// was gone before the publisher began, or was delivered before its sink lost
/// it, is none of them.
///
/// `step` is called by one thread; the other functions by any where they do not
/// say otherwise.
class pump {
public:
  static constexpr std::string_view table = "publishers";
  static constexpr std::string_view target_kind = "publisher";

  // -- constructors -----------------------------------------------------------

  /// Takes up its row, if there is one.
  [[nodiscard]] static result<std::unique_ptr<pump>>
  make(pump_options how, std::unique_ptr<sink> to, pump_surroundings with);

  ~pump();

  pump(const pump&) = delete;
  pump& operator=(const pump&) = delete;

  // -- mutators ---------------------------------------------------------------

  /// Saves the position, whether it has changed or not; before the first
  /// `step`.
  void save(journal::done_handler done);

  /// Does a piece of work, and says when it wants to be called again; whenever
  /// its bell is rung in any case.
  [[nodiscard]] next_step step();

  /// Saves what is not saved yet, once. Whether nothing is under way any more;
  /// its bell rings when that changes. For the thread of `step`, at the end.
  [[nodiscard]] bool wind_up();

  /// Tries a dead letter of this publisher once, before all else. `stopped` for
  /// a publisher that was stopped, `overloaded` when too many wait.
  void redrive(const signal_ptr& what, journal::done_handler done);

  /// Ends a delivery that is under way, and all work.
  void cancel() noexcept;

  // -- observers --------------------------------------------------------------

  [[nodiscard]] const std::string& name() const noexcept;

  [[nodiscard]] pump_status status() const;

  /// Whether it had no row when it was made, or one that says something else
  /// than where it goes on; before the first `save` and `step`.
  [[nodiscard]] bool owes_row() const noexcept;

private:
  class impl;

public:
  /// For `make` alone, since nobody else can name an `impl`.
  explicit pump(std::unique_ptr<impl> made) noexcept;

private:
  std::unique_ptr<impl> impl_;
};

} // namespace libsig::publish
