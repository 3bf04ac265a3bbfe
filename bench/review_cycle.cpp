// How much of a bare CAF cycle does a review cycle reach that goes through
// contracts, the gate, the journal and the routes?
//
// Reference: the same six messages (request, two assignments, two results,
// summary), with the same bodies, between actors of plain CAF: coordinators
// with a table and a timing wheel, no gate, no contracts, no log. Both run in
// this process, in turn, several times; medians count.

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
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

namespace {

/// What the contract would make of an empty diff.
[[nodiscard]] std::shared_ptr<const libsig::review::review_scope>
empty_scope(const std::shared_ptr<const std::string>& diff) {
  auto made = std::make_shared<libsig::review::review_scope>();
  made->changes = std::make_shared<const libsig::review::change_set>(
    bench::expect(libsig::review::change_set::parse(diff)));
  return made;
}

} // namespace

namespace toy {

// The bodies are those of the signals, made anew for each message and sent by
// pointer, as whoever writes this with CAF alone would do.

struct request_message {
  std::shared_ptr<const libsig::review::request> body;
};

struct assignment_message {
  std::shared_ptr<const libsig::review::assignment> body;
};

struct answer_message {
  std::shared_ptr<const libsig::review::review_result> body;
};

struct summary_message {
  std::shared_ptr<const libsig::review::summary> body;
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

constexpr std::array<std::string_view, 2> names{"first", "second"};

class specialist final : public caf::event_based_actor {
public:
  specialist(caf::actor_config& config, std::string_view name)
    : caf::event_based_actor{config}, name_{name} {}

  caf::behavior make_behavior() override {
    return {
      [this](const assignment_message& work) {
        auto answer = std::make_shared<libsig::review::review_result>();
        answer->review_id = work.body->review_id;
        answer->agent = name_;
        answer->confidence = 1.0;
        send(caf::actor_cast<caf::actor>(current_sender()),
             answer_message{std::move(answer)});
      },
    };
  }

private:
  std::string name_;
};

class coordinator final : public caf::event_based_actor {
public:
  explicit coordinator(caf::actor_config& config)
    : caf::event_based_actor{config} {}

  caf::behavior make_behavior() override {
    return {
      [this](const wire& parts) { parts_ = parts; },
      [this](const request_message& asked) { open(asked); },
      [this](const answer_message& got) { answer(*got.body); },
    };
  }

  void on_exit() override { parts_ = {}; }

private:
  void open(const request_message& asked) {
    open_[asked.body->review_id] = (1u << names.size()) - 1;
    wheel_.arm(++armed_,
               libsig::system_clock{}.steady_now() + std::chrono::seconds{30});
    for (std::size_t index = 0; index < names.size(); ++index) {
      auto work = std::make_shared<libsig::review::assignment>();
      work->review_id = asked.body->review_id;
      work->agent = names[index];
      work->asked = asked.body;
      send(parts_.specialists[index], assignment_message{std::move(work)});
    }
  }

  void answer(const libsig::review::review_result& got) {
    const auto found = open_.find(got.review_id);
    if (found == open_.end()) {
      return;
    }
    found->second &= ~(1u << (got.agent == names[0] ? 0 : 1));
    if (found->second != 0) {
      return;
    }
    open_.erase(found);
    auto summary = std::make_shared<libsig::review::summary>();
    summary->review_id = got.review_id;
    summary->specialists_resolved.assign(names.begin(), names.end());
    send(parts_.client, summary_message{std::move(summary)});
  }

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
      done_{ended}, diff_{std::make_shared<const std::string>()}, scope_{
                                                                    empty_scope(
                                                                      diff_)} {}

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
    auto what = std::make_shared<libsig::review::request>();
    what->review_id = "review-" + std::to_string(number);
    what->diff = diff_;
    what->scope = scope_;
    send(parts_.coordinators[number % parts_.coordinators.size()],
         request_message{std::move(what)});
  }

  wire parts_;
  std::size_t total_;
  std::size_t window_;
  std::size_t sent_ = 0;
  std::size_t answered_ = 0;
  std::atomic<bool>* done_;
  std::shared_ptr<const std::string> diff_;
  std::shared_ptr<const libsig::review::review_scope> scope_;
};

/// Reviews per second of bare CAF.
[[nodiscard]] double run(std::size_t total, std::size_t window) {
  caf::actor_system_config config;
  libsig::runtime_internal::configure(
    config, libsig::runtime_internal::scheduling::threads, 2);
  caf::actor_system system{config};
  std::atomic<bool> done{false};
  wire parts;
  for (const auto name : names) {
    parts.coordinators.push_back(system.spawn<coordinator>());
    parts.specialists.push_back(system.spawn<specialist>(name));
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
[[nodiscard]] double run_libsig(std::size_t total, std::size_t window,
                                bool records) {
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
  coordinator.records = records;
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
  const auto scope = empty_scope(diff);
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
  // As a node does, which keeps records of closed reviews.
  const bool records = bench::argument(argc, argv, 2, 0) != 0;
  constexpr std::size_t window = 1'000;
  constexpr int runs = 5;
  std::vector<double> bare;
  std::vector<double> ours;
  std::vector<double> ratios;
  for (int run = 0; run < runs; ++run) {
    bare.push_back(toy::run(total, window));
    ours.push_back(run_libsig(total, window, records));
    ratios.push_back(ours.back() / bare.back());
  }
  std::printf(
    "{\"bench\":\"review_cycle\",\"reviews\":%zu,\"in_flight\":%zu,"
    "\"records\":%s,\"bare_caf_per_second\":%.0f,\"libsig_per_second\":%.0f,"
    "\"ratio\":%.3f,\"target\":0.35}\n",
    total, window, records ? "true" : "false", bench::median(bare),
    bench::median(ours), bench::median(ratios));
}
