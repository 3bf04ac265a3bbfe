#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "libsig/core/id.hpp"
#include "libsig/engine/observer.hpp"
#include "tests/sim/evidence.hpp"
#include "tests/sim/mutant.hpp"

namespace libsig::sim {

/// Writes down what the gate tells its observer, and which signal is being
/// handled while the gate makes ids.
class recorder final : public engine::observer {
public:
  recorder(evidence& into, mutant which) : into_{into}, mutant_{which} {}

  /// The signal that is being handled, by its sequence; 0 for none. Returns
  /// the one before.
  std::uint64_t handles(std::uint64_t sequence) {
    return std::exchange(handled_, sequence);
  }

  /// The gate has made an id for what is emitted now.
  void made_id(const std::string& id) { into_.causes[id] = handled_; }

  void on_unrouted(const signal&) override { ++into_.unrouted; }

  void on_dead_letter(std::string_view actor, const signal_ptr& what,
                      const error& why) override {
    if (mutant_ == mutant::hides_dead_letters && ++hidden_ % 3 == 1) {
      return;
    }
    into_.dead_letters.push_back({std::string{actor}, what, why.code()});
    note("dead letter of " + std::string{actor} + ": " + what->type() + ' '
         + std::string{to_string(why.code())});
  }

  void on_crash(std::string_view actor, std::string_view reason,
                bool down) override {
    if (down) {
      note(std::string{actor} + " is down: " + std::string{reason});
      return;
    }
    ++into_.crashes;
    note(std::string{actor} + " crashed: " + std::string{reason});
  }

  void on_entered(std::string_view, std::uint64_t sequence) override {
    entered_after_ = sequence;
  }

  void on_left(std::string_view actor, std::uint64_t sequence) override {
    for (auto& one : into_.registrations) {
      if (one.actor == actor && !one.last) {
        one.last = sequence;
      }
    }
  }

  /// Behind which signal the routes count that were registered last.
  [[nodiscard]] std::uint64_t entered_after() const noexcept {
    return entered_after_;
  }

  void note(const std::string& line) {
    into_.transcript += line;
    into_.transcript += '\n';
  }

private:
  evidence& into_;
  mutant mutant_;
  std::uint64_t handled_ = 0;
  std::uint64_t entered_after_ = 0;
  unsigned hidden_ = 0;
};

/// Ids that depend on the seed alone; the recorder hears of each.
class recorded_ids final : public id_source {
public:
  recorded_ids(uuid7_source::entropy random, recorder& by)
    : ids_{std::move(random)}, recorder_{by} {}

  [[nodiscard]] std::string next(wall_time now) override {
    auto made = ids_.next(now);
    recorder_.made_id(made);
    return made;
  }

private:
  uuid7_source ids_;
  recorder& recorder_;
};

} // namespace libsig::sim
