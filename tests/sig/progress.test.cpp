#include "apps/sig/progress.hpp"

#include <string>

#include <boost/test/unit_test.hpp>

using namespace libsig::sig;
using std::chrono::milliseconds;

BOOST_AUTO_TEST_SUITE(progress)

BOOST_AUTO_TEST_CASE(the_line_says_files_specialists_and_time) {
  progress_board board{12};
  board.set("performance_specialist", specialist_progress::running);
  board.set("security_specialist", specialist_progress::running);
  board.set("security_specialist", specialist_progress::done);
  BOOST_TEST(
    board.line(milliseconds{1'260}, 100)
    == "reviewing 12 files  performance running  security done  1.2 s");
}

BOOST_AUTO_TEST_CASE(all_specialists_fit_into_eighty_columns) {
  progress_board board{100'000};
  board.set("performance_specialist", specialist_progress::timed_out);
  board.set("security_specialist", specialist_progress::timed_out);
  const auto line = board.line(milliseconds{30'000}, 79);
  BOOST_TEST(line.find("security timed out") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(one_file_is_no_plural_and_none_is_no_number) {
  BOOST_TEST(progress_board{1}.line(milliseconds{0}, 80)
             == "reviewing 1 file  0.0 s");
  BOOST_TEST(progress_board{0}.line(milliseconds{99}, 80)
             == "reviewing  0.0 s");
}

BOOST_AUTO_TEST_CASE(the_line_never_exceeds_the_width) {
  progress_board board{1};
  board.set("security_specialist", specialist_progress::timed_out);
  const auto whole = board.line(milliseconds{0}, 80);
  BOOST_TEST(
    whole.size()
    == board.line(milliseconds{0}, static_cast<unsigned>(whole.size())).size());
  BOOST_TEST(
    board.line(milliseconds{0}, static_cast<unsigned>(whole.size()) - 1)
    == "reviewing 1 file  0.0 s");
  BOOST_TEST(board.line(milliseconds{0}, 10).size() == 10u);
}

BOOST_AUTO_TEST_CASE(names_are_shown_escaped) {
  progress_board board{1};
  board.set("a\x1b[31m\nb", specialist_progress::failed);
  const auto line = board.line(milliseconds{0}, 200);
  BOOST_TEST(line.find('\x1b') == std::string::npos);
  BOOST_TEST(line.find('\n') == std::string::npos);
  BOOST_TEST(line.find("failed") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(live_is_for_terminals_in_automatic_mode_alone) {
  using enum progress_style;
  const auto style = [](progress_mode mode, bool quiet, bool terminal,
                        const char* term) {
    return choose_style(mode, quiet, terminal, term);
  };
  BOOST_TEST((style(progress_mode::automatic, false, true, "xterm") == live));
  BOOST_TEST((style(progress_mode::automatic, false, true, "dumb") == plain));
  BOOST_TEST((style(progress_mode::automatic, false, false, "xterm") == plain));
  BOOST_TEST((style(progress_mode::plain, false, true, "xterm") == plain));
  BOOST_TEST((style(progress_mode::none, false, true, "xterm") == none));
  BOOST_TEST((style(progress_mode::automatic, true, true, "xterm") == none));
  BOOST_TEST((style(progress_mode::plain, true, false, "") == none));
}

BOOST_AUTO_TEST_SUITE_END()
