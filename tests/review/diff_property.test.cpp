#include "tests/review/diff_reading.hpp"
#include "tests/review/git_sandbox.hpp"

#include <boost/test/unit_test.hpp>
#include <rapidcheck.h>

#include <algorithm>
#include <string>
#include <vector>

using namespace libsig::review;
using namespace libsig::review::testing;

namespace {

using lines = std::vector<std::string>;

/// A line that both files, or one of them, has.
struct edit {
  line_kind kind = line_kind::context;
  std::string text;
};

using edits = std::vector<edit>;

/// Lines that are hard to tell from the syntax around them.
rc::Gen<std::string> any_line() {
  return rc::gen::oneOf(
    rc::gen::element<std::string>("", " ", "-", "+", "-- x", "++ b/x",
                                  "@@ -1 +1 @@", "\\ No newline at end of file",
                                  "diff --git a/x b/x", "\r", "a", "b"),
    rc::gen::map(rc::gen::arbitrary<std::string>(), [](std::string text) {
      std::erase(text, '\n');
      return text;
    }));
}

edits any_edits() {
  const auto count = *rc::gen::inRange(1, 60);
  edits result;
  for (int index = 0; index < count; ++index) {
    const auto kind =
      *rc::gen::weightedElement<line_kind>({{6, line_kind::context},
                                            {1, line_kind::added},
                                            {1, line_kind::removed}});
    result.push_back({kind, *any_line()});
  }
  return result;
}

lines side_of(const edits& all, line_kind absent) {
  lines result;
  for (const auto& edit : all)
    if (edit.kind != absent)
      result.push_back(edit.text);
  return result;
}

/// What a side of a hunk has as its start and count.
std::string range_of(std::size_t before, std::size_t count) {
  return std::to_string(count == 0 ? before : before + 1) + ','
         + std::to_string(count);
}

/// The edits from `first` to `last` as a hunk; the lines before are counted.
std::string hunk_of(const edits& all, std::size_t first, std::size_t last) {
  std::size_t before[2] = {0, 0};
  std::size_t count[2] = {0, 0};
  std::string body;
  for (std::size_t index = 0; index < last; ++index) {
    auto* counted = index < first ? before : count;
    counted[0] += all[index].kind != line_kind::added ? 1u : 0u;
    counted[1] += all[index].kind != line_kind::removed ? 1u : 0u;
    if (index >= first)
      body += " +-"[static_cast<int>(all[index].kind)] + all[index].text + '\n';
  }
  return "@@ -" + range_of(before[0], count[0]) + " +"
         + range_of(before[1], count[1]) + " @@\n" + body;
}

/// A writer of diffs as simple as can be: each run of changes with so many
/// lines around it, runs that would touch in one hunk.
std::string write_diff(const edits& all, std::size_t context) {
  std::string text;
  std::size_t index = 0;
  while (index < all.size()) {
    if (all[index].kind == line_kind::context) {
      ++index;
      continue;
    }
    const auto first = index - std::min(index, context);
    auto last = index + 1;
    for (auto ahead = last;
         ahead < std::min(all.size(), last + 2 * context + 1); ++ahead)
      if (all[ahead].kind != line_kind::context)
        last = ahead + 1;
    index = std::min(all.size(), last + context);
    text += hunk_of(all, first, index);
  }
  return text.empty() ? text : "--- a/x\n+++ b/x\n" + text;
}

/// Makes the new file out of the old one by the hunks, which must fit it.
lines patched(const lines& before, const file_diff& file) {
  lines after;
  std::size_t at = 0;
  const auto copy_to = [&](std::size_t end) {
    for (; at < end && at < before.size(); ++at)
      after.push_back(before[at]);
  };
  for (const auto& hunk : file.hunks)
    for (const auto& line : hunk.lines) {
      copy_to(line.old_line - 1);
      if (line.kind != line_kind::removed) {
        BOOST_REQUIRE(line.new_line == after.size() + 1);
        after.emplace_back(line.text);
      }
      if (line.kind != line_kind::added) {
        BOOST_REQUIRE(line.old_line == at + 1);
        BOOST_REQUIRE(line.text == before.at(at));
        ++at;
      }
    }
  copy_to(before.size());
  return after;
}

std::string joined(const lines& all) {
  std::string text;
  for (const auto& line : all)
    text += line + '\n';
  return text;
}

} // namespace

BOOST_AUTO_TEST_SUITE(diff_property)

BOOST_AUTO_TEST_CASE(what_is_parsed_makes_the_new_file_of_the_old_one) {
  BOOST_TEST(rc::check([] {
    const auto all = any_edits();
    const auto text =
      write_diff(all, static_cast<std::size_t>(*rc::gen::inRange(0, 5)));
    const auto parsed = parse(text);
    RC_ASSERT(parsed.has_value());
    RC_ASSERT(parsed->files().empty() == text.empty());
    if (text.empty())
      return;
    const auto& file = parsed->files().front();
    const auto count = [&](line_kind kind) {
      return std::ranges::count(all, kind, &edit::kind);
    };
    RC_ASSERT(file.added_lines == count(line_kind::added));
    RC_ASSERT(file.removed_lines == count(line_kind::removed));
    RC_ASSERT(patched(side_of(all, line_kind::added), file)
              == side_of(all, line_kind::removed));
  }));
}

BOOST_AUTO_TEST_CASE(what_git_writes_makes_the_new_file_of_the_old_one) {
  const git_sandbox sandbox;
  for (unsigned round = 0; round < 40; ++round) {
    const auto all =
      rc::Gen<edits>(rc::gen::exec(any_edits))(rc::Random(round), 40).value();
    const auto before = side_of(all, line_kind::added);
    const auto after = side_of(all, line_kind::removed);
    sandbox.write("old", joined(before));
    sandbox.write("new", joined(after));
    const auto text = sandbox.git(
      "diff --no-index --text -U" + std::to_string(round % 4) + " old new", 1);
    const auto parsed = parse(text);
    BOOST_TEST_CONTEXT(text) {
      BOOST_REQUIRE(parsed.has_value());
      if (!parsed->files().empty())
        BOOST_TEST((patched(before, parsed->files().front()) == after));
    }
  }
}

BOOST_AUTO_TEST_CASE(no_bytes_bring_the_parser_down) {
  const std::vector<std::string> parts{"diff --git a/x b/x\n",
                                       "--- a/x\n",
                                       "+++ b/x\n",
                                       "@@ -1 +1 @@\n",
                                       "-a\n",
                                       "+b\n",
                                       " \n",
                                       "\n",
                                       "index 1234..5678 100644\n",
                                       "old mode 100644\n",
                                       "new mode 100755\n",
                                       "rename from x\n",
                                       "rename to y\n",
                                       "diff --cc x\n",
                                       "GIT binary patch\n",
                                       "literal 1\n",
                                       "Aabcde\n",
                                       "Binary files differ\n",
                                       "@@@ -1 -1 +1 @@@\n",
                                       "++a\n",
                                       "Submodule s 1234..5678:\n",
                                       "\"",
                                       "\\",
                                       "/dev/null",
                                       "diff -r\n",
                                       "text"};
  BOOST_TEST(rc::check([&] {
    const auto chosen = *rc::gen::container<lines>(rc::gen::elementOf(parts));
    std::string text;
    for (const auto& part : chosen)
      text += part;
    const auto parsed = parse(text);
    if (!parsed)
      RC_ASSERT(parsed.error().place().starts_with("line "));
  }));
}

BOOST_AUTO_TEST_SUITE_END()
