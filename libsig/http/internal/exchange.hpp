#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "libsig/http/internal/mailbox.hpp"
#include "libsig/http/internal/server_state.hpp"
#include "libsig/http/internal/stream_state.hpp"
#include "libsig/http/responder.hpp"

namespace libsig::http::internal {

class connection;

/// A request between its head and the last byte of its answer.
///
/// The members without underscore belong to the connection's thread; the calls
/// of the responder come from any.
class exchange final : public deliverable,
                       public std::enable_shared_from_this<exchange> {
public:
  exchange(std::shared_ptr<server_state> server, std::shared_ptr<mailbox> way,
           std::weak_ptr<connection> home);

  ~exchange() override;

  // -- the responder's side ---------------------------------------------------

  /// False when it is answered already.
  bool answer(response what, responder::written_callback written);

  /// Null when it is answered already.
  [[nodiscard]] std::shared_ptr<stream_state> stream(stream_options options);

  void on_gone(std::function<void()> callback);

  [[nodiscard]] bool answered() const noexcept { return answered_.load(); }

  /// Answers 500 for a responder that was dropped.
  void drop() noexcept;

  // -- the connection's side --------------------------------------------------

  /// Answers on the connection's own thread, before anybody has a responder.
  void refuse(response what);

  /// The same, but the answer is not there before a time.
  void hold_back(response what, steady_time until);

  void deliver() override;

  /// The client went away, or its sending side: tells who asked to be told.
  void tell_gone();

  /// The end: whether the answer's last byte was written.
  void finish(bool written);

  /// Counts bytes of the body as in flight until the exchange ends; false
  /// beyond the bound of all.
  [[nodiscard]] bool reserve(std::size_t bytes) noexcept;

  /// Counts them no more. Any thread.
  void release() noexcept;

  [[nodiscard]] bool is_stream() const noexcept { return stream_ != nullptr; }

  [[nodiscard]] const std::shared_ptr<stream_state>& stream() const noexcept {
    return stream_;
  }

  /// The answer; the connection's alone once `ready`.
  [[nodiscard]] response& given() noexcept { return answer_; }

  std::string request_id;
  std::string method;
  std::string target;
  std::uint64_t number = 0;
  steady_time first_byte;
  const http::route* route = nullptr;
  bool is_head = false;
  bool version_1_1 = true;
  /// Whether the connection ends behind the answer.
  bool last = false;
  /// Whether the answer, or the stream, is there.
  bool ready = false;
  /// Until when the answer is held back.
  std::optional<steady_time> held_until;
  /// Whether the connection ended before the answer's turn.
  bool lost = false;
  /// Stands for `100 Continue`.
  bool interim = false;

private:
  void deliver_or_finish();

  std::shared_ptr<server_state> server_;
  std::shared_ptr<mailbox> way_;
  std::weak_ptr<connection> home_;

  std::atomic<bool> answered_{false};
  response answer_;
  responder::written_callback written_;
  std::shared_ptr<stream_state> stream_;
  // The application may have read the body on any thread.
  std::atomic<std::size_t> reserved_{0};
  bool finished_ = false;

  // Who asks to be told may be on any thread, which no actor owns.
  std::mutex gone_mutex_;
  bool gone_ = false;
  std::function<void()> gone_callback_;
};

} // namespace libsig::http::internal
