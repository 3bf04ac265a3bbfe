#include "tests/sim/checkers/checker.hpp"

#include "libsig/actor/spec.hpp"
#include "libsig/core/limits.hpp"

namespace libsig::sim {

namespace {

/// Whether the supervisor says it of the actor, not of a signal.
[[nodiscard]] bool is_notice_without_signal(const signal& what) {
  const auto notice = what.data().as<actor::crash_notice>();
  return notice && !notice->handled;
}

class hops_bounded final : public checker {
public:
  [[nodiscard]] std::string_view name() const noexcept override {
    return "hops_bounded";
  }

  [[nodiscard]] std::string_view rule() const noexcept override {
    return "A signal counts as many hops as signals were handled, one for the "
           "other, to make it, and never more than the limit.";
  }

  [[nodiscard]] std::optional<std::string>
  check(const evidence& seen, const evidence&) const override {
    // The real length by sequence; causes stand before their effects.
    std::vector<std::uint32_t> length(seen.log.size() + 1, 0);
    for (const auto& one : seen.log) {
      std::uint32_t real = 0;
      const auto cause = seen.causes.find(one->id());
      if (cause != seen.causes.end() && cause->second != 0
          && cause->second < one->sequence()
          && !is_notice_without_signal(*one)) {
        real = length[cause->second] + 1;
      }
      if (one->sequence() < length.size()) {
        length[one->sequence()] = real;
      }
      if (one->hops() != real || real > limits::hops_max) {
        return describe(*one) + " counts " + std::to_string(one->hops())
               + " hops, its chain of causes has " + std::to_string(real);
      }
    }
    return std::nullopt;
  }
};

} // namespace

std::unique_ptr<checker> make_hops_bounded() {
  return std::make_unique<hops_bounded>();
}

} // namespace libsig::sim
