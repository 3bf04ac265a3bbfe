#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "libsig/actor/step.hpp"
#include "libsig/core/error.hpp"
#include "libsig/core/signal.hpp"

namespace libsig::subscription {

/// The log as the actor of subscriptions reads it. What is read is committed;
/// it may be ahead of what the actor has heard. Called from any thread.
class log_view {
public:
  virtual ~log_view() = default;

  /// One signal; null when it is not there or its body is gone.
  [[nodiscard]] virtual result<signal_ptr>
  find(std::uint64_t sequence) const = 0;

  /// The position of the last signal, 0 for none.
  [[nodiscard]] virtual std::uint64_t end() const = 0;

  /// At most `limit` rows of a table with keys behind `after`, in key order.
  [[nodiscard]] virtual result<std::vector<actor::write>>
  read_rows(std::string_view table, std::string_view after,
            std::size_t limit) const = 0;
};

/// Whether an error of the log says nothing of what was to be read: it was not
/// tried.
[[nodiscard]] inline bool is_passing(const error& why) noexcept {
  return why.code() == errc::stopped || why.code() == errc::overloaded;
}

} // namespace libsig::subscription
