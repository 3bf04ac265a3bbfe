#include "apps/sigd/dead_letters_api.hpp"

#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "libsig/core/id.hpp"
#include "libsig/core/limits.hpp"
#include "tests/http/harness.hpp"
#include "tests/journal/notebook.hpp"

using namespace libsig;
using testing::notebook;

namespace {

/// The paths over a book whose rows wait for ever once the log is full.
class undelivered {
public:
  undelivered() {
    journal::dead_letter_book::options how;
    how.write = [this](std::vector<journal::keyed_write> rows,
                       const journal::done_handler& done) {
      if (!full) {
        journal::transaction one;
        one.writes = std::move(rows);
        done(book.log->commit({&one}));
      }
    };
    how.time = std::make_shared<system_clock>();
    how.ids = std::make_shared<uuid7_source>();
    letters =
      journal::dead_letter_book::open(*book.log, std::move(how)).value();
    letters->set_redriver("publisher",
                          [this](const auto&, const auto&, const auto& done) {
                            ++tries;
                            done({});
                          });
    over.routes = {test::route("GET", "/"), test::route("DELETE", "/{id}"),
                   test::route("POST", "/{id}/redrive")};
    over.what.handling = [this](const http::request& received,
                                http::responder answer) {
      const auto by = access::caller::on_loopback({}, std::nullopt);
      if (received.method == "GET") {
        paths->list(received, by, std::move(answer));
      } else if (received.method == "DELETE") {
        paths->remove(received, by, std::move(answer));
      } else {
        paths->redrive(received, by, std::move(answer));
      }
    };
    paths.emplace(*letters, [this] { return !full; });
    over.start();
  }

  /// Adds a letter of a signal with so many bytes of data; its id.
  std::string add(std::size_t bytes = 1) {
    const auto number = ++signals;
    book.put({.id = std::to_string(number), .data = std::string(bytes, '1')});
    journal::dead_letter what;
    what.sequence = number;
    what.tenant = "default";
    what.target = "publisher:p";
    letters->add(std::move(what), {}, [](result<void>) {});
    return letters->list("", 1'000).back().id;
  }

  [[nodiscard]] std::string ask(const std::string& method,
                                const std::string& target) const {
    test::client to{over.port()};
    BOOST_REQUIRE(to.send(method + " " + target
                          + " HTTP/1.1\r\nHost: localhost\r\n"
                            "Content-Length: 0\r\n\r\n"));
    return to.read_answer();
  }

  [[nodiscard]] nlohmann::json page(const std::string& query = {}) const {
    const auto got = ask("GET", "/" + query);
    return nlohmann::json::parse(got.substr(got.find("\r\n\r\n") + 4));
  }

  notebook book{
    journal::make_memory_journal({.records_max = 100, .keys_max = 100})};
  std::unique_ptr<journal::dead_letter_book> letters;
  std::optional<sigd::dead_letters_api> paths;
  bool full = false;
  int tries = 0;
  std::uint64_t signals = 0;
  test::harness over;
};

} // namespace

BOOST_AUTO_TEST_SUITE(dead_letters_paths)

// C2 row 3: who asks is told at once that the disk is full.
BOOST_AUTO_TEST_CASE(changes_are_507_while_nothing_is_written) {
  undelivered of;
  const auto id = of.add();
  of.full = true;
  BOOST_TEST(of.ask("DELETE", "/" + id).starts_with("HTTP/1.1 507 "));
  BOOST_TEST(
    of.ask("POST", "/" + id + "/redrive").starts_with("HTTP/1.1 507 "));
  BOOST_TEST(of.ask("DELETE", "/other").starts_with("HTTP/1.1 404 "));
  BOOST_TEST(of.tries == 0);
  BOOST_TEST(of.letters->size() == 1u);
  of.full = false;
  BOOST_TEST(
    of.ask("POST", "/" + id + "/redrive").starts_with("HTTP/1.1 200 "));
  BOOST_TEST(of.tries == 1);
  BOOST_TEST(of.ask("DELETE", "/" + of.add()).starts_with("HTTP/1.1 204 "));
  BOOST_TEST(of.letters->size() == 0u);
}

// Lists leave large data out, but it is read for them.
BOOST_AUTO_TEST_CASE(a_page_ends_behind_so_many_bytes_of_its_signals) {
  undelivered of;
  const auto half = limits::page_bytes_max / 2;
  std::vector<std::string> ids;
  for (const auto bytes : {half, half, half, half}) {
    ids.push_back(of.add(bytes));
  }
  // Just as many bytes as a page has are not too many yet.
  const auto first = of.page();
  BOOST_TEST(first.at("dead_letters").size() == 3u);
  BOOST_TEST(first.at("next") == ids[2]);
  const auto rest = of.page("?after=" + ids[2]);
  BOOST_TEST(rest.at("dead_letters").size() == 1u);
  BOOST_TEST(rest.at("dead_letters").at(0).at("signal").at("dataomitted")
             == half);
  BOOST_TEST(rest.at("next").is_null());
}

BOOST_AUTO_TEST_SUITE_END()
