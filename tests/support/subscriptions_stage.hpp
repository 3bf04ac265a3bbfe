#pragma once

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "actors/subscriptions.hpp"
#include "libsig/actor/wheel.hpp"
#include "libsig/schema/registry.hpp"
#include "libsig/subscription/rows.hpp"

namespace libsig::test {

/// A signal as the gate makes it.
[[nodiscard]] inline std::shared_ptr<signal> make_signal(draft what,
                                                         std::uint64_t sequence,
                                                         std::string tenant,
                                                         wall_time recorded) {
  const schema::registry free_of_contracts;
  if (what.id.empty()) {
    what.id = "s" + std::to_string(sequence);
  }
  auto valid = free_of_contracts.validate(std::move(what));
  BOOST_REQUIRE(valid.has_value());
  stamp by;
  by.sequence = sequence;
  by.tenant = std::move(tenant);
  by.recorded_time = recorded;
  return std::make_shared<signal>(std::move(*valid), std::move(by));
}

/// The log and the tables that the actor works with.
class fake_log final : public subscription::log_view {
public:
  using table = std::map<std::string, actor::write>;

  [[nodiscard]] result<signal_ptr> find(std::uint64_t sequence) const override {
    if (broken || damaged.contains(sequence)) {
      ++refused;
      return fail(says, "the disk is gone");
    }
    ++found;
    return sequence == 0 || sequence > signals.size() ? nullptr
                                                      : signals[sequence - 1];
  }

  [[nodiscard]] std::uint64_t end() const override { return signals.size(); }

  [[nodiscard]] result<std::vector<actor::write>>
  read_rows(std::string_view name, std::string_view after,
            std::size_t limit) const override {
    std::vector<actor::write> rows;
    const auto at = tables.find(name);
    if (at == tables.end()) {
      return rows;
    }
    for (auto row = at->second.upper_bound(std::string{after});
         row != at->second.end() && rows.size() < limit; ++row) {
      rows.push_back(row->second);
    }
    return rows;
  }

  [[nodiscard]] std::size_t rows(std::string_view name) const {
    const auto at = tables.find(name);
    return at == tables.end() ? 0 : at->second.size();
  }

  /// By sequence less one; null for one whose body is gone.
  std::vector<signal_ptr> signals;
  std::map<std::string, table, std::less<>> tables;
  bool broken = false;
  /// Signals that cannot be read, and the error that says so.
  std::set<std::uint64_t> damaged;
  errc says = errc::io;
  mutable std::size_t found = 0;
  mutable std::size_t refused = 0;
};

/// Notes what the actor tells.
class noting_observer final : public subscription::observer {
public:
  void on_subscribed(const subscription::agent_name& who,
                     const subscription::subscription_row& row,
                     bool created) override {
    note(created ? "subscribed" : "changed", who, row.pattern);
  }

  void on_unsubscribed(const subscription::agent_name& who,
                       std::string_view pattern) override {
    note("unsubscribed", who, pattern);
  }

  void on_delivered(const subscription::agent_name& who,
                    const subscription::delivery& what) override {
    note("delivered", who, what.what->id());
  }

  void on_dropped(const subscription::agent_name& who, std::uint64_t sequence,
                  std::string_view) override {
    note("dropped", who, std::to_string(sequence));
  }

  void on_dead_letter(const subscription::agent_name& who,
                      std::uint64_t sequence, std::string_view) override {
    note("dead", who, std::to_string(sequence));
  }

  void on_levels(const subscription::levels& now) override { levels = now; }

  void on_unreadable(std::string_view table, std::string_view key) override {
    events.push_back("unreadable " + std::string{table} + ' '
                     + std::string{key});
  }

  std::vector<std::string> events;
  /// What there is, as it was told last.
  subscription::levels levels;

private:
  void note(std::string_view what, const subscription::agent_name& who,
            std::string_view of) {
    events.push_back(std::string{what} + ' ' + who.agent + ' '
                     + std::string{of});
  }
};

/// The actor of subscriptions with a log, a mailbox and timers around it, moved
/// by hand. Each step is carried out whole, or lost.
class subscriptions_stage {
public:
  using delivery = subscription::delivery;
  using next_reply = subscription::next_reply;

  struct next_options {
    std::vector<std::string> handled = {};
    std::vector<std::string> failed = {};
    std::string reason = {};
    std::chrono::milliseconds timeout{0};
    std::function<bool(std::string_view)> may_read = {};
  };

  explicit subscriptions_stage(actors::subscriptions_options how = {}) {
    how.log = log;
    how.watcher = seen;
    how.bury = [this](const subscription::burial& what) {
      // The actor asks after one that is under way.
      if (std::ranges::none_of(burials, [&](const auto& one) {
            return one.who == what.who && one.sequence == what.sequence;
          })) {
        burials.push_back(what);
      }
    };
    auto made = actors::subscriptions_spec(std::move(how));
    BOOST_REQUIRE(made);
    spec = *std::move(made);
    begin();
  }

  // -- the world --------------------------------------------------------------

  /// Puts a signal into the log and the mailbox; its sequence.
  std::uint64_t publish(std::string type, std::string source = "/system",
                        std::string tenant = "default") {
    draft what;
    what.type = std::move(type);
    what.source = std::move(source);
    return publish(std::move(what), std::move(tenant));
  }

  std::uint64_t publish(draft what, std::string tenant) {
    const auto sequence = log->end() + 1;
    auto made = make_signal(std::move(what), sequence, std::move(tenant),
                            time.wall_now());
    log->signals.push_back(made);
    // As a route `**` does.
    if (!made->type().starts_with("internal.")) {
      mail.push_back(std::move(made));
    }
    return sequence;
  }

  /// Lets the actor handle all that is in its mailbox.
  void run() {
    while (!mail.empty()) {
      const auto what = mail.front();
      mail.pop_front();
      hear(what);
    }
  }

  void hear(const signal_ptr& what) {
    carry_out(reactor->on_signal(what, now()));
  }

  /// Publishes and lets the actor hear it.
  std::uint64_t say(std::string type, std::string source = "/system") {
    const auto sequence = publish(std::move(type), std::move(source));
    run();
    return sequence;
  }

  /// The process dies and begins anew: what was in the mailbox is lost.
  void restart() {
    mail.clear();
    begin();
  }

  /// The actor alone is made anew.
  void begin() {
    timers = {};
    answers.clear();
    reactor = spec.make(0);
    std::vector<actor::write> rows;
    for (const auto& table : spec.tables) {
      for (const auto& [key, row] : log->tables[table]) {
        rows.push_back(row);
      }
    }
    carry_out(reactor->recover(
      {rows, log->end(),
       [this](std::uint64_t sequence) { return *log->find(sequence); }},
      now()));
  }

  void advance(std::chrono::milliseconds by) {
    constexpr std::chrono::milliseconds tick{50};
    for (; by.count() > 0; by -= std::min(by, tick)) {
      time.advance(std::min(by, tick));
      fire();
    }
  }

  void fire() {
    std::vector<std::uint64_t> due;
    timers.advance(time.steady_now(), due);
    for (const auto key : due) {
      carry_out(reactor->on_timer(static_cast<actor::timer_key>(key), now()));
    }
  }

  /// Buries what is to be buried, in one transaction each, or fails to.
  std::size_t bury(bool works = true) {
    const auto all = std::exchange(burials, {});
    for (const auto& one : all) {
      if (works) {
        carry_out_write(one.removal);
        letters.push_back(one);
      }
      auto told = std::make_shared<subscription::buried_request>();
      told->who = one.who;
      told->sequence = one.sequence;
      told->kept = works;
      BOOST_TEST(ask<subscription::noted_reply>(std::move(told)).has_value());
    }
    return all.size();
  }

  void carry_out(actor::step what) {
    for (const auto& one : what.timers) {
      BOOST_TEST((one.due >= time.steady_now()
                  || one.due + std::chrono::hours{1} > time.steady_now()));
      timers.arm(static_cast<std::uint64_t>(one.key), one.due);
    }
    for (const auto& one : what.writes) {
      carry_out_write(one);
    }
    for (auto& one : what.emissions) {
      emitted.push_back(one);
      auto tenant = one.tenant;
      static_cast<void>(publish(static_cast<draft&&>(one), std::move(tenant)));
    }
    for (auto& one : what.answers) {
      const auto [at, is_first] =
        answers.try_emplace(one.to, std::move(one.what));
      BOOST_TEST(is_first);
    }
  }

  void carry_out_write(const actor::write& one) {
    auto& table = log->tables[one.table];
    if (one.value) {
      table.insert_or_assign(one.key, one);
    } else {
      table.erase(one.key);
    }
  }

  [[nodiscard]] actor::context now() const {
    return {time.wall_now(), time.steady_now()};
  }

  // -- requests ---------------------------------------------------------------

  /// Asks and returns how the request is called.
  actor::request_id start(actor::request_ptr what) {
    const actor::request_id which{++requests};
    carry_out(reactor->on_request(which, what, now()));
    return which;
  }

  /// Whether a request was answered.
  [[nodiscard]] bool is_answered(actor::request_id which) const {
    return answers.contains(which);
  }

  template <class Reply>
  [[nodiscard]] result<Reply> answer_to(actor::request_id which) {
    const auto found = answers.find(which);
    BOOST_REQUIRE(found != answers.end());
    if (!found->second) {
      return fail(found->second.error());
    }
    const auto* const read = dynamic_cast<const Reply*>(found->second->get());
    BOOST_REQUIRE(read != nullptr);
    return *read;
  }

  template <class Reply>
  [[nodiscard]] result<Reply> ask(actor::request_ptr what) {
    return answer_to<Reply>(start(std::move(what)));
  }

  result<subscription::agent_reply> put_agent(std::string name,
                                              std::string tenant = "default") {
    auto asked = std::make_shared<subscription::put_agent_request>();
    asked->who = {std::move(tenant), std::move(name)};
    return ask<subscription::agent_reply>(std::move(asked));
  }

  result<subscription::agent_reply> remove_agent(std::string name) {
    auto asked = std::make_shared<subscription::remove_agent_request>();
    asked->who = {"default", std::move(name)};
    return ask<subscription::agent_reply>(std::move(asked));
  }

  struct subscribe_options {
    std::optional<bool> silent = {};
    std::optional<bool> include_self = {};
    bool registers = true;
    std::string tenant = "default";
  };

  result<subscription::subscribe_reply>
  subscribe(std::string agent, std::string pattern,
            const subscribe_options& how) {
    auto asked = std::make_shared<subscription::subscribe_request>();
    asked->who = {how.tenant, std::move(agent)};
    asked->pattern = std::move(pattern);
    asked->silent = how.silent;
    asked->include_self = how.include_self;
    asked->registers = how.registers;
    return ask<subscription::subscribe_reply>(std::move(asked));
  }

  result<subscription::subscribe_reply> subscribe(std::string agent,
                                                  std::string pattern) {
    return subscribe(std::move(agent), std::move(pattern), subscribe_options{});
  }

  result<subscription::subscribe_reply> subscribe_loud(std::string agent,
                                                       std::string pattern) {
    subscribe_options how;
    how.silent = false;
    return subscribe(std::move(agent), std::move(pattern), how);
  }

  result<bool> unsubscribe(std::string agent, std::string pattern) {
    auto asked = std::make_shared<subscription::unsubscribe_request>();
    asked->who = {"default", std::move(agent)};
    asked->pattern = std::move(pattern);
    const auto got = ask<subscription::unsubscribe_reply>(std::move(asked));
    if (!got) {
      return fail(got.error());
    }
    return got->removed;
  }

  [[nodiscard]] std::vector<subscription::subscription_row>
  rows(std::string tenant = "default") {
    auto asked = std::make_shared<subscription::list_request>();
    asked->tenant = std::move(tenant);
    return ask<subscription::list_reply>(std::move(asked))->rows;
  }

  actor::request_id start_next(std::string agent, next_options how) {
    auto asked = std::make_shared<subscription::next_request>();
    asked->who = {"default", std::move(agent)};
    asked->handled = std::move(how.handled);
    asked->failed = std::move(how.failed);
    asked->reason = std::move(how.reason);
    asked->timeout = how.timeout;
    asked->may_read = std::move(how.may_read);
    return start(std::move(asked));
  }

  /// Parks a call for ten seconds.
  actor::request_id park(std::string agent) {
    return start_next(std::move(agent), {.timeout = std::chrono::seconds{10}});
  }

  result<next_reply> next(std::string agent, next_options how) {
    return answer_to<next_reply>(start_next(std::move(agent), std::move(how)));
  }

  result<next_reply> next(std::string agent) {
    return next(std::move(agent), next_options{});
  }

  /// What the agent gets now, which must be something.
  [[nodiscard]] delivery take(std::string agent) {
    const auto got = next(std::move(agent));
    BOOST_REQUIRE(got);
    BOOST_REQUIRE(got->item.has_value());
    return *got->item;
  }

  /// Whether the agent gets nothing now.
  [[nodiscard]] bool gets_nothing(std::string agent) {
    const auto got = next(std::move(agent));
    BOOST_REQUIRE(got);
    return !got->item.has_value();
  }

  result<std::size_t> settle(std::string agent,
                             std::vector<std::string> handled,
                             std::vector<std::string> failed = {},
                             std::string reason = {}) {
    auto asked = std::make_shared<subscription::settle_request>();
    asked->who = {"default", std::move(agent)};
    asked->handled = std::move(handled);
    asked->failed = std::move(failed);
    asked->reason = std::move(reason);
    const auto got = ask<subscription::settle_reply>(std::move(asked));
    if (!got) {
      return fail(got.error());
    }
    return got->settled;
  }

  /// Redrives a dead letter of the actor itself.
  result<subscription::noted_reply> repeat(std::uint64_t sequence) {
    auto asked = std::make_shared<subscription::repeat_request>();
    asked->what = log->signals[sequence - 1];
    return ask<subscription::noted_reply>(std::move(asked));
  }

  /// Takes and handles everything; the sequences, in order.
  [[nodiscard]] std::vector<std::uint64_t> drain(std::string agent) {
    std::vector<std::uint64_t> got;
    for (auto one = next(agent); one && one->item;
         one = next(agent, {.handled = {one->item->delivery_id}})) {
      got.push_back(one->item->what->sequence());
    }
    return got;
  }

  /// The types that were emitted.
  [[nodiscard]] std::vector<std::string> said() const {
    std::vector<std::string> types;
    for (const auto& one : emitted) {
      types.push_back(one.type);
    }
    return types;
  }

  std::shared_ptr<fake_log> log = std::make_shared<fake_log>();
  std::shared_ptr<noting_observer> seen = std::make_shared<noting_observer>();
  manual_clock time{wall_time{std::chrono::milliseconds{1'700'000'000'000}}};
  actor::spec spec;
  std::unique_ptr<actor::reactor> reactor;
  actor::timing_wheel timers;
  std::deque<signal_ptr> mail;
  std::map<actor::request_id, result<actor::reply_ptr>> answers;
  std::vector<actor::emission> emitted;
  std::vector<subscription::burial> burials;
  std::vector<subscription::burial> letters;
  std::uint64_t requests = 0;
};

} // namespace libsig::test
