#include "tests/sim/topics/reader.hpp"

#include <algorithm>
#include <limits>

namespace libsig::sim {

namespace {

constexpr auto never = std::numeric_limits<std::uint64_t>::max();

} // namespace

std::uint64_t reader::next_behind(const std::string& topic,
                                  std::uint64_t after) const {
  const auto found = log_.next_in({"default", topic}, after);
  return found && *found ? **found : never;
}

void reader::given(const std::vector<topic::message>& what,
                   const complain& tell) {
  for (const auto& one : what) {
    auto& at = at_[one.topic];
    const auto got = one.what->sequence();
    // The answer shows which of the places it was.
    std::set<std::uint64_t> fits;
    for (const auto place : at.may_be) {
      if (next_behind(one.topic, place) == got) {
        fits.insert(place);
      }
    }
    if (fits.empty()) {
      const auto stands = *at.may_be.begin();
      tell({each_once_in_order,
            name_ + " is given " + std::to_string(got) + " of " + one.topic
              + " though its cursor stands at " + std::to_string(stands)
              + ", behind which is "
              + std::to_string(next_behind(one.topic, stands))});
      fits = {got - 1};
    }
    at.may_be = std::move(fits);
    ++at.version;
  }
}

reader::settlement reader::settle(std::vector<topic::message> of,
                                  bool written) {
  settlement made{std::move(of), written, {}};
  for (const auto& one : made.of) {
    auto& at = at_.at(one.topic);
    made.versions.push_back(at.version);
    if (written) {
      at.may_be.insert(one.what->sequence());
    }
  }
  return made;
}

void reader::confirm(const settlement& what) {
  for (std::size_t number = 0; number < what.of.size(); ++number) {
    auto& at = at_.at(what.of[number].topic);
    // A wait that was queued behind it may have been told first.
    if (what.written && at.version == what.versions[number]) {
      at.may_be = {what.of[number].what->sequence()};
    }
  }
}

bool reader::has_message(const topics& of, topic::wait_mode mode,
                         std::uint64_t up_to) const {
  const auto has = [&](const std::string& topic) {
    const auto found = at_.find(topic);
    const auto furthest =
      found == at_.end() ? 0 : *found->second.may_be.rbegin();
    return next_behind(topic, furthest) <= up_to;
  };
  return mode == topic::wait_mode::all ? std::ranges::all_of(of, has)
                                       : std::ranges::any_of(of, has);
}

} // namespace libsig::sim
