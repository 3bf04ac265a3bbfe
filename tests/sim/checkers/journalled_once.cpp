#include "tests/sim/checkers/checker.hpp"

#include <map>
#include <set>
#include <utility>

namespace libsig::sim {

namespace {

using identity = std::pair<std::string, std::string>;

[[nodiscard]] identity identity_of(const signal& what) {
  return {what.source(), what.id()};
}

class journalled_once final : public checker {
public:
  [[nodiscard]] std::string_view name() const noexcept override {
    return "journalled_once";
  }

  [[nodiscard]] std::string_view rule() const noexcept override {
    return "What was admitted stands in the log exactly once, under the "
           "sequence of its receipt; what was refused does not; sequences have "
           "no gaps.";
  }

  [[nodiscard]] std::optional<std::string>
  check(const evidence& seen, const evidence&) const override {
    std::map<identity, const signal*> logged;
    std::uint64_t expected = 1;
    for (const auto& one : seen.log) {
      if (one->sequence() != expected++) {
        return describe(*one) + " stands where sequence "
               + std::to_string(expected - 1) + " belongs";
      }
      if (!logged.emplace(identity_of(*one), one.get()).second) {
        return describe(*one) + " stands in the log twice";
      }
    }
    std::set<identity> answered;
    for (const auto& one : seen.attempts) {
      if (auto wrong = check_answer(seen, one, answered)) {
        return wrong;
      }
    }
    return check_refused(seen, logged, answered);
  }

private:
  /// An answer names what the log holds.
  [[nodiscard]] static std::optional<std::string>
  check_answer(const evidence& seen, const attempt& one,
               std::set<identity>& answered) {
    if (one.answers.size() != 1) {
      return "a publisher of " + one.type + " got "
             + std::to_string(one.answers.size()) + " answers";
    }
    const auto& answer = one.answers.front();
    if (!answer) {
      return std::nullopt;
    }
    if (answer->sequence == 0 || answer->sequence > seen.log.size()) {
      return "a receipt of " + one.type + " names sequence "
             + std::to_string(answer->sequence) + " of a log of "
             + std::to_string(seen.log.size());
    }
    const auto& found = *seen.log[answer->sequence - 1];
    const identity named{answer->source, answer->id};
    if (identity_of(found) != named || found.type() != one.type) {
      return "a receipt of " + one.type + " names " + answer->id + " at "
             + std::to_string(answer->sequence) + ", where the log has "
             + describe(found);
    }
    if (!answer->duplicate && !answered.insert(named).second) {
      return describe(found) + " was acknowledged as new twice";
    }
    return std::nullopt;
  }

  /// What all attempts were refused for is not there.
  [[nodiscard]] static std::optional<std::string>
  check_refused(const evidence& seen,
                const std::map<identity, const signal*>& logged,
                const std::set<identity>& answered) {
    for (const auto& one : seen.attempts) {
      const identity named{one.source, one.id};
      if (!one.id.empty() && !answered.contains(named)
          && logged.contains(named)) {
        return describe(*logged.at(named))
               + " stands in the log though nobody was told so";
      }
    }
    return std::nullopt;
  }
};

} // namespace

std::unique_ptr<checker> make_journalled_once() {
  return std::make_unique<journalled_once>();
}

} // namespace libsig::sim
