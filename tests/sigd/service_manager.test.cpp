#include "apps/sigd/service_manager.hpp"

#include <string>

#include <boost/test/unit_test.hpp>

#include "tests/support/notify_socket.hpp"
#include "tests/support/temporary_folder.hpp"

namespace {

using namespace std::chrono_literals;
using libsig::sigd::service_manager;
using libsig::testing::notify_socket;

service_manager made(const std::string& socket,
                     std::optional<std::chrono::microseconds> watchdog = {}) {
  auto one = service_manager::make({socket, watchdog});
  BOOST_REQUIRE_MESSAGE(one, (one ? "" : one.error().message()));
  return std::move(*one);
}

} // namespace

BOOST_AUTO_TEST_SUITE(service_managers)

BOOST_AUTO_TEST_CASE(each_state_is_one_datagram) {
  const libsig::testing::temporary_folder folder;
  const notify_socket heard{folder.file("notify")};
  auto to = made(folder.file("notify"));
  to.ready("listening");
  BOOST_TEST(heard.next() == "READY=1\nSTATUS=listening");
  to.reloading(libsig::steady_time{1'234'567us});
  BOOST_TEST(heard.next() == "RELOADING=1\nMONOTONIC_USEC=1234567");
  to.status("one\nREADY=1");
  BOOST_TEST(heard.next() == "STATUS=one READY=1");
  to.alive();
  BOOST_TEST(heard.next() == "WATCHDOG=1");
  to.stopping("draining");
  BOOST_TEST(heard.next() == "STOPPING=1\nSTATUS=draining");
}

BOOST_AUTO_TEST_CASE(an_abstract_socket_is_reached) {
  const auto name = "@libsig-test-" + std::to_string(::getpid());
  const notify_socket heard{name};
  made(name).alive();
  BOOST_TEST(heard.next() == "WATCHDOG=1");
}

BOOST_AUTO_TEST_CASE(without_a_manager_nothing_happens) {
  auto nobody = made("");
  nobody.ready("x");
  BOOST_TEST(!nobody.watchdog_interval().has_value());
  made("/nonexistent/notify").ready("x");
}

BOOST_AUTO_TEST_CASE(the_watchdog_is_fed_in_half_of_its_time) {
  BOOST_TEST(made("/run/x", 30s).watchdog_interval()->count() == 15'000);
  BOOST_TEST(made("/run/x", 1us).watchdog_interval()->count() == 10);
  BOOST_TEST(!made("/run/x").watchdog_interval().has_value());
}

BOOST_AUTO_TEST_CASE(a_name_that_is_no_sockets_name_is_refused) {
  for (const std::string wrong : {"relative", "@", "/", "vsock:2:1"}) {
    BOOST_TEST(!service_manager::make({wrong, {}}).has_value());
  }
  BOOST_TEST(
    service_manager::make({'/' + std::string(106, 'a'), {}}).has_value());
  BOOST_TEST(
    !service_manager::make({'/' + std::string(107, 'a'), {}}).has_value());
}

BOOST_AUTO_TEST_CASE(another_process_watchdog_is_not_ours) {
  ::setenv("NOTIFY_SOCKET", "@x", 1);
  ::setenv("WATCHDOG_USEC", "2000000", 1);
  ::setenv("WATCHDOG_PID", "1", 1);
  BOOST_TEST(!service_manager::read_environment().watchdog.has_value());
  ::setenv("WATCHDOG_PID", std::to_string(::getpid()).c_str(), 1);
  BOOST_TEST((service_manager::read_environment().watchdog == 2s));
  ::unsetenv("WATCHDOG_PID");
  BOOST_TEST((service_manager::read_environment().watchdog == 2s));
  BOOST_TEST(service_manager::read_environment().socket == "@x");
  for (const auto* const wrong :
       {"0", "-1", "1s", "", "99999999999999999999"}) {
    ::setenv("WATCHDOG_USEC", wrong, 1);
    BOOST_TEST(!service_manager::read_environment().watchdog.has_value());
  }
  ::unsetenv("WATCHDOG_USEC");
  ::unsetenv("NOTIFY_SOCKET");
}

BOOST_AUTO_TEST_SUITE_END()
