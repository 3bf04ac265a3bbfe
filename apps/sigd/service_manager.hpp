#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "libsig/core/error.hpp"
#include "libsig/core/time.hpp"

namespace libsig::sigd {

/// Tells systemd how the node is: the datagrams of `sd_notify`. Without a
/// manager all functions do nothing. One thread uses it; no call waits.
class service_manager {
public:
  // -- types ------------------------------------------------------------------

  /// What the manager said in the environment.
  struct invitation {
    /// `NOTIFY_SOCKET`: a path, or `@` and an abstract name.
    std::string socket;
    /// `WATCHDOG_USEC`, where `WATCHDOG_PID` is this process or not there.
    std::optional<std::chrono::microseconds> watchdog;
  };

  // -- constructors -----------------------------------------------------------

  /// Reads the environment of the process.
  [[nodiscard]] static invitation read_environment();

  /// Speaks to nobody.
  service_manager() = default;

  /// An error when the socket's name cannot be one.
  [[nodiscard]] static result<service_manager> make(const invitation& how);

  service_manager(service_manager&& other) noexcept;
  service_manager& operator=(service_manager&& other) noexcept;

  ~service_manager();

  // -- mutators ---------------------------------------------------------------

  /// `READY=1`, after the start and after a reload.
  void ready(std::string_view status);

  /// `RELOADING=1`; `now` is the time of CLOCK_MONOTONIC, which systemd
  /// compares.
  void reloading(steady_time now);

  /// `STOPPING=1`.
  void stopping(std::string_view status);

  /// One line for `systemctl status`.
  void status(std::string_view text);

  /// `WATCHDOG=1`, to be sent every `watchdog_interval`.
  void alive();

  // -- observers --------------------------------------------------------------

  /// Half of the time after which the manager takes the node for dead; nothing
  /// when it does not look.
  [[nodiscard]] std::optional<std::chrono::milliseconds>
  watchdog_interval() const noexcept {
    return interval_;
  }

private:
  void send(const std::string& lines) const noexcept;

  int descriptor_ = -1;
  std::string address_;
  std::optional<std::chrono::milliseconds> interval_;
};

} // namespace libsig::sigd
