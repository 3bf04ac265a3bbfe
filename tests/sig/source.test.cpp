#include "apps/sig/source.hpp"

#include <filesystem>
#include <string>

#include <boost/test/unit_test.hpp>

#include "apps/sig/descriptor.hpp"
#include "libsig/core/limits.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace libsig;
using namespace libsig::sig;
using libsig::testing::temporary_folder;

BOOST_AUTO_TEST_SUITE(source)

BOOST_AUTO_TEST_CASE(a_terminal_is_no_source_that_nobody_named) {
  const auto read = read_source({}, true, {});
  BOOST_TEST_REQUIRE(!read.has_value());
  BOOST_TEST((read.error().code() == errc::invalid_argument));
  BOOST_TEST(read.error().message().find("git diff | sig review")
             != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_file_is_read_to_the_byte) {
  const temporary_folder folder;
  const std::string text{"a\0b\r\n\xff", 6};
  const auto name = folder.write("x.diff", text);
  const auto read =
    read_source({source_kind::diff_file, true, name, false}, true, {});
  BOOST_TEST_REQUIRE(read.has_value());
  BOOST_TEST(read->text == text);
  BOOST_TEST(read->name == name);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_read_is_named) {
  const temporary_folder folder;
  for (const auto& name : {folder.file("missing"), folder.path().string()}) {
    const auto read =
      read_source({source_kind::diff_file, true, name, false}, true, {});
    BOOST_TEST_REQUIRE(!read.has_value());
    BOOST_TEST(read.error().place() == name);
  }
}

BOOST_AUTO_TEST_CASE(a_diff_at_the_limit_is_read_and_one_byte_more_is_not) {
  const temporary_folder folder;
  const auto name = folder.write("big", "");
  std::filesystem::resize_file(name, limits::diff_bytes_max);
  const source_choice choice{source_kind::diff_file, true, name, false};
  BOOST_TEST(read_source(choice, true, {}).value().text.size()
             == limits::diff_bytes_max);
  std::filesystem::resize_file(name, limits::diff_bytes_max + 1);
  const auto read = read_source(choice, true, {});
  BOOST_TEST_REQUIRE(!read.has_value());
  BOOST_TEST((read.error().code() == errc::too_large));
  BOOST_TEST(read.error().message().find("64 MiB") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_endless_file_is_given_up_at_the_limit) {
  const auto read = read_file("/dev/zero", 1u << 20);
  BOOST_TEST_REQUIRE(!read.has_value());
  BOOST_TEST((read.error().code() == errc::too_large));
}

BOOST_AUTO_TEST_CASE(files_are_counted_by_git_s_headers) {
  BOOST_TEST(count_files("") == 0u);
  BOOST_TEST(count_files("diff --git a/x b/x\n") == 1u);
  BOOST_TEST(count_files("x\ndiff --git a/x b/x\n+diff --git \n"
                         "diff --git a/y b/y\n")
             == 2u);
}

BOOST_AUTO_TEST_SUITE_END()
