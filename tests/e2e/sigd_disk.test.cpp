// A disk that fails or is full (C2 rows 3 and 5), and a folder that another
// node has (row 8).

#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "tests/e2e/acknowledged.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace libsig::testing;
using std::chrono::seconds;
namespace fs = std::filesystem;

namespace {

/// A node whose disk fails at that call.
[[nodiscard]] test::node_run failing(const std::string& data,
                                     const std::string& fault) {
  auto how = sigd(data);
  how.complaint_file = data + ".complaints";
  how.environment.insert(how.environment.end(),
                         {"LD_PRELOAD=" DISK_FAULTS,
                          "ASAN_OPTIONS=verify_asan_link_order=0",
                          "DISK_FOLDER=" + data, "DISK_FAULT=" + fault});
  return how;
}

[[nodiscard]] std::string text_of(const std::string& file) {
  std::ifstream in{file};
  return {std::istreambuf_iterator<char>{in}, {}};
}

/// Publishes until the node ends, from several clients.
void publish(acknowledged& record, std::uint16_t port,
             const std::string& prefix) {
  std::vector<std::thread> all;
  for (int which = 0; which < 3; ++which) {
    all.emplace_back([&record, port, prefix, which] {
      record.publish(port, prefix + std::to_string(which) + '-', 120, 30'000);
    });
  }
  for (auto& one : all) {
    one.join();
  }
}

void check_fail_stop(const std::string& fault) {
  BOOST_TEST_CONTEXT(fault) {
    const temporary_folder folder;
    const auto data = (folder.path() / "data").string();
    acknowledged record;
    {
      test::node_process node{failing(data, fault)};
      if (node.ready()) {
        publish(record, node.port(), "a-");
      }
      const auto status = node.wait(seconds{20});
      BOOST_TEST(status.value_or(-1) == 4);
      BOOST_TEST(text_of(data + ".complaints").find("sigd: ")
                 != std::string::npos);
    }
    test::node_process again{sigd(data)};
    BOOST_TEST_REQUIRE(again.ready());
    record.check(again.port());
    record.check_reviews(again.port());
    for (const auto& each : record.violations()) {
      BOOST_ERROR(each);
    }
    BOOST_TEST(again.end(SIGTERM) == 0);
  }
}

/// A node on a disk of its own of so many MiB; not ready where the kernel gives
/// no namespace.
[[nodiscard]] test::node_run on_small_disk(const std::string& data, int mib) {
  auto how = sigd(data);
  how.by = {"unshare",
            "--user",
            "--map-root-user",
            "--mount",
            "sh",
            "-c",
            "mount -t tmpfs -o size=" + std::to_string(mib)
              + "m none \"$0\" && exec \"$@\"",
            data};
  how.complaint_file = data + ".complaints";
  return how;
}

[[nodiscard]] bool has_small_disks() {
  const temporary_folder folder;
  const auto line = "unshare --user --map-root-user --mount mount -t tmpfs "
                    "none "
                    + folder.path().string() + " 2>/dev/null";
  return std::system(line.c_str()) == 0;
}

/// Writes a file until the disk takes no more.
void fill_disk(const std::string& file) {
  std::ofstream out{file, std::ios::binary};
  const std::string some(4'096, 'x');
  while (out.write(some.data(), static_cast<std::streamsize>(some.size()))
         && out.flush()) {
  }
}

/// The first answer with this status within ten seconds, or the last one.
template <class Make>
[[nodiscard]] std::string ask_until(std::uint16_t port, int status,
                                    const Make& what) {
  std::string answer;
  for (int look = 0; look < 200; ++look) {
    answer = ask(port, what(look));
    if (status_of(answer) == status) {
      break;
    }
    ::poll(nullptr, 0, 50);
  }
  return answer;
}

/// A node on a disk of 24 MiB of its own.
struct crowded {
  crowded() { BOOST_TEST_REQUIRE(node.ready(), text_of(data + ".complaints")); }

  /// The node's folder, as others see it.
  [[nodiscard]] std::string root() const {
    return "/proc/" + std::to_string(node.pid()) + "/root" + data;
  }

  [[nodiscard]] static std::string made(std::string name) {
    fs::create_directories(name);
    return name;
  }

  temporary_folder folder;
  std::string data = made(folder.file("data"));
  test::node_process node{on_small_disk(data, 24)};
};

[[nodiscard]] bool lacks_small_disks() {
  if (has_small_disks()) {
    return false;
  }
  BOOST_TEST_MESSAGE("skipped: this kernel gives no namespace of mounts");
  return true;
}

/// What was acknowledged is there.
void check_all(acknowledged& record, std::uint16_t port) {
  record.check(port);
  record.check_reviews(port);
  for (const auto& each : record.violations()) {
    BOOST_ERROR(each);
  }
}

} // namespace

BOOST_AUTO_TEST_SUITE(sigd_disk)

BOOST_AUTO_TEST_CASE(a_flush_that_fails_ends_the_node_and_loses_nothing) {
  for (int number = 1; number <= 12; ++number) {
    check_fail_stop("fail:sync::" + std::to_string(number));
  }
  // The flushes of a checkpoint.
  check_fail_stop("fail:sync:.db:2");
}

BOOST_AUTO_TEST_CASE(a_write_that_fails_ends_the_node_and_loses_nothing) {
  for (const auto number : {1, 22, 60, 200}) {
    check_fail_stop("fail:write:-wal:" + std::to_string(number));
  }
}

BOOST_AUTO_TEST_CASE(a_full_disk_is_told_and_left_by_itself) {
  if (lacks_small_disks()) {
    return;
  }
  crowded one;
  const auto port = one.node.port();
  acknowledged record;
  record.publish(port, "before-", 20, 1'000);

  const auto ballast = one.root() + "/ballast";
  fill_disk(ballast);
  const auto publication = [](int look) {
    return request("POST", "/v1/signals",
                   event("full-" + std::to_string(look), 60'000));
  };
  const auto refused = ask_until(port, 507, publication);
  BOOST_TEST(status_of(refused) == 507, refused);
  BOOST_TEST(body_of(refused).value("status", 0) == 507);
  // Reads go on.
  BOOST_TEST(log_behind(port, 0).size() >= 20u);
  BOOST_TEST(lives(port, 1'000));

  fs::remove(ballast);
  const auto taken = ask_until(port, 202, [](int look) {
    return request("POST", "/v1/signals",
                   event("free-" + std::to_string(look), 60'000));
  });
  BOOST_TEST(status_of(taken) == 202, taken);
  record.publish(port, "after-", 20, 1'000);
  check_all(record, port);
  BOOST_TEST(one.node.end(SIGTERM) == 0);
}

BOOST_AUTO_TEST_CASE(a_node_ends_on_a_full_disk_and_starts_again_behind_it) {
  if (lacks_small_disks()) {
    return;
  }
  crowded one;
  acknowledged record;
  const auto root = one.root();
  // Reviews are under way when the disk fills.
  std::thread client{
    [&] { record.publish(one.node.port(), "r-", 4'000, 500); }};
  ::poll(nullptr, 0, 50);
  fill_disk(root + "/ballast");
  client.join();
  // Its disk goes with its namespace, so what it had is saved first.
  one.node.signal(SIGSTOP);
  const auto saved = one.folder.file("saved");
  fs::copy(root, saved);
  fs::remove(saved + "/ballast");
  one.node.signal(SIGCONT);
  BOOST_TEST(one.node.end(SIGTERM) == 0);
  test::node_process again{sigd(saved)};
  BOOST_TEST_REQUIRE(again.ready());
  check_all(record, again.port());
}

BOOST_AUTO_TEST_CASE(a_folder_has_one_node_and_the_next_when_that_is_gone) {
  const temporary_folder folder;
  const auto data = folder.file("data");
  auto how = sigd(data);
  how.complaint_file = folder.file("complaints");
  test::node_process first{sigd(data)};
  BOOST_TEST_REQUIRE(first.ready());
  BOOST_TEST(
    status_of(ask(first.port(), request("POST", "/v1/signals", event("kept"))))
    == 202);
  test::node_process second{how};
  BOOST_TEST(!second.ready());
  BOOST_TEST(second.wait(seconds{10}).value_or(-1) == 4);
  const auto said = text_of(how.complaint_file);
  BOOST_TEST(said.starts_with("sigd: "));
  BOOST_TEST(said.find("process " + std::to_string(first.pid()) + ' ')
               != said.npos,
             said);
  BOOST_TEST(said.find('\n') == said.size() - 1);
  BOOST_TEST(lives(first.port(), 1'000));
  first.end(SIGKILL);
  test::node_process third{how};
  BOOST_TEST_REQUIRE(third.ready());
  BOOST_TEST(log_behind(third.port(), 0).size() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
