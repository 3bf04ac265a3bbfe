// Patterns and types of any bytes. The input's first line is a type, every
// other one a pattern; the table must answer as the patterns do.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string_view>
#include <vector>

#include "libsig/core/pattern.hpp"
#include "libsig/route/table.hpp"

namespace {

using libsig::pattern;
using libsig::route::match;
using libsig::route::route_id;
using libsig::route::table;
using libsig::route::target;

constexpr std::size_t patterns_max = 64;

void require(bool holds) {
  if (!holds)
    std::abort();
}

std::string_view take_line(std::string_view& rest) {
  const auto end = rest.find('\n');
  const auto line = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return line;
}

std::vector<pattern> read_patterns(std::string_view rest) {
  std::vector<pattern> patterns;
  while (!rest.empty() && patterns.size() < patterns_max) {
    auto parsed = pattern::parse(take_line(rest));
    if (!parsed)
      continue;
    require(pattern::parse(parsed->text()).has_value());
    patterns.push_back(*std::move(parsed));
  }
  return patterns;
}

std::set<std::uint32_t> targets_of(const table& routes, std::string_view type) {
  std::vector<match> out;
  routes.match(type, out);
  std::set<std::uint32_t> targets;
  for (const auto& each : out)
    require(targets.insert(static_cast<std::uint32_t>(each.target)).second);
  return targets;
}

/// The table holds the routes from `first` on.
void compare(const table& routes, const std::vector<pattern>& patterns,
             std::size_t first, std::string_view type) {
  std::set<std::uint32_t> expected;
  for (auto i = first; i < patterns.size(); ++i)
    if (patterns[i].matches(type))
      expected.insert(static_cast<std::uint32_t>(i));
  require(targets_of(routes, type) == expected);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  const auto type = take_line(rest);
  const auto patterns = read_patterns(rest);
  table routes;
  std::vector<route_id> ids;
  for (std::size_t i = 0; i < patterns.size(); ++i)
    ids.push_back(
      routes.add(patterns[i], target{static_cast<std::uint32_t>(i)}).value());
  compare(routes, patterns, 0, type);
  const auto half = ids.size() / 2;
  for (std::size_t i = 0; i < half; ++i)
    require(routes.remove(ids[i]));
  compare(routes, patterns, half, type);
  return 0;
}
