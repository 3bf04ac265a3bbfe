#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "apps/sigd/log.hpp"
#include "apps/sigd/operation.hpp"
#include "apps/sigd/rate_bound.hpp"
#include "libsig/core/time.hpp"
#include "libsig/http/server.hpp"
#include "libsig/metrics/histogram.hpp"
#include "libsig/metrics/text_writer.hpp"

namespace libsig::sigd {

/// Counts answers by operation and class of status, and logs requests that were
/// refused for who asked (a bounded number), what is wrong with the server, and
/// on the level `debug` every request. Never a target, which may hold what
/// should not be logged. Any thread.
class http_watch final : public http::observer {
public:
  /// `all` is in the order of the server's routes; `to` and `time` must outlive
  /// it, and `to` may be null.
  http_watch(const operations& all, logger* to, const clock& time);

  void on_answer(const http::answer_record& record) noexcept override;

  void on_trouble(const error& what) noexcept override;

  /// Appends its families.
  void append_metrics(metrics::text_writer& to) const;

private:
  /// The hundreds of statuses, 0 for none of them.
  using classes = std::array<std::atomic<std::uint64_t>, 6>;

  [[nodiscard]] std::string_view
  operation_of(const http::answer_record& record) const noexcept;
  void log_refusal(const http::answer_record& record);
  void log_request(const http::answer_record& record);

  std::vector<std::string_view> names_;
  /// One for each operation, and one for what leads nowhere.
  std::vector<classes> answers_;
  metrics::histogram durations_;
  logger* log_;
  const clock& time_;
  rate_bound refusals_;
  rate_bound troubles_;
};

} // namespace libsig::sigd
