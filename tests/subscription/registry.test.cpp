#include "libsig/subscription/registry.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using namespace libsig;
using subscription::agent_place;
using subscription::registry;

namespace {

using texts = std::vector<std::string>;

/// The agents and patterns that match, as text.
[[nodiscard]] texts matches(const registry& in, std::string_view tenant,
                            std::string_view type) {
  std::vector<subscription::hit> hits;
  in.match(tenant, type, hits);
  texts found;
  for (const auto& one : hits) {
    found.push_back(in.name_of(one.agent).agent + ' ' + *one.by->pattern);
  }
  return found;
}

struct agents : registry {
  agent_place add(const std::string& tenant, const std::string& name) {
    const auto made = put_agent({tenant, name}, {});
    BOOST_REQUIRE(made);
    return made->first;
  }

  void listen(agent_place who, std::string_view pattern) {
    BOOST_REQUIRE(subscribe(who, pattern, {}, {}));
  }
};

} // namespace

BOOST_AUTO_TEST_SUITE(subscription_registry)

BOOST_AUTO_TEST_CASE(a_match_is_by_agent_then_the_most_specific_pattern) {
  agents in;
  const auto a = in.add("t", "a");
  const auto b = in.add("t", "b");
  in.listen(b, "**");
  in.listen(a, "x:**");
  in.listen(a, "**");
  in.listen(a, "x:y");
  in.listen(b, "x:*");
  in.listen(b, "z");
  BOOST_TEST(matches(in, "t", "x:y")
             == (texts{"a x:y", "a x:**", "a **", "b x:*", "b **"}));
  BOOST_TEST(matches(in, "u", "x:y").empty());
}

BOOST_AUTO_TEST_CASE(what_is_removed_matches_no_more) {
  agents in;
  const auto a = in.add("t", "a");
  const auto b = in.add("t", "b");
  for (const auto who : {a, b}) {
    in.listen(who, "x");
    in.listen(who, "*");
  }
  BOOST_TEST(in.size() == 4u);
  BOOST_TEST(**in.unsubscribe(a, "x") == "x");
  BOOST_TEST(matches(in, "t", "x") == (texts{"a *", "b x", "b *"}));
  in.remove_agent(b);
  BOOST_TEST(matches(in, "t", "x") == (texts{"a *"}));
  BOOST_TEST(in.size() == 1u);
  // Its place is somebody else's now.
  const auto c = in.add("u", "c");
  BOOST_TEST(c == b);
  BOOST_TEST(in.find(c, "x") == nullptr);
  in.listen(c, "x");
  BOOST_TEST(matches(in, "t", "x") == (texts{"a *"}));
  BOOST_TEST(matches(in, "u", "x") == (texts{"c x"}));
}

BOOST_AUTO_TEST_CASE(a_row_is_put_back_as_it_was) {
  agents in;
  const auto a = in.add("t", "a");
  subscription::subscription_row row{"a", "x:*", false, true, {}, {}};
  row.created_at = wall_time{std::chrono::milliseconds{5}};
  row.updated_at = wall_time{std::chrono::milliseconds{7}};
  BOOST_TEST(in.restore(a, row));
  const auto kept = in.row_of(*in.find(a, "x:*"));
  BOOST_TEST(!kept.silent);
  BOOST_TEST(kept.include_self);
  BOOST_TEST((kept.created_at == row.created_at));
  BOOST_TEST((kept.updated_at == row.updated_at));
  row.pattern = "a::b";
  BOOST_TEST(!in.restore(a, row));
}

BOOST_AUTO_TEST_CASE(texts_that_nobody_holds_go) {
  subscription::text_pool pool;
  const auto held = pool.get("held");
  BOOST_TEST((pool.get("held") == held));
  for (int count = 0; count < 10'000; ++count) {
    static_cast<void>(pool.get(std::to_string(count)));
  }
  BOOST_TEST(pool.size() <= 1'024u);
  BOOST_TEST((pool.get("held") == held));
}

BOOST_AUTO_TEST_SUITE_END()
