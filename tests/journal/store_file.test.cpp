#include "libsig/journal/internal/store_file.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <filesystem>
#include <string>

#include <csignal>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/journal/notebook.hpp"

using namespace libsig;
using journal::internal::file_options;
using journal::internal::migration;
using journal::internal::migrations;
using journal::internal::open_store;
using testing::store_in;

namespace {

/// What opening says.
[[nodiscard]] std::string refusal(const journal::store_options& how) {
  const auto made = journal::open_sqlite_journal(how);
  return made ? "opened" : made.error().message();
}

[[nodiscard]] bool says(const std::string& text, std::string_view what) {
  const bool good = text.find(what) != std::string::npos
                    && text.find('\n') == std::string::npos;
  if (!good) {
    BOOST_TEST_MESSAGE(text);
  }
  return good;
}

/// Runs SQL on a file as another program would.
void run_sql(const std::string& path, const std::string& sql) {
  auto data = journal::internal::database::open(path);
  BOOST_REQUIRE(data);
  const auto done = (*data)->execute(sql);
  BOOST_REQUIRE_MESSAGE(done, (done ? "" : done.error().message()));
}

/// Makes a store with one signal.
void make_store(const journal::store_options& how) {
  testing::notebook{testing::open_or_fail(how)}.put({.id = "a"});
}

} // namespace

BOOST_AUTO_TEST_SUITE(store_file)

BOOST_AUTO_TEST_CASE(a_folder_is_refused) {
  const testing::temporary_folder folder;
  journal::store_options how;
  how.path = folder.path();
  BOOST_TEST(says(refusal(how), "the store is a folder; name a file"));
}

BOOST_AUTO_TEST_CASE(a_folder_that_is_not_there_is_refused) {
  const testing::temporary_folder folder;
  journal::store_options how;
  how.path = folder.file("none/store.db");
  BOOST_TEST(says(refusal(how), "No such file or directory"));
}

BOOST_AUTO_TEST_CASE(what_is_no_database_is_refused_and_stays_as_it_is) {
  const testing::temporary_folder folder;
  const std::string text(5'000, 'x');
  auto how = store_in(folder);
  folder.write("store.db", text);
  BOOST_TEST(says(refusal(how), "the file is no store"));
  BOOST_TEST(says(refusal(how), "name another file"));
  BOOST_TEST(folder.read("store.db") == text);
}

BOOST_AUTO_TEST_CASE(another_programs_database_is_refused_and_stays) {
  const testing::temporary_folder folder;
  const auto how = store_in(folder);
  run_sql(how.path, "CREATE TABLE x(y)");
  const auto before = folder.read("store.db");
  BOOST_TEST(says(refusal(how), "another program's database"));
  run_sql(how.path, "PRAGMA application_id=7");
  BOOST_TEST(says(refusal(how), "another program's database"));
  BOOST_TEST(!before.empty());
}

BOOST_AUTO_TEST_CASE(a_newer_store_is_refused) {
  const testing::temporary_folder folder;
  const auto how = store_in(folder);
  make_store(how);
  run_sql(how.path, "PRAGMA user_version=99");
  BOOST_TEST(says(refusal(how), "the store is of version 99, this program "
                                "knows up to 2; use the program that wrote"));
}

BOOST_AUTO_TEST_CASE(a_read_only_store_is_refused) {
  const testing::temporary_folder folder;
  const auto how = store_in(folder);
  make_store(how);
  BOOST_REQUIRE(::chmod(how.path.c_str(), 0400) == 0);
  BOOST_TEST(says(refusal(how), "the store is read-only; give its owner"));
  BOOST_REQUIRE(::chmod(how.path.c_str(), 0600) == 0);
  BOOST_TEST(refusal(how) == "opened");
}

BOOST_AUTO_TEST_CASE(a_store_of_another_user_is_refused) {
  const testing::temporary_folder folder;
  const auto how = store_in(folder);
  make_store(how);
  if (::geteuid() != 0 || ::chown(how.path.c_str(), 12'345, 12'345) != 0) {
    BOOST_TEST_MESSAGE("only root can give a file away; nothing is tested");
    return;
  }
  BOOST_TEST(says(refusal(how), "belongs to another user (number 12345)"));
}

BOOST_AUTO_TEST_CASE(an_open_store_is_refused_naming_the_holder) {
  const testing::temporary_folder folder;
  const auto how = store_in(folder);
  const auto first = testing::open_or_fail(how);
  const auto second = journal::open_sqlite_journal(how);
  BOOST_REQUIRE(!second);
  BOOST_TEST((second.error().code() == errc::already_exists));
  BOOST_TEST(
    says(second.error().message(),
         "open already, by process " + std::to_string(::getpid()) + " on "));
}

BOOST_AUTO_TEST_CASE(a_store_is_free_when_its_holder_was_killed) {
  const testing::temporary_folder folder;
  const auto how = store_in(folder);
  std::array<int, 2> ready{};
  BOOST_REQUIRE(::pipe(ready.data()) == 0);
  const auto child = ::fork();
  if (child == 0) {
    const auto held = journal::open_sqlite_journal(how);
    const char byte = held ? 'y' : 'n';
    if (::write(ready[1], &byte, 1) != 1) {
      ::_exit(1);
    }
    ::pause();
    ::_exit(0);
  }
  char byte = 0;
  BOOST_REQUIRE(::read(ready[0], &byte, 1) == 1);
  BOOST_TEST(byte == 'y');
  BOOST_TEST(says(refusal(how), "by process " + std::to_string(child)));
  ::kill(child, SIGKILL);
  BOOST_REQUIRE(::waitpid(child, nullptr, 0) == child);
  BOOST_TEST(refusal(how) == "opened");
  ::close(ready[0]);
  ::close(ready[1]);
}

BOOST_AUTO_TEST_CASE(the_files_of_a_store_are_the_owners_alone) {
  const testing::temporary_folder folder;
  const auto how = store_in(folder);
  const testing::notebook book{testing::open_or_fail(how)};
  book.put({.id = "a"});
  for (const auto* const suffix : {"", "-wal", ".lock"}) {
    struct stat found {};
    BOOST_REQUIRE(::stat((how.path + suffix).c_str(), &found) == 0);
    BOOST_TEST((found.st_mode & 0777) == 0600u);
  }
}

BOOST_AUTO_TEST_CASE(an_older_store_is_brought_up_to_date_and_copied_before) {
  const testing::temporary_folder folder;
  const auto how = store_in(folder);
  make_store(how);
  file_options file;
  file.path = how.path;
  std::vector<migration> newer{migrations().begin(), migrations().end()};
  newer.push_back({"ALTER TABLE signals ADD COLUMN colour TEXT;"
                   "UPDATE signals SET colour = 'red'"});
  newer.push_back({"UPDATE signals SET colour = colour || 'dish'"});
  {
    const auto opened = open_store(file, newer);
    BOOST_REQUIRE_MESSAGE(opened, (opened ? "" : opened.error().message()));
    BOOST_TEST(*opened->data->ask("SELECT colour FROM signals") == "reddish");
    BOOST_TEST(*opened->data->ask("PRAGMA user_version") == "4");
  }
  // A second time there is nothing to do.
  BOOST_TEST(open_store(file, newer).has_value());
  // The copy is a whole store of the older version.
  auto older = how;
  older.path += ".before-version-4";
  const testing::notebook copy{testing::open_or_fail(older)};
  BOOST_TEST(copy.has_body(1));
  BOOST_TEST(says(refusal(how), "of version 4, this program knows up to 2"));
}

BOOST_AUTO_TEST_CASE(a_step_that_fails_leaves_the_older_store) {
  const testing::temporary_folder folder;
  const auto how = store_in(folder);
  make_store(how);
  file_options file;
  file.path = how.path;
  std::vector<migration> newer{migrations().begin(), migrations().end()};
  newer.push_back({"DELETE FROM signals"});
  newer.push_back({"no SQL"});
  BOOST_TEST(!open_store(file, newer));
  const testing::notebook book{testing::open_or_fail(how)};
  BOOST_TEST(book.has_body(1));
}

BOOST_AUTO_TEST_SUITE_END()
