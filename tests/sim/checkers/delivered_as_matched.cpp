#include "tests/sim/checkers/checker.hpp"

#include <set>
#include <utility>

#include "libsig/core/reserved.hpp"

namespace libsig::sim {

namespace {

using event = std::pair<std::string, std::uint64_t>;

/// The oracle: the meaning of patterns, without any table.
[[nodiscard]] bool wants(const registration& of, const signal& what) {
  if (what.sequence() <= of.after || (of.last && what.sequence() > *of.last)) {
    return false;
  }
  for (const auto& one : of.patterns) {
    const auto& first = one.segments().front();
    const bool names_internal =
      first.kind == pattern::kind::literal && first.text == "internal";
    if (one.matches(what.type())
        && (names_internal || !is_internal_type(what.type()))) {
      return true;
    }
  }
  return false;
}

class delivered_as_matched final : public checker {
public:
  [[nodiscard]] std::string_view name() const noexcept override {
    return "delivered_as_matched";
  }

  [[nodiscard]] std::string_view rule() const noexcept override {
    return "An actor gets exactly the signals that one of its patterns matches "
           "while it is registered, and internal ones only by a route that "
           "names them.";
  }

  [[nodiscard]] std::optional<std::string>
  check(const evidence& seen, const evidence&) const override {
    std::set<event> delivered;
    for (const auto& one : seen.deliveries) {
      delivered.emplace(one.actor, one.what->sequence());
    }
    // A mailbox at its bound is the one reason not to deliver, and it is told.
    std::set<event> excused;
    for (const auto& one : seen.dead_letters) {
      if (one.code == errc::overloaded) {
        excused.emplace(one.actor, one.what->sequence());
      }
    }
    for (const auto& actor : seen.registrations) {
      for (const auto& one : seen.log) {
        const event now{actor.actor, one->sequence()};
        const bool wanted = wants(actor, *one) && !excused.contains(now);
        if (wanted != delivered.contains(now)) {
          return describe(*one) + (wanted ? " did not reach " : " reached ")
                 + actor.actor;
        }
      }
    }
    return std::nullopt;
  }
};

} // namespace

std::unique_ptr<checker> make_delivered_as_matched() {
  return std::make_unique<delivered_as_matched>();
}

} // namespace libsig::sim
