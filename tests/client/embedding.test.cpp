// What docs/embedding.md shows of clients, compiled and run.

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

// [embedding]
#include "apps/hub/hub.hpp"
#include "libsig/client/client.hpp"
#include "libsig/runtime/runtime.hpp"

namespace {

using namespace std::chrono_literals;

libsig::result<std::string> serve_a_table() {
  libsig::runtime::options how;
  how.contracts = std::make_shared<libsig::schema::registry>();
  auto house = libsig::runtime::start(std::move(how));
  if (!house) {
    return libsig::fail(house.error());
  }
  // The actors of topics, subscriptions and schedules.
  if (auto spawned = libsig::hub::spawn(**house, {}); !spawned) {
    return libsig::fail(spawned.error());
  }
  auto cook = libsig::client::client::make(**house, {.name = "cook"});
  auto waiter = libsig::client::client::make(**house, {.name = "waiter"});
  if (!cook || !waiter) {
    return libsig::fail(cook ? waiter.error() : cook.error());
  }

  // A handler has a thread of its own and may call its client. What it throws
  // at comes again.
  auto orders = cook->subscribe(
    "order:*",
    [&](const libsig::client::delivery& order) {
      auto said = cook->send_signal("table:4", order.what.data.json_text());
      if (!said) {
        throw std::runtime_error{said.error().message()};
      }
    },
    {.silent = false});
  if (!orders) {
    return libsig::fail(orders.error());
  }

  auto taken = waiter->publish("order:pizza", R"({"dish":"Margherita"})");
  if (!taken) {
    return libsig::fail(taken.error());
  }

  // Sleeps until the topic speaks; the cursor of "waiter" goes on behind what
  // it was given, also after a restart.
  auto ready = waiter->wait_for_signal("table:4", {.timeout = 10s});
  if (!ready) {
    return libsig::fail(ready.error());
  }
  if (!ready->ok()) {
    return "nothing is ready";
  }

  // The same key again would take the place of this one.
  auto later = waiter->schedule("bill:due", R"({"table":4})",
                                (*house)->time().wall_now() + 10ms,
                                {.repeat_key = "table 4"});
  if (!later) {
    return libsig::fail(later.error());
  }
  auto due = waiter->wait_for_signal("bill:due", {.timeout = 10s});
  if (!due) {
    return libsig::fail(due.error());
  }
  return ready->message().payload + ' '
         + (due->ok() ? due->message().payload : "no bill");
}

} // namespace
// [embedding]

namespace {

[[nodiscard]] std::string text_of(const std::string& path) {
  std::ifstream file{LIBSIG_SOURCE_DIR + std::string{"/"} + path};
  BOOST_REQUIRE_MESSAGE(file.is_open(), path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// The pieces of C++ in a document.
[[nodiscard]] std::vector<std::string> pieces_of(const std::string& document) {
  constexpr std::string_view begin = "```cpp\n";
  std::vector<std::string> found;
  for (auto at = document.find(begin); at != std::string::npos;
       at = document.find(begin, at)) {
    at += begin.size();
    const auto end = document.find("```", at);
    found.push_back(document.substr(at, end - at));
  }
  return found;
}

} // namespace

BOOST_AUTO_TEST_SUITE(embedding)

BOOST_AUTO_TEST_CASE(the_example_of_the_documents_runs) {
  const auto served = serve_a_table();
  BOOST_REQUIRE_MESSAGE(served, (served ? "" : served.error().message()));
  BOOST_TEST(*served == R"({"dish":"Margherita"} {"table":4})");
}

BOOST_AUTO_TEST_CASE(what_the_documents_show_is_what_is_compiled) {
  const auto compiled = text_of("tests/client/embedding.test.cpp")
                        + text_of("tests/runtime/embedding.test.cpp");
  const auto shown = pieces_of(text_of("docs/embedding.md"));
  BOOST_TEST(shown.size() > 2u);
  for (const auto& one : shown) {
    BOOST_TEST(compiled.find(one) != std::string::npos, one);
  }
}

BOOST_AUTO_TEST_SUITE_END()
