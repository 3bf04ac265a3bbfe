#include "apps/sig/local_review.hpp"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "apps/pipeline/built_in_pipeline.hpp"
#include "apps/sig/request.hpp"
#include "libsig/codec/cloudevents.hpp"
#include "libsig/review/contracts.hpp"
#include "libsig/runtime/runtime.hpp"

namespace libsig::sig {

namespace {

/// A summary comes by the deadline; so much later it never will.
constexpr std::chrono::seconds summary_grace{10};

/// The runtime with its pipeline, and the one summary that it waits for.
class session {
public:
  explicit session(const progress_observer& observer) : observer_{observer} {}

  [[nodiscard]] result<void> start() {
    auto contracts = pipeline::make_contracts();
    if (!contracts) {
      return fail(std::move(contracts).error());
    }
    runtime::options how;
    how.contracts = std::move(*contracts);
    how.threads = pipeline::threads();
    auto made = runtime::start(std::move(how));
    if (!made) {
      return fail(std::move(made).error());
    }
    runtime_ = std::move(*made);
    return spawn_pipeline();
  }

  [[nodiscard]] result<signal_ptr> review(draft request,
                                          std::chrono::milliseconds deadline) {
    if (auto got = runtime_->publish(std::move(request)); !got) {
      return fail(std::move(got).error());
    }
    // The coordinator's deadline ends the review; this one only guards against
    // a defect that would hang the terminal.
    std::unique_lock lock{mutex_};
    const bool came = arrived_.wait_for(lock, deadline + summary_grace,
                                        [this] { return summary_ != nullptr; });
    if (!came) {
      return fail(errc::deadline_exceeded, "no summary came by the deadline");
    }
    return summary_;
  }

private:
  [[nodiscard]] result<void> spawn_pipeline() {
    constexpr std::size_t shards = 1;
    if (auto done = pipeline::spawn(*runtime_, time_, shards); !done) {
      return done;
    }
    return runtime_->subscribe(
      "sig", "review.*", [this](const signal_ptr& what) { on_signal(what); });
  }

  void on_signal(const signal_ptr& what) {
    const auto& data = what->data();
    if (const auto asked = data.as<review::request>()) {
      for (const auto& name : specialist_names()) {
        tell(name, specialist_progress::running);
      }
    } else if (const auto answer = data.as<review::review_result>()) {
      tell(answer->agent, answer->checks_failed.empty()
                            ? specialist_progress::done
                            : specialist_progress::failed);
    } else if (const auto summary = data.as<review::summary>()) {
      for (const auto& [name, state] : summary->coverage.specialists) {
        if (state != review::specialist_state::done) {
          tell(name, progress_of(state));
        }
      }
      const std::lock_guard lock{mutex_};
      summary_ = what;
      arrived_.notify_one();
    }
  }

  void tell(std::string_view name, specialist_progress state) const {
    if (observer_) {
      observer_(name, state);
    }
  }

  const progress_observer& observer_;
  system_clock time_;
  // The terminal's thread waits for a thread of the runtime.
  std::mutex mutex_;
  std::condition_variable arrived_;
  signal_ptr summary_;
  // Last, so that its threads end before what they use.
  std::unique_ptr<runtime> runtime_;
};

} // namespace

specialist_progress progress_of(review::specialist_state state) {
  switch (state) {
  case review::specialist_state::done:
    return specialist_progress::done;
  case review::specialist_state::failed:
    return specialist_progress::failed;
  case review::specialist_state::timed_out:
    return specialist_progress::timed_out;
  case review::specialist_state::skipped:
    return specialist_progress::skipped;
  }
  return specialist_progress::failed;
}

std::vector<std::string> specialist_names() {
  return pipeline::specialist_names();
}

result<review_answer> review_locally(local_review_request what,
                                     const progress_observer& observer) {
  auto asked = with_scope(std::move(what.asked));
  if (!asked) {
    return fail(std::move(asked).error());
  }
  session one{observer};
  if (auto started = one.start(); !started) {
    return fail(std::move(started).error());
  }
  const auto deadline =
    (*asked)->options.timeout.value_or(limits::review_deadline_default);
  draft request;
  request.id = std::move(what.event_id);
  request.source = what.event_source.empty()
                     ? review::reviews_source(review::source_prefix_default)
                     : std::move(what.event_source);
  request.type = review::request_type;
  request.subject = review::review_subject((*asked)->review_id);
  request.data = event_data::decoded(*asked);
  auto summary = one.review(std::move(request), deadline);
  if (!summary) {
    return fail(std::move(summary).error());
  }
  review_answer answer;
  answer.summary = (*summary)->data().as<review::summary>();
  codec::append_event(**summary, answer.event);
  answer.changes = (*asked)->scope->changes;
  return answer;
}

} // namespace libsig::sig
