#include "apps/sigd/http_watch.hpp"

#include <string>

namespace libsig::sigd {

namespace {

/// Lines of one kind in a window.
constexpr std::uint32_t lines_max = 10;
constexpr std::chrono::seconds window{10};

constexpr std::string_view no_operation = "none";

constexpr std::array<std::string_view, 6> class_names{"other", "1xx", "2xx",
                                                      "3xx",   "4xx", "5xx"};

constexpr std::size_t usual = 2;

} // namespace

http_watch::http_watch(const operations& all, logger* to, const clock& time)
  : answers_(all.size() + 1), log_{to}, time_{time},
    refusals_{lines_max, window}, troubles_{lines_max, window} {
  for (const auto& one : all) {
    names_.push_back(one.name);
  }
  names_.push_back(no_operation);
}

std::string_view
http_watch::operation_of(const http::answer_record& record) const noexcept {
  return names_[record.route == nullptr ? names_.size() - 1
                                        : record.route->index()];
}

void http_watch::on_answer(const http::answer_record& record) noexcept {
  const auto row =
    record.route == nullptr ? answers_.size() - 1 : record.route->index();
  const std::size_t hundreds = record.status / 100;
  answers_[row][hundreds < class_names.size() ? hundreds : 0].fetch_add(
    1, std::memory_order_relaxed);
  durations_.observe(record.duration);
  if (log_ == nullptr) {
    return;
  }
  if (record.status == 401 || record.status == 403) {
    log_refusal(record);
  }
  if (log_->takes(log_level::debug)) {
    log_request(record);
  }
}

void http_watch::log_refusal(const http::answer_record& record) {
  if (const auto held_back = refusals_.pass(time_.steady_now())) {
    log_->write(log_level::warning, "caller_refused",
                {{"status", std::uint64_t{record.status}},
                 {"operation", operation_of(record)},
                 {"peer", record.peer},
                 {"request_id", record.request_id},
                 {"not_logged", *held_back}});
  }
}

void http_watch::log_request(const http::answer_record& record) {
  log_->write(log_level::debug, "request",
              {{"method", record.method},
               {"operation", operation_of(record)},
               {"status", std::uint64_t{record.status}},
               {"body_bytes", std::uint64_t{record.body_bytes}},
               {"duration_us", std::int64_t{record.duration.count()}},
               {"peer", record.peer},
               {"request_id", record.request_id}});
}

void http_watch::on_trouble(const error& what) noexcept {
  if (log_ == nullptr) {
    return;
  }
  if (const auto held_back = troubles_.pass(time_.steady_now())) {
    log_->write(log_level::warning, "http_trouble",
                {{"why", what.message()}, {"not_logged", *held_back}});
  }
}

void http_watch::append_metrics(metrics::text_writer& to) const {
  using kind = metrics::text_writer::kind;
  to.begin(kind::counter, "http_answers",
           "Answers by operation and class of status; streams count once.");
  for (std::size_t row = 0; row < answers_.size(); ++row) {
    for (std::size_t hundreds = 0; hundreds < class_names.size(); ++hundreds) {
      const auto count =
        answers_[row][hundreds].load(std::memory_order_relaxed);
      // Of what has not happened yet the usual alone is shown.
      if (count > 0 || hundreds == usual) {
        to.sample(count, {{"operation", names_[row]},
                          {"status", class_names[hundreds]}});
      }
    }
  }
  to.begin(kind::histogram, "http_request_duration_seconds",
           "From the first byte of a request until its answer was there.");
  to.sample(durations_);
}

} // namespace libsig::sigd
