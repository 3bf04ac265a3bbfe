#include "apps/sig/client/event_stream.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>
#include <rapidcheck.h>

using namespace libsig;
using namespace libsig::sig::client;

namespace {

std::string shown(const stream_event& one) {
  return one.name + '|' + one.id + '|' + one.data;
}

/// All events of a text that comes in pieces of these sizes, the last of them
/// again and again.
std::vector<std::string> read(std::string_view text,
                              std::vector<std::size_t> sizes = {65'536}) {
  event_stream_reader reader{1'000};
  std::vector<std::string> events;
  std::size_t turn = 0;
  while (!text.empty()) {
    const auto size =
      std::min(sizes[std::min(turn++, sizes.size() - 1)], text.size());
    const auto more =
      reader.read(text.substr(0, size), [&events](const stream_event& one) {
        events.push_back(shown(one));
        return true;
      });
    BOOST_TEST_REQUIRE(more.has_value());
    BOOST_TEST(*more);
    text.remove_prefix(size);
  }
  return events;
}

using lines = std::vector<std::string>;

} // namespace

BOOST_AUTO_TEST_SUITE(event_stream)

BOOST_AUTO_TEST_CASE(an_event_ends_at_an_empty_line) {
  BOOST_TEST(read("id: 7\ndata: {}\n\n") == (lines{"message|7|{}"}));
  BOOST_TEST(read("id: 7\ndata: {}\n") == lines{});
  BOOST_TEST(read("data:a\ndata: b\ndata\n\n") == (lines{"message||a\nb\n"}));
  BOOST_TEST(read("event: gap\ndata: x\n\n") == (lines{"gap||x"}));
}

BOOST_AUTO_TEST_CASE(comments_and_events_without_data_are_none) {
  BOOST_TEST(read(":\n\n: hello\n\nid: 3\n\nretry: 5\n\n") == lines{});
  BOOST_TEST(read("id: 3\n\ndata: a\n\n") == (lines{"message|3|a"}));
}

BOOST_AUTO_TEST_CASE(the_id_stays_until_another_comes) {
  BOOST_TEST(read("id: 3\ndata: a\n\ndata: b\n\n")
             == (lines{"message|3|a", "message|3|b"}));
}

// What comes back as Last-Event-ID must not break our requests.
BOOST_AUTO_TEST_CASE(an_id_that_is_no_position_is_not_taken) {
  BOOST_TEST(read("id: 3\ndata: a\n\nid: x y\ndata: b\n\n")
             == (lines{"message|3|a", "message|3|b"}));
}

BOOST_AUTO_TEST_CASE(every_end_of_line_and_a_mark_at_the_start_are_known) {
  const lines expected{"message|1|a", "message|2|b"};
  BOOST_TEST(read("id:1\rdata:a\r\rid:2\rdata:b\r\r") == expected);
  BOOST_TEST(read("id:1\r\ndata:a\r\n\r\nid:2\r\ndata:b\r\n\r\n") == expected);
  BOOST_TEST(read("\xEF\xBB\xBFid:1\ndata:a\n\nid:2\ndata:b\n\n") == expected);
}

BOOST_AUTO_TEST_CASE(pieces_of_any_size_give_the_same_events) {
  rc::check([] {
    const auto parts = *rc::gen::container<std::vector<std::string>>(
      rc::gen::element<std::string>("id: 12\n", "id: 9\r\n",
                                    "data: {\"a\":1}\n", "data: b\r\n", "\n",
                                    "\r\n", "\r", ": comment\n", "event: cut\n",
                                    "retry: 9\n", "unknown: x\n", "data:\n"));
    std::string text;
    for (const auto& one : parts) {
      text += one;
    }
    const auto sizes = *rc::gen::nonEmpty(
      rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange(1, 9)));
    RC_ASSERT(read(text, sizes) == read(text));
  });
}

BOOST_AUTO_TEST_CASE(a_line_or_an_event_over_the_bound_is_refused) {
  const auto taken = [](const std::string& text) {
    event_stream_reader reader{100};
    return reader.read(text, [](const stream_event&) { return true; })
      .has_value();
  };
  BOOST_TEST(taken(std::string(100, 'x')));
  BOOST_TEST(!taken(std::string(101, 'x')));
  const std::string half = "data:" + std::string(49, 'x') + "\n";
  BOOST_TEST(taken(half + half));
  BOOST_TEST(!taken(half + half + "data:x\n"));
}

BOOST_AUTO_TEST_CASE(a_receiver_that_has_enough_ends_the_reading) {
  event_stream_reader reader{100};
  int seen = 0;
  const auto more =
    reader.read("data: a\n\ndata: b\n\n", [&seen](const stream_event&) {
      ++seen;
      return false;
    });
  BOOST_TEST(!more.value());
  BOOST_TEST(seen == 1);
}

BOOST_AUTO_TEST_CASE(the_pause_is_taken_over_up_to_a_minute) {
  const auto retry_of = [](std::string_view text) {
    event_stream_reader reader{100};
    BOOST_TEST(
      reader.read(text, [](const stream_event&) { return true; }).value());
    return reader.retry() ? static_cast<long>(reader.retry()->count()) : -1L;
  };
  BOOST_TEST(retry_of("retry: 1500\n") == 1'500);
  BOOST_TEST(retry_of("retry: 999999\n") == 60'000);
  BOOST_TEST(retry_of("retry: 1s\n") == -1);
  BOOST_TEST(retry_of("retry:\n") == -1);
}

BOOST_AUTO_TEST_CASE(a_new_connection_forgets_what_was_unfinished) {
  event_stream_reader reader{100};
  std::vector<std::string> events;
  const auto take = [&events](const stream_event& one) {
    events.push_back(shown(one));
    return true;
  };
  BOOST_TEST(reader.read("id: 4\ndata: lost\ndata: al", take).value());
  reader.restart();
  BOOST_TEST(reader.read("data: new\n\n", take).value());
  BOOST_TEST(events == (lines{"message|4|new"}));
}

BOOST_AUTO_TEST_SUITE_END()
