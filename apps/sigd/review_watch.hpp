#pragma once

#include <chrono>

#include "actors/coordinator.hpp"
#include "libsig/metrics/counter.hpp"
#include "libsig/metrics/gauge.hpp"
#include "libsig/metrics/histogram.hpp"
#include "libsig/metrics/text_writer.hpp"

namespace libsig::sigd {

/// Counts and times reviews. Any thread.
class review_watch final : public actors::review_observer {
public:
  void on_opened() noexcept override { open_.add(1); }

  void on_closed(review::review_status status,
                 std::chrono::microseconds after) noexcept override;

  /// Appends its families.
  void append_metrics(metrics::text_writer& to) const;

private:
  metrics::gauge open_;
  metrics::counter complete_;
  metrics::counter failed_;
  metrics::histogram durations_;
};

} // namespace libsig::sigd
