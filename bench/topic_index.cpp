// What a look-up by topic costs, in a store and in memory: of a random one of
// 10,000 topics among 1,000,000 records, against a look-up by sequence in the
// same log; and of the next signal of one topic when it has 1,000 to 1,000,000
// signals, or so many of others stand between.
//
//   bench_topic_index [RECORDS] [FOLDER]

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "bench/bare_store.hpp"
#include "bench/support.hpp"
#include "libsig/journal/sqlite_journal.hpp"

namespace {

using namespace libsig;
using bench::must;
using clock_type = std::chrono::steady_clock;

constexpr std::size_t topics = 10'000;
constexpr int rounds = 21;
constexpr std::size_t asked_each = 2'000;

/// A small signal, so that a million of them fit into memory.
[[nodiscard]] journal::entry small(std::string type, std::string id) {
  static const schema::registry contracts;
  draft what;
  what.id = std::move(id);
  what.source = "/s";
  what.type = std::move(type);
  what.data = event_data::json("1");
  stamp by;
  by.tenant = "default";
  journal::entry made;
  made.fresh = true;
  made.what = std::make_shared<signal>(
    std::move(*contracts.validate(std::move(what))), std::move(by));
  return made;
}

class filler {
public:
  explicit filler(journal::journal& into) : into_{into} {}

  template <class Type>
  void fill(std::size_t records, Type type_of) {
    for (std::size_t done = 0; done < records;) {
      journal::transaction batch;
      for (; batch.entries.size() < 1'000 && done < records; ++done) {
        batch.entries.push_back(
          small(type_of(done), ids_.next(time_.wall_now())));
      }
      must(into_.commit({&batch}).has_value(), "fill");
    }
  }

private:
  journal::journal& into_;
  system_clock time_;
  uuid7_source ids_;
};

/// Nanoseconds of one question, the median of many rounds.
template <class Ask>
[[nodiscard]] double cost(Ask ask) {
  std::vector<double> took;
  for (int round = 0; round < rounds; ++round) {
    const auto begin = clock_type::now();
    for (std::size_t number = 0; number < asked_each; ++number) {
      ask();
    }
    took.push_back(bench::seconds_since(begin) * 1e9 / asked_each);
  }
  return bench::median(took);
}

struct costs {
  double by_sequence = 0;
  double next = 0;
  double last = 0;
  double by_id = 0;
};

/// Of random topics, positions and ids.
[[nodiscard]] costs of_many(const journal::journal& log, std::size_t records) {
  std::mt19937_64 dice{7};
  const auto sequence = [&] { return 1 + dice() % records; };
  std::vector<signal_ptr> known;
  for (int number = 0; number < 1'000; ++number) {
    known.push_back(bench::expect(log.find(sequence())));
  }
  const auto topic = [&] { return "topic." + std::to_string(dice() % topics); };
  costs found;
  found.by_sequence =
    cost([&] { must(bench::expect(log.find(sequence())) != nullptr, "find"); });
  found.next = cost([&] {
    (void)bench::expect(log.next_in({"default", topic()}, sequence()));
  });
  found.last = cost([&] {
    must(bench::expect(log.last_in({"default", topic()})).has_value(), "last");
  });
  found.by_id = cost([&] {
    const auto& one = *known[dice() % known.size()];
    must(bench::expect(log.find_in({"default", one.type()}, one.id()))
           == one.sequence(),
         "find_in");
  });
  return found;
}

/// Of the next signal of one topic, from anywhere in it and one after the
/// other; and of one of another topic, behind all of them.
struct flat {
  double by_sequence = 0;
  double next = 0;
  double drained = 0;
  double far = 0;
};

[[nodiscard]] flat of_one(journal::journal& log, std::size_t records) {
  filler into{log};
  into.fill(1, [](std::size_t) { return "first"; });
  into.fill(records, [](std::size_t) { return "topic.0"; });
  into.fill(1, [](std::size_t) { return "first"; });
  std::mt19937_64 dice{7};
  flat found;
  found.by_sequence = cost([&] {
    const auto sequence = 1 + dice() % records;
    must(bench::expect(log.find(sequence)) != nullptr, "find");
  });
  std::uint64_t at = 1;
  found.drained = cost([&] {
    at = at == records ? 1 : at;
    must(bench::expect(log.next_in({"default", "topic.0"}, at)) == at + 1,
         "drain");
    ++at;
  });
  found.next = cost([&] {
    const auto after = 1 + dice() % (records - 1);
    must(bench::expect(log.next_in({"default", "topic.0"}, after)) == after + 1,
         "next");
  });
  found.far = cost([&] {
    must(bench::expect(log.next_in({"default", "first"}, 1)) == records + 2,
         "far");
  });
  return found;
}

[[nodiscard]] std::unique_ptr<journal::journal>
open_store(const std::filesystem::path& folder, const char* name) {
  journal::store_options how;
  how.path = (folder / name).string();
  how.durability = journal::durability::relaxed;
  return bench::expect(journal::open_sqlite_journal(how));
}

void measure(
  const char* name, std::size_t records,
  const std::function<std::unique_ptr<journal::journal>(const char*)>& make) {
  const auto log = make("many.db");
  filler{*log}.fill(records, [dice = std::mt19937_64{9}](std::size_t) mutable {
    return "topic." + std::to_string(dice() % topics);
  });
  // The memory journal makes its index with the first question.
  (void)log->last_in({"default", "topic.0"});
  const auto many = of_many(*log, records);
  std::printf(",\"%s\":{\"find_ns\":%.0f,\"next_in_ns\":%.0f,"
              "\"last_in_ns\":%.0f,\"find_in_ns\":%.0f,\"next_in_per_s\":%.0f,"
              "\"next_in_to_find\":%.2f",
              name, many.by_sequence, many.next, many.last, many.by_id,
              1e9 / many.next, many.next / many.by_sequence);
  for (std::size_t count = 1'000; count <= records; count *= 10) {
    const auto one =
      of_one(*make((std::to_string(count) + ".db").c_str()), count);
    std::printf(",\"of_%zu\":{\"find_ns\":%.0f,\"next_in_ns\":%.0f,"
                "\"one_by_one_ns\":%.0f,\"over_all_ns\":%.0f,"
                "\"next_in_to_find\":%.2f}",
                count, one.by_sequence, one.next, one.drained, one.far,
                one.next / one.by_sequence);
  }
  std::printf("}");
}

} // namespace

int main(int count, char** words) {
  const std::size_t records =
    count > 1 ? std::strtoull(words[1], nullptr, 10) : 1'000'000;
  const std::filesystem::path folder{count > 2 ? words[2]
                                               : "bench-topic-index"};
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  std::printf("{\"bench\":\"topic_index\",\"records\":%zu,\"topics\":%zu",
              records, topics);
  measure("store", records,
          [&](const char* name) { return open_store(folder, name); });
  measure("memory", records, [&](const char*) {
    return journal::make_memory_journal(
      {.records_max = records + 2, .keys_max = 4 * records});
  });
  std::filesystem::remove_all(folder);
  std::printf("}\n");
  return 0;
}
