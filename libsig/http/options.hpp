#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "libsig/core/time.hpp"

namespace libsig::http {

/// Files of a server's certificate, both PEM.
struct tls_files {
  /// The certificate, then those that lead to the authority.
  std::string certificate;
  std::string key;
};

/// An address to listen on.
struct listen_address {
  /// An address of IPv4 or IPv6 (without brackets), or `localhost`.
  std::string host = "127.0.0.1";
  /// 0: any free port.
  std::uint16_t port = 0;
  bool tls = false;
};

/// Bounds of a server; each is checked where it says.
struct server_limits {
  /// Bytes of a request's line and fields; more is 431.
  std::size_t head_bytes = 64u << 10;
  /// Fields of a request; more is 431.
  std::size_t fields = 256;
  /// Bytes of all bodies that were received and not answered; more is 429.
  std::size_t body_bytes_in_flight = 256u << 20;
  /// Connections; one more gets 503 and is closed.
  std::size_t connections = 20'000;
  /// Requests of one connection that wait for their answer; behind them the
  /// connection is not read.
  std::size_t pipeline = 16;
  /// Bytes of a refused request's body that are read and dropped to keep the
  /// connection; with more of them it is closed.
  std::size_t discarded_bytes = 64u << 10;

  /// From the first byte of a request (or from accepting, for the first one
  /// and for the handshake of TLS) until its head is there; then 408.
  std::chrono::milliseconds head_deadline{10'000};
  /// What a body may take beside the time that `body_rate` grants; then 408.
  std::chrono::milliseconds body_grace{10'000};
  /// Bytes a second that a body must bring.
  std::size_t body_rate = 4u << 10;
  /// How long a connection may lie idle between requests.
  std::chrono::milliseconds idle{75'000};
  /// How long a client may take nothing of what is sent to it.
  std::chrono::milliseconds write_stall{30'000};
  /// Bytes a second that a client must take of its answers beside
  /// `write_stall`; a slower one is closed. Measured over spans of that length,
  /// so that a fast beginning buys no slow end. Streams are bounded by what
  /// waits for them.
  std::size_t write_rate = 16u << 10;
  /// How long a closed connection is read on, so that the last answer is not
  /// lost.
  std::chrono::milliseconds linger{2'000};

  /// Bytes and chunks that wait for one client of a stream; beyond either it is
  /// cut.
  std::size_t stream_bytes = 1u << 20;
  std::size_t stream_chunks = 1'024;
  /// How long a stream is silent before it gets a comment.
  std::chrono::milliseconds heartbeat{15'000};
};

/// How a server is run.
struct server_options {
  std::vector<listen_address> listen{listen_address{}};
  /// Must be given when an address has `tls`.
  tls_files tls;
  server_limits limits;
  /// Threads that read and write, at least 1.
  std::size_t threads = 2;
  /// What a client is told to wait with 429 and 503.
  std::chrono::milliseconds retry_after{1'000};
  /// How often deadlines are looked at, while there are connections. They are
  /// kept within one of it.
  std::chrono::milliseconds tick{100};
  /// Null for the machine's clocks. Deadlines follow its `steady_now`.
  std::shared_ptr<const clock> time;
};

} // namespace libsig::http
