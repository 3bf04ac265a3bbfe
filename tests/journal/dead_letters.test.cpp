#include "tests/journal/notebook.hpp"

#include "libsig/core/id.hpp"
#include "libsig/journal/dead_letters.hpp"
#include "libsig/schema/registry.hpp"

#include <functional>

using namespace libsig;
using testing::notebook;

namespace {

using ended = std::optional<result<void>>;

/// A book over a memory journal.
struct open_book {
  explicit open_book(std::size_t most = 100) : letters_max{most} {
    pages.put_many(1, 9);
    open();
  }

  void open() {
    journal::dead_letter_book::options how;
    how.write = [this](std::vector<journal::keyed_write> rows,
                       journal::done_handler done) {
      if (failing) {
        done(fail(errc::storage_full, "no room"));
        return;
      }
      journal::transaction one;
      one.writes = std::move(rows);
      done(pages.log->commit({&one}));
    };
    how.time = time;
    how.ids = ids;
    how.letters_max = letters_max;
    how.held_bytes_max = held_bytes_max;
    how.kept_bytes_max = kept_bytes_max;
    how.on_dropped = [this](const journal::dead_letter& one) {
      dropped.push_back(one.sequence);
    };
    auto made = journal::dead_letter_book::open(*pages.log, std::move(how));
    BOOST_REQUIRE(made);
    book = std::move(*made);
  }

  bool add(std::uint64_t sequence, std::string target = "publisher:p") {
    journal::dead_letter what;
    what.sequence = sequence;
    what.tenant = "default";
    what.target = std::move(target);
    what.reason = "said \"no\"\n";
    what.attempts = 3;
    ended got;
    book->add(std::move(what), {}, [&](result<void> done) { got = done; });
    BOOST_REQUIRE(got);
    return got->has_value();
  }

  /// Puts a signal into the log and adds its letter; the sequence.
  std::uint64_t put_and_add(const std::string& id) {
    pages.put({.id = id});
    const auto sequence = pages.log->last_sequence();
    BOOST_TEST(add(sequence));
    return sequence;
  }

  /// Adds the letter of a signal that never came into the log.
  bool add_refused(const std::string& id, std::size_t bytes = 1) {
    draft what;
    what.id = id;
    what.type = "a.b";
    what.source = "/me";
    what.data = event_data::json(std::string(bytes, '1'));
    auto checked = schema::registry{}.validate(std::move(what));
    BOOST_REQUIRE(checked);
    stamp marks;
    marks.tenant = "other";
    marks.on_behalf_of = "/system";
    const signal refused{*std::move(checked), marks};
    journal::dead_letter letter;
    letter.target = "actor:scheduler";
    letter.reason = "refused";
    letter.attempts = 1;
    ended got;
    book->add_refused(std::move(letter), refused,
                      [&](result<void> done) { got = done; });
    BOOST_REQUIRE(got);
    return got->has_value();
  }

  /// The ids of the signals that letters hold.
  [[nodiscard]] std::vector<std::string> held() const {
    std::vector<std::string> found;
    for (const auto& one : book->list("", 1'000)) {
      const auto of = book->signal_of(one);
      BOOST_REQUIRE((of && *of));
      found.push_back((*of)->id());
    }
    return found;
  }

  [[nodiscard]] std::vector<std::uint64_t> sequences() const {
    std::vector<std::uint64_t> found;
    for (const auto& one : book->list("", 1'000)) {
      found.push_back(one.sequence);
    }
    return found;
  }

  [[nodiscard]] errc remove(std::string_view id) {
    ended got;
    book->remove(id, [&](result<void> done) { got = done; });
    BOOST_REQUIRE(got);
    return got->has_value() ? errc{} : got->error().code();
  }

  notebook pages{journal::make_memory_journal({2, 1'000})};
  std::shared_ptr<manual_clock> time = std::make_shared<manual_clock>(
    wall_time{std::chrono::milliseconds{1'767'323'045'678}});
  std::shared_ptr<id_source> ids = std::make_shared<uuid7_source>();
  std::size_t letters_max;
  std::size_t held_bytes_max = 1'000'000;
  std::uint64_t kept_bytes_max = 1'000'000;
  bool failing = false;
  std::vector<std::uint64_t> dropped;
  std::unique_ptr<journal::dead_letter_book> book;
};

using numbers = std::vector<std::uint64_t>;
using texts = std::vector<std::string>;

} // namespace

BOOST_AUTO_TEST_SUITE(dead_letters)

BOOST_AUTO_TEST_CASE(letters_are_found_again_after_a_restart_as_they_were) {
  open_book one;
  BOOST_TEST(one.add(8));
  BOOST_TEST(one.add(9, "actor:a"));
  const auto before = one.book->list("", 10);
  one.open();
  const auto after = one.book->list("", 10);
  BOOST_REQUIRE(after.size() == 2u);
  BOOST_TEST(after[0].id == before[0].id);
  BOOST_TEST(after[0].sequence == 8u);
  BOOST_TEST(after[0].tenant == "default");
  BOOST_TEST(after[0].target == "publisher:p");
  BOOST_TEST(after[0].reason == "said \"no\"\n");
  BOOST_TEST(after[0].attempts == 3u);
  BOOST_TEST((after[0].at == one.time->wall_now()));
  BOOST_TEST(after[1].target == "actor:a");
}

BOOST_AUTO_TEST_CASE(pages_go_from_the_oldest_to_the_newest) {
  open_book one;
  for (std::uint64_t sequence = 1; sequence <= 5; ++sequence) {
    one.add(sequence);
  }
  const auto first = one.book->list("", 2);
  BOOST_TEST(first[0].sequence == 1u);
  BOOST_TEST(first[1].sequence == 2u);
  const auto rest = one.book->list(first[1].id, 10);
  BOOST_REQUIRE(rest.size() == 3u);
  BOOST_TEST(rest[0].sequence == 3u);
}

// Retention passes over what is owed, and takes it when that is settled.
BOOST_AUTO_TEST_CASE(a_letter_keeps_its_signal_until_it_goes) {
  open_book one;
  one.pages.put({.id = "kept"});
  BOOST_TEST(one.add(10));
  for (int number = 11; number < 20; ++number) {
    one.pages.put({.id = std::to_string(number)});
  }
  BOOST_TEST(one.pages.has_body(10));
  BOOST_TEST(!one.pages.has_body(11));
  BOOST_TEST((one.remove(one.book->list("", 1).front().id) == errc{}));
  BOOST_TEST(!one.pages.has_body(10));
}

BOOST_AUTO_TEST_CASE(at_the_bound_the_oldest_goes_counted_and_told) {
  open_book one{3};
  for (std::uint64_t sequence = 1; sequence <= 3; ++sequence) {
    one.add(sequence);
  }
  BOOST_TEST(one.dropped.empty());
  one.add(4);
  BOOST_TEST(one.sequences() == (numbers{2, 3, 4}));
  BOOST_TEST(one.dropped == (numbers{1}));
  BOOST_TEST(one.book->dropped() == 1u);
  one.open();
  BOOST_TEST(one.sequences() == (numbers{2, 3, 4}));
}

BOOST_AUTO_TEST_CASE(a_smaller_bound_lets_go_of_what_is_too_much) {
  open_book one{5};
  for (std::uint64_t sequence = 1; sequence <= 5; ++sequence) {
    one.add(sequence);
  }
  one.letters_max = 2;
  one.open();
  one.add(6);
  BOOST_TEST(one.sequences() == (numbers{5, 6}));
}

BOOST_AUTO_TEST_CASE(
  the_oldest_go_when_letters_keep_too_many_bytes_in_the_log) {
  open_book one;
  one.put_and_add("kept a");
  const auto bytes = one.book->kept_bytes();
  BOOST_TEST(bytes > 0u);
  one.kept_bytes_max = 2 * bytes;
  one.open();
  BOOST_TEST(one.book->kept_bytes() == bytes);
  one.put_and_add("kept b");
  BOOST_TEST(one.dropped.empty());
  BOOST_TEST(one.book->kept_bytes() == 2 * bytes);
  one.put_and_add("kept c");
  BOOST_TEST(one.dropped == (numbers{10}));
  BOOST_TEST(one.sequences() == (numbers{11, 12}));
  BOOST_TEST(one.book->dropped() == 1u);
  BOOST_TEST(one.book->kept_bytes() == 2 * bytes);
  one.kept_bytes_max = 2 * bytes - 1;
  one.open();
  one.put_and_add("kept d");
  BOOST_TEST(one.sequences() == (numbers{13}));
}

BOOST_AUTO_TEST_CASE(a_signal_that_several_letters_keep_counts_once) {
  open_book one;
  const auto first = one.put_and_add("kept a");
  const auto bytes = one.book->kept_bytes();
  BOOST_TEST(one.add(first, "agent:b"));
  BOOST_TEST(one.book->kept_bytes() == bytes);
  BOOST_TEST((one.remove(one.book->list("", 1)[0].id) == errc{}));
  BOOST_TEST(one.book->kept_bytes() == bytes);
  BOOST_TEST((one.remove(one.book->list("", 1)[0].id) == errc{}));
  BOOST_TEST(one.book->kept_bytes() == 0u);
  // One more of the same signal makes nothing heavier, and lets none go.
  one.kept_bytes_max = bytes;
  one.open();
  const auto second = one.put_and_add("kept b");
  BOOST_TEST(one.add(second, "agent:b"));
  BOOST_TEST(one.book->size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_letter_that_could_not_be_written_weighs_nothing) {
  open_book one;
  one.put_and_add("kept a");
  const auto bytes = one.book->kept_bytes();
  one.kept_bytes_max = bytes;
  one.open();
  one.pages.put({.id = "kept b"});
  one.failing = true;
  BOOST_TEST(!one.add(11));
  BOOST_TEST(one.sequences() == (numbers{10}));
  BOOST_TEST(one.book->kept_bytes() == bytes);
}

BOOST_AUTO_TEST_CASE(
  letters_of_the_version_before_are_weighed_by_their_signals) {
  open_book one;
  one.put_and_add("kept a");
  const auto bytes = one.book->kept_bytes();
  auto row = one.pages.log->read_table("dead_letters").value()[0];
  const auto said = ",\"bytes\":" + std::to_string(bytes);
  const auto at = row.value->find(said);
  BOOST_REQUIRE(at != std::string::npos);
  row.value->erase(at, said.size());
  one.pages.write(row);
  one.open();
  BOOST_TEST(one.book->kept_bytes() == bytes);
}

BOOST_AUTO_TEST_CASE(what_could_not_be_written_is_not_there_and_took_nothing) {
  open_book one{1};
  one.add(1);
  one.failing = true;
  BOOST_TEST(!one.add(2));
  BOOST_TEST(one.sequences() == (numbers{1}));
  BOOST_TEST(
    (one.remove(one.book->list("", 1).front().id) == errc::storage_full));
  BOOST_TEST(one.sequences() == (numbers{1}));
  one.failing = false;
  BOOST_TEST(one.add(3));
  BOOST_TEST(one.sequences() == (numbers{3}));
}

BOOST_AUTO_TEST_CASE(other_rows_are_written_with_a_letter) {
  open_book one;
  journal::dead_letter what;
  what.sequence = 1;
  what.target = "publisher:p";
  one.book->add(what, {{"publishers", "p", "x"}}, [](const auto&) {});
  const auto rows = one.pages.log->read_table("publishers");
  BOOST_REQUIRE(rows);
  BOOST_TEST(rows->size() == 1u);
}

BOOST_AUTO_TEST_CASE(an_unknown_letter_is_not_found) {
  open_book one;
  BOOST_TEST((one.remove("nobody") == errc::not_found));
  BOOST_TEST(!one.book->find("nobody"));
}

BOOST_AUTO_TEST_CASE(a_redrive_that_goes_well_forgets_the_letter) {
  open_book one;
  one.add(9);
  std::uint64_t got = 0;
  one.book->set_redriver("publisher", [&](const journal::dead_letter& of,
                                          const signal_ptr& what,
                                          const journal::done_handler& done) {
    BOOST_TEST(of.target == "publisher:p");
    got = what->sequence();
    done({});
  });
  ended end;
  one.book->redrive(one.book->list("", 1).front().id,
                    [&](result<void> done) { end = done; });
  BOOST_REQUIRE(end);
  BOOST_TEST(end->has_value());
  BOOST_TEST(got == 9u);
  BOOST_TEST(one.book->size() == 0u);
  one.open();
  BOOST_TEST(one.book->size() == 0u);
}

BOOST_AUTO_TEST_CASE(a_redrive_that_fails_counts_and_keeps_the_new_reason) {
  open_book one;
  one.add(9);
  one.book->set_redriver("publisher", [](const auto&, const auto&, auto done) {
    done(fail(errc::io, "still down"));
  });
  ended end;
  const auto id = one.book->list("", 1).front().id;
  one.time->advance(std::chrono::seconds{1});
  one.book->redrive(id, [&](result<void> done) { end = done; });
  BOOST_REQUIRE(end);
  BOOST_TEST((end->error().code() == errc::io));
  one.open();
  const auto found = one.book->find(id);
  BOOST_REQUIRE(found);
  BOOST_TEST(found->attempts == 4u);
  BOOST_TEST(found->reason.find("still down") != std::string::npos);
  BOOST_TEST((found->at == one.time->wall_now()));
}

BOOST_AUTO_TEST_CASE(a_letter_that_is_being_tried_is_nobody_elses) {
  open_book one{1};
  one.add(9);
  journal::done_handler finish;
  one.book->set_redriver(
    "publisher", [&](const auto&, const auto&, auto done) { finish = done; });
  const auto id = one.book->list("", 1).front().id;
  one.book->redrive(id, [](const auto&) {});
  BOOST_TEST((one.remove(id) == errc::already_exists));
  ended second;
  one.book->redrive(id, [&](result<void> done) { second = done; });
  BOOST_TEST((second->error().code() == errc::already_exists));
  // Nor does it go for another one.
  BOOST_TEST(one.add(8));
  BOOST_TEST(one.sequences() == (numbers{9, 8}));
  finish({});
  BOOST_TEST(one.sequences() == (numbers{8}));
}

BOOST_AUTO_TEST_CASE(
  without_target_or_body_a_redrive_says_so_and_changes_nothing) {
  open_book one;
  one.add(9);
  const auto id = one.book->list("", 1).front().id;
  ended end;
  one.book->redrive(id, [&](result<void> done) { end = done; });
  BOOST_TEST((end->error().code() == errc::not_found));
  one.book->set_redriver("publisher",
                         [](const auto&, const auto&, auto done) { done({}); });
  one.add(1);
  one.book->redrive(one.book->list(id, 1).front().id,
                    [&](result<void> done) { end = done; });
  BOOST_TEST((end->error().code() == errc::not_found));
  BOOST_TEST(one.book->size() == 2u);
}

BOOST_AUTO_TEST_CASE(handlers_may_outlive_the_book) {
  open_book one;
  one.add(9);
  journal::done_handler finish;
  one.book->set_redriver(
    "publisher", [&](const auto&, const auto&, auto done) { finish = done; });
  ended end;
  one.book->redrive(one.book->list("", 1).front().id,
                    [&](result<void> done) { end = done; });
  one.book.reset();
  finish({});
  BOOST_REQUIRE(end);
  BOOST_TEST(end->has_value());
}

BOOST_AUTO_TEST_CASE(a_row_of_strangers_is_told_of) {
  open_book one;
  one.pages.write({"dead_letters", "x", "nonsense"});
  const auto opened = journal::dead_letter_book::open(*one.pages.log, {});
  BOOST_REQUIRE(!opened);
  BOOST_TEST((opened.error().code() == errc::io));
}

BOOST_AUTO_TEST_CASE(a_long_reason_is_cut) {
  open_book one;
  journal::dead_letter what;
  what.sequence = 1;
  what.target = "publisher:p";
  what.reason = std::string(100'000, 'x');
  one.book->add(what, {}, [](const auto&) {});
  BOOST_TEST(one.book->list("", 1).front().reason.size() == 1'024u);
}

// A delayed signal that is refused when it fires is in no log.
BOOST_AUTO_TEST_CASE(a_letter_holds_what_never_came_into_the_log) {
  open_book one;
  BOOST_TEST(one.add_refused("x", 20));
  BOOST_TEST(one.add(9));
  BOOST_TEST(one.add_refused("y"));
  one.open();
  const auto letters = one.book->list("", 10);
  BOOST_REQUIRE(letters.size() == 3u);
  BOOST_TEST(letters[0].holds_signal());
  BOOST_TEST(!letters[1].holds_signal());
  BOOST_TEST(letters[0].sequence == 0u);
  BOOST_TEST(letters[0].tenant == "other");
  const auto of = one.book->signal_of(letters[0]);
  BOOST_REQUIRE((of && *of));
  BOOST_TEST((*of)->id() == "x");
  BOOST_TEST((*of)->type() == "a.b");
  BOOST_TEST((*of)->tenant() == "other");
  BOOST_TEST((*of)->stamped().on_behalf_of == "/system");
  BOOST_TEST((*of)->data().json_text() == std::string(20, '1'));
  const auto ninth = one.book->signal_of(letters[1]);
  BOOST_REQUIRE((ninth && *ninth));
  BOOST_TEST((*ninth)->sequence() == 9u);
  BOOST_TEST((*one.book->signal_of(letters[2]).value()).id() == "y");
}

BOOST_AUTO_TEST_CASE(what_a_letter_holds_stays_when_a_try_fails) {
  open_book one;
  one.add_refused("x");
  one.book->set_redriver("actor", [](const auto&, const signal_ptr& what,
                                     const journal::done_handler& done) {
    BOOST_TEST(what->id() == "x");
    done(fail(errc::schema_violation, "no"));
  });
  ended got;
  const auto id = one.book->list("", 1).front().id;
  one.book->redrive(id, [&](result<void> done) { got = done; });
  BOOST_REQUIRE(got);
  BOOST_TEST((got->error().code() == errc::io));
  one.open();
  BOOST_TEST(one.book->list("", 1).front().attempts == 2u);
  BOOST_TEST(one.held() == texts{"x"});
}

BOOST_AUTO_TEST_CASE(a_removed_letter_takes_what_it_held_with_it) {
  open_book one;
  one.add_refused("x");
  const auto letter = one.book->list("", 1).front();
  BOOST_TEST((one.remove(letter.id) == errc{}));
  const auto gone = one.book->signal_of(letter);
  BOOST_TEST((gone && *gone == nullptr));
}

BOOST_AUTO_TEST_CASE(the_bytes_that_letters_hold_have_a_bound) {
  open_book one;
  one.held_bytes_max = 3'000;
  one.open();
  one.add(9);
  one.add_refused("a", 1'000);
  one.add_refused("b", 1'000);
  BOOST_TEST(one.dropped.empty());
  // What holds nothing stays.
  one.add_refused("c", 1'000);
  BOOST_TEST(one.sequences() == (numbers{9, 0, 0}));
  BOOST_TEST(one.held() == (texts{"9", "b", "c"}));
  one.open();
  one.add_refused("d", 1'000);
  BOOST_TEST(one.held() == (texts{"9", "c", "d"}));
  // Once something goes there is room again.
  BOOST_TEST((one.remove(one.book->list("", 10).back().id) == errc{}));
  one.add_refused("e", 1'000);
  BOOST_TEST(one.held() == (texts{"9", "c", "e"}));
}

BOOST_AUTO_TEST_SUITE_END()
