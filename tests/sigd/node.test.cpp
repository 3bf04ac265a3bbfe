#include "apps/sigd/node.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <filesystem>

#include "tests/support/temporary_folder.hpp"

using namespace libsig;
using std::filesystem::perms;

namespace {

void run_once(const std::filesystem::path& data) {
  sigd::node_settings how;
  how.data = data.string();
  how.listen.front().port = 0;
  auto started = sigd::node::start(how, {});
  BOOST_REQUIRE(started);
  started->stop(std::chrono::seconds{5});
}

} // namespace

BOOST_AUTO_TEST_SUITE(node)

BOOST_AUTO_TEST_CASE(a_data_folder_that_it_makes_is_its_own) {
  const testing::temporary_folder folder;
  const auto data = folder.path() / "state" / "libsig";
  run_once(data);
  BOOST_TEST((std::filesystem::status(data).permissions() == perms::owner_all));
}

BOOST_AUTO_TEST_CASE(a_data_folder_that_is_there_stays_as_it_is) {
  const testing::temporary_folder folder;
  const auto shared = perms::owner_all | perms::group_read | perms::group_exec;
  std::filesystem::permissions(folder.path(), shared);
  run_once(folder.path());
  BOOST_TEST((std::filesystem::status(folder.path()).permissions() == shared));
}

BOOST_AUTO_TEST_SUITE_END()
