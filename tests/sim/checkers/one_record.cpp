#include "tests/sim/checkers/checker.hpp"

#include <map>
#include <string>

#include "libsig/core/row_key.hpp"
#include "libsig/review/record.hpp"
#include "libsig/review/signals.hpp"

namespace libsig::sim {

namespace {

class one_record final : public checker {
public:
  [[nodiscard]] std::string_view name() const noexcept override {
    return "one_record";
  }

  [[nodiscard]] std::string_view rule() const noexcept override {
    return "Every review.summary has one record, written with it, which leads "
           "to it and to its request; what has one is not open any more.";
  }

  [[nodiscard]] std::optional<std::string>
  check(const evidence& seen, const evidence&) const override {
    std::map<std::uint64_t, const signal*> log;
    std::size_t summaries = 0;
    for (const auto& one : seen.log) {
      log[one->sequence()] = one.get();
      summaries += one->type() == review::summary_type ? 1 : 0;
    }
    if (summaries != seen.closed_reviews.size()) {
      return std::to_string(summaries) + " summaries have "
             + std::to_string(seen.closed_reviews.size()) + " records";
    }
    for (const auto& row : seen.closed_reviews) {
      if (auto wrong = check_row(row, log)) {
        return wrong;
      }
      for (const auto& open : seen.open_reviews) {
        if (open.key == row.key) {
          return row.key + " is open and closed";
        }
      }
    }
    return std::nullopt;
  }

private:
  [[nodiscard]] static std::optional<std::string>
  check_row(const journal::keyed_write& row,
            const std::map<std::uint64_t, const signal*>& log) {
    const auto key = read_row_key(row.key);
    const auto record = review::read_record(row.value.value_or(std::string{}));
    if (!key || !record) {
      return row.key + " is no record: " + row.value.value_or("nothing");
    }
    const auto request = log.find(key->sequence);
    const auto summary = log.find(record->summary);
    if (request == log.end() || summary == log.end()
        || request->second->type() != review::request_type) {
      return row.key + " leads nowhere";
    }
    const auto told = summary->second->data().as<review::summary>();
    if (!told || told->review_id != key->name
        || told->status != record->status) {
      return row.key + " leads to another summary";
    }
    for (const auto& one : record->assignments) {
      const bool done = one.state == review::assignment_state::done;
      const auto result = log.find(one.result);
      if (done != (result != log.end())
          || (done && result->second->type() != review::result_type)
          || one.state == review::assignment_state::pending) {
        return row.key + " has a wrong assignment of " + one.agent;
      }
    }
    return std::nullopt;
  }
};

} // namespace

std::unique_ptr<checker> make_one_record() {
  return std::make_unique<one_record>();
}

} // namespace libsig::sim
