#pragma once

#include <string>
#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "tests/support/run_program.hpp"

namespace libsig::testing {

/// A small change with one finding of high severity.
inline const std::string bad_diff = "diff --git a/app.py b/app.py\n"
                                    "--- a/app.py\n"
                                    "+++ b/app.py\n"
                                    "@@ -1,2 +1,3 @@\n"
                                    " def find(name):\n"
                                    "+    cursor.execute(\"SELECT * FROM t "
                                    "WHERE n = '%s'\" % name)\n"
                                    "     return 1\n";

/// A small change without any.
inline const std::string good_diff = "diff --git a/a.txt b/a.txt\n"
                                     "--- a/a.txt\n"
                                     "+++ b/a.txt\n"
                                     "@@ -1 +1,2 @@\n"
                                     " one\n"
                                     "+two\n";

/// The built `sig` with these arguments, quiet unless the caller changes that.
inline program_run sig(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), SIG_PROGRAM);
  return {.arguments = std::move(arguments)};
}

inline program_end run_sig(std::vector<std::string> arguments,
                           std::string input = {}) {
  auto what = sig(std::move(arguments));
  what.input = std::move(input);
  return run_program(what);
}

inline bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

/// Nothing but printable characters and line feeds.
inline bool is_plain(const std::string& text) {
  for (const char byte : text) {
    const auto value = static_cast<unsigned char>(byte);
    if ((value < 0x20 && byte != '\n') || value == 0x7f) {
      return false;
    }
  }
  // C1 controls are two bytes in UTF-8.
  for (std::size_t at = text.find('\xc2'); at != text.npos;
       at = text.find('\xc2', at + 1)) {
    if (at + 1 < text.size()
        && static_cast<unsigned char>(text[at + 1]) < 0xa0) {
      return false;
    }
  }
  return true;
}

/// A refusal as users shall see it: the status, nothing on standard output,
/// one plain line on standard error.
inline void check_refusal(const program_end& end, int status,
                          std::string_view says) {
  BOOST_TEST(end.status == status);
  BOOST_TEST(end.output == "");
  BOOST_TEST_CONTEXT(end.complaint.substr(0, 500)) {
    BOOST_TEST(end.complaint.starts_with("sig: "));
    BOOST_TEST(end.complaint.find('\n') == end.complaint.size() - 1);
    BOOST_TEST(is_plain(end.complaint));
    BOOST_TEST(contains(end.complaint, says));
  }
}

} // namespace libsig::testing
