// How much of a bare CAF cycle does a review cycle reach that goes through
// contracts, the gate, the journal and the routes?
//
// Reference: the same six messages (request, two assignments, two results,
// summary) between actors of plain CAF, coordinators with a table and a timing
// wheel. Both run in this process, in turn, several times; medians count.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "actors/coordinator.hpp"
#include "actors/specialist.hpp"
#include "bench/support.hpp"
#include "libsig/actor/wheel.hpp"
#include "libsig/review/contracts.hpp"
#include "libsig/review/pipeline.hpp"
#include "libsig/runtime/internal/caf.hpp"
#include "libsig/runtime/runtime.hpp"

namespace toy {

struct body {
  std::string review_id;
};

using body_ptr = std::shared_ptr<const body>;

struct request_message {
  body_ptr what;
};

struct assignment_message {
  body_ptr what;
};

struct answer_message {
  body_ptr what;
  unsigned specialist;
};

struct summary_message {
  body_ptr what;
};

struct wire {
  std::vector<caf::actor> coordinators;
  std::vector<caf::actor> specialists;
  caf::actor client;
};

} // namespace toy

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(toy::request_message)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(toy::assignment_message)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(toy::answer_message)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(toy::summary_message)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(toy::wire)

namespace toy {

class specialist final : public caf::event_based_actor {
public:
  specialist(caf::actor_config& config, unsigned index)
    : caf::event_based_actor{config}, index_{index} {}

  caf::behavior make_behavior() override {
    return {
      [this](const assignment_message& work) {
        send(caf::actor_cast<caf::actor>(current_sender()),
             answer_message{work.what, index_});
      },
    };
  }

private:
  unsigned index_;
};

class coordinator final : public caf::event_based_actor {
public:
  explicit coordinator(caf::actor_config& config)
    : caf::event_based_actor{config} {}

  caf::behavior make_behavior() override {
    return {
      [this](const wire& parts) { parts_ = parts; },
      [this](const request_message& asked) {
        open_[asked.what->review_id] = 3;
        wheel_.arm(++armed_, libsig::system_clock{}.steady_now()
                               + std::chrono::seconds{30});
        for (const auto& to : parts_.specialists) {
          send(to, assignment_message{asked.what});
        }
      },
      [this](const answer_message& got) {
        const auto found = open_.find(got.what->review_id);
        if (found == open_.end()) {
          return;
        }
        found->second &= ~(1u << got.specialist);
        if (found->second == 0) {
          open_.erase(found);
          send(parts_.client, summary_message{got.what});
        }
      },
    };
  }

  void on_exit() override { parts_ = {}; }

private:
  wire parts_;
  std::unordered_map<std::string, unsigned> open_;
  libsig::actor::timing_wheel wheel_;
  std::uint64_t armed_ = 0;
};

class client final : public caf::event_based_actor {
public:
  client(caf::actor_config& config, std::size_t total, std::size_t window,
         std::atomic<bool>* ended)
    : caf::event_based_actor{config}, total_{total}, window_{window},
      done_{ended} {}

  caf::behavior make_behavior() override {
    return {
      [this](const wire& parts) {
        parts_ = parts;
        while (sent_ < std::min(window_, total_)) {
          ask();
        }
      },
      [this](const summary_message&) {
        if (++answered_ == total_) {
          done_->store(true);
          done_->notify_one();
        } else if (sent_ < total_) {
          ask();
        }
      },
    };
  }

  void on_exit() override { parts_ = {}; }

private:
  void ask() {
    const auto number = sent_++;
    auto what = std::make_shared<body>();
    what->review_id = "review-" + std::to_string(number);
    send(parts_.coordinators[number % parts_.coordinators.size()],
         request_message{std::move(what)});
  }

  wire parts_;
  std::size_t total_;
  std::size_t window_;
  std::size_t sent_ = 0;
  std::size_t answered_ = 0;
  std::atomic<bool>* done_;
};

/// Reviews per second of bare CAF.
[[nodiscard]] double run(std::size_t total, std::size_t window) {
  caf::actor_system_config config;
  libsig::runtime_internal::configure(
    config, libsig::runtime_internal::scheduling::threads, 2);
  caf::actor_system system{config};
  std::atomic<bool> done{false};
  wire parts;
  for (unsigned index = 0; index < 2; ++index) {
    parts.coordinators.push_back(system.spawn<coordinator>());
    parts.specialists.push_back(system.spawn<specialist>(index));
  }
  parts.client = system.spawn<client>(total, window, &done);
  for (const auto& one : parts.coordinators) {
    caf::anon_send(one, parts);
  }
  const auto begin = std::chrono::steady_clock::now();
  caf::anon_send(parts.client, parts);
  done.wait(false);
  const auto seconds = bench::seconds_since(begin);
  for (const auto* group : {&parts.coordinators, &parts.specialists}) {
    for (const auto& one : *group) {
      caf::anon_send_exit(one, caf::exit_reason::user_shutdown);
    }
  }
  caf::anon_send_exit(parts.client, caf::exit_reason::user_shutdown);
  return static_cast<double>(total) / seconds;
}

} // namespace toy

namespace {

using namespace libsig;

/// Reviews per second through the gate, with specialists that have no checks.
[[nodiscard]] double run_libsig(std::size_t total, std::size_t window) {
  auto contracts = std::make_shared<schema::registry>();
  bench::expect(review::add_contracts(*contracts));
  for (const auto name : {"first", "second"}) {
    bench::expect(contracts->add(review::assignment_type(name),
                                 review::assignment_contract()));
  }
  runtime::options how;
  how.contracts = contracts;
  how.threads = 2;
  auto made = bench::expect(runtime::start(std::move(how)));
  const system_clock time;
  actors::coordinator_options coordinator;
  coordinator.specialists = {"first", "second"};
  coordinator.shards = 2;
  bench::expect(made->spawn(
    bench::expect(actors::coordinator_spec(std::move(coordinator)))));
  for (const auto name : {"first", "second"}) {
    actors::specialist_options specialist;
    specialist.name = name;
    specialist.checks = std::make_shared<
      const std::vector<std::unique_ptr<const review::check>>>();
    specialist.time = &time;
    bench::expect(made->spawn(actors::specialist_spec(std::move(specialist))));
  }
  std::atomic<bool> done{false};
  std::atomic<std::size_t> sent{0};
  std::size_t answered = 0;
  const auto diff = std::make_shared<const std::string>();
  const auto scope = std::make_shared<review::review_scope>();
  scope->changes = std::make_shared<const review::change_set>(
    bench::expect(review::change_set::parse(diff)));
  const auto ask = [&] {
    const auto number = sent.fetch_add(1);
    auto asked = std::make_shared<review::request>();
    asked->review_id = "review-" + std::to_string(number);
    asked->diff = diff;
    asked->scope = scope;
    draft what;
    what.type = review::request_type;
    what.source = "/synapse/reviews";
    what.data = event_data::decoded(std::move(asked));
    made->publish(std::move(what), [](auto got) { bench::expect(got); });
  };
  bench::expect(
    made->subscribe("client", review::summary_type, [&](const signal_ptr&) {
      if (++answered == total) {
        done.store(true);
        done.notify_one();
      } else if (sent.load() < total) {
        ask();
      }
    }));
  const auto begin = std::chrono::steady_clock::now();
  for (std::size_t number = 0; number < std::min(window, total); ++number) {
    ask();
  }
  done.wait(false);
  return static_cast<double>(total) / bench::seconds_since(begin);
}

} // namespace

int main(int argc, char** argv) {
  const auto total = bench::argument(argc, argv, 1, 300'000);
  constexpr std::size_t window = 1'000;
  constexpr int runs = 5;
  std::vector<double> bare;
  std::vector<double> ours;
  std::vector<double> ratios;
  for (int run = 0; run < runs; ++run) {
    bare.push_back(toy::run(total, window));
    ours.push_back(run_libsig(total, window));
    ratios.push_back(ours.back() / bare.back());
  }
  std::printf("{\"bench\":\"review_cycle\",\"reviews\":%zu,\"in_flight\":%zu,"
              "\"bare_caf_per_second\":%.0f,\"libsig_per_second\":%.0f,"
              "\"ratio\":%.3f,\"target\":0.35}\n",
              total, window, bench::median(bare), bench::median(ours),
              bench::median(ratios));
}
