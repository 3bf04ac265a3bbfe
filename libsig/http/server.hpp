#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsig/core/error.hpp"
#include "libsig/http/options.hpp"
#include "libsig/http/request.hpp"
#include "libsig/http/responder.hpp"
#include "libsig/http/response.hpp"
#include "libsig/http/router.hpp"

namespace libsig::http {

/// What a server serves. Called on the threads of the server, several at once;
/// must not block. What it throws is answered with 500.
class application {
public:
  virtual ~application() = default;

  /// Looks at the head of a request before its body is read: an answer refuses
  /// it. Asked before the server itself refuses for the path (404), the method
  /// (405), the media type (415) or the size (413) of the body, so that it can
  /// refuse strangers without telling them what there is; `head.route` is null
  /// when nothing fits, `head.body` is empty. `OPTIONS` is not asked for. What
  /// it finds out may be kept in `head.admission`.
  [[nodiscard]] virtual std::optional<response> admit(request& head) = 0;

  /// Takes a request whole. `received.route` is never null.
  virtual void handle(request received, responder answer) = 0;

  /// Gives a refusal the form that its path has: asked once for every answer
  /// of a status from 400 on before it is written, whoever refused, the server
  /// included. `target` is as it was sent, empty where the head broke off
  /// before it. Only the fields and the body may be changed.
  virtual void shape_refusal(std::string_view target, response& refused) {
    static_cast<void>(target);
    static_cast<void>(refused);
  }
};

/// What became of a request, for logs and metrics.
struct answer_record {
  std::string_view request_id;
  std::string_view method;
  /// As it was sent; may hold what should not be logged.
  std::string_view target;
  /// Null when the request was refused before a route was found.
  const http::route* route = nullptr;
  unsigned status = 0;
  std::size_t body_bytes = 0;
  /// From the request's first byte until the answer was there.
  std::chrono::microseconds duration{0};
  std::string_view peer;
};

/// What goes on in a server. Called on its threads, several at once; must not
/// block or throw.
class observer {
public:
  virtual ~observer() = default;

  /// An answer goes out, a stream begins, or a request is refused.
  virtual void on_answer(const answer_record& record) noexcept = 0;

  /// Something that an operator should know: a responder was dropped, the
  /// application threw, accepting failed.
  virtual void on_trouble(const error& what) noexcept = 0;
};

/// Counters of a server, since its start or at this moment.
struct server_numbers {
  std::uint64_t connections_accepted = 0;
  std::uint64_t connections_open = 0;
  /// Refused because of `server_limits::connections`.
  std::uint64_t connections_refused = 0;
  std::uint64_t requests = 0;
  std::uint64_t streams_open = 0;
  std::uint64_t streams_cut = 0;
  std::uint64_t body_bytes_in_flight = 0;
  /// Requests that came too slowly and answers that were not taken; idle
  /// connections are not counted.
  std::uint64_t deadlines_missed = 0;
  std::uint64_t handshakes_failed = 0;
};

/// Whether a server could serve with these files; errors are those of
/// `server::start`.
[[nodiscard]] result<void> check_tls(const tls_files& files);

/// An HTTP/1.1 server. Its calls come from one thread, none of its own.
class server {
public:
  /// Binds all addresses and starts the threads. `what` and `seen` must outlive
  /// the server; `seen` may be null. An address that cannot be bound, or a
  /// certificate that cannot be used, is an error of one line that names it.
  [[nodiscard]] static result<server> start(server_options options,
                                            route_table routes,
                                            application& what, observer* seen);

  server(server&&) noexcept;
  server& operator=(server&&) noexcept;
  server(const server&) = delete;
  server& operator=(const server&) = delete;

  /// Stops at once.
  ~server();

  // -- mutators ---------------------------------------------------------------

  /// Reads the files of the certificate again; connections that are there keep
  /// the old one. On an error the old one stays in use.
  [[nodiscard]] result<void> reload_tls();

  /// Stops accepting, closes idle connections, ends streams, and answers what
  /// still comes with 503 and `Retry-After`. Does not wait.
  void drain();

  /// Drains, waits until all is answered or the deadline has passed, closes
  /// what is left and ends the threads.
  void stop(std::chrono::milliseconds deadline);

  // -- observers --------------------------------------------------------------

  /// Where it listens, in the order of the options, with the ports in use.
  [[nodiscard]] const std::vector<listen_address>& listening() const noexcept;

  [[nodiscard]] server_numbers numbers() const noexcept;

private:
  struct implementation;

  explicit server(std::unique_ptr<implementation> made) noexcept;

  std::unique_ptr<implementation> made_;
};

} // namespace libsig::http
