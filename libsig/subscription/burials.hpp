#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>

#include "libsig/actor/step.hpp"
#include "libsig/subscription/requests.hpp"

namespace libsig::subscription {

/// An item that is to become a dead letter.
struct burial {
  agent_name who;
  /// Of the signal.
  std::uint64_t sequence = 0;
  /// In words.
  std::string reason;
  /// How often it was handed out.
  unsigned attempts = 0;
  /// What its signal takes up in the log, roughly.
  std::uint64_t bytes = 0;
  /// Removes the item's row; to be written together with the letter.
  actor::write removal;
};

/// Writes a dead letter and with it `burial::removal`, in one transaction, then
/// asks the actor with a `buried_request` how it went. Called on the actor's
/// thread when the item's row, which says that it dies, was handed in for
/// writing before; must not block. Called again for one of which the actor was
/// not told: nothing is to be written twice.
using undertaker = std::function<void(const burial&)>;

/// Items that are on their way to the dead letters. Their rows say so, so that
/// a restart begins again with those that are not there yet.
class burials {
public:
  /// So many are under way at most; the others wait.
  static constexpr std::size_t under_way_max = 1'024;

  explicit burials(undertaker by) : by_{std::move(by)} {}

  /// Whether there is somebody who keeps dead letters.
  [[nodiscard]] bool possible() const noexcept { return by_ != nullptr; }

  /// Notes a burial; `carry_out` begins it.
  void add(burial what) {
    auto at = key_of(what.who, what.sequence);
    waiting_.insert_or_assign(std::move(at), std::move(what));
  }

  /// Begins those that wait, as many as may be under way: behind the step that
  /// wrote their rows.
  void carry_out() {
    while (may_begin()) {
      auto one = waiting_.extract(waiting_.begin());
      const auto begun = under_way_.insert_or_assign(
        std::move(one.key()), begun_one{std::move(one.mapped())});
      by_(begun.first->second.what);
    }
  }

  /// Asks again after those that were begun and of which nothing was heard
  /// since the last time.
  void remind() {
    for (auto& [key, one] : under_way_) {
      if (std::exchange(one.reminded, true)) {
        by_(one.what);
      }
    }
  }

  /// Learns what became of one; false when it has to wait for another try.
  [[nodiscard]] bool done(const buried_request& what) {
    auto one = under_way_.extract(key_of(what.who, what.sequence));
    if (one.empty() || what.kept) {
      return true;
    }
    waiting_.insert_or_assign(std::move(one.key()),
                              std::move(one.mapped().what));
    return false;
  }

  /// Whether one is on its way.
  [[nodiscard]] bool has(const agent_name& who, std::uint64_t sequence) const {
    const auto key = key_of(who, sequence);
    return waiting_.contains(key) || under_way_.contains(key);
  }

  /// Whether `carry_out` would begin one.
  [[nodiscard]] bool may_begin() const noexcept {
    return !waiting_.empty() && under_way_.size() < under_way_max;
  }

  /// Whether so many wait that no more should be made that can wait elsewhere.
  [[nodiscard]] bool has_many() const noexcept {
    return waiting_.size() >= under_way_max;
  }

  [[nodiscard]] std::size_t size() const noexcept {
    return waiting_.size() + under_way_.size();
  }

private:
  using name = std::pair<agent_name, std::uint64_t>;

  struct begun_one {
    burial what;
    /// It is asked after at the next reminder.
    bool reminded = false;
  };

  [[nodiscard]] static name key_of(const agent_name& who,
                                   std::uint64_t sequence) {
    return {who, sequence};
  }

  undertaker by_;
  std::map<name, burial> waiting_;
  std::map<name, begun_one> under_way_;
};

} // namespace libsig::subscription
