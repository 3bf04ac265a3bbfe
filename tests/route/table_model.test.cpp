// The table against the sentence it implements: all routes whose pattern
// matches by itself, sorted by a comparison of segments.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>
#include <rapidcheck.h>

#include "libsig/route/table.hpp"

namespace {

using libsig::pattern;
using libsig::route::match;
using libsig::route::route_id;
using libsig::route::table;
using libsig::route::target;

using words = std::vector<std::string>;

/// One route of the model; its place in the list is its registration.
struct model_route {
  route_id id;
  std::uint32_t target;
  pattern where;
  int priority;
};

int rank(const pattern& of, std::size_t index) {
  if (index >= of.segments().size())
    return 2;
  switch (of.segments()[index].kind) {
  case pattern::kind::literal:
    return 0;
  case pattern::kind::one:
    return 1;
  case pattern::kind::many:
    return 3;
  }
  return 4;
}

bool goes_before(const model_route& left, const model_route& right) {
  const auto size =
    std::max(left.where.segments().size(), right.where.segments().size());
  for (std::size_t i = 0; i <= size; ++i)
    if (rank(left.where, i) != rank(right.where, i))
      return rank(left.where, i) < rank(right.where, i);
  return left.priority > right.priority;
}

std::vector<std::pair<std::uint64_t, std::uint32_t>>
expected(const std::vector<model_route>& routes, const std::string& type) {
  std::vector<model_route> found;
  std::ranges::copy_if(routes, std::back_inserter(found),
                       [&](const auto& at) { return at.where.matches(type); });
  std::ranges::stable_sort(found, goes_before);
  std::vector<std::pair<std::uint64_t, std::uint32_t>> out;
  for (const auto& at : found)
    out.emplace_back(static_cast<std::uint64_t>(at.id), at.target);
  return out;
}

std::vector<std::pair<std::uint64_t, std::uint32_t>>
actual(const table& routes, const std::string& type) {
  std::vector<match> out;
  routes.match(type, out);
  std::vector<std::pair<std::uint64_t, std::uint32_t>> pairs;
  for (const auto& at : out)
    pairs.emplace_back(static_cast<std::uint64_t>(at.id),
                       static_cast<std::uint32_t>(at.target));
  return pairs;
}

/// Whether the segments of a pattern match those of a type, by definition.
bool by_definition(const words& where, std::size_t from, const words& type,
                   std::size_t at) {
  if (from == where.size())
    return at == type.size();
  if (where[from] == "**") {
    for (auto next = at; next <= type.size(); ++next)
      if (by_definition(where, from + 1, type, next))
        return true;
    return false;
  }
  return at < type.size() && (where[from] == "*" || where[from] == type[at])
         && by_definition(where, from + 1, type, at + 1);
}

std::string joined(const words& segments, char mark) {
  std::string text;
  for (std::size_t i = 0; i < segments.size(); ++i)
    text += (i > 0 ? std::string(1, mark) : "") + segments[i];
  return text;
}

rc::Gen<words> any_segments(const words& alphabet) {
  return rc::gen::resize(6, rc::gen::nonEmpty(rc::gen::container<words>(
                              rc::gen::elementOf(alphabet))));
}

rc::Gen<char> any_mark() { return rc::gen::element('.', ':'); }

pattern any_pattern() {
  const words alphabet = {"a",  "b",  "*",  "*",
                          "**", "**", "cc", "a-literal-beyond-the-node"};
  auto segments = *any_segments(alphabet);
  const auto end = std::unique(segments.begin(), segments.end(),
                               [](const auto& left, const auto& right) {
                                 return left == "**" && right == "**";
                               });
  segments.erase(end, segments.end());
  return pattern::parse(joined(segments, *any_mark())).value();
}

std::string any_type() {
  const words alphabet = {"a", "b", "cc", "", "a-literal-beyond-the-node", "d"};
  return joined(*any_segments(alphabet), *any_mark());
}

void check_types(const table& routes, const std::vector<model_route>& model) {
  for (int i = 0; i < 8; ++i) {
    const auto type = any_type();
    RC_LOG() << "type: " << type << "\n";
    RC_ASSERT(actual(routes, type) == expected(model, type));
  }
}

void add_to_both(table& routes, std::vector<model_route>& model,
                 std::uint32_t number) {
  const auto where = any_pattern();
  const auto priority = *rc::gen::element(-100, 0, 0, 1, 100);
  RC_LOG() << "add " << where.text() << " at " << priority << "\n";
  const auto id = routes.add(where, target{number}, priority).value();
  model.push_back({id, number, where, priority});
}

void remove_from_both(table& routes, std::vector<model_route>& model) {
  if (model.empty())
    return;
  const auto at = model.begin()
                  + static_cast<std::ptrdiff_t>(
                    *rc::gen::inRange<std::size_t>(0, model.size()));
  RC_ASSERT(routes.remove(at->id));
  RC_ASSERT(!routes.remove(at->id));
  model.erase(at);
}

} // namespace

BOOST_AUTO_TEST_SUITE(route_table_model)

BOOST_AUTO_TEST_CASE(a_pattern_matches_as_its_definition_says) {
  const auto holds = rc::check([] {
    const auto mark = *any_mark();
    const auto where = *any_segments({"a", "b", "*", "**"});
    const auto type = *any_segments({"a", "b", "", "c"});
    const auto parsed = pattern::parse(joined(where, mark));
    RC_PRE(parsed.has_value());
    RC_ASSERT(parsed->matches(joined(type, mark))
              == by_definition(where, 0, type, 0));
  });
  BOOST_TEST(holds);
}

BOOST_AUTO_TEST_CASE(a_table_answers_as_all_its_patterns_do) {
  const auto holds = rc::check([] {
    table routes;
    std::vector<model_route> model;
    const auto steps = *rc::gen::inRange<std::uint32_t>(1, 60);
    for (std::uint32_t step = 0; step < steps; ++step) {
      if (*rc::gen::inRange(0, 4) == 0)
        remove_from_both(routes, model);
      else
        add_to_both(routes, model, step);
      if (step % 8 == 7)
        routes = table(routes);
    }
    RC_ASSERT(routes.size() == model.size());
    check_types(routes, model);
    while (!model.empty())
      remove_from_both(routes, model);
    RC_ASSERT(routes.size() == 0u);
    check_types(routes, model);
  });
  BOOST_TEST(holds);
}

BOOST_AUTO_TEST_SUITE_END()
