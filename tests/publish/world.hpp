#pragma once

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "libsig/core/id.hpp"
#include "libsig/core/time.hpp"
#include "libsig/journal/dead_letters.hpp"
#include "libsig/journal/journal.hpp"
#include "libsig/publish/pump.hpp"
#include "libsig/publish/tail.hpp"
#include "libsig/schema/registry.hpp"

/// A log, its tail, its dead letters and a clock in the hands of one test.
namespace libsig::testing {

/// What a test says of a signal.
struct stated_signal {
  std::string type = "t";
  std::string source = "/s";
  event_data data = event_data::json(std::string{"1"});
  std::string receiver = {};
  std::string tenant = "default";
  std::optional<std::string> time = {};
  std::string id = {};
};

class publishing_world {
public:
  publishing_world() : publishing_world(journal::make_memory_journal()) {}

  explicit publishing_world(std::unique_ptr<journal::journal> of)
    : log{std::move(of)} {
    restart();
  }

  /// Commits a signal, and lets the tail hear it unless told otherwise.
  std::uint64_t publish(const stated_signal& with, bool heard = true) {
    journal::transaction one;
    one.entries.emplace_back();
    one.entries.front().what = signal_of(with);
    BOOST_REQUIRE(log->commit({&one}));
    const std::shared_ptr<const signal> made = one.entries.front().what;
    if (heard) {
      recent->hear(made);
    }
    return made->sequence();
  }

  void publish_many(int count) {
    for (int done = 0; done < count; ++done) {
      publish({});
    }
  }

  /// The same for signals that only the log has.
  void publish_unheard(int count) {
    for (int done = 0; done < count; ++done) {
      publish({}, false);
    }
  }

  /// Everything but the log and the clock is new, as after a restart.
  void restart() {
    recent = std::make_unique<publish::tail>();
    journal::dead_letter_book::options how;
    how.write = writer();
    how.time = time;
    how.ids = ids;
    how.letters_max = letters_max;
    auto opened = journal::dead_letter_book::open(*log, std::move(how));
    BOOST_REQUIRE(opened);
    letters = std::move(*opened);
  }

  [[nodiscard]] journal::row_writer writer() {
    return [this](std::vector<journal::keyed_write> rows,
                  journal::done_handler done) {
      ++writes;
      if (failing_writes > 0) {
        --failing_writes;
        done(fail(errc::storage_full, "no room"));
        return;
      }
      if (held_writes) {
        held.push_back(
          [this, rows = std::move(rows), done] { commit(rows, done); });
        return;
      }
      commit(std::move(rows), done);
    };
  }

  [[nodiscard]] std::unique_ptr<publish::pump>
  make_pump(publish::pump_options how, std::unique_ptr<publish::sink> to) {
    auto made = publish::pump::make(
      std::move(how), std::move(to),
      {*log, *recent, writer(), *letters, time,
       [this](std::uint64_t below) { return below == 0 ? 0 : draw(below); },
       bell,
       [this](publish::pump_news what, const std::string& publisher,
              const std::string& why) {
         told.emplace_back(what, publisher + ": " + why);
       }});
    BOOST_REQUIRE_MESSAGE(made, (made ? "" : made.error().message()));
    return std::move(*made);
  }

  [[nodiscard]] std::shared_ptr<signal> signal_of(const stated_signal& with) {
    draft what;
    what.type = with.type;
    what.source = with.source;
    what.id = with.id.empty() ? "id-" + std::to_string(++made_) : with.id;
    what.data = with.data;
    what.time = with.time;
    if (!with.receiver.empty()) {
      what.extensions.push_back({"toidentity", with.receiver});
    }
    const schema::registry free_of_contracts;
    auto checked = free_of_contracts.validate(std::move(what));
    BOOST_REQUIRE(checked);
    stamp by;
    by.tenant = with.tenant;
    by.recorded_time = time->wall_now();
    return std::make_shared<signal>(std::move(*checked), std::move(by));
  }

  void advance(std::chrono::microseconds by) { time->advance(by); }

  std::shared_ptr<manual_clock> time = std::make_shared<manual_clock>(
    wall_time{std::chrono::milliseconds{1'767'323'045'678}});
  std::shared_ptr<id_source> ids = std::make_shared<uuid7_source>();
  std::shared_ptr<publish::doorbell> bell =
    std::make_shared<publish::doorbell>();
  std::unique_ptr<journal::journal> log;
  std::unique_ptr<publish::tail> recent;
  std::unique_ptr<journal::dead_letter_book> letters;
  std::size_t letters_max = 100;
  /// The most that may be drawn, unless a test says otherwise.
  std::function<std::uint64_t(std::uint64_t)> draw = [](std::uint64_t below) {
    return below - 1;
  };
  /// So many of the next writes fail.
  int failing_writes = 0;
  /// Writes wait in `held` until somebody calls them.
  bool held_writes = false;
  std::deque<std::function<void()>> held;
  /// What is written now fails, also what was held.
  bool full = false;
  int writes = 0;
  std::vector<std::pair<publish::pump_news, std::string>> told;

private:
  void commit(std::vector<journal::keyed_write> rows,
              const journal::done_handler& done) {
    if (full) {
      done(fail(errc::storage_full, "no room"));
      return;
    }
    journal::transaction one;
    one.writes = std::move(rows);
    done(log->commit({&one}));
  }

  int made_ = 0;
};

/// A sink that answers what it was told to, and then `done`.
class scripted_sink final : public publish::sink {
public:
  struct record {
    std::vector<std::uint64_t> sequences;
    std::deque<publish::delivery> answers;
    int ends = 0;
    int tries = 0;
    std::size_t batch_max = 1;
    bool cancelled = false;
    int syncs = 0;
    /// So many of the next ones fail.
    int failing_syncs = 0;
  };

  explicit scripted_sink(std::shared_ptr<record> into)
    : into_{std::move(into)} {}

  [[nodiscard]] publish::delivery
  deliver(std::span<const signal_ptr> signals) override {
    ++into_->tries;
    publish::delivery made{signals.size(), {}, {}, {}, 0};
    if (!into_->answers.empty()) {
      made = into_->answers.front();
      into_->answers.pop_front();
    }
    for (std::size_t at = 0; at < made.done; ++at) {
      into_->sequences.push_back(signals[at]->sequence());
    }
    return made;
  }

  [[nodiscard]] result<void> sync() override {
    ++into_->syncs;
    if (into_->failing_syncs > 0) {
      --into_->failing_syncs;
      return fail(errc::io, "cannot flush");
    }
    return {};
  }

  void at_end() override { ++into_->ends; }
  void cancel() noexcept override { into_->cancelled = true; }

  [[nodiscard]] std::size_t batch_max() const noexcept override {
    return into_->batch_max;
  }

private:
  std::shared_ptr<record> into_;
};

[[nodiscard]] inline publish::delivery failing(publish::outcome how,
                                               std::string why = "no") {
  return {0, how, std::move(why), {}, 0};
}

} // namespace libsig::testing
