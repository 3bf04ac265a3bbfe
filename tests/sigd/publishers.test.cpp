#include "apps/sigd/publishers.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>

#include "tests/support/temporary_folder.hpp"
#include "tests/support/wrapped_journal.hpp"

using namespace libsig;
using namespace std::chrono_literals;

namespace {

/// The memory journal, which refuses what it gets while it is full, can be
/// handed to one runtime after the other, and is written as one on a disk is.
class small_journal final : public testing::wrapped_journal {
public:
  small_journal(kept_log kept, std::shared_ptr<std::atomic<bool>> full)
    : wrapped_journal{std::move(kept)}, full_{std::move(full)} {}

  [[nodiscard]] result<void> commit(const transactions& batch) override {
    if (*full_) {
      return fail(errc::storage_full, "the disk is full");
    }
    return wrapped_journal::commit(batch);
  }

  [[nodiscard]] bool durable() const noexcept override { return true; }

private:
  std::shared_ptr<std::atomic<bool>> full_;
};

/// A node less its server: a log that may be full, and a folder.
struct sending {
  sending() { settings.data = folder.file("data"); }

  ~sending() { end(); }

  /// What the start of the publishers said.
  result<void> start() {
    runtime::options how;
    how.contracts = std::make_shared<schema::registry>();
    how.threads = 1;
    how.log = std::make_unique<small_journal>(kept, full);
    auto started = runtime::start(std::move(how));
    BOOST_REQUIRE(started);
    node = std::move(*started);
    journal::dead_letter_book::options book;
    book.write = [this](std::vector<journal::keyed_write> rows,
                        journal::done_handler done) {
      node->write(std::move(rows), std::move(done));
    };
    book.time = std::make_shared<system_clock>();
    book.ids = std::make_shared<uuid7_source>();
    auto opened = journal::dead_letter_book::open(node->log(), std::move(book));
    BOOST_REQUIRE(opened);
    letters = std::move(*opened);
    descriptor =
      ::open(folder.file("log").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    log = std::make_unique<sigd::logger>(
      sigd::log_options{.descriptor = descriptor});
    auto made = sigd::publishers::start(settings, *node, *letters, log.get());
    if (!made) {
      return fail(std::move(made).error());
    }
    senders = std::move(*made);
    return {};
  }

  void end() {
    if (node) {
      senders.reset();
      node->stop();
      node.reset();
      letters.reset();
      log.reset();
      ::close(descriptor);
    }
  }

  void add_file(const std::string& name, const std::string& path) {
    sigd::publisher_settings one;
    one.name = name;
    one.kind = sigd::publisher_kind::file;
    one.path = path;
    one.place = "publishers[" + name + "]";
    settings.publishers.push_back(std::move(one));
  }

  [[nodiscard]] result<void>
  publish(const std::string& id, const std::string& tenant = "default") const {
    draft what;
    what.type = "a";
    what.source = "/me";
    what.id = id;
    std::promise<result<journal::receipt>> told;
    node->publish(std::move(what), {.tenant = tenant},
                  [&told](result<journal::receipt> done) {
                    told.set_value(std::move(done));
                  });
    if (auto done = told.get_future().get(); !done) {
      return fail(std::move(done).error());
    }
    return {};
  }

  /// Waits until the file holds the text.
  [[nodiscard]] bool comes(const std::string& name,
                           const std::string& text) const {
    for (int look = 0; look < 500; ++look) {
      if (folder.read(name).find(text) != std::string::npos) {
        return true;
      }
      ::poll(nullptr, 0, 20);
    }
    return false;
  }

  testing::temporary_folder folder;
  sigd::node_settings settings;
  std::shared_ptr<journal::journal> kept = journal::make_memory_journal();
  std::shared_ptr<std::atomic<bool>> full =
    std::make_shared<std::atomic<bool>>(false);
  int descriptor = -1;
  std::unique_ptr<sigd::logger> log;
  std::unique_ptr<journal::dead_letter_book> letters;
  std::unique_ptr<runtime> node;
  std::unique_ptr<sigd::publishers> senders;
};

[[nodiscard]] std::string said(const result<void>& what) {
  return what ? std::string{} : what.error().message();
}

} // namespace

BOOST_AUTO_TEST_SUITE(publishers)

// C2 row 5: a full disk is left by itself, also by a node that starts on it.
BOOST_AUTO_TEST_CASE(they_start_on_a_full_disk_and_miss_nothing) {
  sending one;
  one.add_file("audit", one.folder.file("audit.jsonl"));
  *one.full = true;
  const auto started = one.start();
  BOOST_TEST_REQUIRE(started.has_value(), said(started));
  BOOST_TEST(one.kept->read_table(publish::pump::table)->empty());
  *one.full = false;
  // The node finds out by itself whether there is space again.
  auto taken = one.publish("first");
  for (int look = 0; !taken && look < 500; ++look) {
    ::poll(nullptr, 0, 20);
    taken = one.publish("first");
  }
  BOOST_TEST_REQUIRE(said(taken) == "");
  BOOST_TEST(one.comes("audit.jsonl", "\"first\""));
  BOOST_TEST(one.kept->read_table(publish::pump::table)->size() == 2u);
  one.end();
  const auto lines = one.folder.read("log");
  BOOST_TEST(lines.find("publisher_not_saved publisher=audit position=0")
               != std::string::npos,
             lines);
}

BOOST_AUTO_TEST_CASE(a_start_with_rows_that_stand_writes_and_says_nothing) {
  sending one;
  one.add_file("audit", one.folder.file("audit.jsonl"));
  BOOST_TEST_REQUIRE(said(one.start()) == "");
  one.end();
  *one.full = true;
  BOOST_TEST_REQUIRE(said(one.start()) == "");
  BOOST_TEST(one.node->writable());
  one.end();
  BOOST_TEST(one.folder.read("log").find("not_saved") == std::string::npos);
}

// Contract, "Files": a tenant has its file from its first signal on.
BOOST_AUTO_TEST_CASE(a_reload_begins_and_ends_the_files_of_tenants) {
  sending one;
  BOOST_TEST_REQUIRE(said(one.start()) == "");
  sigd::node_settings later = one.settings;
  later.tokens.emplace_back().rights.tenant = "acme";
  BOOST_TEST_REQUIRE(said(one.senders->reload(later)) == "");
  BOOST_TEST_REQUIRE(said(one.senders->reload(later)) == "");
  BOOST_TEST(one.senders->status().size() == 2u);
  BOOST_TEST_REQUIRE(said(one.publish("first", "acme")) == "");
  const std::string file = "data/tenants/acme/signals/events.jsonl";
  BOOST_TEST(one.comes(file, "\"first\""));

  BOOST_TEST_REQUIRE(said(one.senders->reload(one.settings)) == "");
  BOOST_TEST(one.senders->status().size() == 1u);
  BOOST_TEST_REQUIRE(said(one.publish("second", "acme")) == "");
  BOOST_TEST_REQUIRE(said(one.publish("mine")) == "");
  BOOST_TEST(one.comes("data/signals/events.jsonl", "\"mine\""));
  BOOST_TEST(one.folder.read(file).find("\"second\"") == std::string::npos);

  // It goes on where it was.
  BOOST_TEST_REQUIRE(said(one.senders->reload(later)) == "");
  BOOST_TEST(one.comes(file, "\"second\""));
  const auto text = one.folder.read(file);
  BOOST_TEST(std::ranges::count(text, '\n') == 2);
}

// Both sides of the bound, at the start and at a reload.
BOOST_AUTO_TEST_CASE(tenants_without_a_file_are_told_of) {
  sending one;
  const auto tenants = [&](std::size_t count) {
    auto how = one.settings;
    for (std::size_t n = 1; n < count; ++n) {
      // Two tokens of one tenant are one tenant.
      for (int token = 0; token < 2; ++token) {
        how.tokens.emplace_back().rights.tenant = "t" + std::to_string(n);
      }
    }
    return how;
  };
  one.settings = tenants(64);
  BOOST_TEST_REQUIRE(said(one.start()) == "");
  BOOST_TEST(one.senders->status().size() == 64u);
  BOOST_TEST(one.folder.read("log").find("tenants_without_file")
             == std::string::npos);
  BOOST_TEST_REQUIRE(said(one.senders->reload(one.settings)) == "");
  one.settings.tokens.clear();
  BOOST_TEST_REQUIRE(said(one.senders->reload(tenants(67))) == "");
  BOOST_TEST(one.senders->status().size() == 64u);
  one.end();
  const auto log = one.folder.read("log");
  const auto line = log.find("tenants_without_file");
  BOOST_TEST_REQUIRE(line != std::string::npos, log);
  BOOST_TEST(log.find(" tenants=3 ", line) != std::string::npos, log);
  BOOST_TEST(log.find("tenants_without_file", line + 1) == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_file_in_the_data_folder_is_refused_at_the_start) {
  sending one;
  one.add_file("audit", one.settings.data + "/signals.db");
  const auto started = one.start();
  BOOST_TEST_REQUIRE(!started);
  BOOST_TEST((started.error().code() == errc::invalid_argument));
  BOOST_TEST(started.error().message().find("'audit'") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
