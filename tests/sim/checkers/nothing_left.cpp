#include "tests/sim/checkers/checker.hpp"

namespace libsig::sim {

namespace {

class nothing_left final : public checker {
public:
  [[nodiscard]] std::string_view name() const noexcept override {
    return "nothing_left";
  }

  [[nodiscard]] std::string_view rule() const noexcept override {
    return "At the end nothing is in flight, and every signal, refusal, dead "
           "letter and crash was counted once.";
  }

  [[nodiscard]] std::optional<std::string>
  check(const evidence& seen, const evidence&) const override {
    const auto& all = seen.counted;
    std::uint64_t refused = 0;
    for (const auto& one : seen.attempts) {
      for (const auto& answer : one.answers) {
        if (!answer && answer.error().code() != errc::duplicate_conflict) {
          ++refused;
        }
      }
    }
    const sum sums[]{
      {"signals in flight", seen.in_flight, 0},
      {"admitted signals", all.admitted, seen.log.size()},
      {"delivered signals", all.delivered, seen.deliveries.size()},
      {"refused signals", all.refused, refused},
      {"unrouted signals", all.unrouted, seen.unrouted},
      {"dead letters", all.dead_letters, seen.dead_letters.size()},
      {"crashes", all.crashes, seen.crashes},
      {"signals that the journal took",
       all.admitted + all.duplicates + all.conflicts, seen.taken},
    };
    for (const auto& one : sums) {
      if (one.counted != one.seen) {
        return std::string{one.of} + ": the gate counts "
               + std::to_string(one.counted) + ", there were "
               + std::to_string(one.seen);
      }
    }
    return std::nullopt;
  }

private:
  struct sum {
    std::string_view of;
    std::uint64_t counted;
    std::uint64_t seen;
  };
};

} // namespace

std::unique_ptr<checker> make_nothing_left() {
  return std::make_unique<nothing_left>();
}

} // namespace libsig::sim
