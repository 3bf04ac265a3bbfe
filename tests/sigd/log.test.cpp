#include "apps/sigd/log.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "apps/sigd/log_text.hpp"
#include "libsig/core/time.hpp"
#include "tests/support/temporary_folder.hpp"

namespace {

using namespace libsig;
using namespace libsig::sigd;

/// What a logger writes into a file, line by line.
template <class Write>
std::vector<std::string> written(log_options how, Write write) {
  const testing::temporary_folder folder;
  const auto path = folder.file("log");
  how.descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT, 0600);
  BOOST_REQUIRE(how.descriptor >= 0);
  {
    logger to{how};
    write(to);
  }
  ::close(how.descriptor);
  std::vector<std::string> lines;
  std::string text = folder.read("log");
  BOOST_TEST((text.empty() || text.back() == '\n'));
  while (!text.empty()) {
    const auto end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text.erase(0, end + 1);
  }
  return lines;
}

/// Everything until the other side closes.
std::string all_of(int descriptor) {
  std::string read;
  std::string room(65'536, '\0');
  for (;;) {
    const auto got = ::read(descriptor, room.data(), room.size());
    if (got <= 0) {
      break;
    }
    read.append(room, 0, static_cast<std::size_t>(got));
  }
  ::close(descriptor);
  return read;
}

} // namespace

BOOST_AUTO_TEST_SUITE(log_lines)

BOOST_AUTO_TEST_CASE(a_line_of_text_has_time_level_event_and_fields) {
  const auto lines = written({}, [](logger& to) {
    to.write(log_level::info, "ready",
             {{"listen", "127.0.0.1:7733"}, {"pid", std::uint64_t{7}}});
  });
  BOOST_REQUIRE(lines.size() == 1u);
  BOOST_TEST(parse_rfc3339(lines[0].substr(0, 24)).has_value());
  BOOST_TEST(lines[0].substr(24) == " info ready listen=127.0.0.1:7733 pid=7");
}

BOOST_AUTO_TEST_CASE(a_line_of_json_is_one_object) {
  const auto lines = written({.format = log_format::json}, [](logger& to) {
    to.write(
      log_level::warning, "dead_letter",
      {{"actor", "a \"b\""}, {"count", std::int64_t{-1}}, {"down", true}});
  });
  BOOST_REQUIRE(lines.size() == 1u);
  const auto read = nlohmann::json::parse(lines[0]);
  BOOST_TEST(parse_rfc3339(read.at("time").get<std::string>()).has_value());
  BOOST_TEST(read.at("level") == "warning");
  BOOST_TEST(read.at("event") == "dead_letter");
  BOOST_TEST(read.at("actor") == "a \"b\"");
  BOOST_TEST(read.at("count") == -1);
  BOOST_TEST(read.at("down") == true);
}

BOOST_AUTO_TEST_CASE(lines_below_the_level_are_not_written) {
  const auto write = [](logger& to) {
    for (const auto level : {log_level::debug, log_level::info,
                             log_level::warning, log_level::error}) {
      BOOST_TEST(to.takes(level) == (level >= log_level::warning));
      to.write(level, "event", {});
    }
    BOOST_TEST(!to.takes(log_level::off));
    to.set_level(log_level::off);
    to.write(log_level::error, "event", {});
    to.set_level(log_level::debug);
    to.write(log_level::debug, "event", {});
  };
  BOOST_TEST(written({.level = log_level::warning}, write).size() == 3u);
}

// The prefixes are those of sd-daemon(3).
BOOST_AUTO_TEST_CASE(lines_for_the_journal_begin_with_their_priority) {
  const auto write = [](logger& to) {
    to.write(log_level::debug, "one", {});
    to.write(log_level::info, "two", {});
    to.write(log_level::warning, "three", {});
    to.write(log_level::error, "four", {});
  };
  const auto lines =
    written({.level = log_level::debug, .journal = true}, write);
  const std::vector<std::string> expected{"<7>one", "<6>two", "<4>three",
                                          "<3>four"};
  BOOST_TEST(lines == expected, boost::test_tools::per_element());
  const auto objects =
    written({.format = log_format::json, .journal = true},
            [](logger& to) { to.write(log_level::info, "two", {}); });
  BOOST_TEST(objects.at(0).substr(0, 4) == "<6>{");
}

// C2 36: text from outside makes no line and steers no terminal.
BOOST_AUTO_TEST_CASE(a_field_cannot_forge_a_line) {
  const std::string hostile =
    "a\n2026-01-02T03:04:05.678Z info ready\r\x1b[2J\x7f\xc2\x85\xe2\x80\xa8"
    "\xe2\x80\xae\xff";
  for (const auto format : {log_format::text, log_format::json}) {
    const auto lines = written({.format = format}, [&](logger& to) {
      to.write(log_level::info, "said", {{"what", hostile}});
    });
    BOOST_REQUIRE(lines.size() == 1u);
    BOOST_TEST(std::ranges::none_of(lines[0], [](char c) {
      return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    }));
    for (const auto* const hidden :
         {"\xc2\x85", "\xe2\x80\xa8", "\xe2\x80\xae"}) {
      BOOST_TEST(lines[0].find(hidden) == std::string::npos);
    }
  }
  BOOST_TEST(log_text("said", {{"what", "a b"}}) == "said what=\"a b\"");
  BOOST_TEST(log_text("said", {{"what", "a=b"}}) == "said what=\"a=b\"");
  BOOST_TEST(log_text("said", {{"what", ""}}) == "said what=\"\"");
}

BOOST_AUTO_TEST_CASE(values_of_secret_names_are_hidden) {
  BOOST_TEST(log_text("login", {{"access_token", "abc"}})
             == "login access_token=\"[REDACTED]\"");
  BOOST_TEST(log_members("login", {{"password", std::int64_t{5}}})
             == R"("event":"login","password":"[REDACTED]")");
}

BOOST_AUTO_TEST_CASE(a_field_is_cut_at_its_bound_between_characters) {
  const std::string at_bound(logger::field_bytes_max, 'a');
  BOOST_TEST(log_text("e", {{"f", at_bound}}) == "e f=" + at_bound);
  BOOST_TEST(log_text("e", {{"f", at_bound + 'b'}})
             == "e f=\"" + at_bound + "...\"");
  const std::string start(logger::field_bytes_max - 1, 'a');
  BOOST_TEST(log_text("e", {{"f", start + "\xc3\xa4"}})
             == "e f=\"" + start + "...\"");
}

BOOST_AUTO_TEST_CASE(a_reader_that_takes_nothing_delays_nobody) {
  int ends[2] = {-1, -1};
  BOOST_REQUIRE(::pipe(ends) == 0);
  constexpr std::uint64_t lines = 8 * logger::lines_max;
  std::uint64_t lost = 0;
  {
    logger to{{.descriptor = ends[1]}};
    for (std::uint64_t n = 0; n < lines; ++n) {
      to.write(log_level::info, "event", {{"n", n}});
    }
    lost = to.dropped();
  }
  ::close(ends[1]);
  const auto read = all_of(ends[0]);
  BOOST_TEST(lost > 0u);
  BOOST_TEST(read.size() > 0u);
  BOOST_TEST(std::ranges::count(read, '\n') < std::ptrdiff_t{lines});
}

BOOST_AUTO_TEST_CASE(what_was_dropped_is_said_when_the_reader_is_back) {
  int ends[2] = {-1, -1};
  BOOST_REQUIRE(::pipe(ends) == 0);
  constexpr std::uint64_t lines = 8 * logger::lines_max;
  std::string read;
  std::uint64_t lost = 0;
  std::jthread reader;
  {
    logger to{{.descriptor = ends[1]}};
    for (std::uint64_t n = 0; n < lines; ++n) {
      to.write(log_level::info, "event", {{"n", n}});
    }
    lost = to.dropped();
    reader = std::jthread{[&] { read = all_of(ends[0]); }};
  }
  ::close(ends[1]);
  reader.join();
  BOOST_REQUIRE(lost > 0u);
  const auto said = read.rfind(" warning log_lines_dropped lines=");
  BOOST_REQUIRE(said != std::string::npos);
  BOOST_TEST(std::stoull(read.substr(read.find('=', said) + 1)) >= lost);
}

BOOST_AUTO_TEST_CASE(the_journal_is_known_by_device_and_inode) {
  struct stat is {};
  BOOST_REQUIRE(::fstat(0, &is) == 0);
  const auto device = std::to_string(is.st_dev);
  const auto inode = std::to_string(is.st_ino);
  BOOST_TEST(is_journal(0, device + ':' + inode));
  BOOST_TEST(!is_journal(0, device + ':' + inode + '1'));
  BOOST_TEST(!is_journal(0, '1' + device + ':' + inode));
  BOOST_TEST(!is_journal(0, device));
  BOOST_TEST(!is_journal(0, ""));
  BOOST_TEST(!is_journal(-1, device + ':' + inode));
}

BOOST_AUTO_TEST_CASE(names_of_levels_and_formats_are_read) {
  BOOST_TEST((log_level_of("warning") == log_level::warning));
  BOOST_TEST(!log_level_of("WARNING").has_value());
  BOOST_TEST((log_format_of("json") == log_format::json));
  BOOST_TEST((log_format_of("text") == log_format::text));
  BOOST_TEST(!log_format_of("").has_value());
}

BOOST_AUTO_TEST_SUITE_END()
