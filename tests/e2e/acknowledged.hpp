#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "tests/e2e/sigd_client.hpp"

namespace libsig::testing {

/// What clients were told of their signals, in their own words, and what a node
/// that was started again must therefore say.
class acknowledged {
public:
  // -- the clients' side; any thread ------------------------------------------

  /// Publishes one signal after the other until the node is gone, or so many
  /// are done. One of five is a review.
  void publish(std::uint16_t port, const std::string& prefix, int most,
               std::size_t padding) {
    test::client to{port};
    for (int number = 0; number < most && to.connected(); ++number) {
      const auto id = prefix + std::to_string(number);
      const auto text = number % 5 == 0 ? review_event(id) : event(id, padding);
      if (!to.send(request("POST", "/v1/signals", text))) {
        break;
      }
      if (!note(id, text, to.read_answer())) {
        break;
      }
    }
  }

  /// Whether the connection is worth another request.
  bool note(const std::string& id, const std::string& text,
            const std::string& answer) {
    const auto got = body_of(answer);
    const std::lock_guard lock{mutex_};
    if (status_of(answer) != 202 || !got.is_object()) {
      in_doubt_.emplace_back(id, text);
      return status_of(answer) != 0;
    }
    const auto sequence = sequence_of(got);
    fresh_.emplace_back(id, text);
    receipts_[id] = sequence;
    return true;
  }

  // -- the judge's side -------------------------------------------------------

  /// Looks at what the node has beyond what was looked at before, and repeats
  /// some of what was sent; what is wrong is added to the violations.
  void check(std::uint16_t port) {
    take_log(port);
    for (const auto& [id, text] : fresh_) {
      const auto found = log_.find(id);
      if (found == log_.end()) {
        violate("acknowledged and missing: " + id);
      } else if (found->second != receipts_[id]) {
        violate("another sequence than in the receipt: " + id);
      }
    }
    repeat(port);
    fresh_.clear();
    in_doubt_.clear();
  }

  /// Waits until no review is open, and counts the summaries of each.
  void check_reviews(std::uint16_t port) {
    constexpr int looks_max = 400;
    for (int look = 0; look < looks_max; ++look) {
      take_log(port);
      if (open_reviews() == 0) {
        break;
      }
      ::poll(nullptr, 0, 50);
    }
    for (const auto& [id, count] : summaries_) {
      if (count != 1) {
        violate("review " + id + " has " + std::to_string(count)
                + " summaries");
      }
    }
  }

  /// Forgets everything but the violations: the next store is another one.
  void begin_store() {
    receipts_.clear();
    log_.clear();
    summaries_.clear();
    fresh_.clear();
    in_doubt_.clear();
    position_ = 0;
  }

  void violate(std::string what) { violations_.push_back(std::move(what)); }

  [[nodiscard]] const std::vector<std::string>& violations() const {
    return violations_;
  }

  [[nodiscard]] std::size_t receipts() const { return receipts_.size(); }

private:
  using sent = std::pair<std::string, std::string>;

  [[nodiscard]] std::size_t open_reviews() const {
    std::size_t open = 0;
    for (const auto& [id, count] : summaries_) {
      open += count == 0 ? 1 : 0;
    }
    return open;
  }

  void take_log(std::uint16_t port) {
    for (const auto& one : log_behind(port, position_)) {
      const auto sequence = sequence_of(one);
      const auto id = one.at("id").get<std::string>();
      if (sequence <= position_) {
        violate("sequences do not rise at " + std::to_string(sequence));
      }
      position_ = sequence;
      if (!log_.emplace(id, sequence).second) {
        violate("twice in the log: " + id);
      }
      if (one.at("type") == "review.request") {
        summaries_.try_emplace(one.at("data").at("review_id"), 0);
      } else if (one.at("type") == "review.summary") {
        ++summaries_[one.at("data").at("review_id")];
      }
    }
  }

  /// A repeat gets the first receipt; one in doubt is there or not.
  void repeat(std::uint16_t port) {
    constexpr std::size_t repeats_max = 3;
    test::client to{port};
    const auto again = [&](const sent& one) {
      to.send(request("POST", "/v1/signals", one.second));
      const auto answer = to.read_answer();
      const auto got = body_of(answer);
      if (status_of(answer) != 202 || !got.is_object()) {
        violate("a repeat of " + one.first
                + " is answered: " + answer.substr(0, 200));
        return;
      }
      const auto there = log_.find(one.first);
      const bool known = there != log_.end();
      if (got.at("duplicate") != known
          || (known && sequence_of(got) != there->second)) {
        violate("a repeat of " + one.first + " gets another receipt");
      }
      receipts_[one.first] = sequence_of(got);
    };
    for (std::size_t at = 0; at < fresh_.size() && at < repeats_max; ++at) {
      again(fresh_[fresh_.size() - 1 - at]);
    }
    for (const auto& one : in_doubt_) {
      again(one);
    }
  }

  // Clients are threads; what they note is all that they share.
  std::mutex mutex_;
  std::vector<sent> fresh_;
  std::vector<sent> in_doubt_;
  std::map<std::string, std::uint64_t> receipts_;

  std::map<std::string, std::uint64_t> log_;
  std::map<std::string, int> summaries_;
  std::uint64_t position_ = 0;
  std::vector<std::string> violations_;
};

} // namespace libsig::testing
