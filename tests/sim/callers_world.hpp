#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "libsig/actor/request.hpp"
#include "tests/sim/frame.hpp"

namespace libsig::sim {

/// A rule that was broken.
struct complaint {
  std::string_view rule;
  std::string saw;
};

/// What is seen of every run whose clients call an actor.
struct callers_evidence {
  std::vector<complaint> complaints;
  std::string transcript;
  std::size_t signals = 0;
  /// What clients were given.
  std::size_t taken = 0;
  std::uint64_t crashes = 0;
};

/// A world whose clients call one actor, and may sleep in it until there is
/// something for them.
class callers_world : protected frame {
protected:
  callers_world(std::uint64_t seed, std::string_view actor);

  ~callers_world() = default;

  // -- what a world says of itself --------------------------------------------

  /// Tells of each client that sleeps though there is something for it; nothing
  /// is under way.
  virtual void look_at_sleepers() = 0;

  /// Whether no client waits for an answer any more.
  [[nodiscard]] virtual bool all_are_answered() const = 0;

  /// What clients still owe is done before anything else.
  virtual void settle_all() {}

  // -- what goes on -----------------------------------------------------------

  /// Asks the actor, under the number that is returned.
  template <class Done>
  std::uint64_t ask(actor::request_ptr what, Done done) {
    const auto which = ++requests_;
    stage_.ask(actor_, static_cast<actor::request_id>(which), std::move(what),
               std::move(done));
    return which;
  }

  /// Publishes and notes what became of it.
  void publish_noted(draft what, const engine::rights& by);

  /// One thing that an actor does. No two happen in one moment; an actor
  /// numbers its answers by that.
  bool run_one();
  void run_all();
  void let_time_pass(std::chrono::milliseconds by);
  void check_sleepers();

  /// Lets everything come to its end.
  void come_to_rest();

  /// Ends what is left; for the destructor of the world.
  void close() { frame::close(actor_); }

  /// Requests so far; the next one has the next number.
  std::uint64_t requests_ = 0;
  bool ended_ = false;

private:
  std::string_view actor_;
};

/// Plays a seed; what is thrown is a complaint.
template <class Evidence, class World, class Mutant>
[[nodiscard]] Evidence run_world(std::uint64_t seed, Mutant which) {
  try {
    return World{seed, which}.play();
  } catch (const std::exception& thrown) {
    Evidence made;
    made.complaints.push_back({"run: A run does not throw.", thrown.what()});
    return made;
  }
}

} // namespace libsig::sim
