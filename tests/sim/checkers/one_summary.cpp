#include "tests/sim/checkers/checker.hpp"

#include <map>
#include <set>

#include "libsig/actor/spec.hpp"
#include "libsig/review/signals.hpp"

namespace libsig::sim {

namespace {

/// The review that a signal belongs to; empty for none.
[[nodiscard]] std::string review_of(signal_ptr what) {
  while (what) {
    const auto& data = what->data();
    if (const auto notice = data.as<actor::crash_notice>()) {
      what = notice->handled;
      continue;
    }
    if (const auto asked = data.as<review::request>()) {
      return asked->review_id;
    }
    if (const auto work = data.as<review::assignment>()) {
      return work->review_id;
    }
    if (const auto answer = data.as<review::review_result>()) {
      return answer->review_id;
    }
    if (const auto closing = data.as<review::summary>()) {
      return closing->review_id;
    }
    break;
  }
  return {};
}

class one_summary final : public checker {
public:
  [[nodiscard]] std::string_view name() const noexcept override {
    return "one_summary";
  }

  [[nodiscard]] std::string_view rule() const noexcept override {
    return "Every admitted review.request gets exactly one review.summary, and "
           "nothing else gets one; a request is excused only when a dead "
           "letter "
           "says that the journal failed to write something of its review.";
  }

  [[nodiscard]] std::optional<std::string>
  check(const evidence& seen, const evidence&) const override {
    std::set<std::string> asked;
    std::map<std::string, std::size_t> summaries;
    for (const auto& one : seen.log) {
      if (one->type() == review::request_type) {
        if (!asked.insert(review_of(one)).second) {
          return "review " + review_of(one) + " was admitted twice";
        }
      } else if (one->type() == review::summary_type) {
        ++summaries[review_of(one)];
      }
    }
    std::set<std::string> excused;
    for (const auto& one : seen.dead_letters) {
      if (one.code == errc::io) {
        excused.insert(review_of(one.what));
      }
    }
    for (const auto& [review, count] : summaries) {
      if (!asked.contains(review) || count > 1) {
        return "review " + review + " got " + std::to_string(count)
               + " summaries";
      }
    }
    for (const auto& review : asked) {
      if (!summaries.contains(review) && !excused.contains(review)) {
        return "review " + review + " got no summary";
      }
    }
    return std::nullopt;
  }
};

} // namespace

std::unique_ptr<checker> make_one_summary() {
  return std::make_unique<one_summary>();
}

} // namespace libsig::sim
