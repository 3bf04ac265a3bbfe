#include "actors/subscriptions.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "libsig/core/pattern.hpp"
#include "libsig/subscription/answers.hpp"
#include "libsig/subscription/matcher.hpp"
#include "libsig/subscription/progress.hpp"
#include "libsig/subscription/restore.hpp"
#include "libsig/subscription/rows.hpp"

namespace libsig::actors {

namespace {

using actor::context;
using actor::step;
using namespace libsig::subscription;

constexpr actor::timer_key agenda_timer{1};
constexpr actor::timer_key burial_timer{2};
constexpr actor::timer_key log_timer{3};
constexpr actor::timer_key report_timer{4};

[[nodiscard]] error unknown_agent(const agent_name& who) {
  return error(errc::not_found, "no agent '" + who.agent + "'")
    .at("agent")
    .mend("register it first");
}

class subscriptions final : public actor::reactor {
public:
  explicit subscriptions(std::shared_ptr<const subscriptions_options> how)
    : how_{std::move(how)}, agents_{how_->keep}, graves_{how_->bury},
      post_{
        {&agents_, &progress_, &graves_, how_->log.get(), how_->watcher.get()},
        how_->deliver},
      matcher_{{agents_, progress_, post_, *how_->log, how_->watcher.get()},
               how_->match} {}

  // -- reactor ----------------------------------------------------------------

  [[nodiscard]] step on_signal(const signal_ptr& what,
                               const context& now) override {
    step out;
    matcher_.hear(what, now, out);
    return finished(std::move(out), now);
  }

  [[nodiscard]] step on_missed(const context& now) override {
    step out;
    matcher_.expect(how_->log->end());
    matcher_.go_on(now, out);
    return finished(std::move(out), now);
  }

  [[nodiscard]] step on_request(actor::request_id which,
                                const actor::request_ptr& what,
                                const context& now) override {
    step out;
    turn at{which, now, out};
    const bool known =
      handle<next_request>(what, at) || handle<settle_request>(what, at)
      || handle<handled_request>(what, at)
      || handle<put_agent_request>(what, at)
      || handle<get_agent_request>(what, at)
      || handle<remove_agent_request>(what, at)
      || handle<subscribe_request>(what, at)
      || handle<unsubscribe_request>(what, at) || handle<list_request>(what, at)
      || handle<redeliver_request>(what, at) || handle<repeat_request>(what, at)
      || handle<buried_request>(what, at);
    if (!known) {
      refuse(which,
             error(errc::invalid_argument, "it does not know this request")
               .at("actor " + std::string{actor_name}),
             out);
    }
    return finished(std::move(out), now);
  }

  [[nodiscard]] step on_gone(actor::request_id which, const context&) override {
    post_.gone(which);
    matcher_.gone(which);
    return {};
  }

  [[nodiscard]] step on_timer(actor::timer_key key,
                              const context& now) override {
    step out;
    if (key == burial_timer) {
      burial_armed_ = false;
      graves_.carry_out();
    } else if (key == report_timer) {
      report_armed_ = false;
      graves_.remind();
    } else if (key == log_timer) {
      // A later one may be under way too, and does no harm.
      if (log_armed_ && *log_armed_ <= now.steady_now) {
        log_armed_.reset();
      }
      matcher_.go_on(now, out);
    } else {
      post_.on_time(now, out);
    }
    return finished(std::move(out), now);
  }

  [[nodiscard]] step recover(const actor::kept& what,
                             const context& now) override {
    step out;
    const auto matched =
      restore(what.rows, now,
              {agents_, progress_, graves_, post_, how_->watcher.get()});
    // Whoever listens now listened then: the position is written with every
    // change of who does.
    if (!matched) {
      progress_.hear(what.sequence);
    }
    matcher_.expect(what.sequence);
    matcher_.go_on(now, out);
    if (agents_.size() > 0) {
      progress_.pin();
    }
    return finished(std::move(out), now);
  }

private:
  // -- requests ---------------------------------------------------------------

  /// One request: whose answer it is, when, and what is to be done.
  struct turn {
    actor::request_id which;
    const context& now;
    step& out;
  };

  template <class Request>
  using ptr = std::shared_ptr<const Request>;

  template <class Request>
  bool handle(const actor::request_ptr& what, turn& at) {
    const auto asked = std::dynamic_pointer_cast<const Request>(what);
    if (asked) {
      serve(asked, at);
    }
    return asked != nullptr;
  }

  /// The agent, or the refusal.
  [[nodiscard]] std::optional<agent_place> find(const agent_name& who,
                                                turn& at) const {
    const auto found = agents_.find(who);
    if (!found) {
      refuse(at.which, unknown_agent(who), at.out);
    }
    return found;
  }

  // -- deliveries -------------------------------------------------------------

  void serve(const ptr<next_request>& asked, turn& at) {
    matcher_.look_ahead(at.now, at.out);
    if (const auto where = find(asked->who, at)) {
      post_.next(*where, at.which, asked, at.now, at.out);
    }
  }

  void serve(const ptr<settle_request>& asked, turn& at) {
    if (const auto where = find(asked->who, at)) {
      post_.settle(*where, at.which, *asked, at.now, at.out);
    }
  }

  void serve(const ptr<handled_request>& asked, turn& at) {
    const auto where = find(asked->who, at);
    if (!where) {
      return;
    }
    auto found = post_.handled(*where, asked->limit);
    if (found) {
      handled_reply made;
      made.items = *std::move(found);
      answer(at.which, std::move(made), at.out);
    } else {
      refuse(at.which, std::move(found).error(), at.out);
    }
  }

  // -- agents -----------------------------------------------------------------

  /// Whether all was matched that was published before, or the refusal: only
  /// then may be changed who listens.
  [[nodiscard]] bool is_up_to_date(turn& at) {
    auto done = matcher_.catch_up(at.now, at.out);
    if (!done) {
      refuse(at.which, std::move(done).error(), at.out);
    }
    return done.has_value();
  }

  void answer_agent(agent_place where, bool created, turn& at) const {
    agent_reply made;
    made.agent = agents_.name_of(where).agent;
    made.created_at = agents_.created_at(where);
    made.created = created;
    answer(at.which, std::move(made), at.out);
  }

  /// The agent and whether it was registered now, or the refusal.
  [[nodiscard]] std::optional<std::pair<agent_place, bool>>
  put(const agent_name& who, turn& at) {
    auto made = agents_.put_agent(who, at.now.wall_now);
    if (!made) {
      refuse(at.which, std::move(made).error(), at.out);
      return std::nullopt;
    }
    if (made->second) {
      at.out.writes.push_back(write_of(post_.row_of(made->first)));
    }
    return *made;
  }

  void serve(const ptr<put_agent_request>& asked, turn& at) {
    if (const auto made = put(asked->who, at)) {
      answer_agent(made->first, made->second, at);
    }
  }

  void serve(const ptr<get_agent_request>& asked, turn& at) {
    if (const auto where = find(asked->who, at)) {
      answer_agent(*where, false, at);
    }
  }

  void serve(const ptr<remove_agent_request>& asked, turn& at) {
    if (!is_up_to_date(at)) {
      return;
    }
    const auto where = find(asked->who, at);
    if (!where) {
      return;
    }
    answer_agent(*where, false, at);
    post_.remove_agent(*where, at.out);
    agents_.for_each_of(*where, [&](const interest& one) {
      at.out.writes.push_back(
        removal_of_subscription(asked->who, *one.pattern));
    });
    at.out.writes.push_back(removal_of_agent(asked->who));
    agents_.remove_agent(*where);
    progress_.pin();
  }

  // -- subscriptions ----------------------------------------------------------

  void serve(const ptr<subscribe_request>& asked, turn& at) {
    if (!is_up_to_date(at)) {
      return;
    }
    if (!asked->registers) {
      if (const auto where = find(asked->who, at)) {
        static_cast<void>(subscribe(*where, *asked, at));
      }
    } else if (const auto made = put(asked->who, at)) {
      if (!subscribe(made->first, *asked, at) && made->second) {
        // What is refused has no effect.
        agents_.remove_agent(made->first);
        at.out.writes.push_back(removal_of_agent(asked->who));
      }
    }
  }

  bool subscribe(agent_place where, const subscribe_request& asked, turn& at) {
    const auto before = pattern_of(asked.pattern, where);
    const bool was_loud =
      before != nullptr && !before->silent
      && (before->include_self || !asked.include_self.value_or(false));
    const auto made =
      agents_.subscribe(where, asked.pattern,
                        {asked.silent, asked.include_self}, at.now.wall_now);
    if (!made) {
      refuse(at.which, made.error(), at.out);
      return false;
    }
    subscribe_reply reply;
    reply.row = agents_.row_of(*made->first);
    reply.created = made->second;
    progress_.pin();
    at.out.writes.push_back(write_of(asked.who.tenant, reply.row));
    if (how_->watcher) {
      how_->watcher->on_subscribed(asked.who, reply.row, reply.created);
    }
    if (!reply.row.silent && !was_loud) {
      post_.turned_loud(where, at.now, at.out);
    }
    answer(at.which, std::move(reply), at.out);
    return true;
  }

  /// The subscription to a pattern that was not trimmed, or null.
  [[nodiscard]] const interest* pattern_of(std::string_view text,
                                           agent_place where) const {
    const auto read = pattern::parse(text);
    return read ? agents_.find(where, read->text()) : nullptr;
  }

  void serve(const ptr<unsubscribe_request>& asked, turn& at) {
    if (!is_up_to_date(at)) {
      return;
    }
    const auto where = find(asked->who, at);
    if (!where) {
      return;
    }
    unsubscribe_reply reply;
    if (const auto gone = agents_.unsubscribe(*where, asked->pattern)) {
      reply.removed = true;
      progress_.pin();
      at.out.writes.push_back(removal_of_subscription(asked->who, **gone));
      if (how_->watcher) {
        how_->watcher->on_unsubscribed(asked->who, **gone);
      }
    }
    answer(at.which, std::move(reply), at.out);
  }

  void serve(const ptr<list_request>& asked, turn& at) {
    list_reply reply;
    reply.rows = agents_.rows(*asked);
    answer(at.which, std::move(reply), at.out);
  }

  // -- dead letters -----------------------------------------------------------

  void serve(const ptr<redeliver_request>& asked, turn& at) {
    const auto where = find(asked->who, at);
    const auto& what = asked->what;
    if (!where) {
      return;
    }
    if (!what || what->tenant() != asked->who.tenant) {
      refuse(at.which,
             error(errc::invalid_argument,
                   "the signal is not of the agent's tenant"),
             at.out);
      return;
    }
    if (!post_.has(*where, what->sequence())) {
      if (auto done = matcher_.bring_back(*where, what, at.now, at.out);
          !done) {
        refuse(at.which, std::move(done).error(), at.out);
        return;
      }
    }
    answer(at.which, noted_reply{}, at.out);
  }

  void serve(const ptr<repeat_request>& asked, turn& at) {
    matcher_.repeat(at.which, asked->what, at.now, at.out);
  }

  void serve(const ptr<buried_request>& asked, turn& at) {
    if (!graves_.done(*asked) && !burial_armed_) {
      burial_armed_ = true;
      at.out.timers.push_back(
        {burial_timer, at.now.steady_now + how_->bury_again});
    }
    answer(at.which, noted_reply{}, at.out);
  }

  // -- steps ------------------------------------------------------------------

  [[nodiscard]] step finished(step out, const context& now) {
    progress_.finish(out, agents_.size() > 0);
    post_.arm(agenda_timer, out);
    if (graves_.may_begin() && !burial_armed_) {
      // Behind this step, so that the letter is not written before the row that
      // it removes.
      burial_armed_ = true;
      out.timers.push_back({burial_timer, now.steady_now});
    }
    if (graves_.size() > 0 && !report_armed_) {
      report_armed_ = true;
      out.timers.push_back({report_timer, now.steady_now + how_->bury_again});
    }
    if (matcher_.has_more()) {
      const auto due = matcher_.next_piece(now.steady_now);
      if (!log_armed_ || due < *log_armed_) {
        log_armed_ = due;
        out.timers.push_back({log_timer, due});
      }
    }
    tell_levels();
    return out;
  }

  void tell_levels() {
    const auto& waiting = post_.waiting();
    const levels now{agents_.agents(), agents_.size(), waiting.items(),
                     waiting.bytes(), matcher_.behind()};
    if (how_->watcher && told_ != now) {
      told_ = now;
      how_->watcher->on_levels(now);
    }
  }

  std::shared_ptr<const subscriptions_options> how_;
  registry agents_;
  progress progress_;
  burials graves_;
  post post_;
  matcher matcher_;
  levels told_;
  // Whether the timers are under way.
  bool burial_armed_ = false;
  bool report_armed_ = false;
  std::optional<steady_time> log_armed_;
};

[[nodiscard]] bool has_bounds(const subscriptions_options& how) {
  const auto& deliver = how.deliver;
  return how.keep.agents_max > 0 && how.keep.subscriptions_max > 0
         && deliver.items_max > 0 && deliver.handled_max > 0
         && deliver.parked_max > 0 && deliver.attempts_max > 0
         && deliver.backoff.count() > 0 && deliver.bytes_max > 0
         && deliver.expired_per_step_max > 0 && deliver.looked_max > 0
         && how.bury_again.count() > 0 && how.match.signals_max > 0
         && how.match.items_max > 0 && how.match.tries_max > 0
         && how.match.repeats_max > 0;
}

} // namespace

result<actor::spec> subscriptions_spec(subscriptions_options how) {
  if (!how.log || !has_bounds(how)) {
    return fail(
      error(errc::invalid_argument, "it needs a log and bounds above 0")
        .at("actor " + std::string{subscription::actor_name}));
  }
  actor::spec of;
  of.name = subscription::actor_name;
  of.source = "/processes/subscriptions";
  of.routes = {{"**"}};
  // The lifecycle of agents (D24).
  of.emits = {"agent:*:wake", "agent:*:sleep"};
  of.tables = {std::string{subscription::agents_table},
               std::string{subscription::subscriptions_table},
               std::string{subscription::items_table},
               std::string{subscription::handled_table},
               std::string{subscription::state_table}};
  // Nobody else delivers, so it never stays down, and a signal is not lost to
  // one crash.
  of.restart.always = true;
  of.restart.attempts_max = 5;
  of.reads_log = true;
  const auto shared =
    std::make_shared<const subscriptions_options>(std::move(how));
  of.make = [shared](std::size_t) {
    return std::make_unique<subscriptions>(shared);
  };
  return of;
}

} // namespace libsig::actors
