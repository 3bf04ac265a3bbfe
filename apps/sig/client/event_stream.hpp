#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "libsig/core/error.hpp"

namespace libsig::sig::client {

/// One event of a stream of Server-Sent Events.
struct stream_event {
  std::string name = "message";
  std::string data;
  /// The last id that the stream has stated, this event's or one before.
  std::string id;
};

/// Reads Server-Sent Events from bytes in pieces of any size, as the standard
/// of HTML has it; an event that is broken off is none. Linear.
class event_stream_reader {
public:
  /// Takes an event; false ends the reading.
  using receiver = std::function<bool(const stream_event&)>;

  // -- constructors -----------------------------------------------------------

  /// A line or an event of more bytes is refused.
  explicit event_stream_reader(std::size_t bytes_max) : bytes_max_{bytes_max} {}

  // -- mutators ---------------------------------------------------------------

  /// Reads a piece and hands on the events that it completes; whether the
  /// receiver wants more. `errc::too_large` for what is over the bound.
  [[nodiscard]] result<bool> read(std::string_view piece, const receiver& to);

  /// Forgets what is unfinished, for a new connection; the last id stays.
  void restart();

  // -- observers --------------------------------------------------------------

  [[nodiscard]] const std::string& last_id() const noexcept { return last_id_; }

  /// How long to wait before connecting again, when the stream said so.
  [[nodiscard]] std::optional<std::chrono::milliseconds>
  retry() const noexcept {
    return retry_;
  }

private:
  [[nodiscard]] result<bool> end_line(const receiver& to);
  [[nodiscard]] result<void> read_field(std::string_view name,
                                        std::string_view value);

  std::size_t bytes_max_;
  std::string line_;
  std::string last_id_;
  std::optional<std::chrono::milliseconds> retry_;
  std::string name_;
  std::string data_;
  bool has_data_ = false;
  bool after_return_ = false;
  bool at_start_ = true;
};

} // namespace libsig::sig::client
