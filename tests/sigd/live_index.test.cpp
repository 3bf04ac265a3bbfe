#include "apps/sigd/live_index.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

using namespace libsig;

namespace {

struct waiter {
  std::string name;
  sigd::index_place place_in_index = {};
};

using texts = std::vector<std::string>;

class crowd {
public:
  std::shared_ptr<waiter> add(std::string name, std::string_view wants) {
    auto made = std::make_shared<waiter>();
    made->name = std::move(name);
    if (wants.empty()) {
      index.add(made, nullptr);
    } else {
      const auto parsed = *pattern::parse(wants);
      index.add(made, &parsed);
    }
    return made;
  }

  [[nodiscard]] texts who_hears(std::string_view type) {
    texts names;
    index.for_each(type, [&](const std::shared_ptr<waiter>& one) {
      names.push_back(one->name);
    });
    std::ranges::sort(names);
    return names;
  }

  sigd::live_index<waiter> index;
};

} // namespace

BOOST_AUTO_TEST_SUITE(live_index)

BOOST_AUTO_TEST_CASE(those_hear_whose_pattern_matches_and_each_once) {
  crowd some;
  some.add("all", "");
  some.add("every", "**");
  some.add("exact", "a.b");
  some.add("same", "a.b");
  some.add("one", "a.*");
  BOOST_TEST(some.who_hears("a.b")
               == (texts{"all", "every", "exact", "one", "same"}),
             boost::test_tools::per_element());
  BOOST_TEST(some.who_hears("a:b") == (texts{"all", "every"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(one_that_left_hears_no_more_and_the_others_stay) {
  crowd some;
  const auto first = some.add("first", "a");
  const auto second = some.add("second", "a");
  const auto third = some.add("third", "a");
  some.index.remove(*first);
  BOOST_TEST(some.who_hears("a") == (texts{"second", "third"}),
             boost::test_tools::per_element());
  some.index.remove(*third);
  some.index.remove(*second);
  BOOST_TEST(some.who_hears("a").empty());
  BOOST_TEST(some.index.size() == 0u);
  some.add("next", "b");
  some.add("again", "a");
  BOOST_TEST(some.who_hears("a") == (texts{"again"}),
             boost::test_tools::per_element());
  BOOST_TEST(some.who_hears("b") == (texts{"next"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(all_can_be_taken_out_at_once) {
  crowd some;
  some.add("one", "a");
  some.add("two", "b.**");
  BOOST_TEST(some.index.take_all().size() == 2u);
  BOOST_TEST(some.who_hears("a").empty());
  some.add("three", "a");
  BOOST_TEST(some.who_hears("a") == (texts{"three"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_type_and_a_pattern_of_one_text_are_two) {
  crowd some;
  some.add("all", "a.*");
  auto topic = std::make_shared<waiter>();
  topic->name = "topic";
  const auto literal = *pattern::literal("a.*");
  some.index.add(topic, &literal);
  BOOST_TEST(some.who_hears("a.b") == (texts{"all"}),
             boost::test_tools::per_element());
  BOOST_TEST(some.who_hears("a.*") == (texts{"all", "topic"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
