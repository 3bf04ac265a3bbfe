#include "tests/publish/world.hpp"

#include "libsig/journal/sqlite_journal.hpp"
#include "libsig/publish/pump.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace libsig;
using namespace std::chrono_literals;
using publish::outcome;
using testing::failing;
using testing::publishing_world;
using testing::scripted_sink;
using sequences = std::vector<std::uint64_t>;

namespace {

/// A pump at work on a scripted sink.
struct at_work {
  explicit at_work(publishing_world& in, publish::pump_options how = named())
    : world{in}, pump{in.make_pump(std::move(how),
                                   std::make_unique<scripted_sink>(record))} {}

  [[nodiscard]] static publish::pump_options named() {
    publish::pump_options how;
    how.name = "hook";
    how.endpoint = "https://example.org";
    how.retry.attempts_max = 3;
    how.gather = 0ms;
    return how;
  }

  /// Steps until it has nothing to do by itself at this time.
  publish::next_step settle() {
    for (int steps = 0; steps < 10'000; ++steps) {
      const auto next = pump->step();
      if (!next.at || *next.at > world.time->steady_now()) {
        return next;
      }
    }
    BOOST_FAIL("the pump does not come to rest");
    return {};
  }

  /// Goes on in time for as long as the pump asks for that.
  void run_to_rest() {
    for (auto next = settle(); next.at; next = settle()) {
      world.advance(*next.at - world.time->steady_now());
    }
  }

  publishing_world& world;
  std::shared_ptr<scripted_sink::record> record =
    std::make_shared<scripted_sink::record>();
  std::unique_ptr<publish::pump> pump;
};

} // namespace

BOOST_AUTO_TEST_SUITE(pump)

BOOST_AUTO_TEST_CASE(it_delivers_the_log_in_order_from_where_it_began) {
  publishing_world world;
  world.publish_many(3);
  at_work one{world};
  world.publish_many(3);
  one.run_to_rest();
  BOOST_TEST(one.record->sequences == (sequences{4, 5, 6}));
}

BOOST_AUTO_TEST_CASE(it_begins_with_the_oldest_when_told_to) {
  publishing_world world;
  world.publish_many(3);
  auto how = at_work::named();
  how.from_beginning = true;
  at_work one{world, how};
  one.run_to_rest();
  BOOST_TEST(one.record->sequences == (sequences{1, 2, 3}));
}

BOOST_AUTO_TEST_CASE(idle_it_waits_for_signals_and_for_nothing_else) {
  publishing_world world;
  at_work one{world};
  const auto next = one.settle();
  BOOST_TEST(!next.at);
  BOOST_TEST(next.for_signals);
  BOOST_TEST(one.record->ends == 1);
}

BOOST_AUTO_TEST_CASE(it_goes_on_behind_its_position_after_a_restart) {
  publishing_world world;
  {
    at_work one{world};
    world.publish_many(2);
    one.run_to_rest();
  }
  world.publish_many(2);
  world.restart();
  at_work again{world};
  again.run_to_rest();
  BOOST_TEST(again.record->sequences == (sequences{3, 4}));
}

// At least once: what was delivered behind the last saved position comes again.
BOOST_AUTO_TEST_CASE(a_crash_before_saving_delivers_again_and_loses_nothing) {
  publishing_world world;
  {
    at_work one{world};
    bool saved = false;
    one.pump->save([&](const result<void>& done) { saved = done.has_value(); });
    BOOST_TEST(saved);
    world.publish_many(3);
    one.settle();
    BOOST_TEST(one.record->sequences == (sequences{1, 2, 3}));
  }
  world.restart();
  at_work again{world};
  again.run_to_rest();
  BOOST_TEST(again.record->sequences == (sequences{1, 2, 3}));
}

// What is durable already need not be written by a start, which a full disk
// would hold up.
BOOST_AUTO_TEST_CASE(a_row_is_owed_when_there_is_none_or_it_says_otherwise) {
  publishing_world world;
  {
    at_work one{world};
    BOOST_TEST(one.pump->owes_row());
    one.pump->save({});
  }
  world.publish_many(2);
  world.restart();
  BOOST_TEST(!at_work{world}.pump->owes_row());
  auto elsewhere = at_work::named();
  elsewhere.endpoint = "https://example.com";
  BOOST_TEST(at_work(world, elsewhere).pump->owes_row());
}

BOOST_AUTO_TEST_CASE(positions_are_saved_together_not_one_by_one) {
  publishing_world world;
  at_work one{world};
  world.publish_many(500);
  one.run_to_rest();
  BOOST_TEST(one.record->sequences.size() == 500u);
  BOOST_TEST(world.writes == 1);
}

// A position says that what is before it was delivered, also after a loss of
// power.
BOOST_AUTO_TEST_CASE(a_position_is_saved_when_what_was_delivered_is_durable) {
  publishing_world world;
  at_work one{world};
  world.publish_many(2);
  one.record->failing_syncs = 2;
  one.settle();
  world.advance(100ms);
  one.settle();
  BOOST_TEST(one.record->syncs == 1);
  BOOST_TEST(world.writes == 0);
  BOOST_TEST(one.pump->status().last_failure.find("cannot flush")
             != std::string::npos);
  one.run_to_rest();
  BOOST_TEST(one.record->syncs == 3);
  BOOST_TEST(world.writes == 1);
  world.publish_many(1);
  one.settle();
  BOOST_TEST(!one.pump->wind_up());
  BOOST_TEST(one.pump->wind_up());
  BOOST_TEST(one.record->syncs == 4);
  BOOST_TEST(world.writes == 2);
}

BOOST_AUTO_TEST_CASE(winding_up_saves_at_once_and_only_once) {
  publishing_world world;
  {
    at_work one{world};
    world.publish_many(2);
    one.settle();
    world.held_writes = true;
    BOOST_TEST(!one.pump->wind_up());
    BOOST_TEST(!one.pump->wind_up());
    BOOST_REQUIRE(world.held.size() == 1u);
    world.held.front()();
    BOOST_TEST(one.pump->wind_up());
  }
  world.held_writes = false;
  at_work again{world};
  again.run_to_rest();
  BOOST_TEST(again.record->sequences.empty());
}

BOOST_AUTO_TEST_CASE(winding_up_saves_what_came_during_another_save) {
  publishing_world world;
  {
    at_work one{world};
    world.publish_many(1);
    one.settle();
    world.held_writes = true;
    world.advance(100ms);
    one.settle();
    BOOST_REQUIRE(world.held.size() == 1u);
    world.publish_many(1);
    one.settle();
    BOOST_TEST(!one.pump->wind_up());
    world.held[0]();
    BOOST_TEST(!one.pump->wind_up());
    BOOST_REQUIRE(world.held.size() == 2u);
    world.held[1]();
    BOOST_TEST(one.pump->wind_up());
  }
  world.held_writes = false;
  at_work again{world};
  again.run_to_rest();
  BOOST_TEST(again.record->sequences.empty());
}

BOOST_AUTO_TEST_CASE(it_sends_only_types_that_are_asked_for) {
  publishing_world world;
  auto how = at_work::named();
  how.types.push_back(*pattern::parse("order.*"));
  at_work one{world, how};
  world.publish({.type = "order.made"});
  world.publish({.type = "review.request"});
  world.publish({.type = "order.paid"});
  one.run_to_rest();
  BOOST_TEST(one.record->sequences == (sequences{1, 3}));
  BOOST_TEST(one.pump->status().position == 3u);
}

// Contract, "One name": mail goes to its inbox and nowhere else.
BOOST_AUTO_TEST_CASE(a_signal_with_a_receiver_is_never_sent) {
  publishing_world world;
  auto how = at_work::named();
  how.types.push_back(*pattern::parse("**"));
  at_work one{world, how};
  world.publish({.type = "note", .receiver = "ann"});
  world.publish({.type = "note"});
  one.run_to_rest();
  BOOST_TEST(one.record->sequences == (sequences{2}));
}

// Contract, "Reserved": nothing matches `internal.**` but what names it.
BOOST_AUTO_TEST_CASE(internal_types_go_out_only_where_a_pattern_names_them) {
  for (const auto* const text : {"", "**", "internal.**", "*.actor.crashed"}) {
    publishing_world world;
    auto how = at_work::named();
    if (*text != '\0') {
      how.types.push_back(*pattern::parse(text));
    }
    at_work one{world, how};
    world.publish({.type = "internal.actor.crashed"});
    world.publish({.type = "internal.actor.crashed"}, false);
    world.publish({.type = "internal"});
    one.run_to_rest();
    const bool named = std::string_view{text} == "internal.**";
    const bool others = std::string_view{text} != "*.actor.crashed";
    BOOST_TEST(one.record->sequences.size()
                 == (named ? 2u : 0u) + (others ? 1u : 0u),
               text);
  }
}

BOOST_AUTO_TEST_CASE(signals_of_other_tenants_are_not_sent) {
  publishing_world world;
  auto how = at_work::named();
  how.tenant = "default";
  at_work one{world, how};
  world.publish({.tenant = "other"});
  world.publish({});
  world.publish({.tenant = "other"}, false);
  world.publish({}, false);
  world.publish({});
  one.run_to_rest();
  BOOST_TEST(one.record->sequences == (sequences{2, 4, 5}));
}

BOOST_AUTO_TEST_CASE(what_the_tail_does_not_have_is_read_from_the_log) {
  publishing_world world;
  at_work one{world};
  world.publish({}, false);
  world.publish({}, false);
  world.publish({});
  one.run_to_rest();
  BOOST_TEST(one.record->sequences == (sequences{1, 2, 3}));
}

BOOST_AUTO_TEST_CASE(a_backlog_larger_than_a_page_is_delivered_whole) {
  publishing_world world;
  auto how = at_work::named();
  how.from_beginning = true;
  world.publish_unheard(3'000);
  at_work one{world, how};
  one.record->batch_max = 100;
  one.run_to_rest();
  BOOST_TEST(one.record->sequences.size() == 3'000u);
  BOOST_TEST(std::ranges::is_sorted(one.record->sequences));
}

BOOST_AUTO_TEST_CASE(a_failure_is_tried_again_after_the_wait_in_order) {
  publishing_world world;
  at_work one{world};
  one.record->answers = {failing(outcome::again), failing(outcome::again)};
  world.publish_many(2);
  auto next = one.settle();
  BOOST_REQUIRE(next.at);
  BOOST_TEST((*next.at == world.time->steady_now() + 1s));
  BOOST_TEST(!next.for_signals);
  BOOST_TEST(one.record->tries == 1);
  world.advance(1s - 1us);
  one.settle();
  BOOST_TEST(one.record->tries == 1);
  world.advance(1us);
  next = one.settle();
  BOOST_TEST(one.record->tries == 2);
  BOOST_TEST((*next.at == world.time->steady_now() + 2s));
  one.run_to_rest();
  BOOST_TEST(one.record->sequences == (sequences{1, 2}));
  BOOST_TEST(one.pump->status().failures == 2u);
  BOOST_TEST(world.letters->size() == 0u);
}

BOOST_AUTO_TEST_CASE(retry_after_is_waited_for) {
  publishing_world world;
  at_work one{world};
  auto busy = failing(outcome::again);
  busy.retry_after = 77s;
  one.record->answers = {busy};
  world.publish({});
  const auto next = one.settle();
  BOOST_REQUIRE(next.at);
  BOOST_TEST((*next.at == world.time->steady_now() + 77s));
}

// C2 row 22: the queue moves on.
BOOST_AUTO_TEST_CASE(after_the_last_try_a_signal_is_a_dead_letter) {
  publishing_world world;
  at_work one{world};
  one.record->answers = {failing(outcome::again), failing(outcome::again),
                         failing(outcome::again, "down")};
  world.publish_many(2);
  one.run_to_rest();
  BOOST_TEST(one.record->sequences == (sequences{2}));
  const auto letters = world.letters->list("", 10);
  BOOST_REQUIRE(letters.size() == 1u);
  BOOST_TEST(letters.front().sequence == 1u);
  BOOST_TEST(letters.front().target == "publisher:hook");
  BOOST_TEST(letters.front().reason == "down");
  BOOST_TEST(letters.front().attempts == 3u);
  BOOST_TEST(letters.front().tenant == "default");
}

BOOST_AUTO_TEST_CASE(what_is_refused_is_a_dead_letter_at_once) {
  publishing_world world;
  at_work one{world};
  one.record->answers = {failing(outcome::refused, "404")};
  world.publish_many(2);
  one.settle();
  BOOST_TEST(one.record->sequences == (sequences{2}));
  BOOST_TEST(world.letters->size() == 1u);
  BOOST_TEST(world.letters->list("", 1).front().attempts == 1u);
}

BOOST_AUTO_TEST_CASE(a_dead_letter_and_the_position_are_one_transaction) {
  publishing_world world;
  {
    at_work one{world};
    one.record->answers = {failing(outcome::refused)};
    world.publish({});
    world.held_writes = true;
    one.settle();
    BOOST_REQUIRE(world.held.size() == 1u);
    BOOST_TEST(world.letters->size() == 0u);
    world.held.front()();
    world.held_writes = false;
  }
  world.restart();
  at_work again{world};
  again.run_to_rest();
  BOOST_TEST(again.record->tries == 0);
  BOOST_TEST(world.letters->size() == 1u);
}

BOOST_AUTO_TEST_CASE(nothing_overtakes_a_dead_letter_that_is_being_written) {
  publishing_world world;
  at_work one{world};
  one.record->answers = {failing(outcome::refused)};
  world.publish_many(2);
  world.held_writes = true;
  one.settle();
  BOOST_TEST(one.record->tries == 1);
  world.held.front()();
  one.settle();
  BOOST_TEST(one.record->sequences == (sequences{2}));
}

// Disk full: nothing is lost, and it goes on by itself.
BOOST_AUTO_TEST_CASE(a_dead_letter_that_cannot_be_written_is_tried_again) {
  publishing_world world;
  at_work one{world};
  one.record->answers = {failing(outcome::refused), failing(outcome::refused)};
  world.publish({});
  world.failing_writes = 1;
  one.run_to_rest();
  BOOST_TEST(one.record->tries == 2);
  BOOST_TEST(world.letters->size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_position_that_cannot_be_saved_is_saved_later) {
  publishing_world world;
  {
    at_work one{world};
    world.publish({});
    world.failing_writes = 3;
    one.run_to_rest();
  }
  at_work again{world};
  again.run_to_rest();
  BOOST_TEST(again.record->tries == 0);
}

// "Nothing is dropped silently": a publisher that is too slow says what it did
// not get, and for which of them.
BOOST_AUTO_TEST_CASE(bodies_that_retention_had_first_are_counted_and_told) {
  publishing_world world{journal::make_memory_journal({.records_max = 10})};
  at_work one{world};
  world.publish_many(10);
  one.run_to_rest();
  BOOST_TEST(one.pump->status().lost == 0u);
  world.publish_unheard(10);
  world.publish({});
  one.run_to_rest();
  BOOST_TEST(one.record->sequences.size() == 20u);
  BOOST_TEST(one.record->sequences.back() == 21u);
  BOOST_TEST(one.pump->status().lost == 1u);
  BOOST_TEST(one.pump->status().position == 21u);
  world.publish_unheard(24);
  world.publish({});
  one.run_to_rest();
  BOOST_TEST(one.pump->status().lost == 16u);
  using publish::pump_news;
  const decltype(world.told) expected{
    {pump_news::lost, "hook: retention had the body of 1 signal before the "
                      "publisher, sequence 11"},
    {pump_news::lost, "hook: retention had the bodies of 15 signals before the "
                      "publisher, from sequence 22 to 36"}};
  BOOST_TEST((world.told == expected));
}

// What a row keeps stands before the bound of what is kept whole.
BOOST_AUTO_TEST_CASE(bodies_that_are_kept_between_lost_ones_are_not_counted) {
  testing::temporary_folder folder;
  journal::store_options how;
  how.path = folder.file("log");
  how.durability = journal::durability::relaxed;
  how.bytes_max = 1;
  auto store = journal::open_sqlite_journal(std::move(how));
  BOOST_REQUIRE(store);
  publishing_world world{std::move(*store)};
  at_work one{world};
  world.publish_unheard(2);
  journal::transaction keeping;
  keeping.writes.push_back({"t", "k", "", 2});
  BOOST_REQUIRE(world.log->commit({&keeping}));
  world.publish_unheard(4);
  BOOST_REQUIRE(world.log->complete_from() > 3u);
  const auto kept = world.log->read(0, 10);
  BOOST_REQUIRE(kept);
  BOOST_REQUIRE(kept->front()->sequence() == 2u);
  one.run_to_rest();
  BOOST_TEST(one.record->sequences.size() == kept->size());
  BOOST_TEST(one.pump->status().lost == 6 - kept->size());
  BOOST_REQUIRE(world.told.size() == 1u);
  BOOST_TEST(world.told.front().second.find("from sequence 1 to ")
             != std::string::npos);
}

// Of what is gone nobody knows the type any more.
BOOST_AUTO_TEST_CASE(what_is_lost_is_counted_whatever_its_type_was) {
  publishing_world world{journal::make_memory_journal({.records_max = 10})};
  auto how = at_work::named();
  how.types.push_back(*pattern::parse("wanted"));
  at_work one{world, how};
  one.run_to_rest();
  for (int count = 0; count < 15; ++count) {
    world.publish({.type = count % 2 == 0 ? "wanted" : "other"}, false);
  }
  one.run_to_rest();
  BOOST_TEST(one.record->sequences == (sequences{7, 9, 11, 13, 15}));
  BOOST_TEST(one.pump->status().lost == 5u);
  BOOST_TEST(world.told.size() == 1u);
}

BOOST_AUTO_TEST_CASE(what_was_lost_while_the_node_was_down_is_counted_too) {
  publishing_world world{journal::make_memory_journal({.records_max = 10})};
  {
    at_work one{world};
    world.publish_many(3);
    one.run_to_rest();
  }
  world.publish_unheard(12);
  world.restart();
  at_work again{world};
  again.run_to_rest();
  BOOST_TEST(again.pump->status().lost == 2u);
}

BOOST_AUTO_TEST_CASE(what_was_gone_before_it_began_is_not_lost) {
  publishing_world world{journal::make_memory_journal({.records_max = 10})};
  world.publish_many(25);
  auto how = at_work::named();
  how.from_beginning = true;
  {
    at_work one{world, how};
    one.pump->save({});
  }
  // Also for one that had only come as far as its row.
  at_work again{world, how};
  again.run_to_rest();
  BOOST_TEST(again.record->sequences.size() == 10u);
  BOOST_TEST(again.pump->status().lost == 0u);
  BOOST_TEST(world.told.empty());
}

BOOST_AUTO_TEST_CASE(what_was_delivered_before_a_sink_lost_it_is_not_lost) {
  publishing_world world{journal::make_memory_journal({.records_max = 10})};
  {
    at_work one{world};
    world.publish_many(25);
    one.run_to_rest();
    one.record->answers = {{0, outcome::rewind, "lost", {}, 0}};
    world.publish({});
    one.run_to_rest();
    BOOST_TEST(one.pump->status().lost == 0u);
    one.record->answers = {{0, outcome::rewind, "lost", {}, 0}};
    world.publish({});
    one.settle();
  }
  world.restart();
  at_work again{world};
  again.run_to_rest();
  BOOST_TEST(again.pump->status().lost == 0u);
}

// What was only fetched when the sink lost its work is not delivered.
BOOST_AUTO_TEST_CASE(what_goes_between_a_fetch_and_a_rewind_is_lost) {
  publishing_world world{journal::make_memory_journal({.records_max = 10})};
  at_work one{world};
  one.record->answers = {{1, outcome::done, {}, {}, 0},
                         {0, outcome::rewind, "lost", {}, 0}};
  world.publish_many(3);
  for (int steps = 0; steps < 3; ++steps) {
    static_cast<void>(one.pump->step());
  }
  world.publish_unheard(10);
  world.publish({});
  one.run_to_rest();
  BOOST_TEST(one.record->sequences.size() == 11u);
  BOOST_TEST(one.pump->status().lost == 3u);
}

// C2 row 31: 410 stops, for good and recorded.
BOOST_AUTO_TEST_CASE(an_endpoint_that_is_gone_is_stopped_over_restarts) {
  publishing_world world;
  {
    at_work one{world};
    one.record->answers = {failing(outcome::gone, "410")};
    world.publish_many(2);
    one.run_to_rest();
    BOOST_TEST(one.record->tries == 1);
    BOOST_TEST(one.pump->status().stopped == "410");
    BOOST_TEST(world.letters->size() == 1u);
  }
  world.restart();
  at_work again{world};
  again.run_to_rest();
  BOOST_TEST(again.record->tries == 0);
  BOOST_TEST(again.pump->status().stopped == "410");
}

// Whichever of the two ends first.
BOOST_AUTO_TEST_CASE(a_redrive_that_finds_it_gone_during_a_burial_stops_it) {
  for (const bool room : {true, false}) {
    publishing_world world;
    {
      at_work one{world};
      one.record->answers = {failing(outcome::refused, "404"),
                             failing(outcome::gone, "410")};
      world.publish_many(3);
      world.held_writes = true;
      one.settle();
      BOOST_REQUIRE(world.held.size() == 1u);
      std::optional<result<void>> ended;
      one.pump->redrive(*world.log->find(3),
                        [&](result<void> done) { ended = std::move(done); });
      one.settle();
      BOOST_REQUIRE(ended);
      BOOST_TEST(!ended->has_value());
      world.held_writes = false;
      world.full = !room;
      world.held.front()();
      world.full = false;
      one.run_to_rest();
      BOOST_TEST(one.record->tries == 2);
      BOOST_TEST(one.pump->status().stopped == "410");
      BOOST_TEST(world.letters->size() == (room ? 1u : 0u));
    }
    world.restart();
    at_work again{world};
    again.run_to_rest();
    BOOST_TEST(again.record->tries == 0);
    BOOST_TEST(again.pump->status().stopped == "410");
  }
}

BOOST_AUTO_TEST_CASE(a_redrive_during_a_burial_that_stops_it_is_not_tried) {
  publishing_world world;
  at_work one{world};
  one.record->answers = {failing(outcome::gone, "410")};
  world.publish_many(2);
  world.held_writes = true;
  one.settle();
  std::optional<result<void>> ended;
  one.pump->redrive(*world.log->find(2),
                    [&](result<void> done) { ended = std::move(done); });
  one.settle();
  BOOST_TEST(one.record->tries == 1);
  world.held.front()();
  one.settle();
  BOOST_REQUIRE(ended);
  BOOST_TEST(ended->error().detail() == "the publisher was stopped: 410");
  BOOST_TEST(one.record->tries == 1);
}

BOOST_AUTO_TEST_CASE(another_endpoint_goes_on_where_the_stopped_one_was) {
  publishing_world world;
  {
    at_work one{world};
    one.record->answers = {failing(outcome::gone)};
    world.publish_many(3);
    one.run_to_rest();
  }
  auto how = at_work::named();
  how.endpoint = "https://example.net";
  at_work again{world, how};
  again.run_to_rest();
  BOOST_TEST(again.record->sequences == (sequences{2, 3}));
}

// B9: failures in sequence open the breaker, and it stays open.
BOOST_AUTO_TEST_CASE(an_endpoint_that_keeps_failing_is_left_alone) {
  publishing_world world;
  auto how = at_work::named();
  how.retry.wait = 1ms;
  how.retry.wait_max = 1ms;
  how.retry.attempts_max = 100;
  how.breaking = {5, 30s, 30s};
  at_work one{world, how};
  for (int count = 0; count < 50; ++count) {
    one.record->answers.push_back(failing(outcome::again));
  }
  world.publish({});
  for (int round = 0; round < 10; ++round) {
    one.settle();
    world.advance(1s);
  }
  BOOST_TEST(one.record->tries == 5);
  BOOST_TEST((one.pump->status().endpoint == publish::breaker::state::open));
  world.advance(30s);
  one.settle();
  BOOST_TEST(one.record->tries == 6);
}

BOOST_AUTO_TEST_CASE(a_part_that_was_delivered_is_not_delivered_again) {
  publishing_world world;
  at_work one{world};
  one.record->batch_max = 10;
  one.record->answers = {{2, outcome::again, "full", {}, 0}};
  world.publish_many(4);
  one.run_to_rest();
  BOOST_TEST(one.record->sequences == (sequences{1, 2, 3, 4}));
}

BOOST_AUTO_TEST_CASE(a_sink_that_lost_its_work_begins_again) {
  publishing_world world;
  at_work one{world};
  world.publish_many(3);
  one.run_to_rest();
  one.record->answers = {{0, outcome::rewind, "lost", {}, 1}};
  world.publish({});
  one.run_to_rest();
  BOOST_TEST(one.record->sequences == (sequences{1, 2, 3, 2, 3, 4}));
}

BOOST_AUTO_TEST_CASE(gathering_waits_between_fetches_and_not_before_the_first) {
  publishing_world world;
  auto how = at_work::named();
  how.gather = 100ms;
  at_work one{world, how};
  one.settle();
  world.publish({});
  auto next = one.settle();
  BOOST_TEST(one.record->sequences == (sequences{1}));
  BOOST_TEST(!next.for_signals);
  world.publish({});
  one.settle();
  BOOST_TEST(one.record->sequences == (sequences{1}));
  world.advance(100ms);
  one.settle();
  BOOST_TEST(one.record->sequences == (sequences{1, 2}));
}

BOOST_AUTO_TEST_CASE(a_dead_letter_is_redriven_before_all_else) {
  publishing_world world;
  at_work one{world};
  one.record->answers = {failing(outcome::refused)};
  world.publish_many(1);
  one.run_to_rest();
  world.letters->set_redriver("publisher", [&](const journal::dead_letter&,
                                               const signal_ptr& what,
                                               journal::done_handler done) {
    one.pump->redrive(what, std::move(done));
  });
  world.publish_many(1);
  std::optional<result<void>> ended;
  const auto id = world.letters->list("", 1).front().id;
  world.letters->redrive(id,
                         [&](result<void> done) { ended = std::move(done); });
  one.run_to_rest();
  BOOST_REQUIRE(ended);
  BOOST_TEST(ended->has_value());
  BOOST_TEST(one.record->sequences == (sequences{1, 2}));
  BOOST_TEST(world.letters->size() == 0u);
}

BOOST_AUTO_TEST_CASE(
  a_redrive_that_fails_keeps_the_letter_with_its_new_reason) {
  publishing_world world;
  at_work one{world};
  world.publish({});
  one.run_to_rest();
  one.record->answers = {failing(outcome::again, "still down")};
  std::optional<result<void>> ended;
  const auto what = world.log->find(1);
  one.pump->redrive(*what, [&](result<void> done) { ended = std::move(done); });
  one.settle();
  BOOST_REQUIRE(ended);
  BOOST_REQUIRE(!ended->has_value());
  BOOST_TEST(ended->error().detail() == "still down");
}

BOOST_AUTO_TEST_CASE(redrives_that_wait_at_the_end_are_answered) {
  publishing_world world;
  std::optional<result<void>> ended;
  {
    at_work one{world};
    world.publish({});
    one.pump->redrive(*world.log->find(1),
                      [&](result<void> done) { ended = std::move(done); });
  }
  BOOST_REQUIRE(ended);
  BOOST_TEST((ended->error().code() == errc::stopped));
}

BOOST_AUTO_TEST_CASE(an_operator_is_told_what_changes_and_not_each_failure) {
  publishing_world world;
  at_work one{world};
  one.record->answers = {failing(outcome::again, "x"),
                         failing(outcome::again, "y")};
  world.publish({});
  one.run_to_rest();
  one.record->answers = {failing(outcome::refused, "404")};
  world.publish_many(2);
  one.run_to_rest();
  one.record->answers = {failing(outcome::gone, "410")};
  world.publish({});
  one.run_to_rest();
  using publish::pump_news;
  const decltype(world.told) expected{{pump_news::failing, "hook: x"},
                                      {pump_news::recovered, "hook: "},
                                      {pump_news::dead_letter, "hook: 404"},
                                      {pump_news::dead_letter, "hook: 410"},
                                      {pump_news::stopped, "hook: 410"}};
  BOOST_TEST((world.told == expected));
}

BOOST_AUTO_TEST_CASE(a_row_that_is_damaged_is_told_and_not_guessed) {
  publishing_world world;
  journal::transaction one;
  one.writes.push_back({"publishers", "hook", "{\"after\":\"x\"}"});
  BOOST_REQUIRE(world.log->commit({&one}));
  const auto made = publish::pump::make(
    at_work::named(),
    std::make_unique<scripted_sink>(std::make_shared<scripted_sink::record>()),
    {*world.log,
     *world.recent,
     world.writer(),
     *world.letters,
     world.time,
     publish::system_randomness(),
     world.bell,
     {}});
  BOOST_REQUIRE(!made);
  BOOST_TEST((made.error().code() == errc::io));
}

BOOST_AUTO_TEST_SUITE_END()
