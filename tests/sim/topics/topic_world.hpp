#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "libsig/topic/requests.hpp"
#include "tests/sim/callers_world.hpp"
#include "tests/sim/topics/reader.hpp"
#include "tests/sim/topics/topic_cast.hpp"

namespace libsig::sim {

/// All that was seen of one run.
struct topic_evidence : callers_evidence {
  std::size_t timeouts = 0;
};

/// One run of one seed: the real gate, journal and actor of topics among
/// senders, readers who wait with cursors of theirs, cancel and settle late,
/// random scheduling, crashes and a failing disk.
class topic_world final : callers_world {
public:
  topic_world(std::uint64_t seed, topic_mutant which);
  ~topic_world() { close(); }

  [[nodiscard]] topic_evidence play();

private:
  /// A wait that is asked, until it is settled.
  struct open_wait {
    std::size_t who = 0;
    std::shared_ptr<const topic::wait_request> asked;
    std::size_t answers = 0;
    bool cancelled = false;
    bool over = false;
  };

  /// An answer whose reader has not said yet whether it was written.
  struct unsettled {
    std::size_t who = 0;
    std::shared_ptr<const topic::wait_reply> got;
    decision at;
  };

  void act();
  void send();
  void wait();
  void wait(std::size_t who, topic::wait_request what);
  void cancel_one();
  void answered(std::uint64_t which, const result<actor::reply_ptr>& got);
  void take(const open_wait& one, const topic::wait_reply& got,
            std::uint64_t end);
  void settle_one();
  void settle(unsettled what, bool written);
  void meanwhile();
  void look_at_sleepers() override;
  [[nodiscard]] bool all_are_answered() const override;
  void settle_all() override;
  void wind_down();
  void drain();
  [[nodiscard]] topic::wait_request draw_wait(std::size_t who);
  [[nodiscard]] bool is_settling(std::size_t who) const;
  void tell(complaint what);

  topic_mutant mutant_;
  topic_surroundings topics_;
  std::vector<reader> readers_;
  /// By the numbers of their requests.
  std::map<std::uint64_t, open_wait> waits_;
  std::deque<unsettled> unsettled_;
  /// Settlements that are under way, by reader.
  std::vector<std::size_t> settling_;
  topic_evidence seen_;
  std::size_t sends_percent_ = 0;
};

/// Plays a seed.
[[nodiscard]] topic_evidence run_topics(std::uint64_t seed, topic_mutant which);

} // namespace libsig::sim
