#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "apps/sig/client/node.hpp"
#include "apps/sig/interruption.hpp"
#include "apps/sig/outcome.hpp"
#include "libsig/core/time.hpp"

namespace libsig::sig {

/// What ends the work of a handler: an interruption; one more when the node is
/// being told of what was handled, since that is worth some patience.
class stop_sign {
public:
  /// The interruption must outlive it.
  explicit stop_sign(interruption& by) noexcept : by_{by} {}

  /// Overlooks what has come until now.
  void overlook() noexcept { overlooked_ = by_.came() ? by_.count() : 0; }

  [[nodiscard]] bool keep_going() noexcept {
    return !by_.came() || by_.count() <= overlooked_;
  }

  /// The pacing that goes by it; it must outlive that.
  [[nodiscard]] client::pacing pace();

  [[nodiscard]] interruption& by() const noexcept { return by_; }

private:
  interruption& by_;
  unsigned overlooked_ = 0;
};

/// Takes items of one agent from a node and settles them. One thread uses it.
class taker {
public:
  /// The node must outlive it. One that insists waits, once it was connected,
  /// for a node that is away, and says so.
  taker(client::node& whom, std::string_view agent, bool insists);

  /// The next item, as the node answers it; nothing when the time is up.
  /// Without a time it waits for ever.
  [[nodiscard]] outcome<std::optional<std::string>>
  take(std::optional<std::chrono::milliseconds> within);

  /// Tells the node what the body says.
  [[nodiscard]] outcome<void> settle(std::string_view body);

private:
  [[nodiscard]] outcome<std::string> next(std::chrono::milliseconds time);
  [[nodiscard]] outcome<std::string> ask(const client::call& what);

  client::node& whom_;
  std::string path_;
  bool insists_;
  bool connected_ = false;
  bool away_ = false;
  system_clock time_;
};

} // namespace libsig::sig
