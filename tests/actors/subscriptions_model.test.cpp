#include "actors/subscriptions.hpp"

#include <boost/test/unit_test.hpp>
#include <rapidcheck.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "libsig/core/pattern.hpp"
#include "libsig/subscription/ledger.hpp"
#include "libsig/subscription/lifecycle.hpp"
#include "tests/support/subscriptions_stage.hpp"

// The actor against a model that looks at every subscription and every item
// each time, and knows nothing of mailboxes, crashes or timers.

using namespace libsig;
using namespace std::chrono_literals;

namespace {

constexpr std::array<const char*, 2> names{"a", "b"};
constexpr std::array<const char*, 6> types{"x",   "y",          "x:y",
                                           "x:z", "internal.x", "x:y:z"};
constexpr std::array<const char*, 6> patterns{"x",    "**",  "x:*",
                                              "x:**", "*:y", "x:y"};
constexpr std::size_t attempts_max = 3;

struct model_item {
  std::uint64_t sequence = 0;
  bool own = false;
  std::vector<std::string> matched;
  std::vector<std::string> ids;
  bool out = false;
  steady_time rests_until{};
};

struct model_flags {
  bool silent = true;
  bool include_self = false;
};

struct model_agent {
  std::map<std::string, model_flags> subscriptions;
  std::vector<model_item> items;
  bool parked = false;
  std::size_t dead = 0;

  void hear(const signal& what, bool own) {
    model_item made;
    for (const auto& [text, flags] : subscriptions) {
      if (pattern::parse(text)->matches(what.type())
          && (flags.include_self || !own)) {
        made.matched.push_back(text);
      }
    }
    if (!made.matched.empty() && !what.type().starts_with("internal.")) {
      made.sequence = what.sequence();
      made.own = own;
      items.push_back(std::move(made));
    }
  }

  /// The patterns by which an item is delivered now.
  [[nodiscard]] std::vector<std::string> live(const model_item& what) const {
    std::vector<std::string> found;
    for (const auto& text : what.matched) {
      const auto by = subscriptions.find(text);
      if (by != subscriptions.end() && (by->second.include_self || !what.own)) {
        found.push_back(text);
      }
    }
    return found;
  }

  [[nodiscard]] bool is_loud(const model_item& what) const {
    const auto by = live(what);
    return std::ranges::any_of(by, [&](const std::string& text) {
      return !subscriptions.at(text).silent;
    });
  }

  [[nodiscard]] bool has_out() const {
    return std::ranges::any_of(items, &model_item::out);
  }

  [[nodiscard]] bool would_wake(steady_time now) const {
    return parked && !has_out()
           && std::ranges::any_of(items, [&](const model_item& one) {
                return one.rests_until <= now && is_loud(one);
              });
  }

  /// The item that a call gets, and how many are dropped on the way.
  [[nodiscard]] model_item* take(steady_time now, std::size_t& dropped) {
    for (const bool out : {true, false}) {
      for (auto at = items.begin(); at != items.end();) {
        if (at->out != out || at->rests_until > now) {
          ++at;
        } else if (live(*at).empty()) {
          at = items.erase(at);
          ++dropped;
        } else if (at->ids.size() >= attempts_max) {
          at = items.erase(at);
          ++dead;
        } else {
          return &*at;
        }
      }
    }
    return nullptr;
  }

  [[nodiscard]] model_item* find(const std::string& id) {
    for (auto& one : items) {
      if (std::ranges::find(one.ids, id) != one.ids.end()) {
        return &one;
      }
    }
    return nullptr;
  }
};

/// The actor and the model beside it, with everything that is done to both.
class pair_of_both {
public:
  pair_of_both() : on_{options()} {
    for (const auto* name : names) {
      on_.put_agent(name);
    }
  }

  void act(std::uint32_t what) {
    const auto pick = [&](std::uint32_t below) {
      const auto got = what % below;
      what /= below;
      return got;
    };
    const auto deed = pick(16);
    const std::string name = names[pick(2)];
    auto& agent = model_[name];
    if (deed < 4) {
      publish(types[pick(types.size())], pick(3));
    } else if (deed < 6) {
      subscribe(name, agent, patterns[pick(patterns.size())], pick(9));
    } else if (deed < 7) {
      const std::string pattern = patterns[pick(patterns.size())];
      const auto got = on_.unsubscribe(name, pattern);
      RC_ASSERT(*got == (agent.subscriptions.erase(pattern) == 1));
    } else if (deed < 10) {
      call(name, agent, 0ms);
    } else if (deed < 11) {
      call(name, agent, 10min);
    } else if (deed < 14) {
      settle(name, agent, pick(3), pick(3) == 0);
    } else if (deed < 15) {
      on_.advance(500ms * (1 + pick(4)));
    } else {
      disturb(pick(3));
    }
    check();
  }

private:
  using subscribe_options = test::subscriptions_stage::subscribe_options;

  [[nodiscard]] static actors::subscriptions_options options() {
    actors::subscriptions_options how;
    how.deliver.attempts_max = attempts_max;
    return how;
  }

  void publish(const std::string& type, std::uint32_t by) {
    on_.publish(type, by < 2 ? subscription::source_of(names[by]) : "/system");
  }

  void subscribe(const std::string& name, model_agent& agent,
                 const std::string& pattern, std::uint32_t how) {
    subscribe_options options;
    auto& flags = agent.subscriptions[pattern];
    if (how % 3 != 0) {
      options.silent = flags.silent = how % 3 == 1;
    }
    if (how / 3 != 0) {
      options.include_self = flags.include_self = how / 3 == 1;
    }
    const auto got = on_.subscribe(name, pattern, options);
    RC_ASSERT(got->row.silent == flags.silent);
    RC_ASSERT(got->row.include_self == flags.include_self);
  }

  void call(const std::string& name, model_agent& agent,
            std::chrono::milliseconds timeout) {
    if (timeout > 0ms && agent.parked) {
      older_ = calls_[name];
    }
    const auto which = on_.start_next(name, {.timeout = timeout});
    std::size_t dropped = 0;
    const auto* const item = agent.take(on_.time.steady_now(), dropped);
    if (item == nullptr && timeout > 0ms) {
      RC_ASSERT(!on_.is_answered(which));
      if (agent.parked) {
        RC_ASSERT(on_.is_answered(older_));
      }
      agent.parked = true;
      calls_[name] = which;
      dropped_[name] = dropped;
      return;
    }
    compare(agent, item, which, dropped);
  }

  /// Whether a call was answered with an item, or with none.
  void compare(model_agent& agent, const model_item* wanted,
               actor::request_id which, std::size_t dropped) {
    const auto got = on_.answer_to<subscription::next_reply>(which);
    RC_ASSERT(got.has_value());
    RC_ASSERT(got->dropped == dropped);
    RC_ASSERT(got->item.has_value() == (wanted != nullptr));
    if (wanted == nullptr) {
      return;
    }
    RC_ASSERT(got->item->what->sequence() == wanted->sequence);
    RC_ASSERT(got->item->patterns == agent.live(*wanted));
    RC_ASSERT(got->item->silent == !agent.is_loud(*wanted));
    RC_ASSERT(got->item->attempt == wanted->ids.size() + 1);
    auto& mine =
      *std::ranges::find(agent.items, wanted->sequence, &model_item::sequence);
    mine.out = true;
    mine.ids.push_back(got->item->delivery_id);
    ids_.push_back(got->item->delivery_id);
  }

  void settle(const std::string& name, model_agent& agent, std::uint32_t which,
              bool fails) {
    if (ids_.empty()) {
      return;
    }
    // The last ones, which may be old or another agent's.
    const auto id =
      ids_[ids_.size() - 1 - std::min<std::size_t>(which, ids_.size() - 1)];
    auto* const item = agent.find(id);
    const bool counts =
      item != nullptr && (!fails || (item->out && item->ids.back() == id));
    const auto got =
      fails ? on_.settle(name, {}, {id}) : on_.settle(name, {id});
    RC_ASSERT(*got == (counts ? 1u : 0u));
    if (!counts) {
      return;
    }
    if (fails && item->ids.size() < attempts_max) {
      item->out = false;
      item->rests_until =
        on_.time.steady_now() + 1s * (1u << (item->ids.size() - 1));
      return;
    }
    agent.dead += fails ? 1 : 0;
    std::erase_if(agent.items, [sequence = item->sequence](const auto& one) {
      return one.sequence == sequence;
    });
  }

  /// Lets the mailbox run dry, or loses it in a crash.
  void disturb(std::uint32_t how) {
    if (how == 0) {
      on_.run();
      return;
    }
    for (auto& [name, agent] : model_) {
      agent.parked = false;
    }
    if (how == 1) {
      on_.restart();
    } else {
      on_.begin();
    }
  }

  /// Brings the model up to the log.
  void catch_up() {
    for (; heard_ < on_.log->end(); ++heard_) {
      const auto& what = *on_.log->signals[heard_];
      for (const auto* name : names) {
        model_[name].hear(what, what.source() == subscription::source_of(name));
      }
    }
  }

  /// Everything that is parked gets what it must.
  void check() {
    // Otherwise the mailbox may lag behind, and what is in it be lost.
    if (std::ranges::any_of(
          model_, [](const auto& one) { return one.second.parked; })) {
      on_.run();
    }
    catch_up();
    check_accounts();
    for (const auto* name : names) {
      auto& agent = model_[name];
      if (!agent.parked) {
        continue;
      }
      const auto which = calls_[name];
      RC_ASSERT(on_.is_answered(which)
                == agent.would_wake(on_.time.steady_now()));
      if (on_.is_answered(which)) {
        agent.parked = false;
        auto dropped = dropped_[name];
        const auto* const item = agent.take(on_.time.steady_now(), dropped);
        compare(agent, item, which, dropped);
      }
    }
  }

  /// Each signal counts once, however many agents it waits for. A call that is
  /// parked may have got one of which the model does not know yet.
  void check_accounts() {
    if (!on_.mail.empty() || std::ranges::any_of(model_, [](const auto& one) {
          return one.second.parked;
        })) {
      return;
    }
    std::size_t items = 0;
    std::map<std::uint64_t, std::uint64_t> distinct;
    for (const auto& [name, agent] : model_) {
      items += agent.items.size();
      for (const auto& one : agent.items) {
        distinct[one.sequence] =
          subscription::stored_bytes(*on_.log->signals[one.sequence - 1]);
      }
    }
    std::uint64_t bytes = 0;
    for (const auto& [sequence, each] : distinct) {
      bytes += each;
    }
    RC_ASSERT(on_.seen->levels.items == items);
    RC_ASSERT(on_.seen->levels.bytes == bytes);
  }

  test::subscriptions_stage on_;
  std::map<std::string, model_agent> model_;
  std::map<std::string, actor::request_id> calls_;
  std::map<std::string, std::size_t> dropped_;
  actor::request_id older_{};
  std::vector<std::string> ids_;
  std::size_t heard_ = 0;
};

} // namespace

BOOST_AUTO_TEST_SUITE(subscriptions_model)

BOOST_AUTO_TEST_CASE(the_actor_does_what_the_model_does_D10_to_D22) {
  BOOST_TEST(rc::check("the actor equals its model", [] {
    const auto deeds =
      *rc::gen::resize(400, rc::gen::container<std::vector<std::uint32_t>>(
                              rc::gen::inRange(0u, 1u << 30)));
    pair_of_both both;
    for (const auto deed : deeds) {
      both.act(deed);
    }
  }));
}

BOOST_AUTO_TEST_SUITE_END()
