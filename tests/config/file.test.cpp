#include "libsig/config/file.hpp"

#include <string>

#include <boost/test/unit_test.hpp>

#include "tests/support/temporary_folder.hpp"

using namespace libsig;

BOOST_AUTO_TEST_SUITE(file)

BOOST_AUTO_TEST_CASE(a_file_is_read_whole_up_to_its_bound) {
  const testing::temporary_folder folder;
  const std::string most(config::file_bytes_max, '#');
  const auto fits = config::read_file(folder.write("a", most));
  BOOST_REQUIRE(fits);
  BOOST_TEST(fits->text.size() == most.size());
  BOOST_TEST(config::read_file(folder.write("empty", ""))->text == "");
  const auto longer = config::read_file(folder.write("b", most + "#"));
  BOOST_REQUIRE(!longer);
  BOOST_TEST((longer.error().code() == errc::too_large));
  BOOST_TEST(longer.error().place() == folder.file("b"));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_read_is_an_error_that_names_it) {
  const testing::temporary_folder folder;
  const auto missing = config::read_file(folder.file("none"));
  BOOST_REQUIRE(!missing);
  BOOST_TEST(missing.error().message()
             == folder.file("none")
                  + ": cannot be read: No such file or directory");
  BOOST_TEST(!config::read_file(folder.path().string()).has_value());
}

BOOST_AUTO_TEST_CASE(keys_may_have_64_parts) {
  std::string key{"a"};
  for (std::size_t part = 1; part < config::key_parts_max; ++part) {
    key += ".a";
  }
  BOOST_TEST(config::guard_toml("\n" + key + "=1\n", "f").has_value());
  const auto deeper = config::guard_toml("\n" + key + ".a=1\n", "f");
  BOOST_REQUIRE(!deeper);
  BOOST_TEST(deeper.error().place() == "f:2");
}

BOOST_AUTO_TEST_SUITE_END()
