#include "actors/scheduler.hpp"

#include <algorithm>
#include <chrono>
#include <set>
#include <utility>

#include "libsig/actor/wheel.hpp"
#include "libsig/core/trim.hpp"
#include "libsig/schedule/row.hpp"

namespace libsig::actors {

namespace {

using schedule::scheduled_row;

/// The timer for what is due next, and the one for the rest of a burst.
constexpr actor::timer_key wake{0};
constexpr actor::timer_key burst{1};

/// What only the actor would be the first to notice.
[[nodiscard]] result<void> check_row(const schedule::schedule_request& asked) {
  const auto& row = asked.row;
  const auto wrong = [](std::string what) {
    return fail(error(errc::invalid_argument, std::move(what)));
  };
  if (asked.tenant.empty() || asked.tenant.find('/') != std::string::npos) {
    return wrong("the tenant of a scheduled signal must be a name");
  }
  if (trim(row.what.type).empty()) {
    return wrong("the type of a scheduled signal must not be blank");
  }
  if (row.id.empty() || row.what.source.empty()) {
    return wrong("a scheduled signal must have an id and a source");
  }
  if (row.repeat_key.size() > limits::repeat_key_bytes_max) {
    return wrong("a repeat key has at most "
                 + std::to_string(limits::repeat_key_bytes_max) + " bytes");
  }
  return {};
}

/// The row as it is kept.
[[nodiscard]] scheduled_row row_of(const scheduled_row& asked, wall_time now) {
  auto made = asked;
  made.created_at = now;
  made.what.id = made.id;
  made.repeat_key = std::string{trim(asked.repeat_key)};
  made.deliver_at =
    std::clamp(asked.deliver_at, wall_time{}, schedule::deliver_at_max);
  return made;
}

[[nodiscard]] actor::write removal_of(std::string_view tenant,
                                      const scheduled_row& row) {
  return {std::string{schedule::table}, schedule::row_key(tenant, row),
          std::nullopt};
}

class scheduler final : public actor::reactor {
public:
  explicit scheduler(std::shared_ptr<const scheduler_options> how)
    : how_{std::move(how)}, book_{how_->bounds} {}

  [[nodiscard]] actor::step on_signal(const signal_ptr&,
                                      const actor::context&) override {
    return {};
  }

  [[nodiscard]] actor::step on_request(actor::request_id which,
                                       const actor::request_ptr& what,
                                       const actor::context& now) override {
    const auto* const asked = what.get();
    actor::step out;
    if (const auto* const one =
          dynamic_cast<const schedule::schedule_request*>(asked)) {
      out.answers.push_back({which, schedule_one(*one, now, out)});
    } else if (const auto* const some =
                 dynamic_cast<const schedule::cancel_request*>(asked)) {
      out.answers.push_back({which, cancel(*some, out)});
    } else if (const auto* const all =
                 dynamic_cast<const schedule::list_request*>(asked)) {
      out.answers.push_back(
        {which, std::make_shared<schedule::list_reply>(book_.list(*all))});
    } else {
      return reactor::on_request(which, what, now);
    }
    return out;
  }

  /// Fires what is due, a bounded piece of it.
  [[nodiscard]] actor::step on_timer(actor::timer_key key,
                                     const actor::context& now) override {
    actor::step out;
    if (key == burst) {
      in_burst_ = false;
    }
    armed_.erase(armed_.begin(), armed_.upper_bound(now.steady_now));
    auto due = book_.take_due(now.wall_now, how_->firings_per_step);
    out.emissions.reserve(due.size());
    out.writes.reserve(due.size());
    for (auto& one : due) {
      fire(std::move(one), out);
    }
    arm_next(now, out);
    return out;
  }

  [[nodiscard]] actor::step recover(const actor::kept& what,
                                    const actor::context& now) override {
    for (const auto& row : what.rows) {
      if (row.table != schedule::table) {
        continue;
      }
      const auto tenant = schedule::tenant_of_key(row.key);
      auto read = schedule::read_row(row.value.value_or(""));
      if (tenant && read) {
        book_.restore(*tenant, *std::move(read));
      } else if (how_->watcher) {
        how_->watcher->on_unreadable(row.key);
      }
    }
    actor::step out;
    arm_next(now, out);
    return out;
  }

private:
  [[nodiscard]] result<actor::reply_ptr>
  schedule_one(const schedule::schedule_request& asked,
               const actor::context& now, actor::step& out) {
    if (auto checked = check_row(asked); !checked) {
      return fail(std::move(checked).error());
    }
    auto placed = book_.put(asked.tenant, row_of(asked.row, now.wall_now));
    if (!placed) {
      return fail(std::move(placed).error());
    }
    auto reply = std::make_shared<schedule::schedule_reply>();
    reply->row = *placed->row;
    reply->duplicate = placed->duplicate;
    if (placed->replaced) {
      reply->replaced_id = placed->replaced->id;
      out.writes.push_back(removal_of(asked.tenant, *placed->replaced));
    }
    if (!placed->duplicate) {
      out.writes.push_back({std::string{schedule::table},
                            schedule::row_key(asked.tenant, *placed->row),
                            schedule::to_text(*placed->row)});
      if (how_->watcher) {
        how_->watcher->on_scheduled(asked.tenant, *placed->row,
                                    reply->replaced_id);
      }
      arm_next(now, out);
    }
    return reply;
  }

  [[nodiscard]] result<actor::reply_ptr>
  cancel(const schedule::cancel_request& asked, actor::step& out) {
    auto trimmed = asked;
    trimmed.repeat_key = std::string{trim(asked.repeat_key)};
    const auto gone = book_.cancel(trimmed);
    for (const auto& row : gone) {
      out.writes.push_back(removal_of(asked.tenant, row));
      if (how_->watcher) {
        how_->watcher->on_cancelled(asked.tenant, row);
      }
    }
    auto reply = std::make_shared<schedule::cancel_reply>();
    reply->removed = gone.size();
    return reply;
  }

  void fire(schedule::book::taken&& one, actor::step& out) {
    out.writes.push_back(removal_of(one.tenant, one.row));
    if (how_->watcher) {
      how_->watcher->on_delivered(one.tenant, one.row);
    }
    auto& emission = out.emissions.emplace_back(std::move(one.row.what));
    emission.tenant = std::move(one.tenant);
    emission.on_behalf_of = std::move(one.row.on_behalf_of);
    emission.may_be_refused = true;
    emission.emit_reserved = true;
  }

  /// Sees to it that a timer is set for what is due next. Timers are not
  /// withdrawn, so one that is set for nothing is used for what comes later;
  /// there is at most one for each slot of the longest sleep.
  void arm_next(const actor::context& now, actor::step& out) {
    const auto next = book_.next_due();
    if (!next) {
      return;
    }
    if (*next <= now.wall_now) {
      // The steps of a burst go out one by one, so that the first of its
      // receivers need not wait for the last.
      if (!std::exchange(in_burst_, true)) {
        out.timers.push_back({burst, now.steady_now});
      }
      return;
    }
    const auto due =
      now.steady_now
      + std::min(*next - now.wall_now, limits::schedule_sleep_max);
    // Only a whole slot earlier is worth a timer of its own.
    if (armed_.empty()
        || due + actor::timing_wheel::slot_width <= *armed_.begin()) {
      armed_.insert(due);
      out.timers.push_back({wake, due});
    }
  }

  std::shared_ptr<const scheduler_options> how_;
  schedule::book book_;
  /// When timers are due that were set.
  std::set<steady_time> armed_;
  /// A timer is set for what is due already.
  bool in_burst_ = false;
};

} // namespace

actor::spec scheduler_spec(scheduler_options how) {
  how.firings_per_step = std::max<std::size_t>(how.firings_per_step, 1);
  const auto shared = std::make_shared<const scheduler_options>(std::move(how));
  actor::spec made;
  made.name = schedule::actor_name;
  made.source = "/system";
  // Whoever scheduled a signal had the right to it.
  made.emits = {"**"};
  made.tables = {std::string{schedule::table}};
  // Nobody else fires what is due, so that the actor never stays down.
  made.restart.always = true;
  made.make = [shared](std::size_t) {
    return std::make_unique<scheduler>(shared);
  };
  return made;
}

} // namespace libsig::actors
