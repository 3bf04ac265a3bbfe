#include "libsig/actor/spec.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "libsig/schema/registry.hpp"

using namespace libsig;

namespace {

class idle final : public actor::reactor {
public:
  [[nodiscard]] actor::step on_signal(const signal_ptr&,
                                      const actor::context&) override {
    return {};
  }
};

[[nodiscard]] actor::spec good_spec() {
  actor::spec of;
  of.name = "one";
  of.source = "/agents/one";
  of.routes = {{"a.*"}};
  of.emits = {"b.**"};
  of.make = [](std::size_t) { return std::make_unique<idle>(); };
  return of;
}

} // namespace

BOOST_AUTO_TEST_SUITE(actor_spec)

BOOST_AUTO_TEST_CASE(a_whole_spec_is_accepted) {
  BOOST_TEST(actor::check_spec(good_spec()).has_value());
}

BOOST_AUTO_TEST_CASE(what_is_missing_or_broken_is_refused_with_the_name) {
  const auto refused = [](auto change) {
    auto of = good_spec();
    change(of);
    const auto checked = actor::check_spec(of);
    return !checked && checked.error().place() == "actor " + of.name;
  };
  BOOST_TEST(refused([](auto& of) { of.name.clear(); }));
  BOOST_TEST(refused([](auto& of) { of.source.clear(); }));
  BOOST_TEST(refused([](auto& of) { of.make = nullptr; }));
  BOOST_TEST(refused([](auto& of) { of.routes = {{"a..b"}}; }));
  BOOST_TEST(refused([](auto& of) { of.emits = {"a.b*"}; }));
  BOOST_TEST(refused([](auto& of) { of.shards = 0; }));
  BOOST_TEST(refused([](auto& of) { of.shards = 2; }));
}

BOOST_AUTO_TEST_CASE(shards_have_a_key_and_a_bound) {
  auto of = good_spec();
  of.key_of = [](const signal&) { return std::string_view{}; };
  of.shards = limits::shards_max;
  BOOST_TEST(actor::check_spec(of).has_value());
  of.shards = limits::shards_max + 1;
  BOOST_TEST(!actor::check_spec(of).has_value());
}

BOOST_AUTO_TEST_CASE(ids_that_end_in_numbers_spread_over_all_shards) {
  for (const std::size_t shards : {2u, 4u, 16u}) {
    std::vector<std::size_t> count(shards);
    constexpr std::size_t ids = 4'000;
    for (std::size_t number = 0; number < ids; ++number) {
      ++count[actor::shard_of("review-" + std::to_string(number), shards)];
    }
    const auto even = ids / shards;
    BOOST_TEST(*std::ranges::max_element(count) < even * 5 / 4);
    BOOST_TEST(*std::ranges::min_element(count) > even * 3 / 4);
  }
}

BOOST_AUTO_TEST_CASE(a_key_belongs_to_the_same_shard_for_ever) {
  BOOST_TEST(actor::shard_of("", 64) == actor::shard_of("", 64));
  BOOST_TEST(actor::shard_of("r1", 1) == 0u);
}

BOOST_AUTO_TEST_CASE(a_crash_notice_names_who_what_and_why) {
  actor::crash_notice notice;
  notice.actor = "one";
  notice.shard = 3;
  notice.reason = "a \"quoted\" reason\n";
  std::string text;
  notice.append_json(text);
  BOOST_TEST(
    text == R"({"actor":"one","reason":"a \"quoted\" reason\n","shard":3})");

  draft what;
  what.id = "7";
  what.source = std::string{"/s"};
  what.type = "a.b";
  auto admitted = schema::registry{}.admit(std::move(what), {}, {});
  BOOST_REQUIRE(admitted);
  notice.handled = std::move(admitted->what);
  notice.reason.clear();
  text.clear();
  notice.append_json(text);
  BOOST_TEST(text == R"({"actor":"one","handled":"7","reason":"","shard":3})");
}

BOOST_AUTO_TEST_SUITE_END()
