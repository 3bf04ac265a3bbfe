#include "apps/sigd/reviews_api.hpp"

#include <optional>
#include <utility>

#include "apps/sigd/posted_review.hpp"
#include "apps/sigd/problem.hpp"
#include "apps/sigd/query.hpp"
#include "apps/sigd/review_store.hpp"
#include "apps/sigd/review_text.hpp"
#include "libsig/core/limits.hpp"
#include "libsig/review/signals.hpp"

namespace libsig::sigd {

namespace {

constexpr std::uint64_t page_max = 1'000;
constexpr std::uint64_t page_default = 100;
constexpr std::chrono::hours wait_max{24};

[[nodiscard]] http::response unsupported() {
  http::problem what;
  what.status = 415;
  what.detail = "a review comes as text/x-diff, as "
                "application/cloudevents+json, or with ce- fields";
  return http::make_problem(what);
}

/// What was asked of a list.
[[nodiscard]] result<review_query> read_list_query(const http::request& from) {
  review_query made;
  made.limit = static_cast<std::size_t>(
    whole_of_query(from, "limit").value_or(page_default));
  made.before = whole_of_query(from, "after");
  if (const auto state = from.query_value("state")) {
    made.open = *state == "open";
    made.complete = *state == "complete";
    made.failed = *state == "failed";
    if (!made.open && !made.complete && !made.failed) {
      return fail(error(errc::invalid_argument,
                        "'state' must be 'open', 'complete' or 'failed'"));
    }
  }
  return made;
}

[[nodiscard]] error no_such_review() {
  return error(errc::not_found,
               "there is no such review, or it is not kept any more");
}

/// The answer that a wait ends with.
[[nodiscard]] http::response answer_of(const wait_end& end,
                                       std::string_view review_id,
                                       const access::caller& by) {
  if (const auto* summary = std::get_if<signal_ptr>(&end)) {
    return summary_answer(**summary, by);
  }
  if (const auto* got = std::get_if<journal::receipt>(&end)) {
    return review_receipt(review_id, *got);
  }
  return refusal(std::get<error>(end));
}

/// What may be said of a diff beside it.
[[nodiscard]] std::vector<query_parameter> request_query() {
  using enum query_parameter::kind;
  return {{"wait", "answers the summary when it is there so soon, as 10s"},
          {"review_id", "the id of the review"},
          {"label", "a label", text, true},
          {"intent", "what the change is for"},
          {"risk_factor", "0 to 1"},
          {"author", "who made the change"},
          {"branch", "where the change is"},
          {"repo", "the repository"},
          {"timeout", "how long the review may take, as 30s"},
          {"include", "a glob of files to look at", text, true},
          {"exclude", "a glob of files to leave out", text, true},
          {"only", "a specialist", text, true},
          {"skip", "a specialist", text, true},
          {"filter_mode", "added, diff_context, file or nofilter"}};
}

} // namespace

reviews_api::reviews_api(runtime& node, options how)
  : node_{node}, how_{std::move(how)}, sources_{how_.source_prefix},
    waits_{how_.waits, alarm_}, retention_{node_, alarm_, how_.retention} {}

void reviews_api::close() {
  waits_.close();
  alarm_.stop();
}

operations reviews_api::operations() {
  return {
    {.method = "POST",
     .path = "/v1/reviews",
     .name = "request_review",
     .summary = "Asks for the review of a diff.",
     .body_limit = limits::review_request_bytes_max,
     .scope = access::scope::review,
     .query = request_query(),
     .success = 202,
     .handle =
       [this](auto&& received, const auto& by, auto&& answer) {
         post(std::move(received), by, std::move(answer));
       }},
    {.method = "GET",
     .path = "/v1/reviews",
     .name = "list_reviews",
     .summary = "Lists reviews, the newest first.",
     .scope = access::scope::review,
     .query = {{"state", "open, complete or failed"},
               whole_number("limit", "how many at most", 1, page_max),
               log_position("after", "where the page before ended")},
     .handle =
       [this](auto&& received, const auto& by, auto&& answer) {
         list(received, by, std::move(answer));
       }},
    {.method = "GET",
     .path = "/v1/reviews/{id}",
     .name = "get_review",
     .summary = "Gives all that is known of one review.",
     .scope = access::scope::review,
     .handle =
       [this](auto&& received, const auto& by, auto&& answer) {
         find(received, by, std::move(answer));
       }},
  };
}

// -- asking -------------------------------------------------------------------

void reviews_api::post(http::request received, const access::caller& by,
                       http::responder answer) {
  const auto wait = duration_of_query(received, "wait", wait_max);
  if (!wait) {
    answer.answer(refusal(wait.error()));
    return;
  }
  auto posted = read_posted_review(received, {*how_.contracts, how_.specialists,
                                              how_.source_prefix, ids_,
                                              node_.time().wall_now()});
  if (!posted) {
    answer.answer(refusal(posted.error()));
    return;
  }
  if (!*posted) {
    answer.answer(unsupported());
    return;
  }
  (*posted)->wait = *wait;
  const auto rights = rights_for(**posted, by);
  if (!rights) {
    answer.answer(refusal(rights.error()));
    return;
  }
  if (!(*posted)->wait) {
    publish(std::move(**posted), *rights, std::move(answer));
    return;
  }
  if (auto may = by.check_type(access::scope::review, review::summary_type);
      !may) {
    answer.answer(refusal(may.error()));
    return;
  }
  publish_and_wait(std::move(**posted), *rights, by, std::move(answer));
}

/// What the caller may do with the request, whose source is decided here.
result<engine::rights> reviews_api::rights_for(posted_review& posted,
                                               const access::caller& by) const {
  if (auto may = by.check_publish(review::request_type); !may) {
    return fail(std::move(may).error());
  }
  auto decided = sources_.decide(posted.event, by, access::path_kind::event);
  if (!decided) {
    return fail(std::move(decided).error());
  }
  posted.event.source = std::move(decided->source);
  engine::rights made;
  made.emit_reserved = by.has(access::grant::emit_reserved);
  made.tenant = by.tenant();
  made.on_behalf_of = std::move(decided->on_behalf_of);
  return made;
}

void reviews_api::publish(posted_review posted, const engine::rights& rights,
                          http::responder answer) {
  // The callback is copied on its way, a responder cannot be.
  const auto to = std::make_shared<http::responder>(std::move(answer));
  node_.publish(
    std::move(posted.event), rights,
    [to,
     id = std::move(posted.review_id)](const result<journal::receipt>& got) {
      to->answer(got ? review_receipt(id, *got) : refusal(got.error()));
    });
}

void reviews_api::publish_and_wait(posted_review posted,
                                   const engine::rights& rights,
                                   const access::caller& by,
                                   http::responder answer) {
  const auto to = std::make_shared<http::responder>(std::move(answer));
  review_wait wait;
  wait.tenant = by.tenant();
  wait.review_id = posted.review_id;
  wait.caller = by.name().value_or(std::string{});
  wait.at_most = *posted.wait;
  wait.done = [to, by, id = posted.review_id](const wait_end& end) {
    to->answer(answer_of(end, id, by));
  };
  const auto which = waits_.park(std::move(wait));
  if (!which) {
    to->answer(refusal(which.error()));
    return;
  }
  // Not a share in the responder, which keeps the callback.
  to->on_gone([this, which = *which, gone = std::weak_ptr{to}] {
    const auto there = gone.lock();
    if (waits_.leave(which) && there) {
      there->answer(refusal(error(errc::stopped)));
    }
  });
  node_.publish(std::move(posted.event), rights,
                [this, which = *which, tenant = by.tenant(),
                 id = posted.review_id](result<journal::receipt> got) {
                  on_receipt(which, tenant, id, std::move(got));
                });
}

/// The summary of a review that was closed before is in the log; looking for it
/// is the alarm's work, since the gate must not wait.
void reviews_api::on_receipt(review_waits::ticket which,
                             const std::string& tenant,
                             const std::string& review_id,
                             result<journal::receipt> got) {
  if (!got) {
    waits_.refuse(which, std::move(got).error());
    return;
  }
  const bool duplicate = got->duplicate;
  waits_.accept(which, std::move(*got));
  if (duplicate) {
    alarm_.after({}, [this, which, tenant, review_id] {
      auto found = find_summary(node_.log(), tenant, review_id);
      // Where it is not there, the wait goes on.
      if (found && *found) {
        waits_.settle(which, std::move(*found));
      }
    });
  }
}

// -- reading ------------------------------------------------------------------

void reviews_api::list(const http::request& received, const access::caller& by,
                       http::responder answer) const {
  auto what = read_list_query(received);
  if (!what) {
    answer.answer(refusal(what.error()));
    return;
  }
  what->tenant = by.tenant();
  // Who may not see requests has no reviews.
  const bool sees = by.may_type(access::scope::review, review::request_type);
  const auto page = sees ? list_reviews(node_.log(), *what) : review_page{};
  if (!page) {
    answer.answer(refusal(page.error()));
    return;
  }
  answer.answer(http::make_response(200, "application/json", page_text(*page)));
}

void reviews_api::find(const http::request& received, const access::caller& by,
                       http::responder answer) const {
  const auto id = received.parameter("id");
  if (!by.may_type(access::scope::review, review::request_type)) {
    answer.answer(refusal(no_such_review()));
    return;
  }
  const auto found = find_review(node_.log(), by.tenant(), id);
  if (!found) {
    answer.answer(refusal(found.error()));
    return;
  }
  if (!*found) {
    answer.answer(refusal(no_such_review()));
    return;
  }
  auto text = review_text(node_.log(), id, **found, by);
  answer.answer(
    text ? http::make_response(200, "application/json", std::move(*text))
         : refusal(text.error()));
}

} // namespace libsig::sigd
