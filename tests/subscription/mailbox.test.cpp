#include "libsig/subscription/mailbox.hpp"

#include <boost/test/unit_test.hpp>
#include <rapidcheck.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

using namespace libsig;
using namespace std::chrono_literals;
using subscription::item;
using subscription::mailbox;

namespace {

constexpr steady_time start{1'000s};

[[nodiscard]] item with(std::uint64_t sequence) {
  item made;
  made.sequence = sequence;
  return made;
}

[[nodiscard]] std::vector<std::uint64_t> sequences(const mailbox::some& of) {
  std::vector<std::uint64_t> found;
  for (const auto& [sequence, what] : of) {
    BOOST_TEST(what->sequence == sequence);
    found.push_back(sequence);
  }
  return found;
}

using list = std::vector<std::uint64_t>;

} // namespace

BOOST_AUTO_TEST_SUITE(mailbox_of_an_agent)

BOOST_AUTO_TEST_CASE(items_stand_by_sequence_each_once) {
  mailbox box;
  BOOST_TEST(box.add(with(2)) != nullptr);
  BOOST_TEST(box.add(with(1)) != nullptr);
  BOOST_TEST(box.add(with(2)) == nullptr);
  BOOST_TEST(sequences(box.ready()) == (list{1, 2}));
  BOOST_TEST(box.size() == 2u);
  box.remove(1);
  BOOST_TEST(box.find(1) == nullptr);
  BOOST_TEST(box.find(2) != nullptr);
}

BOOST_AUTO_TEST_CASE(an_item_is_in_one_state_at_a_time) {
  mailbox box;
  auto* const one = box.add(with(1));
  box.hand_out(*one, 7);
  BOOST_TEST(sequences(box.out()) == (list{1}));
  BOOST_TEST(box.ready().empty());
  box.hand_out(*one, 8);
  BOOST_TEST(one->hand_outs == (list{7, 8}));
  box.rest(*one, start + 1s);
  BOOST_TEST(box.out().empty());
  BOOST_TEST((box.next_wake() == start + 1s));
  std::vector<item*> woken;
  box.wake(start + 999ms, woken);
  BOOST_TEST(woken.empty());
  box.wake(start + 1s, woken);
  BOOST_TEST(woken.size() == 1u);
  BOOST_TEST(sequences(box.ready()) == (list{1}));
  BOOST_TEST(!box.next_wake());
  box.rest(*one, start + 2s);
  box.remove(1);
  BOOST_TEST(!box.next_wake());
}

BOOST_AUTO_TEST_CASE(the_oldest_item_is_the_one_that_waits_longest) {
  mailbox box;
  BOOST_TEST(box.oldest() == nullptr);
  const auto add = [&](std::uint64_t sequence,
                       std::chrono::milliseconds since) {
    auto made = with(sequence);
    made.since = wall_time{since};
    box.add(std::move(made));
  };
  add(5, 50ms);
  // One that was brought back.
  add(1, 60ms);
  add(6, 50ms);
  BOOST_TEST(box.oldest()->sequence == 5u);
  box.hand_out(*box.find(5), 1);
  BOOST_TEST(box.oldest()->sequence == 5u);
  box.remove(5);
  BOOST_TEST(box.oldest()->sequence == 6u);
  box.remove(6);
  BOOST_TEST(box.oldest()->sequence == 1u);
}

BOOST_AUTO_TEST_CASE(its_parts_make_up_the_whole_after_any_history) {
  BOOST_TEST(rc::check([] {
    mailbox box;
    std::uint64_t numbers = 0;
    const auto deeds = *rc::gen::container<std::vector<std::uint32_t>>(
      rc::gen::inRange(0u, 1'000u));
    for (const auto deed : deeds) {
      const std::uint64_t sequence = 1 + deed % 8;
      auto* const what = box.find(sequence);
      std::vector<item*> woken;
      if (what == nullptr) {
        auto made = with(sequence);
        made.since = wall_time{std::chrono::milliseconds{deed / 8 % 5}};
        box.add(std::move(made));
      } else if (deed / 8 % 5 == 0) {
        box.remove(sequence);
      } else if (deed / 8 % 5 == 1) {
        box.hand_out(*what, ++numbers);
      } else if (deed / 8 % 5 == 2) {
        box.rest(*what, start + std::chrono::seconds{deed / 40});
      } else {
        box.wake(start + std::chrono::seconds{deed / 40}, woken);
      }
      std::size_t resting = 0;
      const item* oldest = nullptr;
      for (const auto& [number, one] : box.all()) {
        resting += one.is == item::state::resting ? 1 : 0;
        RC_ASSERT(box.ready().contains(number)
                  == (one.is == item::state::ready));
        RC_ASSERT(box.out().contains(number) == (one.is == item::state::out));
        if (oldest == nullptr || one.since < oldest->since) {
          oldest = &one;
        }
      }
      RC_ASSERT(box.ready().size() + box.out().size() + resting == box.size());
      RC_ASSERT(box.next_wake().has_value() == (resting > 0));
      RC_ASSERT(box.oldest() == oldest);
    }
  }));
}

BOOST_AUTO_TEST_CASE(the_id_of_a_hand_out_is_read_as_it_was_written) {
  using subscription::hand_out_id;
  using subscription::read_hand_out_id;
  for (const auto& one : {hand_out_id{1, 1}, hand_out_id{42, 1007},
                          hand_out_id{UINT64_MAX, UINT64_MAX}}) {
    BOOST_TEST((read_hand_out_id(to_string(one)) == one));
  }
  BOOST_TEST(to_string(hand_out_id{42, 7}) == "42-7");
  for (const auto* wrong :
       {"", "-", "1", "1-", "-1", "0-1", "1-0", "01-1", "1-01", "1-1 ", " 1-1",
        "+1-1", "1--1", "1-1-1", "99999999999999999999-1", "a-b"}) {
    BOOST_TEST(!read_hand_out_id(wrong), wrong);
  }
}

BOOST_AUTO_TEST_SUITE_END()
