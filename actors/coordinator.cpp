#include "actors/coordinator.hpp"

#include <algorithm>
#include <deque>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "libsig/core/keyed_hash.hpp"
#include "libsig/core/row_key.hpp"
#include "libsig/review/open_review.hpp"
#include "libsig/review/pipeline.hpp"
#include "libsig/review/recent_reviews.hpp"
#include "libsig/review/record.hpp"

namespace libsig::actors {

namespace {

/// What tells a review from all others, as views into its request.
struct review_name {
  std::string_view tenant;
  std::string_view review_id;

  friend bool operator==(const review_name&, const review_name&) = default;
};

class review_name_hash {
public:
  [[nodiscard]] std::size_t operator()(const review_name& of) const noexcept {
    return hash_(of.review_id) + 31 * hash_(of.tenant);
  }

private:
  keyed_hash hash_;
};

[[nodiscard]] std::string key_of_row(const signal& request,
                                     std::string_view review_id) {
  return to_string(row_key{request.tenant(), request.sequence(), review_id});
}

/// The review that a signal belongs to, by which the coordinator is sharded.
[[nodiscard]] std::string_view review_key(const signal& of) {
  const auto* data = of.data().decoded();
  if (const auto* notice = payload_as<actor::crash_notice>(data)) {
    if (!notice->handled) {
      return {};
    }
    data = notice->handled->data().decoded();
  }
  if (const auto* result = payload_as<review::review_result>(data)) {
    return result->review_id;
  }
  if (const auto* work = payload_as<review::assignment>(data)) {
    return work->review_id;
  }
  if (const auto* asked = payload_as<review::request>(data)) {
    return asked->review_id;
  }
  return {};
}

[[nodiscard]] bool names(const std::vector<std::string>& list,
                         const std::string& name) {
  return std::ranges::find(list, name) != list.end();
}

using review::bit;
using review::open_review;
using review::specialist_set;

class coordinator final : public actor::reactor {
public:
  coordinator(std::shared_ptr<const coordinator_options> how, std::size_t shard)
    : how_{std::move(how)}, shard_{shard} {}

  [[nodiscard]] actor::step on_signal(const signal_ptr& what,
                                      const actor::context& now) override {
    actor::step out;
    const auto& type = what->type();
    if (type == review::request_type) {
      on_review_request(what, now, out);
    } else if (type == review::result_type) {
      on_result(what, now, out);
    } else if (type == actor::crashed_type) {
      on_crash(what, now, out);
    }
    return out;
  }

  [[nodiscard]] actor::step on_timer(actor::timer_key key,
                                     const actor::context& now) override {
    actor::step out;
    const auto number = static_cast<std::uint64_t>(key);
    const auto slot = static_cast<std::size_t>(number >> 32);
    const auto generation = static_cast<std::uint32_t>(number);
    if (slot < reviews_.size() && reviews_[slot].generation == generation
        && reviews_[slot].request) {
      close(slot, now, out);
    }
    return out;
  }

  [[nodiscard]] actor::step recover(const actor::kept& what,
                                    const actor::context& now) override {
    actor::step out;
    for (const auto& row : what.rows) {
      const auto key = read_row_key(row.key);
      if (row.table != review::open_reviews_table || !row.value || !key
          || actor::shard_of(key->name, how_->shards) != shard_) {
        continue;
      }
      if (const auto request = what.find(row.keeps)) {
        const auto passed = now.wall_now - request->recorded_time();
        open(request, now.steady_now - std::max(passed, passed.zero()), now,
             out);
      }
      if (row.keeps > what.sequence) {
        met_.insert(row.keeps);
      }
    }
    recovered_ = what.sequence;
    return out;
  }

private:
  // -- handlers ---------------------------------------------------------------

  void on_review_request(const signal_ptr& what, const actor::context& now,
                         actor::step& out) {
    // Any other had its row among those that were read, or its summary.
    if (what->sequence() > recovered_ && met_.erase(what->sequence()) == 0) {
      open(what, now.steady_now, now, out);
    }
  }

  /// `since` is when the review began.
  void open(const signal_ptr& what, steady_time since,
            const actor::context& now, actor::step& out) {
    const auto* const asked = what->data().peek<review::request>();
    if (asked == nullptr
        || slots_.contains({what->tenant(), asked->review_id})) {
      return;
    }
    const auto slot = take_slot();
    auto& review = reviews_[slot];
    review.review_id = asked->review_id;
    review.request = what;
    review.opened = since;
    review.assigned_at = now.wall_now;
    review.path = review::classify(*asked, review::files_of(*asked)).path;
    review.assigned = review.pending = select(asked->options);
    slots_.emplace(review_name{what->tenant(), review.review_id},
                   static_cast<std::uint32_t>(slot));
    count(&coordinator_counters::opened);
    if (how_->watcher) {
      how_->watcher->on_opened();
    }
    if (review.pending == 0) {
      close(slot, now, out);
      return;
    }
    out.emissions.reserve(how_->specialists.size());
    for (std::size_t index = 0; index < how_->specialists.size(); ++index) {
      if ((review.pending & bit(index)) != 0) {
        assign(review, index, 1, out);
      }
    }
    out.timers.push_back(
      {timer_of(slot), now.steady_now + time_left(*what, *asked, now)});
  }

  void on_result(const signal_ptr& what, const actor::context& now,
                 actor::step& out) {
    const auto* const answer = what->data().peek<review::review_result>();
    if (answer == nullptr) {
      return;
    }
    const auto found = slots_.find({what->tenant(), answer->review_id});
    if (found == slots_.end()) {
      note_late(*what, answer->review_id, out);
      return;
    }
    auto& review = reviews_[found->second];
    const auto index = index_of(answer->agent);
    if (!index || (review.assigned & bit(*index)) == 0) {
      count(&coordinator_counters::foreign_results);
      ++review.foreign_results;
      return;
    }
    if ((review.pending & bit(*index)) == 0) {
      count(&coordinator_counters::duplicate_results);
      ++review.duplicate_results;
      return;
    }
    review.pending &= ~bit(*index);
    review.arrivals.push_back({what, static_cast<std::uint32_t>(*index)});
    if (review.pending == 0) {
      close(found->second, now, out);
    }
  }

  void on_crash(const signal_ptr& what, const actor::context& now,
                actor::step& out) {
    const auto notice = what->data().as<actor::crash_notice>();
    if (!notice || !notice->handled) {
      return;
    }
    const auto work = notice->handled->data().as<review::assignment>();
    if (!work) {
      return;
    }
    const auto found =
      slots_.find({notice->handled->tenant(), work->review_id});
    const auto index = index_of(work->agent);
    if (found == slots_.end() || !index) {
      return;
    }
    auto& review = reviews_[found->second];
    if ((review.pending & bit(*index)) == 0) {
      return;
    }
    review.arrivals.push_back({what, static_cast<std::uint32_t>(*index), true});
    if ((review.crashed_once & bit(*index)) == 0) {
      review.crashed_once |= bit(*index);
      count(&coordinator_counters::retries);
      assign(review, *index, 2, out);
      return;
    }
    review.crashed_twice |= bit(*index);
    review.pending &= ~bit(*index);
    if (review.pending == 0) {
      close(found->second, now, out);
    }
  }

  /// A result of a closed review shows with its record.
  void note_late(const signal& what, std::string_view review_id,
                 actor::step& out) {
    count(&coordinator_counters::late_results);
    const auto late = recent_.count(what.tenant(), review_id);
    if (late) {
      out.writes.push_back({std::string{review::late_results_table},
                            std::string{late->record_key},
                            std::to_string(late->count)});
    }
  }

  // -- steps of a review ------------------------------------------------------

  /// The specialists that `only` and `skip` leave.
  [[nodiscard]] specialist_set
  select(const review::request_options& options) const {
    specialist_set chosen = 0;
    for (std::size_t index = 0; index < how_->specialists.size(); ++index) {
      const auto& name = how_->specialists[index];
      if ((options.only.empty() || names(options.only, name))
          && !names(options.skip, name)) {
        chosen |= bit(index);
      }
    }
    return chosen;
  }

  /// What remains of the deadline: all of it for a request that has just come,
  /// less for one that a restart found.
  [[nodiscard]] std::chrono::milliseconds
  time_left(const signal& request, const review::request& asked,
            const actor::context& now) const {
    const auto deadline = asked.options.timeout.value_or(how_->deadline);
    const auto passed = now.wall_now - request.recorded_time();
    return std::clamp(deadline - passed, std::chrono::milliseconds{0},
                      deadline);
  }

  void assign(const open_review& review, std::size_t index,
              std::uint32_t attempt, actor::step& out) const {
    auto asked = review.request->data().as<review::request>();
    auto work = std::make_shared<review::assignment>();
    work->review_id = std::string{review.review_id};
    work->agent = how_->specialists[index];
    work->attempt = attempt;
    work->path = review.path;
    work->asked = std::move(asked);
    auto& emission = out.emissions.emplace_back();
    // The first is the request's, also where a restart finds it; a second is
    // that of the crash at hand.
    if (attempt == 1) {
      emission.cause = review.request;
    }
    emission.type = review::assignment_type(work->agent);
    emission.subject = review::review_subject(review.review_id);
    emission.data = event_data::decoded(std::move(work));
  }

  /// Makes the one summary and forgets the review.
  void close(std::size_t slot, const actor::context& now, actor::step& out) {
    auto& review = reviews_[slot];
    const auto* const asked = review.request->data().peek<review::request>();
    const auto summary =
      review::aggregate(outcome_of(review, how_->specialists, now.steady_now),
                        *asked, *asked->scope);
    count(summary->status == review::review_status::complete
            ? &coordinator_counters::completed
            : &coordinator_counters::failed);
    if (how_->watcher) {
      how_->watcher->on_closed(summary->status, now.steady_now - review.opened);
    }
    auto& emission = out.emissions.emplace_back();
    emission.type = review::summary_type;
    emission.subject = review::review_subject(review.review_id);
    emission.time = to_rfc3339(now.wall_now);
    emission.cause = review.request;
    emission.data = event_data::decoded(summary);
    auto key = key_of_row(*review.request, review.review_id);
    out.writes.push_back(
      {std::string{review::open_reviews_table}, key, std::nullopt});
    if (how_->records) {
      recent_.add(review.request->tenant(), review.review_id, key);
      out.writes.push_back({std::string{review::closed_reviews_table},
                            std::move(key),
                            begin_record(record_of(review, how_->specialists,
                                                   *summary, now.wall_now)),
                            0, out.emissions.size() - 1});
    }
    give_slot(slot);
  }

  // -- the table --------------------------------------------------------------

  [[nodiscard]] std::size_t take_slot() {
    if (free_.empty()) {
      reviews_.emplace_back();
      return reviews_.size() - 1;
    }
    const auto slot = free_.back();
    free_.pop_back();
    return slot;
  }

  void give_slot(std::size_t slot) {
    auto& review = reviews_[slot];
    slots_.erase({review.request->tenant(), review.review_id});
    const auto generation = review.generation + 1;
    review = {};
    review.generation = generation;
    free_.push_back(static_cast<std::uint32_t>(slot));
  }

  [[nodiscard]] actor::timer_key timer_of(std::size_t slot) const {
    return static_cast<actor::timer_key>(std::uint64_t{slot} << 32
                                         | reviews_[slot].generation);
  }

  [[nodiscard]] std::optional<std::size_t>
  index_of(std::string_view specialist) const {
    const auto found = std::ranges::find(how_->specialists, specialist);
    if (found == how_->specialists.end()) {
      return std::nullopt;
    }
    return static_cast<std::size_t>(found - how_->specialists.begin());
  }

  void count(std::atomic<std::uint64_t> coordinator_counters::*which) const {
    if (how_->counters) {
      ((*how_->counters).*which).fetch_add(1, std::memory_order_relaxed);
    }
  }

  std::shared_ptr<const coordinator_options> how_;
  std::size_t shard_;
  /// The end of the log when the rows were read.
  std::uint64_t recovered_ = 0;
  /// Requests behind it that were among the rows all the same, and are still to
  /// come from the mailbox.
  std::unordered_set<std::uint64_t> met_;
  // A deque grows without copying.
  std::deque<open_review> reviews_;
  std::vector<std::uint32_t> free_;
  std::unordered_map<review_name, std::uint32_t, review_name_hash> slots_;
  review::recent_reviews recent_{limits::recent_reviews_max};
};

} // namespace

result<actor::spec> coordinator_spec(coordinator_options how) {
  if (how.specialists.size() > limits::specialists_max) {
    return fail(
      error(errc::invalid_argument, "a pipeline has at most "
                                      + std::to_string(limits::specialists_max)
                                      + " specialists")
        .at("coordinator"));
  }
  actor::spec of;
  of.name = review::coordinator_name;
  of.source = review::agent_source(how.source_prefix, review::coordinator_name);
  of.routes = {{std::string{review::request_type}},
               {std::string{review::result_type}},
               {std::string{actor::crashed_type}}};
  of.emits = {std::string{review::summary_type}};
  for (const auto& name : how.specialists) {
    of.emits.push_back(review::assignment_type(name));
  }
  of.shards = how.shards;
  of.key_of = review_key;
  of.tables = {std::string{review::open_reviews_table}};
  // Nobody else sees to it that a request gets its summary, so the coordinator
  // never stays down, and a signal is not lost to one crash.
  of.restart.always = true;
  of.restart.attempts_max = 5;
  const auto shared =
    std::make_shared<const coordinator_options>(std::move(how));
  of.make = [shared](std::size_t shard) {
    return std::make_unique<coordinator>(shared, shard);
  };
  return of;
}

} // namespace libsig::actors
