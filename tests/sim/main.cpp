// The seeded simulation: sim --seed N | --seeds FROM..TO, --mutant NAME,
// --trace, --world topics.

#include "tests/sim/mutant.hpp"
#include "tests/sim/run.hpp"
#include "tests/sim/topics/topic_mutant.hpp"
#include "tests/sim/topics/topic_world.hpp"

#include <charconv>
#include <cstdint>
#include <cstdio>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace libsig::sim;

constexpr int exit_usage = 2;

struct command {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  std::string_view mutant_name;
  /// That of reviews and free traffic when empty.
  std::string_view world;
  bool trace = false;
};

[[nodiscard]] std::optional<std::uint64_t> number_of(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, problem] =
    std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc{} || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

[[nodiscard]] bool read_seeds(std::string_view text, command& into) {
  const auto dots = text.find("..");
  const auto first = number_of(text.substr(0, dots));
  const auto last =
    dots == std::string_view::npos ? first : number_of(text.substr(dots + 2));
  if (!first || !last || *last < *first) {
    return false;
  }
  into.first = *first;
  into.last = *last;
  return true;
}

[[nodiscard]] bool is_known_mutant(const command& asked) {
  const auto name = asked.mutant_name;
  return name.empty()
         || (asked.world.empty() ? find_mutant(name).has_value()
                                 : find_topic_mutant(name).has_value());
}

[[nodiscard]] std::optional<command>
read(const std::vector<std::string_view>& words) {
  command made;
  bool has_seeds = false;
  for (std::size_t at = 0; at < words.size(); ++at) {
    if (words[at] == "--trace") {
      made.trace = true;
      continue;
    }
    if (at + 1 == words.size()) {
      return std::nullopt;
    }
    const auto name = words[at];
    const auto value = words[++at];
    if (name == "--seed" || name == "--seeds") {
      has_seeds = read_seeds(value, made);
    } else if (name == "--mutant") {
      made.mutant_name = value;
    } else if (name == "--world" && value == "topics") {
      made.world = value;
    } else {
      return std::nullopt;
    }
  }
  return has_seeds && is_known_mutant(made) ? std::optional{made}
                                            : std::nullopt;
}

void report(const failure& what, const command& asked) {
  std::cout << "seed " << what.seed << " breaks " << what.checker
            << "\n  rule:  " << what.rule << "\n  saw:   " << what.saw
            << "\n  again: sim --seed " << what.seed;
  if (!asked.world.empty()) {
    std::cout << " --world " << asked.world;
  }
  if (!asked.mutant_name.empty()) {
    std::cout << " --mutant " << asked.mutant_name;
  }
  std::cout << " --trace\n";
}

[[nodiscard]] int usage() {
  std::cerr << "usage: sim --seed N | --seeds FROM..TO [--mutant NAME] "
               "[--trace] [--world topics]\nmutants:";
  for (const auto& row : mutants) {
    std::cerr << ' ' << row.name;
  }
  std::cerr << "\nmutants of topics:";
  for (const auto& row : topic_mutants) {
    std::cerr << ' ' << row.name;
  }
  std::cerr << '\n';
  return exit_usage;
}

/// A seed in the world that was asked for.
[[nodiscard]] outcome play(std::uint64_t seed, const command& asked) {
  if (asked.world.empty()) {
    return run_seed(seed,
                    find_mutant(asked.mutant_name).value_or(mutant::none));
  }
  const auto which = find_topic_mutant(asked.mutant_name);
  auto seen = run_topics(seed, which.value_or(topic_mutant::none));
  outcome made;
  for (auto& one : seen.complaints) {
    const auto colon = one.rule.find(": ");
    made.failures.push_back({seed, std::string{one.rule.substr(0, colon)},
                             std::string{one.rule.substr(colon + 2)},
                             std::move(one.saw)});
  }
  made.signals = seen.signals;
  made.deliveries = seen.taken;
  made.crashes = static_cast<std::size_t>(seen.crashes);
  made.transcript = std::move(seen.transcript);
  return made;
}

} // namespace

int main(int argc, char* argv[]) {
  const auto asked = read({argv + 1, argv + argc});
  if (!asked) {
    return usage();
  }
  std::uint64_t failed = 0;
  std::uint64_t signals = 0;
  std::uint64_t deliveries = 0;
  std::uint64_t crashes = 0;
  for (auto seed = asked->first;; ++seed) {
    const auto seen = play(seed, *asked);
    if (asked->trace) {
      std::cout << seen.transcript;
    }
    for (const auto& one : seen.failures) {
      report(one, *asked);
    }
    failed += seen.failures.empty() ? 0u : 1u;
    signals += seen.signals;
    deliveries += seen.deliveries;
    crashes += seen.crashes;
    if (seed == asked->last) {
      break;
    }
  }
  std::cout << (asked->last - asked->first + 1) << " seeds, " << failed
            << " failed; " << signals << " signals, " << deliveries
            << " deliveries, " << crashes << " crashes\n";
  return failed == 0 ? 0 : 1;
}
