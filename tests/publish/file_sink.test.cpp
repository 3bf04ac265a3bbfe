#include "tests/publish/world.hpp"

#include "libsig/publish/file_sink.hpp"
#include "tests/support/temporary_folder.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <filesystem>
#include <thread>

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace libsig;
using publish::outcome;
using testing::publishing_world;
using testing::temporary_folder;

namespace {

struct lined {
  explicit lined(std::uint64_t bytes_max = limits::line_file_bytes_max,
                 unsigned kept = 2)
    : to{publish::make_file_sink({folder.file("out.jsonl"), bytes_max, kept})} {
  }

  publish::delivery put(int count) {
    std::vector<signal_ptr> some;
    for (int done = 0; done < count; ++done) {
      const auto one = world.signal_of({.id = std::to_string(++number)});
      one->assign_sequence(static_cast<std::uint64_t>(number));
      some.push_back(one);
    }
    return to->deliver(some);
  }

  [[nodiscard]] std::string text(std::string_view name = "out.jsonl") const {
    return folder.read(name);
  }

  [[nodiscard]] auto lines(std::string_view name = "out.jsonl") const {
    return std::ranges::count(text(name), '\n');
  }

  temporary_folder folder;
  publishing_world world;
  std::unique_ptr<publish::sink> to;
  int number = 0;
};

/// What the sink's name leads to is not written.
template <class Link>
void check_untouched(Link link) {
  lined one;
  const auto target = one.folder.write("target", "");
  link(target, one.folder.file("out.jsonl"));
  BOOST_TEST((one.put(1).outcome == outcome::again));
  BOOST_TEST(one.text("target").empty());
}

} // namespace

BOOST_AUTO_TEST_SUITE(file_sink)

BOOST_AUTO_TEST_CASE(each_signal_is_one_line_of_a_cloudevent) {
  lined one;
  const auto got = one.put(3);
  BOOST_TEST((got.outcome == outcome::done));
  BOOST_TEST(got.done == 3u);
  BOOST_TEST(one.lines() == 3);
  BOOST_TEST(one.text().starts_with(R"({"specversion":"1.0","id":"1")"));
  BOOST_TEST(one.text().ends_with("}\n"));
}

BOOST_AUTO_TEST_CASE(the_file_is_its_owners_alone) {
  lined one;
  one.put(1);
  struct stat is {};
  BOOST_REQUIRE(::stat(one.folder.file("out.jsonl").c_str(), &is) == 0);
  BOOST_TEST((is.st_mode & 0777) == 0600);
}

BOOST_AUTO_TEST_CASE(secrets_are_hidden) {
  lined one;
  const signal_ptr what = one.world.signal_of(
    {.data = event_data::json(std::string{R"({"password":"s3cret"})"})});
  static_cast<void>(one.to->deliver(std::span{&what, 1}));
  BOOST_TEST(one.text().find("s3cret") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_file_that_would_grow_too_large_is_put_aside) {
  lined one{600};
  for (int round = 0; round < 12; ++round) {
    one.put(1);
    BOOST_TEST(one.text().size() <= 600u);
  }
  BOOST_TEST(one.lines() > 0);
  BOOST_TEST(one.lines("out.jsonl.1") > 0);
  BOOST_TEST(one.lines("out.jsonl.2") > 0);
  BOOST_TEST(!std::filesystem::exists(one.folder.file("out.jsonl.3")));
  BOOST_TEST(one.text().find(R"("id":"12")") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_was_written_is_flushed_when_asked_for) {
  lined one{600};
  // Nothing is there yet.
  BOOST_TEST(one.to->sync().has_value());
  one.put(5);
  BOOST_TEST(one.to->sync().has_value());
  std::filesystem::remove(one.folder.file("out.jsonl"));
  one.put(1);
  BOOST_TEST(one.to->sync().has_value());
}

BOOST_AUTO_TEST_CASE(a_file_that_was_moved_away_is_made_anew) {
  lined one;
  one.put(1);
  std::filesystem::rename(one.folder.file("out.jsonl"),
                          one.folder.file("moved"));
  one.put(1);
  BOOST_TEST(one.lines() == 1);
  BOOST_TEST(one.lines("moved") == 1);
}

BOOST_AUTO_TEST_CASE(a_torn_last_line_of_ours_is_cut_off) {
  const std::string longest =
    R"({"specversion":"1.0",)" + std::string(200'000, 'x');
  for (const auto& torn :
       {std::string{"{"}, std::string{R"({"specversion")"}, longest}) {
    for (const std::string whole : {"", "{\"whole\":1}\n"}) {
      lined one;
      one.folder.write("out.jsonl", whole + torn);
      one.put(1);
      BOOST_TEST(one.text().starts_with(whole + "{\"specversion\":\"1.0\""));
      BOOST_TEST(one.text().ends_with("}\n"));
      BOOST_TEST(one.lines() == (whole.empty() ? 1 : 2));
    }
  }
}

// A path that leads to somebody else's file costs nobody anything.
BOOST_AUTO_TEST_CASE(a_last_line_that_is_not_ours_is_left_alone) {
  const std::string too_long =
    R"({"specversion":"1.0",)" + std::string(6 * limits::event_bytes_max, 'x');
  for (const auto& text :
       {std::string(200'000, 'x'), std::string{"{\"whole\":1}\n{\"torn"},
        std::string{"x"}, std::string{R"({"specversion")"} + "\nroot", too_long,
        "{\"whole\":1}\n" + too_long}) {
    lined one;
    one.folder.write("out.jsonl", text);
    const auto got = one.put(1);
    BOOST_TEST((got.outcome == outcome::again));
    BOOST_TEST(got.reason.find("out.jsonl") != std::string::npos);
    BOOST_TEST((one.text() == text));
  }
}

// C2 row 28.
BOOST_AUTO_TEST_CASE(a_symlink_is_not_followed) {
  check_untouched([](const std::string& target, const std::string& name) {
    std::filesystem::create_symlink(target, name);
  });
}

BOOST_AUTO_TEST_CASE(a_file_with_a_second_name_is_not_written) {
  check_untouched([](const std::string& target, const std::string& name) {
    std::filesystem::create_hard_link(target, name);
  });
}

BOOST_AUTO_TEST_CASE(a_pipe_in_its_place_does_not_hold_it_up) {
  lined one;
  BOOST_REQUIRE(::mkfifo(one.folder.file("out.jsonl").c_str(), 0600) == 0);
  BOOST_TEST((one.put(1).outcome == outcome::again));
}

BOOST_AUTO_TEST_CASE(a_full_disk_leaves_no_torn_line_and_is_tried_again) {
  lined one;
  one.put(2);
  const auto before = one.text();
  // A limit on the size of files fails as a full disk does, in the middle.
  rlimit was{};
  ::getrlimit(RLIMIT_FSIZE, &was);
  rlimit narrow{before.size() + 10, was.rlim_max};
  ::signal(SIGXFSZ, SIG_IGN);
  ::setrlimit(RLIMIT_FSIZE, &narrow);
  const auto got = one.put(1);
  ::setrlimit(RLIMIT_FSIZE, &was);
  BOOST_TEST((got.outcome == outcome::again));
  BOOST_TEST(got.done == 0u);
  BOOST_TEST(one.text() == before);
  BOOST_TEST((one.put(1).outcome == outcome::done));
  BOOST_TEST(one.lines() == 3);
}

BOOST_AUTO_TEST_CASE(a_descriptor_gets_the_same_lines) {
  std::array<int, 2> ends{};
  BOOST_REQUIRE(::pipe(ends.data()) == 0);
  const auto to = publish::make_descriptor_sink(ends[1]);
  publishing_world world;
  const std::vector<signal_ptr> some{world.signal_of({.id = "a"}),
                                     world.signal_of({.id = "b"})};
  const auto got = to->deliver(some);
  BOOST_TEST(got.done == 2u);
  ::close(ends[1]);
  std::string text(100'000, '\0');
  const auto bytes = ::read(ends[0], text.data(), text.size());
  text.resize(static_cast<std::size_t>(bytes));
  BOOST_TEST(std::ranges::count(text, '\n') == 2);
  ::close(ends[0]);
}

BOOST_AUTO_TEST_CASE(
  a_reader_that_takes_nothing_holds_it_until_it_is_cancelled) {
  std::array<int, 2> ends{};
  BOOST_REQUIRE(::pipe(ends.data()) == 0);
  const auto to = publish::make_descriptor_sink(ends[1]);
  publishing_world world;
  const std::vector<signal_ptr> some{world.signal_of(
    {.data = event_data::json('"' + std::string(500'000, 'x') + '"')})};
  std::thread end{[&] { to->cancel(); }};
  BOOST_TEST((to->deliver(some).outcome == outcome::cancelled));
  end.join();
  ::close(ends[0]);
  ::close(ends[1]);
}

BOOST_AUTO_TEST_CASE(a_large_line_reaches_a_slow_reader_whole) {
  std::array<int, 2> ends{};
  BOOST_REQUIRE(::pipe(ends.data()) == 0);
  const auto to = publish::make_descriptor_sink(ends[1]);
  publishing_world world;
  const std::vector<signal_ptr> some{world.signal_of(
    {.data = event_data::json('"' + std::string(500'000, 'x') + '"')})};
  std::string text;
  std::thread reader{[&] {
    std::array<char, 7'777> room{};
    while (text.find('\n') == std::string::npos) {
      const auto got = ::read(ends[0], room.data(), room.size());
      text.append(room.data(), static_cast<std::size_t>(got));
    }
  }};
  BOOST_TEST((to->deliver(some).outcome == outcome::done));
  reader.join();
  BOOST_TEST(text.find(std::string(500'000, 'x')) != std::string::npos);
  ::close(ends[0]);
  ::close(ends[1]);
}

BOOST_AUTO_TEST_CASE(a_descriptor_without_a_reader_is_tried_again) {
  ::signal(SIGPIPE, SIG_IGN);
  std::array<int, 2> ends{};
  BOOST_REQUIRE(::pipe(ends.data()) == 0);
  ::close(ends[0]);
  const auto to = publish::make_descriptor_sink(ends[1]);
  publishing_world world;
  const std::vector<signal_ptr> some{world.signal_of({})};
  BOOST_TEST((to->deliver(some).outcome == outcome::again));
  ::close(ends[1]);
}

BOOST_AUTO_TEST_SUITE_END()
