// How many types a second one core matches against a route table, how that
// depends on the number of patterns, and what a snapshot of the table costs.

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <random>
#include <string>
#include <vector>

#include "libsig/core/pattern.hpp"
#include "libsig/route/table.hpp"

namespace {

using libsig::route::match;
using libsig::route::table;

constexpr int runs = 11;
constexpr std::size_t types_count = 65'536;
constexpr std::array verbs = {"created", "changed", "removed",
                              "failed",  "seen",    "closed"};

struct workload {
  table routes;
  std::vector<std::string> types;
};

struct figures {
  double matches_per_second;
  double routes_per_match;
};

std::string service(std::size_t number) {
  return "service-" + std::to_string(number);
}

/// Of ten patterns, six are exact, two have a `*` (one in front), two a `**`
/// (one in front). All sizes share these proportions and find about as many
/// routes per type.
std::string pattern_text(std::size_t index) {
  const auto name = service(index / 10);
  switch (index % 10) {
  case 6:
    return name + ".*.changed";
  case 7:
    return "*." + name + ".seen";
  case 8:
    return name + ".order.**";
  case 9:
    return "**." + name;
  default:
    return name + ".order." + verbs[index % verbs.size()];
  }
}

/// Types of three segments over the same words; three of four are orders, one
/// of eight is addressed to a service.
std::string type_text(std::mt19937_64& random, std::size_t services) {
  const auto name = service(random() % services);
  const auto* verb = verbs[random() % verbs.size()];
  if (random() % 8 == 0)
    return "node." + name + "." + verb;
  return name + (random() % 4 == 0 ? ".item." : ".order.") + verb;
}

workload prepare(std::size_t patterns) {
  workload made;
  for (std::size_t i = 0; i < patterns; ++i)
    if (!made.routes.add(libsig::pattern::parse(pattern_text(i)).value(),
                         libsig::route::target{static_cast<std::uint32_t>(i)}))
      std::fputs("a pattern is refused\n", stderr);
  std::mt19937_64 random(patterns);
  for (std::size_t i = 0; i < types_count; ++i)
    made.types.push_back(type_text(random, patterns / 10));
  return made;
}

template <class Work>
double seconds_of(const Work& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  const std::chrono::duration<double> taken =
    std::chrono::steady_clock::now() - begin;
  return taken.count();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

/// One run over all types of the workload.
figures measure(const workload& given) {
  constexpr std::size_t rounds = 4;
  constexpr auto matches = static_cast<double>(rounds * types_count);
  std::vector<match> out;
  std::size_t found = 0;
  const auto taken = seconds_of([&] {
    for (std::size_t round = 0; round < rounds; ++round)
      for (const auto& type : given.types) {
        out.clear();
        given.routes.match(type, out);
        found += out.size();
      }
  });
  return {matches / taken, static_cast<double>(found) / matches};
}

double copy_milliseconds(const workload& given) {
  std::vector<double> times;
  for (int run = 0; run < runs; ++run)
    times.push_back(1e3 * seconds_of([&] {
                      const table snapshot = given.routes;
                      if (snapshot.size() != given.routes.size())
                        std::fputs("a copy differs\n", stderr);
                    }));
  return median(times);
}

} // namespace

int main() {
  constexpr std::array<std::size_t, 3> sizes = {10, 1'000, 100'000};
  std::array<workload, sizes.size()> workloads;
  std::array<std::vector<double>, sizes.size()> rates;
  std::array<double, sizes.size()> found{};
  for (std::size_t i = 0; i < sizes.size(); ++i)
    workloads[i] = prepare(sizes[i]);
  // The sizes take turns, so that a busy machine weighs on all alike.
  for (int run = 0; run < runs; ++run)
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      const auto measured = measure(workloads[i]);
      rates[i].push_back(measured.matches_per_second);
      found[i] = measured.routes_per_match;
    }
  const auto few = median(rates[0]);
  const auto some = median(rates[1]);
  const auto many = median(rates[2]);
  std::printf(
    "{\"bench\":\"route_match\",\"matches_per_second_10\":%.0f,"
    "\"matches_per_second_1000\":%.0f,\"matches_per_second_100000\":%.0f,"
    "\"ratio_100000_to_10\":%.3f,\"routes_per_match_10\":%.2f,"
    "\"routes_per_match_1000\":%.2f,\"routes_per_match_100000\":%.2f,"
    "\"copy_100000_ms\":%.2f,\"runs\":%d}\n",
    few, some, many, many / few, found[0], found[1], found[2],
    copy_milliseconds(workloads[2]), runs);
  return 0;
}
