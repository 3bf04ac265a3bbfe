#include "libsig/engine/desk.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace libsig;

namespace {

using texts = std::vector<std::string>;

[[nodiscard]] constexpr actor::request_id id(std::uint64_t number) {
  return static_cast<actor::request_id>(number);
}

/// A desk and what those who asked were told, in order.
class office {
public:
  explicit office(std::size_t waiting_max = 8) : at{waiting_max} {}

  [[nodiscard]] result<void> ask(std::uint64_t which) {
    actor::reply_handler done = [this,
                                 which](const result<actor::reply_ptr>& got) {
      told.push_back(
        std::to_string(which) + ' '
        + (got ? "answered" : std::string{to_string(got.error().code())}));
    };
    return at.ask(id(which), std::make_shared<actor::request>(), done);
  }

  void answer(std::uint64_t which) {
    std::vector<actor::answer> one;
    one.push_back({id(which), actor::reply_ptr{}});
    at.answer(std::move(one));
  }

  texts told;
  engine::desk at;
};

[[nodiscard]] error because(errc code) { return error(code); }

} // namespace

BOOST_AUTO_TEST_SUITE(desk)

BOOST_AUTO_TEST_CASE(requests_are_taken_in_order_and_answered_once) {
  office one;
  BOOST_REQUIRE(one.ask(1));
  BOOST_REQUIRE(one.ask(2));
  BOOST_TEST((one.at.take()->which == id(1)));
  BOOST_TEST((one.at.take()->which == id(2)));
  BOOST_TEST(!one.at.take());
  one.answer(2);
  one.answer(1);
  one.answer(1);
  one.answer(7);
  BOOST_TEST(one.told == (texts{"2 answered", "1 answered"}),
             boost::test_tools::per_element());
  BOOST_TEST(one.at.size() == 0u);
}

BOOST_AUTO_TEST_CASE(what_waits_is_not_answered_before_it_is_taken) {
  office one;
  BOOST_REQUIRE(one.ask(1));
  one.answer(1);
  BOOST_TEST(one.told.empty());
  BOOST_REQUIRE(one.at.take());
  one.answer(1);
  BOOST_TEST(one.told.size() == 1u);
}

BOOST_AUTO_TEST_CASE(at_the_bound_of_waiting_requests_one_more_is_refused) {
  office one{2};
  BOOST_TEST(one.ask(1).has_value());
  BOOST_TEST(one.ask(2).has_value());
  const auto refused = one.ask(3);
  BOOST_REQUIRE(!refused);
  BOOST_TEST((refused.error().code() == errc::overloaded));
  // What the cell has does not wait.
  BOOST_REQUIRE(one.at.take());
  BOOST_TEST(one.ask(4).has_value());
  BOOST_TEST(one.told.empty());
}

BOOST_AUTO_TEST_CASE(what_is_forgotten_while_it_waits_is_never_taken) {
  office one;
  BOOST_REQUIRE(one.ask(1));
  BOOST_REQUIRE(one.ask(2));
  BOOST_TEST(!one.at.forget(id(1)));
  BOOST_TEST((one.at.take()->which == id(2)));
  BOOST_TEST(!one.at.take());
}

BOOST_AUTO_TEST_CASE(the_cell_is_told_once_what_was_forgotten_while_open) {
  office one;
  BOOST_REQUIRE(one.ask(1));
  BOOST_REQUIRE(one.at.take());
  BOOST_TEST(one.at.forget(id(1)));
  BOOST_TEST(!one.at.forget(id(1)));
  const auto gone = one.at.take();
  BOOST_REQUIRE(gone);
  BOOST_TEST((gone->which == id(1)));
  BOOST_TEST(!gone->what);
  BOOST_TEST(!one.at.take());
  one.answer(1);
  BOOST_TEST(one.told.empty());
  BOOST_TEST(one.at.size() == 0u);
}

BOOST_AUTO_TEST_CASE(an_answer_ends_the_going_that_is_on_its_way) {
  office one;
  BOOST_REQUIRE(one.ask(1));
  BOOST_REQUIRE(one.ask(2));
  BOOST_REQUIRE(one.at.take());
  BOOST_REQUIRE(one.at.take());
  BOOST_TEST(one.at.forget(id(1)));
  BOOST_TEST(one.at.forget(id(2)));
  one.answer(1);
  std::vector<actor::answer> settled;
  settled.push_back({id(2), actor::reply_ptr{}});
  one.at.settle(settled);
  BOOST_TEST(settled.empty());
  BOOST_TEST(!one.at.take());
  BOOST_TEST(one.told.empty());
  BOOST_TEST(one.at.size() == 0u);
}

BOOST_AUTO_TEST_CASE(a_settled_answer_outlives_a_crash_and_the_end) {
  office one;
  BOOST_REQUIRE(one.ask(1));
  BOOST_REQUIRE(one.ask(2));
  BOOST_REQUIRE(one.ask(3));
  BOOST_REQUIRE(one.at.take());
  BOOST_REQUIRE(one.at.take());
  std::vector<actor::answer> settled;
  settled.push_back({id(1), actor::reply_ptr{}});
  settled.push_back({id(9), actor::reply_ptr{}});
  one.at.settle(settled);
  BOOST_TEST(settled.size() == 1u);
  one.at.fail_open(because(errc::actor_crashed));
  BOOST_TEST(one.told == (texts{"2 actor_crashed"}),
             boost::test_tools::per_element());
  one.at.close(because(errc::stopped));
  one.at.answer(std::move(settled));
  BOOST_TEST(one.told == (texts{"2 actor_crashed", "3 stopped", "1 answered"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_settled_answer_can_be_forgotten) {
  office one;
  BOOST_REQUIRE(one.ask(1));
  BOOST_REQUIRE(one.at.take());
  std::vector<actor::answer> settled;
  settled.push_back({id(1), actor::reply_ptr{}});
  one.at.settle(settled);
  BOOST_TEST(!one.at.forget(id(1)));
  one.at.answer(std::move(settled));
  BOOST_TEST(one.told.empty());
}

BOOST_AUTO_TEST_CASE(a_closed_desk_answers_in_order_and_refuses_what_comes) {
  office one;
  for (std::uint64_t which = 1; which <= 4; ++which) {
    BOOST_REQUIRE(one.ask(which));
  }
  BOOST_REQUIRE(one.at.take());
  BOOST_REQUIRE(one.at.take());
  one.at.close(because(errc::not_found), because(errc::actor_crashed));
  one.at.close(because(errc::stopped));
  BOOST_TEST(one.told
               == (texts{"1 actor_crashed", "2 actor_crashed", "3 not_found",
                         "4 not_found"}),
             boost::test_tools::per_element());
  const auto refused = one.ask(5);
  BOOST_REQUIRE(!refused);
  BOOST_TEST((refused.error().code() == errc::not_found));
  BOOST_TEST(!one.at.take());
}

BOOST_AUTO_TEST_CASE(a_handler_may_ask_and_forget) {
  office one;
  actor::reply_handler done = [&](const result<actor::reply_ptr>&) {
    BOOST_TEST(one.ask(2).has_value());
    BOOST_TEST(!one.at.forget(id(1)));
  };
  BOOST_REQUIRE(one.at.ask(id(1), std::make_shared<actor::request>(), done));
  BOOST_REQUIRE(one.at.take());
  one.answer(1);
  BOOST_TEST((one.at.take()->which == id(2)));
}

BOOST_AUTO_TEST_CASE(two_threads_end_every_request_once) {
  constexpr std::uint64_t total = 20'000;
  engine::desk at{total};
  const auto held = std::make_shared<std::vector<std::atomic<int>>>(total + 1);
  for (std::uint64_t which = 1; which <= total; ++which) {
    actor::reply_handler done = [held, which](auto&&) { ++(*held)[which]; };
    BOOST_REQUIRE(at.ask(id(which), std::make_shared<actor::request>(), done));
  }
  std::thread other{[&] {
    for (std::uint64_t which = 1; which <= total; ++which) {
      static_cast<void>(at.forget(id(which)));
    }
  }};
  while (const auto next = at.take()) {
    std::vector<actor::answer> one;
    one.push_back({next->which, actor::reply_ptr{}});
    at.answer(std::move(one));
  }
  other.join();
  while (at.take()) {
  }
  BOOST_TEST(at.size() == 0u);
  // No handler is left, and none was called twice.
  BOOST_TEST(held.use_count() == 1);
  BOOST_TEST(std::ranges::all_of(*held, [](int calls) { return calls <= 1; }));
}

BOOST_AUTO_TEST_SUITE_END()
