#include "libsig/publish/file_claims.hpp"

#include <filesystem>
#include <string>
#include <vector>

#include <sys/stat.h>

#include <boost/test/unit_test.hpp>

#include "tests/support/temporary_folder.hpp"

using namespace libsig;
using publish::file_claim;
namespace fs = std::filesystem;

namespace {

struct claiming {
  claiming() {
    fs::create_directories(folder.path() / "data");
    fs::create_directories(folder.path() / "out");
  }

  /// What is said against these; empty when nothing is.
  [[nodiscard]] std::string check(const std::vector<std::string>& paths) const {
    std::vector<file_claim> all;
    for (const auto& one : paths) {
      all.push_back({"p" + std::to_string(all.size()), one});
    }
    const auto got = publish::check_file_claims(folder.file("data"), all);
    BOOST_TEST((got || got.error().code() == errc::invalid_argument));
    return got ? std::string{} : got.error().message();
  }

  /// Whether that is refused, naming publisher and path.
  void refused(const std::string& path, const std::string& why) const {
    const auto said = check({path});
    BOOST_TEST(said.find("'p0'") != said.npos, path + ": " + said);
    BOOST_TEST(said.find(path) != said.npos, path + ": " + said);
    BOOST_TEST(said.find(why) != said.npos, path + ": " + said);
  }

  testing::temporary_folder folder;
};

} // namespace

BOOST_AUTO_TEST_SUITE(file_claims)

BOOST_AUTO_TEST_CASE(files_elsewhere_are_taken_whether_they_exist_or_not) {
  const claiming one;
  const auto there = one.folder.write("out/there.jsonl", "");
  BOOST_TEST(
    one.check({there, one.folder.file("out/new.jsonl"),
               one.folder.file("missing/new.jsonl"), one.folder.file("data-2")})
    == "");
}

BOOST_AUTO_TEST_CASE(nothing_in_the_data_folder_is_taken) {
  const claiming one;
  const std::string why = "in the data folder";
  one.refused(one.folder.file("data/signals.db"), why);
  one.refused(one.folder.file("data/made/later.jsonl"), why);
  one.refused(one.folder.file("out/../data/x"), why);
  fs::create_directory_symlink(one.folder.file("data"),
                               one.folder.file("out/link"));
  one.refused(one.folder.file("out/link/x"), why);
  one.refused(one.folder.file("out/link/made/later"), why);
}

BOOST_AUTO_TEST_CASE(a_data_folder_behind_a_symlink_is_the_same) {
  const claiming one;
  fs::create_directory_symlink(one.folder.file("data"),
                               one.folder.file("link"));
  const file_claim claim{"p", one.folder.file("data/x")};
  BOOST_TEST(
    !publish::check_file_claims(one.folder.file("link"), std::span{&claim, 1}));
}

BOOST_AUTO_TEST_CASE(only_regular_files_with_one_name_are_taken) {
  const claiming one;
  const std::string why = "no regular file";
  one.refused("/dev/null", why);
  one.refused(one.folder.file("out"), why);
  const auto pipe = one.folder.file("out/pipe");
  BOOST_REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  one.refused(pipe, why);
  const auto target = one.folder.write("target", "");
  fs::create_symlink(target, one.folder.file("out/symlink"));
  one.refused(one.folder.file("out/symlink"), why);
  // Such as one of the data folder.
  const auto store = one.folder.write("data/signals.db", "");
  fs::create_hard_link(store, one.folder.file("out/hard"));
  one.refused(one.folder.file("out/hard"), "second name");
  one.refused(one.folder.file("out/"), "no name of a file");
}

BOOST_AUTO_TEST_CASE(a_file_has_one_publisher) {
  const claiming one;
  const auto path = one.folder.file("out/a.jsonl");
  BOOST_TEST(one.check({path, path}).find("'p0' writes there")
             != std::string::npos);
  fs::create_directory_symlink(one.folder.file("out"), one.folder.file("o"));
  BOOST_TEST(one.check({path, one.folder.file("o/a.jsonl")}) != "");
  BOOST_TEST(one.check({path, one.folder.file("out/./a.jsonl")}) != "");
  // What the one puts aside is not what the other writes.
  BOOST_TEST(one.check({path, path + ".1"}) != "");
  BOOST_TEST(one.check({path + ".1", path}) != "");
  BOOST_TEST(one.check({path, path + "1"}) == "");
}

BOOST_AUTO_TEST_SUITE_END()
