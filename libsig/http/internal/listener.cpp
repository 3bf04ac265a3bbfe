#include "libsig/http/internal/listener.hpp"

#include "libsig/http/internal/socket_transport.hpp"
#include "libsig/http/response.hpp"

#include <array>
#include <chrono>
#include <string>
#include <utility>

#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>

namespace libsig::http::internal {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

// After a failure such as too few descriptors, which time mends.
constexpr std::chrono::milliseconds accept_pause{100};

[[nodiscard]] tl::unexpected<error> refusal(const listen_address& at, errc code,
                                            std::string detail) {
  return fail(error(code, std::move(detail))
                .at("listen " + at.host + ':' + std::to_string(at.port)));
}

[[nodiscard]] std::shared_ptr<const peer> peer_of(const tcp::socket& socket) {
  auto made = std::make_shared<peer>();
  boost::system::error_code reason;
  const auto from = socket.remote_endpoint(reason);
  if (!reason) {
    made->address = from.address().to_string();
    made->port = from.port();
    made->loopback =
      from.address().is_loopback()
      || (from.address().is_v6() && from.address().to_v6().is_v4_mapped()
          && asio::ip::make_address_v4(asio::ip::v4_mapped,
                                       from.address().to_v6())
               .is_loopback());
  }
  return made;
}

/// Refuses a client for which there is no room: a word, if it can be written at
/// once.
void turn_away(tcp::socket& socket, const server_state& server, bool tls) {
  boost::system::error_code ignored;
  if (!tls) {
    problem what;
    what.status = 503;
    what.detail = "There are too many connections.";
    const auto answer = make_problem(what, server.options.retry_after);
    std::string text = "HTTP/1.1 503 Service Unavailable\r\n";
    for (std::size_t at = 0; at < answer.fields.size(); ++at) {
      const auto each = answer.fields[at];
      text.append(each.name).append(": ").append(each.value).append("\r\n");
    }
    text += "Content-Length: " + std::to_string(answer.body.size())
            + "\r\nX-Request-Id: " + server.id_prefix
            + "-0\r\nConnection: close\r\n\r\n" + answer.body;
    socket.non_blocking(true, ignored);
    socket.send(asio::buffer(text), 0, ignored);
    // What the client has sent already would turn the closing into a reset,
    // which would take the answer away.
    socket.shutdown(tcp::socket::shutdown_send, ignored);
    std::array<char, 4096> dropped{};
    socket.receive(asio::buffer(dropped), 0, ignored);
  }
  socket.close(ignored);
}

} // namespace

listener::listener(std::shared_ptr<server_state> server,
                   std::vector<worker*> workers, tls_holder& certificate,
                   bool tls)
  : server_{std::move(server)}, workers_{std::move(workers)},
    certificate_{certificate}, tls_{tls},
    acceptor_{workers_.front()->loop().context},
    pause_{workers_.front()->loop().context} {}

result<std::uint16_t> listener::bind(const listen_address& at) {
  boost::system::error_code reason;
  const auto address = asio::ip::make_address(
    at.host == "localhost" ? "127.0.0.1" : at.host, reason);
  if (reason) {
    return refusal(at, errc::invalid_argument,
                   "the host is no address of IPv4 or IPv6");
  }
  const tcp::endpoint endpoint{address, at.port};
  acceptor_.open(endpoint.protocol(), reason);
  if (!reason) {
    acceptor_.set_option(tcp::acceptor::reuse_address{true}, reason);
  }
  if (!reason && address.is_v6()) {
    acceptor_.set_option(asio::ip::v6_only{true}, reason);
  }
  if (!reason) {
    acceptor_.bind(endpoint, reason);
  }
  if (!reason) {
    acceptor_.listen(tcp::acceptor::max_listen_connections, reason);
  }
  if (reason) {
    return refusal(at, errc::io, "cannot listen: " + reason.message());
  }
  return acceptor_.local_endpoint(reason).port();
}

void listener::start() {
  asio::post(acceptor_.get_executor(),
             [self = shared_from_this()] { self->accept(); });
}

void listener::stop() {
  asio::post(acceptor_.get_executor(), [self = shared_from_this()] {
    boost::system::error_code ignored;
    self->acceptor_.close(ignored);
    self->pause_.cancel();
  });
}

void listener::accept() {
  worker& home = *workers_[next_];
  next_ = (next_ + 1) % workers_.size();
  acceptor_.async_accept(
    home.loop().context,
    [self = shared_from_this(), &home](boost::system::error_code reason,
                                       tcp::socket socket) {
      self->on_accept(reason, std::move(socket), home);
    });
}

void listener::on_accept(boost::system::error_code reason, tcp::socket socket,
                         worker& home) {
  if (!acceptor_.is_open()) {
    return;
  }
  if (reason) {
    pause(reason);
    return;
  }
  const auto& limits = server_->options.limits;
  if (server_->connections.fetch_add(1) >= limits.connections) {
    server_->connections.fetch_sub(1);
    server_->connections_refused.fetch_add(1);
    turn_away(socket, *server_, tls_);
  } else {
    hand_over(std::move(socket), home);
  }
  accept();
}

void listener::pause(boost::system::error_code reason) {
  server_->trouble(
    error(errc::io, "cannot accept a connection: " + reason.message()));
  pause_.expires_after(accept_pause);
  pause_.async_wait(
    [self = shared_from_this()](boost::system::error_code cancelled) {
      if (!cancelled && self->acceptor_.is_open()) {
        self->accept();
      }
    });
}

void listener::hand_over(tcp::socket socket, worker& home) {
  connection_origin origin;
  origin.id = server_->connections_accepted.fetch_add(1) + 1;
  origin.tls = tls_;
  origin.from = peer_of(socket);
  auto way = make_transport(std::move(socket),
                            tls_ ? certificate_.get() : tls_context{});
  if (!way) {
    server_->connections.fetch_sub(1);
    return;
  }
  auto made =
    std::make_shared<connection>(home, std::move(way), std::move(origin));
  asio::post(home.loop().context,
             [&home, made = std::move(made)] { home.add(made); });
}

} // namespace libsig::http::internal
