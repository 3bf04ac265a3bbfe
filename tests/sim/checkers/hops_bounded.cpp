#include "tests/sim/checkers/checker.hpp"

#include "libsig/actor/spec.hpp"
#include "libsig/core/limits.hpp"
#include "libsig/review/signals.hpp"

#include <string_view>
#include <unordered_map>

namespace libsig::sim {

namespace {

/// Whether the supervisor says it of the actor, not of a signal.
[[nodiscard]] bool is_notice_without_signal(const signal& what) {
  const auto notice = what.data().as<actor::crash_notice>();
  return notice && !notice->handled;
}

/// How many signals were handled, one for the other, to make each signal of the
/// log; a summary counts from its request, which it names as its cause, not
/// from the result or the timer that closed the review, and so does what was
/// made while nothing was handled, at a restart.
class chains {
public:
  explicit chains(const evidence& seen) : seen_{seen} {}

  /// The length of the next signal of the log.
  [[nodiscard]] std::uint32_t add(const signal& next) {
    const auto length = length_of(next);
    by_sequence_.emplace(next.sequence(), length);
    sequences_.emplace(next.id(), next.sequence());
    return length;
  }

private:
  [[nodiscard]] std::uint32_t length_of(const signal& of) const {
    const auto cause = cause_of(of);
    const auto known = by_sequence_.find(cause);
    // Causes stand before their effects.
    return cause == 0 || known == by_sequence_.end() ? 0 : known->second + 1;
  }

  [[nodiscard]] std::uint64_t cause_of(const signal& of) const {
    if (of.type() == review::summary_type) {
      return named_by(of);
    }
    const auto handled = seen_.causes.find(of.id());
    if (handled == seen_.causes.end() || is_notice_without_signal(of)) {
      return 0;
    }
    return handled->second == 0 ? named_by(of) : handled->second;
  }

  [[nodiscard]] std::uint64_t named_by(const signal& of) const {
    const auto named = sequences_.find(of.causation_id());
    return named == sequences_.end() ? 0 : named->second;
  }

  const evidence& seen_;
  std::unordered_map<std::uint64_t, std::uint32_t> by_sequence_;
  std::unordered_map<std::string_view, std::uint64_t> sequences_;
};

class hops_bounded final : public checker {
public:
  [[nodiscard]] std::string_view name() const noexcept override {
    return "hops_bounded";
  }

  [[nodiscard]] std::string_view rule() const noexcept override {
    return "A signal counts as many hops as signals were handled, one for the "
           "other, to make it, a summary one more than its request; never more "
           "than the limit.";
  }

  [[nodiscard]] std::optional<std::string>
  check(const evidence& seen, const evidence&) const override {
    chains real(seen);
    for (const auto& one : seen.log) {
      const auto length = real.add(*one);
      if (one->hops() != length || length > limits::hops_max) {
        return describe(*one) + " counts " + std::to_string(one->hops())
               + " hops, its chain of causes has " + std::to_string(length);
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
