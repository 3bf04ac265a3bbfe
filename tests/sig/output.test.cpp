#include "apps/sig/output.hpp"

#include <filesystem>
#include <string>

#include <boost/test/unit_test.hpp>
#include <sys/stat.h>

#include "tests/support/temporary_folder.hpp"

using namespace libsig;
using namespace libsig::sig;
using libsig::testing::temporary_folder;
namespace fs = std::filesystem;

namespace {

std::size_t count_entries(const fs::path& folder) {
  return static_cast<std::size_t>(
    std::distance(fs::directory_iterator{folder}, {}));
}

mode_t mode_of(const std::string& file) {
  struct stat status {};
  BOOST_TEST_REQUIRE(::stat(file.c_str(), &status) == 0);
  return status.st_mode & 07777;
}

} // namespace

BOOST_AUTO_TEST_SUITE(output)

BOOST_AUTO_TEST_CASE(nothing_changes_before_the_commit) {
  const temporary_folder folder;
  folder.write("old", "before");
  {
    auto staged = staged_files::prepare(
      {{folder.file("old"), "after"}, {folder.file("new"), "x"}});
    BOOST_TEST_REQUIRE(staged.has_value());
    BOOST_TEST(folder.read("old") == "before");
    BOOST_TEST(!fs::exists(folder.file("new")));
  }
  BOOST_TEST(folder.read("old") == "before");
  BOOST_TEST(count_entries(folder.path()) == 1u);
}

BOOST_AUTO_TEST_CASE(the_commit_replaces_all_and_leaves_nothing_behind) {
  const temporary_folder folder;
  folder.write("old", "before");
  {
    auto staged = staged_files::prepare(
      {{folder.file("old"), "after"}, {folder.file("new"), "x"}});
    BOOST_TEST_REQUIRE(staged.has_value());
    BOOST_TEST(staged->commit().has_value());
  }
  BOOST_TEST(folder.read("old") == "after");
  BOOST_TEST(folder.read("new") == "x");
  BOOST_TEST(count_entries(folder.path()) == 2u);
}

BOOST_AUTO_TEST_CASE(one_target_that_cannot_be_prepared_spares_the_others) {
  const temporary_folder folder;
  folder.write("old", "before");
  const auto staged = staged_files::prepare(
    {{folder.file("old"), "after"}, {folder.file("no/such/new"), "x"}});
  BOOST_TEST_REQUIRE(!staged.has_value());
  BOOST_TEST((staged.error().code() == errc::io));
  BOOST_TEST(staged.error().place() == folder.file("no/such/new"));
  BOOST_TEST(folder.read("old") == "before");
  BOOST_TEST(count_entries(folder.path()) == 1u);
}

BOOST_AUTO_TEST_CASE(one_target_that_fails_late_puts_the_others_back) {
  const temporary_folder folder;
  folder.write("old", "before");
  auto staged = staged_files::prepare({{folder.file("old"), "after"},
                                       {folder.file("new"), "x"},
                                       {folder.file("last"), "y"}});
  BOOST_TEST_REQUIRE(staged.has_value());
  // A folder that is not empty and came meanwhile can be exchanged, but not
  // when the new text beside it has gone.
  for (const auto& entry : fs::directory_iterator{folder.path()}) {
    if (entry.path().filename().string().ends_with("-2")) {
      fs::remove(entry.path());
    }
  }
  const auto done = staged->commit();
  BOOST_TEST_REQUIRE(!done.has_value());
  BOOST_TEST(done.error().place() == folder.file("last"));
  BOOST_TEST(folder.read("old") == "before");
  BOOST_TEST(!fs::exists(folder.file("new")));
}

BOOST_AUTO_TEST_CASE(a_folder_is_no_target) {
  const temporary_folder folder;
  const auto staged = staged_files::prepare({{folder.path().string(), "x"}});
  BOOST_TEST_REQUIRE(!staged.has_value());
  BOOST_TEST((staged.error().code() == errc::io));
}

BOOST_AUTO_TEST_CASE(a_link_stays_and_what_it_names_is_replaced) {
  const temporary_folder folder;
  folder.write("below/real", "before");
  fs::create_symlink("below/real", folder.file("link"));
  fs::create_symlink("below/later", folder.file("dangling"));
  {
    auto staged = staged_files::prepare(
      {{folder.file("link"), "after"}, {folder.file("dangling"), "x"}});
    BOOST_TEST_REQUIRE(staged.has_value());
    BOOST_TEST(staged->commit().has_value());
  }
  BOOST_TEST(fs::is_symlink(folder.file("link")));
  BOOST_TEST(folder.read("below/real") == "after");
  BOOST_TEST(fs::is_symlink(folder.file("dangling")));
  BOOST_TEST(folder.read("below/later") == "x");
}

BOOST_AUTO_TEST_CASE(links_that_go_round_are_refused) {
  const temporary_folder folder;
  fs::create_symlink("b", folder.file("a"));
  fs::create_symlink("a", folder.file("b"));
  BOOST_TEST(!staged_files::prepare({{folder.file("a"), "x"}}).has_value());
}

BOOST_AUTO_TEST_CASE(modes_are_kept_or_follow_the_mask) {
  const temporary_folder folder;
  folder.write("old", "before");
  BOOST_TEST_REQUIRE(::chmod(folder.file("old").c_str(), 0640) == 0);
  const auto mask = ::umask(027);
  {
    auto staged = staged_files::prepare(
      {{folder.file("old"), "after"}, {folder.file("new"), "x"}});
    BOOST_TEST_REQUIRE(staged.has_value());
    BOOST_TEST(staged->commit().has_value());
  }
  ::umask(mask);
  BOOST_TEST(mode_of(folder.file("old")) == 0640u);
  BOOST_TEST(mode_of(folder.file("new")) == 0640u);
}

BOOST_AUTO_TEST_CASE(a_device_is_written_to_and_its_error_spares_the_files) {
  const temporary_folder folder;
  folder.write("old", "before");
  {
    auto staged = staged_files::prepare(
      {{folder.file("old"), "after"}, {"/dev/null", "x"}});
    BOOST_TEST_REQUIRE(staged.has_value());
    BOOST_TEST(staged->commit().has_value());
  }
  BOOST_TEST(folder.read("old") == "after");
  BOOST_TEST(fs::is_character_file("/dev/null"));
  auto staged =
    staged_files::prepare({{folder.file("old"), "later"}, {"/dev/full", "x"}});
  BOOST_TEST_REQUIRE(staged.has_value());
  const auto done = staged->commit();
  BOOST_TEST_REQUIRE(!done.has_value());
  BOOST_TEST(done.error().place() == "/dev/full");
  BOOST_TEST(folder.read("old") == "after");
}

BOOST_AUTO_TEST_SUITE_END()
