#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "libsig/http/internal/deadline_wheel.hpp"
#include "libsig/http/internal/exchange.hpp"
#include "libsig/http/internal/message_parser.hpp"
#include "libsig/http/internal/output_queue.hpp"
#include "libsig/http/internal/transport.hpp"
#include "libsig/http/request.hpp"

namespace libsig::http::internal {

class worker;

/// How a connection came about.
struct connection_origin {
  std::shared_ptr<const peer> from;
  std::uint64_t id = 0;
  bool tls = false;
};

/// One client. Reads requests, hands them to the application and writes the
/// answers in their order, all on the thread of its worker.
///
/// It knows nothing of sockets or of a parser's library: `transport` and
/// `message_parser` do. Between requests it holds no buffers.
class connection final : public transport_listener,
                         private body_sink,
                         private wheel_node,
                         public std::enable_shared_from_this<connection> {
public:
  connection(worker& home, std::unique_ptr<transport> way,
             connection_origin origin);

  ~connection() override;

  // -- events -----------------------------------------------------------------

  void start();
  void on_readable() override;
  void on_writable() override;

  /// An answer, or a stream, is there.
  void on_answer(exchange& answered);

  /// The stream has something to send.
  void on_stream();

  /// Writes what can be written and reads what it makes room for.
  void pump();

  void on_deadline();

  /// The server drains.
  void drain();

  void close();

  [[nodiscard]] bool closed() const noexcept { return phase_ == phase::closed; }

  /// The connection of a node that is due.
  [[nodiscard]] static connection& of(wheel_node& node) noexcept {
    return static_cast<connection&>(node);
  }

private:
  enum class phase : std::uint8_t {
    handshake,
    head,      ///< waits for a request, or reads its head
    body,      ///< reads a body
    discard,   ///< reads the body of a refused request
    ended,     ///< takes no more requests
    streaming, ///< sends a stream
    linger,    ///< all is sent; reads on, so that it is not lost
    closed,
  };

  enum class deadline : std::uint8_t {
    none,
    head,
    body,
    idle,
    write,
    linger,
    heartbeat,
    held, ///< an answer was held back long enough
  };

  struct next_deadline {
    steady_time due;
    deadline what = deadline::none;
  };

  // -- input (connection_input.cpp) -------------------------------------------

  [[nodiscard]] bool shake_hands();
  void take(std::string_view bytes);
  [[nodiscard]] std::size_t parse(std::string_view bytes);
  [[nodiscard]] bool parse_head(std::string_view bytes, std::size_t& used);
  [[nodiscard]] bool parse_body(std::string_view bytes, std::size_t& used);
  [[nodiscard]] bool can_parse() const noexcept;
  [[nodiscard]] bool resume_input();
  void begin_request();

  // -- heads (connection_head.cpp) --------------------------------------------

  void on_head(std::string_view rest);
  [[nodiscard]] std::optional<response> check_head();
  [[nodiscard]] std::optional<response> find_route();
  [[nodiscard]] std::optional<response> check_body();
  void on_malformed(parse_status status);
  void on_late();
  void go_on_to_body(bool has_bytes);
  [[nodiscard]] std::shared_ptr<exchange> make_exchange();
  [[nodiscard]] std::string make_id() const;
  [[nodiscard]] response too_many_bytes() const;

  // -- input again (connection_input.cpp) -------------------------------------

  [[nodiscard]] bool on_body(std::string_view part) override;
  void dispatch();
  void refuse(response with);
  void skip_body(exchange& refused);
  void on_input_end();

  // -- output (connection.cpp) ------------------------------------------------

  void stage_answers();
  void stage(const std::shared_ptr<exchange>& answered);
  void shape(exchange& answered) const;
  void append_head(exchange& answered, bool last);
  void begin_output();
  void count_taken(std::size_t bytes);
  void write_out();
  void on_written(output_done& done);
  void settle();
  void end_output();
  void lose(std::deque<std::shared_ptr<exchange>>& from);
  void record(const exchange& answered, unsigned status,
              std::size_t bytes) const;

  // -- streams (connection_stream.cpp) ----------------------------------------

  void start_stream(const std::shared_ptr<exchange>& answered);
  void stage_chunks();
  void cut_stream();

  // -- deadlines (connection_deadlines.cpp)
  // ---------------------------------------------

  [[nodiscard]] bool wants_read() const noexcept;
  [[nodiscard]] bool has_room() const noexcept;
  [[nodiscard]] bool idle() const noexcept;
  /// What so many bytes are worth at a rate in bytes a second.
  [[nodiscard]] static std::chrono::microseconds
  time_for(std::uint64_t bytes, std::size_t rate) noexcept;
  [[nodiscard]] next_deadline find_deadline() const noexcept;
  [[nodiscard]] bool release_held(steady_time until);
  void set_deadline();

  worker& home_;
  std::unique_ptr<transport> transport_;
  std::shared_ptr<const peer> peer_;
  std::uint64_t id_;
  bool tls_;
  phase phase_ = phase::handshake;
  bool read_waits_ = false;
  bool write_waits_ = false;
  bool pump_waits_ = false;
  bool input_ended_ = false;
  // The last answer is staged.
  bool closing_ = false;

  std::unique_ptr<message_parser> parser_;
  // What was read and not parsed.
  std::string backlog_;
  // The request that is being read, and its exchange once its head is there.
  std::unique_ptr<request> current_;
  std::shared_ptr<exchange> coming_;
  std::size_t blank_lines_ = 0;
  // What the sink found wrong with a body: 413 or 429.
  unsigned body_fault_ = 0;
  std::uint64_t number_ = 0;
  std::uint64_t answered_ = 0;

  std::deque<std::shared_ptr<exchange>> pipeline_;
  output_queue output_;

  std::shared_ptr<exchange> streamed_;
  std::shared_ptr<stream_state> stream_;
  std::uint64_t position_ = 0;
  stream_end stream_end_ = stream_end::finished;
  bool stream_has_more_ = false;

  // When the present head, body, idle time or lingering began, and when the
  // client last took something.
  steady_time since_;
  steady_time last_write_;
  // The span of output whose pace is looked at, and what was taken in it.
  steady_time pace_since_;
  std::uint64_t pace_bytes_ = 0;
  std::uint64_t body_bytes_ = 0;

  friend class worker;
};

} // namespace libsig::http::internal
