// One signal that very many agents listen to: how long the actor of
// subscriptions works on it in one step, and the store on the commit, when all
// items are one step, and when they are pieces as they are.
//
//   bench_subscription_fan_out [AGENTS] [FOLDER]

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "actors/subscriptions.hpp"
#include "bench/support.hpp"
#include "libsig/journal/sqlite_journal.hpp"
#include "libsig/schema/registry.hpp"
#include "libsig/subscription/requests.hpp"

namespace {

using namespace libsig;

/// A log with one signal.
class short_log final : public subscription::log_view {
public:
  [[nodiscard]] result<signal_ptr> find(std::uint64_t sequence) const override {
    return sequence == 1 ? what : nullptr;
  }

  [[nodiscard]] std::uint64_t end() const override { return what ? 1 : 0; }

  [[nodiscard]] result<std::vector<actor::write>>
  read_rows(std::string_view, std::string_view, std::size_t) const override {
    return std::vector<actor::write>{};
  }

  signal_ptr what;
};

[[nodiscard]] std::shared_ptr<signal> make_signal() {
  draft what;
  what.id = "s1";
  what.type = "news:all";
  what.source = "/bench";
  what.data = event_data::json(R"({"n":1})");
  stamp by;
  by.tenant = "default";
  return std::make_shared<signal>(
    bench::expect(schema::registry{}.validate(std::move(what))), std::move(by));
}

struct figures {
  double step = 0;
  double commit = 0;
  double all = 0;
  std::size_t steps = 0;
};

/// A node's part: the actor with its agents, and the store.
class setting {
public:
  setting(std::size_t agents, std::size_t items_max, const std::string& folder)
    : file_{folder + "/fan_out.db"} {
    remove_files();
    journal::store_options how;
    how.path = file_;
    store_ = bench::expect(journal::open_sqlite_journal(std::move(how)));
    actors::subscriptions_options options;
    options.log = log_;
    options.match.items_max = items_max;
    reactor_ =
      bench::expect(actors::subscriptions_spec(std::move(options))).make(0);
    static_cast<void>(reactor_->recover({}, now()));
    for (std::size_t each = 0; each < agents; ++each) {
      auto asked = std::make_shared<subscription::subscribe_request>();
      asked->who = {"default", "agent-" + std::to_string(each)};
      asked->pattern = "news:*";
      asked->registers = true;
      static_cast<void>(
        reactor_->on_request(actor::request_id{each}, asked, now()));
    }
  }

  setting(const setting&) = delete;
  setting& operator=(const setting&) = delete;

  ~setting() {
    store_.reset();
    remove_files();
  }

  [[nodiscard]] figures play() {
    journal::transaction first;
    auto made = make_signal();
    first.entries.emplace_back().what = made;
    bench::expect(store_->commit({&first}));
    log_->what = made;
    figures found;
    const auto begin = std::chrono::steady_clock::now();
    for (bool more = true; more; ++found.steps) {
      auto at = std::chrono::steady_clock::now();
      const auto out = found.steps == 0
                         ? reactor_->on_signal(made, now())
                         : reactor_->on_timer(actor::timer_key{3}, now());
      found.step = std::max(found.step, bench::seconds_since(at));
      more = std::ranges::any_of(out.timers, [](const actor::timer& one) {
        return one.key == actor::timer_key{3};
      });
      journal::transaction rows;
      for (const auto& one : out.writes) {
        rows.writes.push_back({one.table, one.key, one.value, one.keeps});
      }
      at = std::chrono::steady_clock::now();
      bench::expect(store_->commit({&rows}));
      found.commit = std::max(found.commit, bench::seconds_since(at));
    }
    found.all = bench::seconds_since(begin);
    return found;
  }

private:
  [[nodiscard]] static actor::context now() {
    return {wall_time{std::chrono::seconds{1}}, steady_time{}};
  }

  void remove_files() const {
    for (const auto* behind : {"", "-wal", "-shm", ".lock"}) {
      std::filesystem::remove(file_ + behind);
    }
  }

  std::string file_;
  std::unique_ptr<journal::journal> store_;
  std::shared_ptr<short_log> log_ = std::make_shared<short_log>();
  std::unique_ptr<actor::reactor> reactor_;
};

} // namespace

int main(int argc, char** argv) {
  const auto agents = bench::argument(argc, argv, 1, 100'000);
  const std::string folder = argc > 2 ? argv[2] : "/var/tmp";
  const auto whole = setting{agents, agents, folder}.play();
  const auto pieces =
    setting{agents, subscription::match_bounds{}.items_max, folder}.play();
  std::printf("{\"bench\":\"subscription_fan_out\",\"agents\":%zu,"
              "\"one_step_seconds\":%.4f,\"one_commit_seconds\":%.4f,"
              "\"pieces\":%zu,\"longest_step_seconds\":%.4f,"
              "\"longest_commit_seconds\":%.4f,\"all_pieces_seconds\":%.4f}\n",
              agents, whole.step, whole.commit, pieces.steps, pieces.step,
              pieces.commit, pieces.all);
  return 0;
}
