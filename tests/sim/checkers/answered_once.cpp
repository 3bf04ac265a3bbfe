#include "tests/sim/checkers/checker.hpp"

namespace libsig::sim {

namespace {

class answered_once final : public checker {
public:
  [[nodiscard]] std::string_view name() const noexcept override {
    return "answered_once";
  }

  [[nodiscard]] std::string_view rule() const noexcept override {
    return "Every request is answered once, or not any more from when it was "
           "forgotten; what its answer says is written by then; an actor hears "
           "only of those who went away whose request it has.";
  }

  [[nodiscard]] std::optional<std::string>
  check(const evidence& seen, const evidence&) const override {
    for (std::size_t at = 0; at < seen.questions.size(); ++at) {
      const auto& one = seen.questions[at];
      const auto name = "request " + std::to_string(at + 1);
      if (one.answers > 1 || (one.answers == 0 && !one.forgotten)) {
        return name + " has " + std::to_string(one.answers) + " answers";
      }
      if (one.answered_late) {
        return name + " is answered though it was forgotten";
      }
      if (one.broken_promise) {
        return name + " is answered before its step is written";
      }
    }
    if (seen.strange_goings > 0) {
      return std::to_string(seen.strange_goings)
             + " times a reactor heard of a request that it did not have";
    }
    return std::nullopt;
  }
};

} // namespace

std::unique_ptr<checker> make_answered_once() {
  return std::make_unique<answered_once>();
}

} // namespace libsig::sim
