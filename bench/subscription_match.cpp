// How many signals a second one core brings to the agents that subscribed to
// them: 100,000 subscriptions of 1,000 agents, of which three match a signal.
// The work is the match alone, from a signal's type to the agents, each with
// its patterns.
//
// The references of the same run: the bare table of routes with as many
// patterns, and one look-up of the type in a hash table, which knows no
// patterns and stands for the least that any index must do.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

#include "bench/support.hpp"
#include "libsig/core/pattern.hpp"
#include "libsig/route/table.hpp"
#include "libsig/subscription/registry.hpp"

namespace {

using namespace libsig;

constexpr std::size_t agents_count = 1'000;
constexpr std::size_t subscriptions_of_agent = 100;
constexpr std::size_t groups_count = agents_count * subscriptions_of_agent / 4;
constexpr std::size_t types_count = 65'536;
constexpr int runs = 11;
constexpr std::size_t rounds = 4;

/// A group's types are `job:<number>:<state>:...`.
[[nodiscard]] std::string group_name(std::size_t number) {
  return "job:" + std::to_string(number);
}

/// Of a group's four patterns each type matches three: `**` behind the name,
/// one `*`, and one of two states.
[[nodiscard]] std::string pattern_text(std::size_t subscription) {
  const auto name = group_name(subscription / 4);
  switch (subscription % 4) {
  case 0:
    return name + ":**";
  case 1:
    return name + ":*";
  case 2:
    return name + ":done";
  default:
    return name + ":failed";
  }
}

struct workload {
  subscription::registry agents;
  route::table routes;
  std::unordered_map<std::string, std::size_t> by_type;
  std::vector<std::string> types;
};

void prepare(workload& made) {
  std::vector<subscription::agent_place> places;
  for (std::size_t agent = 0; agent < agents_count; ++agent) {
    places.push_back(
      bench::expect(
        made.agents.put_agent({"default", "agent" + std::to_string(agent)}, {}))
        .first);
  }
  for (std::size_t each = 0; each < agents_count * subscriptions_of_agent;
       ++each) {
    // The four of a group belong to different agents.
    const auto text = pattern_text(each);
    bench::expect(
      made.agents.subscribe(places[each * 7 % agents_count], text, {}, {}));
    bench::expect(
      made.routes.add(bench::expect(pattern::parse(text)),
                      route::target{static_cast<std::uint32_t>(each)}));
  }
  std::mt19937_64 random{17};
  for (std::size_t each = 0; each < types_count; ++each) {
    auto type = group_name(random() % groups_count)
                + (random() % 2 == 0 ? ":done" : ":failed");
    made.by_type.emplace(type, each);
    made.types.push_back(std::move(type));
  }
}

/// Signals a second, and what was found for each.
template <class Match>
[[nodiscard]] std::pair<double, double> rate(const workload& given,
                                             Match match) {
  std::size_t found = 0;
  const auto begin = std::chrono::steady_clock::now();
  for (std::size_t round = 0; round < rounds; ++round) {
    for (const auto& type : given.types) {
      found += match(type);
    }
  }
  const auto signals = static_cast<double>(rounds * types_count);
  return {signals / bench::seconds_since(begin),
          static_cast<double>(found) / signals};
}

} // namespace

int main() {
  workload given;
  prepare(given);
  std::vector<double> ours;
  std::vector<double> bare;
  std::vector<double> hash;
  double matches = 0;
  std::vector<subscription::hit> hits;
  std::vector<route::match> routes;
  // They take turns, so that a busy machine weighs on all alike.
  for (int run = 0; run < runs; ++run) {
    const auto [signals, found] = rate(given, [&](const std::string& type) {
      hits.clear();
      given.agents.match("default", type, hits);
      return hits.size();
    });
    ours.push_back(signals);
    matches = found;
    bare.push_back(rate(given, [&](const std::string& type) {
                     routes.clear();
                     given.routes.match(type, routes);
                     return routes.size();
                   }).first);
    hash.push_back(rate(given, [&](const std::string& type) {
                     return given.by_type.find(type)->second % 2;
                   }).first);
  }
  const auto signals = bench::median(ours);
  std::printf("{\"bench\":\"subscription_match\",\"subscriptions\":%zu,"
              "\"agents\":%zu,\"signals_per_second\":%.0f,"
              "\"matches_per_signal\":%.2f,"
              "\"route_table_signals_per_second\":%.0f,"
              "\"hash_lookups_per_second\":%.0f,\"ratio_to_route_table\":%.3f,"
              "\"ratio_to_hash_lookup\":%.3f,\"runs\":%d}\n",
              agents_count * subscriptions_of_agent, agents_count, signals,
              matches, bench::median(bare), bench::median(hash),
              signals / bench::median(bare), signals / bench::median(hash),
              runs);
  return 0;
}
