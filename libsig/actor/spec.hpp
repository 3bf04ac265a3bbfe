#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "libsig/actor/reactor.hpp"
#include "libsig/core/error.hpp"
#include "libsig/core/limits.hpp"
#include "libsig/core/signal.hpp"

namespace libsig::actor {

/// Where an actor runs.
enum class isolation : std::uint8_t {
  shared,     ///< on the scheduler's threads; it must not block
  own_thread, ///< on a thread of its own; it may block
};

[[nodiscard]] std::string_view to_string(isolation value) noexcept;

/// A pattern that an actor listens to.
struct route {
  std::string pattern;
  int priority = 0;
};

/// How often a crashed actor is made anew.
///
/// The first crash restarts it at once. One that follows before the successor
/// has run for `window` pauses before the next making: for
/// `limits::restart_pause_first` when it handled a signal or a request, which
/// may be anybody's, else twice as long each time up to
/// `limits::restart_pause_max`. During a pause requests are refused with
/// `actor_crashed`, and signals wait (but see `spec::reads_log`).
struct restart_policy {
  /// Restarts of one shard within `window`; at the bound it stays down, its
  /// routes are withdrawn and `internal.actor.down` says so. 0: never restart.
  unsigned restarts_max = limits::restarts_max;
  std::chrono::milliseconds window = limits::restart_window;
  /// How often a signal is handed to the actor when its handling crashes; 1:
  /// never again. What a crashed call wanted done has not happened, and what is
  /// not handed to the actor any more is a dead letter.
  unsigned attempts_max = 1;
  /// It never stays down, whatever `restarts_max` says: for actors whose work
  /// nobody else does.
  bool always = false;
};

/// Everything the runtime knows of an actor before it runs, as data.
struct spec {
  using factory = std::function<std::unique_ptr<reactor>(std::size_t shard)>;
  using shard_key = std::function<std::string_view(const signal&)>;

  /// 1 to 128 bytes, unlike all other actors'.
  std::string name;
  std::vector<route> routes;
  /// Patterns of the types it may emit; the gate refuses every other one.
  std::vector<std::string> emits;
  /// The source of its emissions.
  std::string source;
  actor::isolation isolation = isolation::shared;
  restart_policy restart;
  /// Copies of the reactor, each with its share of the signals; 1 to
  /// `limits::shards_max`.
  std::size_t shards = 1;
  /// The key whose hash picks the shard, a view into the signal. Needed when
  /// there is more than one.
  shard_key key_of;
  /// Makes a shard's reactor; called again after a crash.
  factory make;
  /// Tables of keyed writes that `reactor::recover` wants to see.
  std::vector<std::string> tables;
  /// It follows the log by itself: what does not fit into its mailbox is no
  /// dead letter, and what comes while it recovers from a crash is not kept for
  /// it. It is told that it missed something (`reactor::on_missed`) and reads
  /// the log from where it stands. When it recovers, everything up to
  /// `kept::sequence` counts as read. Counted as `counters::missed`.
  bool reads_log = false;
};

/// Checks what the types cannot: names, patterns, bounds, a missing factory.
[[nodiscard]] result<void> check_spec(const spec& of);

/// The shard that a key belongs to: the same for ever and on every machine
/// (FNV-1a and the finalizer of MurmurHash3, 64 bit, multiply-shift onto the
/// count).
[[nodiscard]] std::size_t shard_of(std::string_view key,
                                   std::size_t shards) noexcept;

// -- what the runtime itself emits
// ----------------------------------------------

/// A reactor threw while it handled a signal. The data is a `crash_notice`; the
/// subject is that of the signal.
inline constexpr std::string_view crashed_type = "internal.actor.crashed";

/// An actor stays down. The data is a `crash_notice`.
inline constexpr std::string_view down_type = "internal.actor.down";

/// The data of both.
struct crash_notice final : payload {
  std::string actor;
  std::size_t shard = 0;
  /// What the exception said, at most 1 KiB.
  std::string reason;
  /// The signal that was being handled; null when it was a timer.
  signal_ptr handled;

  void append_json(std::string& out) const override;
};

} // namespace libsig::actor
