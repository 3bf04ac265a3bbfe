#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "libsig/actor/step.hpp"
#include "libsig/core/error.hpp"
#include "libsig/core/signal.hpp"
#include "libsig/journal/journal.hpp"
#include "libsig/subscription/log_view.hpp"

namespace libsig::hub {

/// The journal as subscriptions see it. Any thread; the journal must outlive
/// it.
class subscription_log final : public subscription::log_view {
public:
  explicit subscription_log(const journal::journal& log) noexcept : log_{log} {}

  [[nodiscard]] result<signal_ptr> find(std::uint64_t sequence) const override;

  [[nodiscard]] std::uint64_t end() const override;

  [[nodiscard]] result<std::vector<actor::write>>
  read_rows(std::string_view table, std::string_view after,
            std::size_t limit) const override;

private:
  const journal::journal& log_;
};

} // namespace libsig::hub
