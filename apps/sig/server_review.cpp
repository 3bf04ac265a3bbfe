#include "apps/sig/server_review.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "apps/sig/json_view.hpp"
#include "apps/sig/request.hpp"
#include "libsig/codec/cloudevents.hpp"
#include "libsig/core/id.hpp"
#include "libsig/core/in_quotes.hpp"
#include "libsig/core/limits.hpp"
#include "libsig/review/contracts.hpp"
#include "libsig/schema/registry.hpp"

namespace libsig::sig {

namespace {

using std::chrono::milliseconds;

/// A summary comes by the deadline; so much later it never will.
constexpr milliseconds summary_grace{10'000};

/// The longest wait for a deadline that is the node's own, which is not told.
constexpr milliseconds own_deadline_max{3'600'000};

/// The longest that one call waits; a longer review is asked about again.
constexpr milliseconds wait_max{60'000};

constexpr milliseconds first_pause{200};
constexpr milliseconds pause_max{2'000};
/// Of a review that takes longer than one call waits, by a deadline of the
/// node's.
constexpr milliseconds long_pause_max{15'000};

constexpr std::size_t account_bytes_max = 192u << 20;

constexpr std::string_view reviews_path = "/v1/reviews";

/// The request as a CloudEvent.
std::string event_of(const local_review_request& what, wall_time now) {
  draft request;
  request.id = what.event_id.empty() ? uuid7_source{}.next(now) : what.event_id;
  request.source = what.event_source.empty()
                     ? review::reviews_source(review::source_prefix_default)
                     : what.event_source;
  request.type = review::request_type;
  request.subject = review::review_subject(what.asked->review_id);
  request.data = event_data::decoded(what.asked);
  std::string text;
  codec::append_event(request, text);
  return text;
}

/// What a summary says to the reports, once it is found to be one.
result<std::shared_ptr<const review::summary>>
read_summary(std::string_view event, std::string_view review_id) {
  auto stated = codec::read_event(event);
  if (!stated) {
    return fail(std::move(stated).error());
  }
  schema::registry contracts;
  if (auto added = review::add_contracts(contracts); !added) {
    return fail(std::move(added).error());
  }
  auto valid = contracts.validate(std::move(*stated));
  if (!valid) {
    return fail(std::move(valid).error());
  }
  auto summary = std::move(*valid).take().data.as<review::summary>();
  if (summary == nullptr || summary->review_id != review_id) {
    return fail(errc::io, "it is no summary of " + in_quotes(review_id));
  }
  return summary;
}

void tell_states(const review::summary& summary,
                 const progress_observer& observer) {
  const auto& failed = summary.coverage.checks_failed;
  for (const auto& [name, state] : summary.coverage.specialists) {
    const bool incomplete =
      std::ranges::any_of(failed, [&name = name](const auto& one) {
        return one.first == name && !one.second.empty();
      });
    observer(name,
             incomplete ? specialist_progress::failed : progress_of(state));
  }
}

/// A refusal that points into the request is one of the contract, which the
/// caller leads back to its source.
refusal as_contract(refusal why) {
  const auto& reason = why.reason;
  if (reason.place().starts_with('/')) {
    why.reason = error{errc::schema_violation, reason.detail()}
                   .at(reason.place())
                   .mend(reason.remedy());
  }
  return why;
}

/// One review on its way.
class waiting {
public:
  waiting(client::node& whom, const local_review_request& what,
          const clock& time)
    : whom_{whom}, what_{what}, time_{time},
      timeout_{what.asked->options.timeout}, begin_{time.steady_now()} {}

  /// The summary's event.
  outcome<std::string> run() {
    const auto body = event_of(what_, time_.wall_now());
    if (body.size() > limits::review_request_bytes_max) {
      return refuse_usage(
        error{errc::too_large, "the request is longer than 128 MiB as JSON"}
          .mend("leave files out of the diff"));
    }
    const auto wait = std::min<milliseconds>(
      timeout_.value_or(limits::review_deadline_default) + summary_grace,
      wait_max);
    client::call post;
    post.method = "POST";
    post.target = reviews_path;
    client::append_query(post.target, "wait",
                         std::to_string(wait.count()) + "ms");
    post.media_type = "application/cloudevents+json";
    post.body = body;
    post.longer = wait;
    auto got = whom_.ask(post);
    if (!got) {
      return refuse(as_contract(std::move(got).error()));
    }
    if (auto safe = check_answer(got->body); !safe) {
      return refuse_fault(
        std::move(safe).error().at(whom_.with().address.base));
    }
    if (got->status == 200) {
      return std::move(got->body);
    }
    return ask_until_there();
  }

private:
  /// Without a timeout of its own the review has the node's, and is waited for
  /// as long as the node says that it is open.
  outcome<std::string> ask_until_there() {
    client::call get;
    get.target = client::path_of(reviews_path, what_.asked->review_id);
    get.answer_bytes_max = account_bytes_max;
    const auto patience =
      timeout_ ? *timeout_ + summary_grace : own_deadline_max;
    auto pause = first_pause;
    while (time_.steady_now() - begin_ < patience) {
      auto got = whom_.ask(get);
      if (!got) {
        return refuse(std::move(got).error());
      }
      if (auto safe = check_answer(got->body); !safe) {
        return refuse_fault(
          std::move(safe).error().at(whom_.with().address.base));
      }
      const auto summary = member_of(got->body, "summary").value_or("null");
      if (summary != "null") {
        return std::string{summary};
      }
      const auto state = text_of(got->body, "state");
      if (!state.empty() && state != "open") {
        return refuse_fault(
          error{errc::io, "the review is closed, and its summary not shown"}.at(
            whom_.with().address.base));
      }
      if (!whom_.wait(pause)) {
        return refuse_fault(error{errc::stopped, "interrupted"});
      }
      // A deadline that is known is not to pass by meanwhile.
      const bool is_long = !timeout_ && time_.steady_now() - begin_ > wait_max;
      pause = std::min(pause * 2, is_long ? long_pause_max : pause_max);
    }
    return refuse(
      error{errc::deadline_exceeded, "no summary came by the deadline"},
      exit_status::incomplete);
  }

  client::node& whom_;
  const local_review_request& what_;
  const clock& time_;
  std::optional<milliseconds> timeout_;
  steady_time begin_;
};

} // namespace

outcome<review_answer> review_on_node(client::node& whom,
                                      local_review_request what,
                                      const progress_observer& observer,
                                      const clock& time) {
  auto parsed = with_scope(std::move(what.asked));
  if (!parsed) {
    const auto status = status_of(parsed.error());
    return refuse(std::move(parsed).error(), status);
  }
  what.asked = std::move(*parsed);
  for (const auto& name : specialist_names()) {
    observer(name, specialist_progress::running);
  }
  const auto event = waiting{whom, what, time}.run();
  if (!event) {
    return refuse(event.error());
  }
  auto summary = read_summary(*event, what.asked->review_id);
  if (!summary) {
    return refuse_fault(error{errc::io, "the node's answer is no summary"}
                          .at(whom.with().address.base)
                          .because(std::move(summary).error()));
  }
  tell_states(**summary, observer);
  return review_answer{std::move(*summary), one_line(*event),
                       what.asked->scope->changes};
}

} // namespace libsig::sig
