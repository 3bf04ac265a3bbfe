#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "libsig/core/time.hpp"
#include "libsig/engine/gate.hpp"
#include "libsig/schema/registry.hpp"
#include "libsig/topic/requests.hpp"
#include "tests/sim/evidence.hpp"
#include "tests/sim/faulty_journal.hpp"
#include "tests/sim/random.hpp"
#include "tests/sim/recorder.hpp"
#include "tests/sim/stage.hpp"
#include "tests/sim/topics/reader.hpp"
#include "tests/sim/topics/topic_cast.hpp"

namespace libsig::sim {

/// All that was seen of one run.
struct topic_evidence {
  std::vector<complaint> complaints;
  std::string transcript;
  std::size_t messages = 0;
  std::size_t taken = 0;
  std::size_t timeouts = 0;
  std::uint64_t crashes = 0;
};

/// One run of one seed: the real gate, journal and actor of topics among
/// senders, readers who wait with cursors of theirs, cancel and settle late,
/// random scheduling, crashes and a failing disk.
class topic_world {
public:
  topic_world(std::uint64_t seed, topic_mutant which);

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

  [[nodiscard]] engine::gate::options gate_options();
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
  bool run_one();
  void let_time_pass(std::chrono::milliseconds by);
  void check_sleepers();
  void wind_down();
  void drain();
  void come_to_rest();
  void run_all();
  [[nodiscard]] topic::wait_request draw_wait(std::size_t who);
  [[nodiscard]] bool is_settling(std::size_t who) const;
  void tell(complaint what);

  topic_mutant mutant_;
  dice dice_;
  evidence evidence_;
  recorder recorder_;
  surroundings surroundings_;
  manual_clock time_;
  recorded_ids ids_;
  schema::registry contracts_;
  faulty_journal log_;
  stage stage_;
  topic_surroundings topics_;
  std::vector<reader> readers_;
  // Requests by their numbers; what ends last answers those that are open.
  std::map<std::uint64_t, open_wait> waits_;
  std::uint64_t requests_ = 0;
  std::deque<unsettled> unsettled_;
  /// Settlements that are under way, by reader.
  std::vector<std::size_t> settling_;
  topic_evidence seen_;
  std::size_t sends_percent_ = 0;
  bool ended_ = false;
  engine::gate gate_;
};

/// Plays a seed.
[[nodiscard]] topic_evidence run_topics(std::uint64_t seed, topic_mutant which);

} // namespace libsig::sim
