#pragma once

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libsig/journal/journal.hpp"
#include "libsig/journal/sqlite_journal.hpp"
#include "libsig/schema/registry.hpp"
#include "tests/support/temporary_folder.hpp"

/// Journals and short words for what one does to them.
namespace libsig::testing {

/// What a test says of a signal.
struct attributes {
  std::string id;
  std::string type = "t";
  std::string data = "1";
  std::string claim = {};
  bool fresh = false;
  std::int64_t recorded = 0;
  std::string receiver = {};
  std::string source = "/s";
  std::string tenant = "default";
};

[[nodiscard]] inline std::shared_ptr<signal> signal_of(draft what,
                                                       stamp by = {}) {
  const schema::registry free_of_contracts;
  auto checked = free_of_contracts.validate(std::move(what));
  BOOST_REQUIRE(checked);
  return std::make_shared<signal>(std::move(*checked), std::move(by));
}

[[nodiscard]] inline wall_time at(std::int64_t milliseconds) {
  return wall_time{std::chrono::milliseconds{milliseconds}};
}

[[nodiscard]] inline journal::entry entry_of(const attributes& with) {
  draft what;
  what.type = with.type;
  what.source = with.source;
  what.id = with.id;
  what.data = event_data::json(std::string{with.data});
  if (!with.receiver.empty()) {
    what.extensions.push_back({"toidentity", with.receiver});
  }
  stamp by;
  by.tenant = with.tenant;
  by.recorded_time = at(with.recorded);
  journal::entry made;
  made.what = signal_of(std::move(what), std::move(by));
  made.claim = with.claim;
  made.fresh = with.fresh;
  return made;
}

/// A journal under test.
class notebook {
public:
  explicit notebook(std::unique_ptr<journal::journal> of)
    : log{std::move(of)} {}

  journal::entry put(const attributes& with) const {
    journal::transaction one;
    one.entries.push_back(entry_of(with));
    const auto done = log->commit({&one});
    BOOST_REQUIRE_MESSAGE(done, (done ? "" : done.error().message()));
    return std::move(one.entries.front());
  }

  void put_many(int from, int to) const {
    for (int number = from; number <= to; ++number) {
      put({.id = std::to_string(number)});
    }
  }

  void write(journal::keyed_write what) const {
    journal::transaction one;
    one.writes.push_back(std::move(what));
    const auto done = log->commit({&one});
    BOOST_REQUIRE_MESSAGE(done, (done ? "" : done.error().message()));
  }

  [[nodiscard]] bool has_body(std::uint64_t sequence) const {
    const auto found = log->find(sequence);
    BOOST_REQUIRE(found);
    return *found != nullptr;
  }

  /// The sequences of a page, and of its next one behind them.
  [[nodiscard]] std::vector<std::uint64_t>
  sequences(const journal::query& what) const {
    const auto found = log->read_page(what);
    BOOST_REQUIRE(found);
    std::vector<std::uint64_t> all;
    for (const auto& one : found->signals) {
      all.push_back(one->sequence());
    }
    all.push_back(found->next.value_or(0));
    return all;
  }

  std::unique_ptr<journal::journal> log;
};

[[nodiscard]] inline std::unique_ptr<journal::journal>
open_or_fail(journal::store_options how) {
  auto made = journal::open_sqlite_journal(std::move(how));
  BOOST_REQUIRE_MESSAGE(made, (made ? "" : made.error().message()));
  return std::move(*made);
}

[[nodiscard]] inline journal::store_options
store_in(const temporary_folder& where) {
  journal::store_options how;
  how.path = where.file("store.db");
  return how;
}

} // namespace libsig::testing
