#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "libsig/http/internal/connection.hpp"
#include "libsig/http/internal/deadline_wheel.hpp"
#include "libsig/http/internal/mailbox.hpp"
#include "libsig/http/internal/server_state.hpp"

namespace libsig::http::internal {

struct event_loop;

/// A thread of a server with the connections that belong to it. All but the
/// constructor, `loop` and `way` is called on its thread.
class worker {
public:
  explicit worker(std::shared_ptr<server_state> server);
  ~worker();

  worker(const worker&) = delete;
  worker& operator=(const worker&) = delete;

  // -- the server's side ------------------------------------------------------

  /// Works until `end`; the body of the thread.
  void run();

  /// Closes everything and lets `run` return. From any thread.
  void end();

  /// Tells all connections to drain. From any thread.
  void drain();

  /// For those that know sockets.
  [[nodiscard]] event_loop& loop() noexcept;

  // -- the connections' side --------------------------------------------------

  void add(std::shared_ptr<connection> made);
  void remove(connection& closed);

  /// Pumps the connection behind all that is being delivered.
  void pump_later(std::shared_ptr<connection> of);

  /// Has the connection read again behind other work.
  void read_later(std::shared_ptr<connection> of);

  [[nodiscard]] server_state& server() noexcept { return *server_; }

  [[nodiscard]] const std::shared_ptr<server_state>& shared() const noexcept {
    return server_;
  }

  [[nodiscard]] const std::shared_ptr<mailbox>& way() const noexcept {
    return way_;
  }

  [[nodiscard]] const server_limits& limits() const noexcept {
    return server_->options.limits;
  }

  /// The time at which the present event was found.
  [[nodiscard]] steady_time now() const noexcept { return now_; }
  void look_at_clock() noexcept;

  /// A connection's deadline; `steady_time::max()` for none.
  void set_deadline(wheel_node& node, steady_time due);
  void forget_deadline(wheel_node& node) noexcept;

  /// Room for what is read, until the next read of any connection.
  [[nodiscard]] std::span<char> scratch() noexcept { return scratch_; }

  /// The value of `Date` now.
  [[nodiscard]] std::string_view date();

private:
  struct timer;

  void deliver_all();
  void pump_all();
  void arm_tick();
  void on_tick();
  void close_all();

  std::shared_ptr<server_state> server_;
  std::unique_ptr<event_loop> loop_;
  std::unique_ptr<timer> timer_;
  std::shared_ptr<mailbox> way_;
  std::unordered_map<const connection*, std::shared_ptr<connection>>
    connections_;
  std::vector<std::shared_ptr<deliverable>> delivered_;
  std::vector<std::shared_ptr<connection>> to_pump_;
  bool pump_posted_ = false;
  std::vector<char> scratch_;
  deadline_wheel wheel_;
  bool tick_armed_ = false;
  steady_time now_;
  std::string date_;
  std::chrono::sys_seconds date_of_;
};

} // namespace libsig::http::internal
