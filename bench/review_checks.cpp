// How many reviews a second do the real checks carry, with a 2 KiB diff and 64
// reviews in flight, and how long does one take?
//
// Reference: parsing the diff and running the six checks straight in one
// thread, without actors.

#include <atomic>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "actors/coordinator.hpp"
#include "actors/specialist.hpp"
#include "bench/support.hpp"
#include "libsig/review/contracts.hpp"
#include "libsig/review/pipeline.hpp"
#include "libsig/runtime/runtime.hpp"

namespace {

using namespace libsig;
using steady = std::chrono::steady_clock;

/// A change of 2 KiB as people make them: two files, some findings.
[[nodiscard]] std::string make_diff() {
  std::string text =
    "diff --git a/app/store.py b/app/store.py\n"
    "--- a/app/store.py\n+++ b/app/store.py\n"
    "@@ -10,5 +10,22 @@ class Store:\n"
    "     def find(self, name):\n"
    "-        return self.names[name]\n"
    "+        query = \"SELECT * FROM users WHERE name = '%s'\""
    " % name\n"
    "+        return self.connection.execute(query)\n"
    "+\n"
    "+    def all(self):\n"
    "+        rows = self.connection.execute(\"SELECT id, name,"
    " city FROM users\")\n"
    "+        return [self.row(row) for row in rows]\n"
    "+\n"
    "+    def row(self, values):\n"
    "+        # A row is a name, a city and a number.\n"
    "+        if not values:\n"
    "+            return None\n"
    "+        return {\"id\": values[0], \"name\": values[1]}\n"
    "+\n"
    "+    def rename(self, number, name):\n"
    "+        self.connection.execute(\n"
    "+            \"UPDATE users SET name = ? WHERE id = ?\","
    " (name, number))\n"
    "+        self.log(\"renamed %s\" % name)\n"
    "+        return True\n"
    "     def close(self):\n"
    "         self.connection.close()\n"
    " \n"
    "diff --git a/web/page.js b/web/page.js\n"
    "--- a/web/page.js\n+++ b/web/page.js\n"
    "@@ -1,3 +1,39 @@\n"
    " import {load} from './load.js';\n"
    "+\n"
    "+export async function show(element, id) {\n"
    "+  const user = await load(`/users/${id}`);\n"
    "+  element.innerHTML = '<b>' + user.name + '</b>';\n"
    "+  const list = document.createElement('ul');\n"
    "+  for (const city of user.cities) {\n"
    "+    const item = document.createElement('li');\n"
    "+    item.textContent = city;\n"
    "+    list.appendChild(item);\n"
    "+  }\n"
    "+  element.appendChild(list);\n"
    "+  return element;\n"
    "+}\n"
    "+\n"
    "+export function hide(element) {\n"
    "+  if (element && !element.hidden) {\n"
    "+    element.hidden = true;\n"
    "+  }\n"
    "+}\n"
    "+\n"
    "+/** Whether a user may see the page of a city. */\n"
    "+export function visible(user, city) {\n"
    "+  const own = user.cities.includes(city);\n"
    "+  const open = city.startsWith('open-');\n"
    "+  return own || open;\n"
    "+}\n"
    "+\n"
    "+// Names are shown as they were typed, cut to a line.\n"
    "+export function short(name, length = 40) {\n"
    "+  const text = String(name).trim();\n"
    "+  return text.length > length\n"
    "+    ? text.slice(0, length) + '...'\n"
    "+    : text;\n"
    "+}\n"
    "+\n"
    "+export const version = '1.2.3';\n"
    " export default show;\n"
    " // The end.\n";
  return text;
}

[[nodiscard]] std::shared_ptr<review::request>
make_request(const std::string& id, std::shared_ptr<const std::string> diff) {
  auto asked = std::make_shared<review::request>();
  asked->review_id = id;
  asked->diff = std::move(diff);
  return asked;
}

/// Reviews per second of one thread without actors.
[[nodiscard]] double run_bare(std::size_t total,
                              const std::shared_ptr<const std::string>& diff) {
  const auto security = review::security_checks();
  const auto performance = review::performance_checks();
  std::size_t findings = 0;
  const auto begin = steady::now();
  for (std::size_t number = 0; number < total; ++number) {
    auto asked = make_request("bare", diff);
    asked->scope = bench::expect(review::make_scope(*asked));
    review::assignment work;
    work.review_id = asked->review_id;
    work.asked = asked;
    for (const auto* checks : {&security, &performance}) {
      findings += review::run_checks(work, *asked->scope, *checks,
                                     review::escalation_rule::on_high)
                    .findings.size();
    }
  }
  if (findings < 2 * total) {
    std::fputs("benchmark failed: the checks found nothing\n", stderr);
    std::exit(1);
  }
  return static_cast<double>(total) / bench::seconds_since(begin);
}

struct figures {
  double per_second;
  double p50_ms;
  double p99_ms;
};

[[nodiscard]] std::unique_ptr<runtime> start(const libsig::clock& time) {
  auto contracts = std::make_shared<schema::registry>();
  bench::expect(review::add_contracts(*contracts));
  actors::coordinator_options coordinator;
  coordinator.shards = 2;
  std::vector<actors::specialist_options> specialists;
  specialists.push_back(actors::security_specialist(time));
  specialists.push_back(actors::performance_specialist(time));
  for (auto& one : specialists) {
    one.shards = 2;
    coordinator.specialists.push_back(one.name);
    bench::expect(contracts->add(review::assignment_type(one.name),
                                 review::assignment_contract()));
  }
  runtime::options how;
  how.contracts = contracts;
  how.threads = 2;
  auto made = bench::expect(runtime::start(std::move(how)));
  bench::expect(made->spawn(
    bench::expect(actors::coordinator_spec(std::move(coordinator)))));
  for (auto& one : specialists) {
    bench::expect(made->spawn(actors::specialist_spec(std::move(one))));
  }
  return made;
}

[[nodiscard]] figures
run_libsig(std::size_t total, std::size_t window,
           const std::shared_ptr<const std::string>& diff) {
  const system_clock time;
  const auto to = start(time);
  std::vector<steady::time_point> begins(total);
  std::vector<double> waits;
  waits.reserve(total);
  std::atomic<std::size_t> sent{0};
  std::atomic<bool> done{false};
  const auto ask = [&] {
    const auto number = sent.fetch_add(1);
    if (number >= total) {
      return;
    }
    begins[number] = steady::now();
    draft what;
    what.type = review::request_type;
    what.source = "/synapse/reviews";
    what.data = event_data::decoded(make_request(std::to_string(number), diff));
    to->publish(std::move(what), [](auto got) { bench::expect(got); });
  };
  bench::expect(
    to->subscribe("client", review::summary_type, [&](const signal_ptr& what) {
      const auto summary = what->data().as<review::summary>();
      if (summary->findings.size() < 2) {
        std::fputs("benchmark failed: a summary without findings\n", stderr);
        std::exit(1);
      }
      const auto number = std::stoul(summary->review_id);
      waits.push_back(bench::seconds_since(begins[number]) * 1e3);
      if (waits.size() == total) {
        done.store(true);
        done.notify_one();
      } else {
        ask();
      }
    }));
  const auto begin = steady::now();
  for (std::size_t number = 0; number < window; ++number) {
    ask();
  }
  done.wait(false);
  const auto per_second =
    static_cast<double>(total) / bench::seconds_since(begin);
  return {per_second, bench::percentile(waits, 50),
          bench::percentile(waits, 99)};
}

} // namespace

int main(int argc, char** argv) {
  const auto total = bench::argument(argc, argv, 1, 20'000);
  constexpr std::size_t window = 64;
  constexpr int runs = 5;
  const auto diff = std::make_shared<const std::string>(make_diff());
  std::vector<double> bare;
  std::vector<double> rates;
  std::vector<double> p50;
  std::vector<double> p99;
  for (int run = 0; run < runs; ++run) {
    bare.push_back(run_bare(total / 4, diff));
    const auto one = run_libsig(total, window, diff);
    rates.push_back(one.per_second);
    p50.push_back(one.p50_ms);
    p99.push_back(one.p99_ms);
  }
  std::printf("{\"bench\":\"review_checks\",\"reviews\":%zu,\"diff_bytes\":%zu,"
              "\"in_flight\":%zu,\"one_thread_per_second\":%.0f,"
              "\"libsig_per_second\":%.0f,\"ratio\":%.3f,"
              "\"target_per_second\":10000,\"p50_ms\":%.2f,\"p99_ms\":%.2f,"
              "\"target_p99_ms\":20}\n",
              total, diff->size(), window, bench::median(bare),
              bench::median(rates), bench::median(rates) / bench::median(bare),
              bench::median(p50), bench::median(p99));
}
