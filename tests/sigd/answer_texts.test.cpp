#include "apps/sigd/answer_texts.hpp"

#include <string>
#include <utility>

#include <boost/test/unit_test.hpp>

#include "tests/sigd/wait_messages.hpp"

using namespace libsig;
using libsig::testing::make_message;

namespace {

constexpr std::size_t some = 1'000;

} // namespace

BOOST_AUTO_TEST_SUITE(texts_of_answers)

// M13.
BOOST_AUTO_TEST_CASE(a_message_is_one_text_in_clear_and_one_hidden) {
  sigd::answer_texts texts{0, {}};
  const auto what = make_message(1, R"({"token":"t"})");
  const auto hidden = texts.of(what, false);
  const auto clear = texts.of(what, true);
  BOOST_TEST(texts.of(what, false) == hidden);
  BOOST_TEST(texts.of(what, true) == clear);
  BOOST_TEST(hidden->find("[REDACTED]") != std::string::npos);
  BOOST_TEST(clear->find(R"({"token":"t"})") != std::string::npos);
  BOOST_TEST(texts.bytes() == hidden->size() + clear->size());
}

BOOST_AUTO_TEST_CASE(another_cursor_or_sequence_is_another_text) {
  sigd::answer_texts texts{0, {}};
  const auto what = make_message(1, "{}");
  auto moved = what;
  moved.cursor = "elsewhere";
  const auto one = texts.of(what, false);
  BOOST_TEST(texts.of(moved, false) != one);
  BOOST_TEST(texts.of(make_message(2, "{}"), false) != one);
}

BOOST_AUTO_TEST_CASE(a_text_is_counted_until_its_last_holder_lets_it_go) {
  int freed = 0;
  sigd::answer_texts texts{0, [&] { ++freed; }};
  const auto what = make_message(1, "{}");
  auto one = texts.of(what, false);
  auto other = one;
  const auto bytes = one->size();
  one.reset();
  BOOST_TEST(freed == 0);
  BOOST_TEST(texts.bytes() == bytes);
  BOOST_TEST(texts.has(what, false));
  other.reset();
  BOOST_TEST(freed == 1);
  BOOST_TEST(texts.bytes() == 0u);
  BOOST_TEST(!texts.has(what, false));
  auto own = texts.own("abc");
  BOOST_TEST(texts.bytes() == 3u);
  own.reset();
  BOOST_TEST(freed == 2);
  BOOST_TEST(texts.bytes() == 0u);
}

// Both sides of the bound of what is kept.
BOOST_AUTO_TEST_CASE(the_newest_texts_are_kept_up_to_their_bound) {
  const auto size = [] {
    sigd::answer_texts texts{0, {}};
    return texts.of(make_message(1, std::string(some, ' ')), true)->size();
  }();
  sigd::answer_texts texts{2 * size, {}};
  for (std::uint64_t sequence = 1; sequence <= 3; ++sequence) {
    (void)texts.of(make_message(sequence, std::string(some, ' ')), true);
  }
  BOOST_TEST(texts.bytes() == 2 * size);
  BOOST_TEST(!texts.has(make_message(1, ""), true));
  BOOST_TEST(texts.has(make_message(2, ""), true));
  BOOST_TEST(texts.has(make_message(3, ""), true));
  texts.forget_kept();
  BOOST_TEST(texts.bytes() == 0u);
}

BOOST_AUTO_TEST_CASE(a_text_may_outlive_what_counts_it) {
  sigd::answer_texts::text left;
  int freed = 0;
  {
    sigd::answer_texts texts{some, [&] { ++freed; }};
    left = texts.of(make_message(1, "{}"), false);
  }
  BOOST_TEST(left->starts_with("{\"ok\":true"));
  left.reset();
  BOOST_TEST(freed == 0);
}

BOOST_AUTO_TEST_SUITE_END()
