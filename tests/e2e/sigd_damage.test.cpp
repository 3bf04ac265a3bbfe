// A store that was torn or whose bits have changed: the last good prefix is
// served, or all but the damaged record, and nothing is made up (C2 rows 4 and
// 9).

#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <string>

#include <boost/test/unit_test.hpp>

#include "libsig/journal/store_check.hpp"
#include "tests/e2e/sigd_client.hpp"
#include "tests/support/run_program.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace libsig::testing;
using nlohmann::json;
using std::chrono::seconds;
namespace fs = std::filesystem;

namespace {

constexpr int signals = 60;

/// A store that a node has filled, to be copied and damaged.
class filled_store {
public:
  explicit filled_store(int end_by) {
    test::node_process node{sigd(data())};
    BOOST_REQUIRE(node.ready());
    for (int number = 0; number < signals; ++number) {
      const auto id = "marked-" + std::to_string(number) + '-';
      const auto answer =
        ask(node.port(), request("POST", "/v1/signals",
                                 event(id, number % 7 == 0 ? 9'000 : 200)));
      BOOST_REQUIRE(status_of(answer) == 202);
    }
    for (const auto& one : log_behind(node.port(), 0)) {
      sent_[one.at("id").get<std::string>()] = one;
    }
    node.end(end_by);
  }

  [[nodiscard]] std::string data() const { return folder_.file("data"); }

  /// A copy, of which the file may be damaged.
  [[nodiscard]] std::string copy(const temporary_folder& into) const {
    const auto made = into.file("data");
    fs::remove_all(made);
    fs::copy(data(), made);
    return made;
  }

  /// Checks that what the node has is what was sent, in order; how much it is.
  [[nodiscard]] std::size_t check_log(std::uint16_t port) const {
    const auto found = log_behind(port, 0);
    std::uint64_t last = 0;
    std::size_t known = 0;
    for (const auto& one : found) {
      const auto sequence = sequence_of(one);
      BOOST_TEST(sequence > last);
      last = sequence;
      const auto was = sent_.find(one.at("id").get<std::string>());
      if (was != sent_.end()) {
        ++known;
        BOOST_TEST(one == was->second);
      }
    }
    return known;
  }

private:
  temporary_folder folder_;
  std::map<std::string, json> sent_;
};

void flip_bit(const std::string& file, std::uintmax_t at, unsigned bit) {
  std::fstream both{file, std::ios::binary | std::ios::in | std::ios::out};
  both.seekg(static_cast<std::streamoff>(at));
  const auto was = static_cast<unsigned>(both.get());
  both.seekp(static_cast<std::streamoff>(at));
  both.put(static_cast<char>(was ^ (1u << bit)));
}

[[nodiscard]] std::string bytes_of(const std::string& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

/// What the built program says of a store.
[[nodiscard]] program_end verify(const std::string& data) {
  program_run what;
  what.arguments = {SIGD_PROGRAM, "--verify", "--data", data};
  return run_program(what);
}

/// A node on a store whose tail is damaged serves a prefix and goes on.
void check_prefix(const filled_store& of, const std::string& data) {
  test::node_process node{sigd(data)};
  BOOST_TEST_REQUIRE(node.ready());
  const auto known = of.check_log(node.port());
  const auto log = log_behind(node.port(), 0);
  BOOST_TEST(log.size() == known);
  if (!log.empty()) {
    BOOST_TEST(sequence_of(log.back()) == known);
  }
  const auto next =
    ask(node.port(), request("POST", "/v1/signals", event("next")));
  BOOST_TEST_REQUIRE(status_of(next) == 202);
  BOOST_TEST(sequence_of(body_of(next)) == known + 1);
  BOOST_TEST(node.end(SIGTERM) == 0);
  const auto verified = libsig::journal::verify_store(data + "/signals.db");
  BOOST_TEST_REQUIRE(verified.has_value());
  BOOST_TEST(verified->sound());
}

/// A node on a store that is damaged anywhere refuses in one line, or serves
/// nothing but what was sent; `verify_store` tells when something is missing.
void check_damaged(const filled_store& of, const std::string& data) {
  const auto verified = libsig::journal::verify_store(data + "/signals.db");
  auto how = sigd(data);
  how.complaint_file = data + ".complaints";
  test::node_process node{how};
  if (!node.ready()) {
    const auto status = node.wait(seconds{10}).value_or(-1);
    BOOST_TEST((status == 2 || status == 4), "status " << status);
    const auto said = bytes_of(how.complaint_file);
    BOOST_TEST(said.starts_with("sigd: "), said);
    BOOST_TEST(!(verified && verified->sound()));
    return;
  }
  std::size_t known = 0;
  try {
    known = of.check_log(node.port());
  } catch (const std::exception& no_page) {
    BOOST_TEST_MESSAGE(no_page.what());
  }
  BOOST_TEST((known == signals || !verified || !verified->sound()),
             known << " of " << signals << " and verify says nothing");
  BOOST_TEST(lives(node.port(), 1'000));
  const auto next =
    ask(node.port(), request("POST", "/v1/signals", event("next")));
  // What cannot be written any more ends the node.
  const auto status = node.end(SIGTERM);
  BOOST_TEST((status == 0 || (status == 4 && status_of(next) != 202)),
             "status " << status);
}

} // namespace

BOOST_AUTO_TEST_SUITE(sigd_damage)

BOOST_AUTO_TEST_CASE(a_torn_log_is_served_up_to_the_tear) {
  const filled_store store{SIGKILL};
  const auto whole = fs::file_size(store.data() + "/signals.db-wal");
  std::mt19937_64 random{7};
  const temporary_folder folder;
  for (int cut = 0; cut < 14; ++cut) {
    const auto left = cut < 2 ? whole - 1 - static_cast<unsigned>(cut) * 4'120
                              : random() % whole;
    BOOST_TEST_CONTEXT(left << " bytes of " << whole) {
      const auto data = store.copy(folder);
      fs::resize_file(data + "/signals.db-wal", left);
      check_prefix(store, data);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_log_with_a_changed_bit_is_served_up_to_there) {
  const filled_store store{SIGKILL};
  const auto whole = fs::file_size(store.data() + "/signals.db-wal");
  std::mt19937_64 random{8};
  const temporary_folder folder;
  for (int flip = 0; flip < 14; ++flip) {
    const auto at = random() % whole;
    BOOST_TEST_CONTEXT("byte " << at << " of " << whole) {
      const auto data = store.copy(folder);
      flip_bit(data + "/signals.db-wal", at, random() % 8);
      check_prefix(store, data);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_damaged_record_is_set_aside_and_the_rest_served) {
  const filled_store store{SIGTERM};
  const temporary_folder folder;
  const auto data = store.copy(folder);
  const auto file = data + "/signals.db";
  // Inside of the data of one record.
  const auto at = bytes_of(file).find(R"("id":"marked-30-","text)");
  BOOST_TEST_REQUIRE(at != std::string::npos);
  flip_bit(file, at + 30, 2);
  const auto before = libsig::journal::verify_store(file);
  BOOST_TEST_REQUIRE(before.has_value());
  BOOST_TEST(!before->sound());
  BOOST_TEST(before->problems.size() == 1u);
  const auto told = verify(data);
  BOOST_TEST(told.status == 1);
  BOOST_TEST(told.output.find("31") != std::string::npos, told.output);
  BOOST_TEST(verify(store.data()).status == 0);
  {
    test::node_process node{sigd(data)};
    BOOST_TEST_REQUIRE(node.ready());
    BOOST_TEST(store.check_log(node.port()) == signals - 1u);
    BOOST_TEST(status_of(ask(node.port(), request("GET", "/v1/signals/31")))
               == 404);
    const auto repeat = ask(
      node.port(), request("POST", "/v1/signals", event("marked-30-", 200)));
    BOOST_TEST(status_of(repeat) == 202);
    BOOST_TEST(body_of(repeat).at("duplicate") == true);
    BOOST_TEST(node.end(SIGTERM) == 0);
  }
  const auto after = libsig::journal::verify_store(file);
  BOOST_TEST_REQUIRE(after.has_value());
  BOOST_TEST(after->quarantined == 1u);
}

BOOST_AUTO_TEST_CASE(bits_that_changed_anywhere_make_nothing_up) {
  const filled_store store{SIGTERM};
  const auto whole = fs::file_size(store.data() + "/signals.db");
  std::mt19937_64 random{9};
  const temporary_folder folder;
  for (int flip = 0; flip < 40; ++flip) {
    // The first bytes of the file and of its pages decide the most.
    const auto page = 4'096 * (random() % (whole / 4'096));
    const auto at = flip < 10   ? static_cast<std::uintmax_t>(flip) * 10
                    : flip < 25 ? page + random() % 16
                                : random() % whole;
    BOOST_TEST_CONTEXT("byte " << at << " of " << whole) {
      const auto data = store.copy(folder);
      flip_bit(data + "/signals.db", at, random() % 8);
      check_damaged(store, data);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_store_that_was_cut_off_makes_nothing_up) {
  const filled_store store{SIGTERM};
  const auto whole = fs::file_size(store.data() + "/signals.db");
  std::mt19937_64 random{10};
  const temporary_folder folder;
  for (int cut = 0; cut < 12; ++cut) {
    const auto left = 1 + random() % (whole - 1);
    BOOST_TEST_CONTEXT(left << " bytes of " << whole) {
      const auto data = store.copy(folder);
      fs::resize_file(data + "/signals.db", left);
      check_damaged(store, data);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
