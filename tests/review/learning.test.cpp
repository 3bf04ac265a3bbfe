#include "libsig/review/learning.hpp"

#include "libsig/codec/guard.hpp"
#include "libsig/core/limits.hpp"
#include "libsig/core/utf8.hpp"

#include <boost/test/unit_test.hpp>
#include <rapidcheck.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

using namespace libsig;
using namespace libsig::review;

namespace {

using rows = std::vector<learning_row>;
using table = std::map<std::string, std::string>;

finding found(std::string rule, std::string file, std::uint32_t line = 1,
              severity how_bad = severity::low) {
  finding made;
  made.type = "a_type";
  made.rule = std::move(rule);
  made.file = std::move(file);
  made.line = line;
  made.severity = how_bad;
  return made;
}

review_result result_of(std::string review_id,
                        std::vector<finding> findings = {},
                        std::vector<std::string> checks_failed = {}) {
  review_result made;
  made.review_id = std::move(review_id);
  made.agent = "first";
  made.findings = std::move(findings);
  made.checks_failed = std::move(checks_failed);
  return made;
}

/// A memory and the table that it is kept in.
struct kept_memory {
  void remember(const review_result& of) {
    rows changes;
    memory.remember(of, changes);
    write(changes);
  }

  void crash(const std::string& review_id) {
    rows changes;
    memory.remember_crash(review_id, changes);
    write(changes);
  }

  void write(const rows& changes) {
    for (const auto& [key, value] : changes) {
      if (value) {
        kept[key] = *value;
      } else {
        kept.erase(key);
      }
    }
  }

  [[nodiscard]] learning recalled() const {
    learning made;
    for (const auto& [key, value] : kept) {
      made.recall(key, value);
    }
    return made;
  }

  learning memory;
  table kept;
};

std::vector<std::string> reviews_of(const learning& memory) {
  std::vector<std::string> ids;
  for (const auto& each : memory.history()) {
    ids.push_back(each.review_id);
  }
  return ids;
}

/// Everything that can be seen of a memory, as one text.
std::string seen(const learning& memory) {
  std::string out;
  for (const auto& each : memory.history()) {
    out += each.review_id + ' ' + std::string{to_string(each.severity)} + ' '
           + std::to_string(each.findings) + '\n';
  }
  for (const auto& each : memory.scar_tissue()) {
    out += each.review_id + " failed " + each.what + '\n';
  }
  for (const auto& name : memory.patterns()) {
    const auto* pattern = memory.find(name);
    out += name + ' ' + std::to_string(pattern->count);
    for (const auto& example : pattern->examples) {
      out += ' ' + example;
    }
    out += '\n';
  }
  return out;
}

/// A row that a memory which recalls it would show.
const std::string good_entry =
  R"({"findings":2,"number":17,"review_id":"r","severity":"low"})";
const std::string good_scar = R"({"number":7,"review_id":"r","what":"xss"})";
const std::string good_pattern =
  R"({"count":3,"examples":["a.py:1"],"number":5})";

std::string recalled(const std::string& key, const std::string& value) {
  learning memory;
  memory.recall(key, value);
  return seen(memory);
}

/// `text` with the first `what` replaced.
std::string with(std::string text, std::string_view what, std::string_view by) {
  return text.replace(text.find(what), what.size(), by);
}

// -- generators ---------------------------------------------------------------

rc::Gen<finding> any_finding() {
  return rc::gen::exec([] {
    finding made;
    made.type = *rc::gen::element<std::string>("xss", "sql_injection");
    if (*rc::gen::arbitrary<bool>()) {
      made.rule = *rc::gen::oneOf(
        rc::gen::element<std::string>("xss/raw", "sql/x", "hot/\xc3\xa4"),
        rc::gen::arbitrary<std::string>());
    }
    made.file = *rc::gen::oneOf(
      rc::gen::element<std::string>("a.py", "b/c.hpp", "Makefile", "x.C++",
                                    std::string(3000, 'y') + "\xc3\xa4.py"),
      rc::gen::arbitrary<std::string>());
    if (*rc::gen::arbitrary<bool>()) {
      made.line = *rc::gen::arbitrary<std::uint32_t>();
    }
    made.severity = *rc::gen::element(severity::none, severity::low,
                                      severity::medium, severity::high);
    return made;
  });
}

review_result any_result(int number) {
  auto made = result_of("r\"" + std::to_string(number) + "/\xc3\xa4");
  if (*rc::gen::inRange(0, 3) == 0) {
    made.findings = *rc::gen::container<std::vector<finding>>(any_finding());
  }
  if (*rc::gen::inRange(0, 4) == 0) {
    made.checks_failed = *rc::gen::arbitrary<std::vector<std::string>>();
  }
  return made;
}

template <class T>
std::vector<T> shuffled(std::vector<T> list) {
  for (auto left = list.size(); left > 1; --left) {
    std::swap(list[left - 1], list[*rc::gen::inRange<std::size_t>(0, left)]);
  }
  return list;
}

} // namespace

BOOST_AUTO_TEST_SUITE(learning_state)

// -- bounds -------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(one_hundred_reviews_are_remembered_and_no_more_A4) {
  kept_memory run;
  for (int number = 1; number <= 100; ++number) {
    run.remember(result_of("r" + std::to_string(number)));
  }
  BOOST_REQUIRE_EQUAL(run.memory.history().size(), 100u);
  BOOST_TEST(reviews_of(run.memory).front() == "r1");
  run.remember(result_of("r101"));
  BOOST_REQUIRE_EQUAL(run.memory.history().size(), 100u);
  BOOST_TEST(reviews_of(run.memory).front() == "r2");
  BOOST_TEST(reviews_of(run.memory).back() == "r101");
  BOOST_TEST(run.kept.size() == 100u);
}

BOOST_AUTO_TEST_CASE(fifty_scars_are_remembered_and_no_more_A4) {
  kept_memory run;
  for (int number = 1; number <= 50; ++number) {
    run.crash("r" + std::to_string(number));
  }
  BOOST_REQUIRE_EQUAL(run.memory.scar_tissue().size(), 50u);
  BOOST_TEST(run.memory.scar_tissue().front().review_id == "r1");
  run.crash("r51");
  BOOST_REQUIRE_EQUAL(run.memory.scar_tissue().size(), 50u);
  BOOST_TEST(run.memory.scar_tissue().front().review_id == "r2");
  BOOST_TEST(run.memory.scar_tissue().back().review_id == "r51");
  BOOST_TEST(run.kept.size() == 50u);
}

BOOST_AUTO_TEST_CASE(of_many_failed_checks_of_one_review_the_last_stay) {
  std::vector<std::string> failed;
  for (int number = 1; number <= 60; ++number) {
    failed.push_back("check" + std::to_string(number));
  }
  rows changes;
  learning memory;
  memory.remember(result_of("r1", {}, failed), changes);
  BOOST_REQUIRE_EQUAL(memory.scar_tissue().size(), 50u);
  BOOST_TEST(memory.scar_tissue().front().what == "check11");
  BOOST_TEST(memory.scar_tissue().back().what == "check60");
  BOOST_TEST(changes.size() == 51u);
}

BOOST_AUTO_TEST_CASE(a_thousand_patterns_are_remembered_and_no_more_A4) {
  kept_memory run;
  for (int number = 1; number <= 1000; ++number) {
    run.remember(
      result_of("r", {found("rule" + std::to_string(number), "a.py")}));
  }
  BOOST_TEST(run.memory.patterns().size() == 1000u);
  BOOST_TEST(run.memory.find("rule1:py") != nullptr);
  run.remember(result_of("r", {found("rule1001", "a.py")}));
  BOOST_TEST(run.memory.patterns().size() == 1000u);
  BOOST_TEST(run.memory.find("rule1:py") == nullptr);
  BOOST_TEST(run.memory.find("rule2:py") != nullptr);
  BOOST_TEST(run.memory.find("rule1001:py") != nullptr);
  BOOST_TEST(run.kept.size() == 1100u);
}

BOOST_AUTO_TEST_CASE(a_pattern_that_is_seen_again_is_not_the_oldest) {
  kept_memory run;
  for (const auto* rule : {"a", "b", "a"}) {
    run.remember(result_of("r", {found(rule, "x.py")}));
  }
  const std::vector<std::string> expected{"b:py", "a:py"};
  BOOST_TEST(run.memory.patterns() == expected,
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_pattern_has_its_last_ten_examples_and_its_count_A4) {
  kept_memory run;
  for (std::uint32_t line = 1; line <= 10; ++line) {
    run.remember(result_of("r", {found("a", "x.py", line)}));
  }
  const auto* pattern = run.memory.find("a:py");
  BOOST_REQUIRE(pattern != nullptr);
  BOOST_TEST(pattern->examples.size() == 10u);
  BOOST_TEST(pattern->examples.front() == "x.py:1");
  run.remember(result_of("r", {found("a", "x.py", 11)}));
  BOOST_TEST(pattern->count == 11u);
  BOOST_TEST(pattern->examples.size() == 10u);
  BOOST_TEST(pattern->examples.front() == "x.py:2");
  BOOST_TEST(pattern->examples.back() == "x.py:11");
}

BOOST_AUTO_TEST_CASE(one_result_writes_a_thousand_patterns_at_most) {
  std::vector<finding> findings;
  for (int number = 1; number <= 5000; ++number) {
    findings.push_back(found("rule" + std::to_string(number), "a.py"));
  }
  kept_memory run;
  rows changes;
  run.memory.remember(result_of("r", findings), changes);
  BOOST_TEST(changes.size() == 1001u);
  run.write(changes);
  BOOST_TEST(seen(run.recalled()) == seen(run.memory));
}

// -- what is remembered -------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_result_without_findings_is_one_small_readable_row) {
  rows changes;
  learning memory;
  memory.remember(result_of("r1"), changes);
  BOOST_REQUIRE_EQUAL(changes.size(), 1u);
  BOOST_TEST(changes[0].key == "history/1");
  BOOST_TEST(
    changes[0].value.value()
    == R"({"findings":0,"number":1,"review_id":"r1","severity":"none"})");
}

BOOST_AUTO_TEST_CASE(findings_failed_checks_and_crashes_are_readable_rows) {
  kept_memory run;
  run.remember(result_of("r1",
                         {found("xss/raw", "a/b.py", 3, severity::medium),
                          found("xss/raw", "c.py", 4, severity::high)},
                         {"auth_bypass"}));
  run.crash("r2");
  const table expected{
    {"history/1",
     R"({"findings":2,"number":1,"review_id":"r1","severity":"high"})"},
    {"pattern/xss/raw:py",
     R"({"count":2,"examples":["a/b.py:3","c.py:4"],"number":2})"},
    {"scar/1", R"({"number":1,"review_id":"r1","what":"auth_bypass"})"},
    {"scar/2", R"({"number":2,"review_id":"r2","what":"crash"})"}};
  BOOST_TEST((run.kept == expected));
}

BOOST_AUTO_TEST_CASE(a_result_without_a_valid_review_id_leaves_no_trace) {
  rows changes;
  learning memory;
  memory.remember(result_of("", {found("a", "x.py")}, {"xss"}), changes);
  memory.remember(result_of(std::string(257, 'x')), changes);
  memory.remember_crash("a\nb", changes);
  BOOST_TEST(changes.empty());
  BOOST_TEST(seen(memory).empty());
  memory.remember(result_of(std::string(256, 'x')), changes);
  BOOST_TEST(changes.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_pattern_is_the_rule_and_the_ending_of_the_file) {
  const auto name = [](std::string file) {
    return learning::pattern_of(found("rule", std::move(file)));
  };
  BOOST_TEST(name("a/b.py") == "rule:py");
  BOOST_TEST(name("B.CPP") == "rule:cpp");
  BOOST_TEST(name("a.tar.gz") == "rule:gz");
  BOOST_TEST(name("x.c++") == "rule:c++");
  BOOST_TEST(name("Makefile") == "rule");
  BOOST_TEST(name("a.b/Makefile") == "rule");
  BOOST_TEST(name(".gitignore") == "rule");
  BOOST_TEST(name("a.") == "rule");
  BOOST_TEST(name("") == "rule");
  BOOST_TEST(name("a.b c") == "rule");
  BOOST_TEST(name("a.\xff") == "rule");
  BOOST_TEST(name("a." + std::string(16, 'x'))
             == "rule:" + std::string(16, 'x'));
  BOOST_TEST(name("a." + std::string(17, 'x')) == "rule");
  auto without_rule = found("", "a.py");
  without_rule.rule.reset();
  BOOST_TEST(learning::pattern_of(without_rule) == "a_type:py");
  BOOST_TEST(learning::pattern_of(found(std::string(128, 'r'), "a"))
             == std::string(128, 'r'));
  BOOST_TEST(learning::pattern_of(found(std::string(129, 'r'), "a"))
             == std::string(128, 'r'));
  BOOST_TEST(learning::pattern_of(found(std::string(127, 'r') + "\xc3\xa4", ""))
             == std::string(127, 'r'));
}

BOOST_AUTO_TEST_CASE(an_example_of_a_long_name_has_its_end) {
  const auto example = [](std::string file) {
    learning memory;
    rows unused;
    memory.remember(result_of("r", {found("a", std::move(file), 7)}), unused);
    return memory.find(memory.patterns().at(0))->examples.at(0);
  };
  const std::string fits(196, 'x');
  BOOST_TEST(example(fits + "a.py") == fits + "a.py:7");
  BOOST_TEST(example("y" + fits + "a.py") == "..." + fits + "a.py:7");
  // No character is cut.
  BOOST_TEST(example("\xc3\xa4" + std::string(199, 'x'))
             == "..." + std::string(199, 'x') + ":7");
  const auto broken = example(std::string(5000, '\xff'));
  BOOST_TEST(is_utf8(broken));
  BOOST_TEST(broken.size() <= 214u);
}

BOOST_AUTO_TEST_CASE(a_finding_that_names_no_place_is_counted) {
  kept_memory run;
  auto nowhere = found("a", "");
  nowhere.line.reset();
  run.remember(result_of("r", {nowhere}));
  BOOST_REQUIRE(run.memory.find("a") != nullptr);
  BOOST_TEST(run.memory.find("a")->count == 1u);
  BOOST_TEST(run.memory.find("a")->examples.empty());
  BOOST_TEST(seen(run.recalled()) == seen(run.memory));
}

// -- rows ---------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(rows_in_any_order_bring_back_what_was_remembered) {
  const auto held = rc::check("round trip through rows", [] {
    kept_memory run;
    const auto steps = *rc::gen::inRange(0, 130);
    for (int number = 0; number < steps; ++number) {
      run.remember(any_result(number));
      if (*rc::gen::inRange(0, 2) == 0) {
        run.crash("c" + std::to_string(number));
      }
    }
    learning again;
    for (const auto& [key, value] :
         shuffled(std::vector<std::pair<std::string, std::string>>{
           run.kept.begin(), run.kept.end()})) {
      RC_ASSERT(codec::guard_json(value).has_value());
      RC_ASSERT(value.size() <= 16'384u);
      again.recall(key, value);
    }
    RC_ASSERT(seen(again) == seen(run.memory));
    // Both go on in the same way.
    const auto next = any_result(steps);
    rows of_first;
    rows of_second;
    run.memory.remember(next, of_first);
    again.remember(next, of_second);
    RC_ASSERT(seen(again) == seen(run.memory));
    RC_ASSERT(of_first.size() == of_second.size());
    for (std::size_t index = 0; index < of_first.size(); ++index) {
      RC_ASSERT(of_first[index].key == of_second[index].key);
      RC_ASSERT(of_first[index].value == of_second[index].value);
    }
  });
  BOOST_TEST(held);
}

BOOST_AUTO_TEST_CASE(forgotten_patterns_leave_no_rows_behind) {
  const auto held = rc::check("a full memory is its table", [] {
    kept_memory run;
    std::vector<finding> many;
    for (int number = 0; number < 995; ++number) {
      many.push_back(found("rule" + std::to_string(number), "a.py"));
    }
    run.remember(result_of("r", many));
    // Names from a small set, so that some are forgotten and come back.
    for (int step = 0; step < 20; ++step) {
      std::vector<finding> some;
      for (const auto number :
           *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 1005))) {
        some.push_back(found("rule" + std::to_string(number), "a.py"));
      }
      run.remember(result_of("r", some));
    }
    RC_ASSERT(seen(run.recalled()) == seen(run.memory));
    const auto patterns = std::ranges::count_if(run.kept, [](const auto& row) {
      return row.first.starts_with("pattern/");
    });
    RC_ASSERT(static_cast<std::size_t>(patterns)
              == run.memory.patterns().size());
  });
  BOOST_TEST(held);
}

BOOST_AUTO_TEST_CASE(a_pattern_forgotten_and_found_in_one_result_is_kept) {
  kept_memory run;
  run.remember(result_of("r", {found("first", "a.py")}));
  std::vector<finding> many;
  for (int number = 0; number < 1000; ++number) {
    many.push_back(found("rule" + std::to_string(number), "a.py"));
  }
  many.push_back(found("first", "a.py"));
  run.remember(result_of("r", many));
  BOOST_REQUIRE(run.memory.find("first:py") != nullptr);
  BOOST_TEST(run.memory.find("first:py")->count == 1u);
  BOOST_TEST(seen(run.recalled()) == seen(run.memory));
}

BOOST_AUTO_TEST_CASE(an_older_row_does_not_replace_a_newer_one) {
  learning memory;
  memory.recall("history/17", with(good_entry, "17", "117"));
  memory.recall("history/17", good_entry);
  memory.recall("pattern/a", with(good_pattern, "5}", "6}"));
  memory.recall("pattern/a", with(good_pattern, "3,", "2,"));
  BOOST_REQUIRE_EQUAL(memory.history().size(), 1u);
  BOOST_TEST(memory.find("a")->count == 3u);
  rows changes;
  memory.remember(result_of("next"), changes);
  BOOST_TEST(changes.at(0).key == "history/18");
}

BOOST_AUTO_TEST_CASE(rows_that_can_be_read_are_recalled) {
  BOOST_TEST(recalled("history/17", good_entry) == "r low 2\n");
  BOOST_TEST(recalled("scar/7", good_scar) == "r failed xss\n");
  BOOST_TEST(recalled("pattern/a:py", good_pattern) == "a:py 3 a.py:1\n");
}

BOOST_AUTO_TEST_CASE(rows_that_cannot_be_read_are_ignored) {
  const std::vector<std::string> hostile{
    "",
    "{}",
    "null",
    "[1]",
    "{",
    "\xff",
    std::string(100'000, '['),
    with(good_entry, "17", "0"),
    with(good_entry, "17", "-83"),
    with(good_entry, "17", "17.5"),
    with(good_entry, "17", "\"17\""),
    with(good_entry, "17", "9007199254741017"),
    with(good_entry, "17", "18"),
    with(good_entry, "17", "1e999"),
    with(good_entry, "2", "4294967296"),
    with(good_entry, "2", "-1"),
    with(good_entry, "\"r\"", "\"\""),
    with(good_entry, "\"r\"", "\"\\n\""),
    with(good_entry, "\"r\"", '"' + std::string(257, 'x') + '"'),
    with(good_entry, "low", "worse"),
    with(good_entry, "{", "{\"x\":1,"),
    with(good_entry, "\"findings\":2,", ""),
    good_entry + "x"};
  for (const auto& value : hostile) {
    BOOST_TEST(recalled("history/17", value) == "", value.substr(0, 200));
    BOOST_TEST(recalled("scar/17", value) == "", value.substr(0, 200));
    BOOST_TEST(recalled("pattern/a", value) == "", value.substr(0, 200));
  }
}

BOOST_AUTO_TEST_CASE(rows_under_keys_of_others_are_ignored) {
  for (const auto* key :
       {"", "history", "history/", "history/16", "history/017", "history/+17",
        "history/17 ", "History/17", "scar/17", "pattern/17", "17"}) {
    BOOST_TEST(recalled(key, good_entry) == "", key);
  }
  BOOST_TEST(recalled("scar/8", good_scar) == "");
  BOOST_TEST(recalled("scar/57", good_scar) == "");
  BOOST_TEST(recalled("pattern/" + std::string(145, 'a'), good_pattern) != "");
  BOOST_TEST(recalled("pattern/" + std::string(146, 'a'), good_pattern) == "");
  BOOST_TEST(recalled("pattern/\xff", good_pattern) == "");
}

BOOST_AUTO_TEST_CASE(patterns_with_too_much_in_them_are_ignored) {
  const auto examples = [](int count, const std::string& each) {
    std::string list = '"' + each + '"';
    for (int number = 1; number < count; ++number) {
      list += ",\"" + each + '"';
    }
    return with(good_pattern, "\"a.py:1\"", list);
  };
  BOOST_TEST(recalled("pattern/a", examples(10, "x")) != "");
  BOOST_TEST(recalled("pattern/a", examples(11, "x")) == "");
  BOOST_TEST(recalled("pattern/a", examples(1, std::string(214, 'x'))) != "");
  BOOST_TEST(recalled("pattern/a", examples(1, std::string(215, 'x'))) == "");
  BOOST_TEST(recalled("pattern/a", with(good_pattern, "3", "0")) == "");
}

BOOST_AUTO_TEST_CASE(two_patterns_that_claim_one_place_do_not_both_count) {
  learning memory;
  memory.recall("pattern/a", good_pattern);
  memory.recall("pattern/b", good_pattern);
  BOOST_TEST(seen(memory) == "a 3 a.py:1\n");
}

BOOST_AUTO_TEST_CASE(more_rows_than_the_bound_leave_the_newest) {
  learning memory;
  for (int number = 1001; number >= 1; --number) {
    memory.recall("pattern/p" + std::to_string(number),
                  with(good_pattern, "5}", std::to_string(number) + '}'));
  }
  BOOST_TEST(memory.patterns().size() == 1000u);
  BOOST_TEST(memory.find("p1") == nullptr);
  BOOST_TEST(memory.find("p1001") != nullptr);
}

BOOST_AUTO_TEST_SUITE_END()
