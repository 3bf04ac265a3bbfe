#pragma once

#include <atomic>
#include <cstdint>
#include <string_view>

#include "actors/scheduler.hpp"
#include "apps/sigd/log.hpp"
#include "libsig/metrics/text_writer.hpp"

namespace libsig::sigd {

/// The engine's events of delayed signals: counted for the metrics and, at the
/// level `debug`, logged by their names, never their data. Rows that cannot be
/// read are errors. Any thread.
class schedule_watch final : public actors::schedule_observer {
public:
  /// May be null; must outlive it.
  explicit schedule_watch(logger* to) noexcept : log_{to} {}

  void on_scheduled(std::string_view tenant, const schedule::scheduled_row& row,
                    std::string_view replaced_id) noexcept override;

  void on_cancelled(std::string_view tenant,
                    const schedule::scheduled_row& row) noexcept override;

  void on_delivered(std::string_view tenant,
                    const schedule::scheduled_row& row) noexcept override;

  void on_unreadable(std::string_view key) noexcept override;

  void append_metrics(metrics::text_writer& to) const;

private:
  void note(std::string_view event, std::string_view tenant,
            const schedule::scheduled_row& row,
            std::string_view replaced_id) const noexcept;

  logger* log_;
  std::atomic<std::uint64_t> scheduled_{0};
  std::atomic<std::uint64_t> cancelled_{0};
  std::atomic<std::uint64_t> delivered_{0};
  std::atomic<std::uint64_t> unreadable_{0};
};

} // namespace libsig::sigd
