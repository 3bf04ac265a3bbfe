#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "libsig/subscription/requests.hpp"

namespace libsig::subscription {

/// How much there is, of all tenants together.
struct levels {
  std::size_t agents = 0;
  std::size_t subscriptions = 0;
  /// Items that wait for agents.
  std::size_t items = 0;
  /// Bytes of their signals in the log, each counted once, roughly.
  std::uint64_t bytes = 0;
  /// Signals that are to be read from the log and matched, since the mailbox
  /// missed them or one before them is for very many.
  std::uint64_t behind = 0;

  friend bool operator==(const levels&, const levels&) = default;
};

/// Is told what becomes of subscriptions and items, on the actor's thread; must
/// not block. What it is told is about to be written.
class observer {
public:
  virtual ~observer() = default;

  /// A row was made, or with `created` false changed or only asked for again.
  virtual void on_subscribed(const agent_name& who, const subscription_row& row,
                             bool created) {
    static_cast<void>(who);
    static_cast<void>(row);
    static_cast<void>(created);
  }

  /// A row is gone; not called for those that go with their agent.
  virtual void on_unsubscribed(const agent_name& who,
                               std::string_view pattern) {
    static_cast<void>(who);
    static_cast<void>(pattern);
  }

  /// A signal was matched and waits for an agent.
  virtual void on_queued(const agent_name& who, const signal_ptr& what,
                         bool silent) {
    static_cast<void>(who);
    static_cast<void>(what);
    static_cast<void>(silent);
  }

  /// An item is handed out.
  virtual void on_delivered(const agent_name& who, const delivery& what) {
    static_cast<void>(who);
    static_cast<void>(what);
  }

  /// An item was settled: handled, or failed and to be tried again.
  virtual void on_settled(const agent_name& who, std::uint64_t sequence,
                          bool handled) {
    static_cast<void>(who);
    static_cast<void>(sequence);
    static_cast<void>(handled);
  }

  /// An item is gone, and why: its subscriptions are, or its signal's body.
  virtual void on_dropped(const agent_name& who, std::uint64_t sequence,
                          std::string_view why) {
    static_cast<void>(who);
    static_cast<void>(sequence);
    static_cast<void>(why);
  }

  /// An item becomes a dead letter, and why.
  virtual void on_dead_letter(const agent_name& who, std::uint64_t sequence,
                              std::string_view why) {
    static_cast<void>(who);
    static_cast<void>(sequence);
    static_cast<void>(why);
  }

  /// How much there is has changed: at most once for each step.
  virtual void on_levels(const levels& now) { static_cast<void>(now); }

  /// A row that is kept is none of ours; it is passed over and stays. Of the
  /// table `log`: a signal, by its sequence, that cannot be read and is matched
  /// for nobody.
  virtual void on_unreadable(std::string_view table, std::string_view key) {
    static_cast<void>(table);
    static_cast<void>(key);
  }
};

} // namespace libsig::subscription
