#include "libsig/http/internal/socket_transport.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdint>
#include <string>
#include <utility>

#include <boost/asio/error.hpp>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/uio.h>

namespace libsig::http::internal {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

[[nodiscard]] bool would_block(int reason) noexcept {
  return reason == EAGAIN || reason == EWOULDBLOCK;
}

/// What both kinds share: the socket and waiting for it.
class socket_transport : public transport {
public:
  explicit socket_transport(tcp::socket socket) : socket_{std::move(socket)} {}

  void when_readable(std::shared_ptr<transport_listener> listener) override {
    wait(tcp::socket::wait_read, std::move(listener), true);
  }

  void when_writable(std::shared_ptr<transport_listener> listener) override {
    wait(tcp::socket::wait_write, std::move(listener), false);
  }

  void end_writing() noexcept override {
    boost::system::error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
  }

  void close() noexcept override {
    boost::system::error_code ignored;
    socket_.close(ignored);
  }

protected:
  /// Waits for the socket and then tells that reading, or writing, can go on.
  void wait(tcp::socket::wait_type what,
            std::shared_ptr<transport_listener> listener, bool reading) {
    socket_.async_wait(what, [listener = std::move(listener),
                              reading](boost::system::error_code reason) {
      if (reason == asio::error::operation_aborted) {
        return;
      }
      // What else went wrong the next read or write finds out.
      if (reading) {
        listener->on_readable();
      } else {
        listener->on_writable();
      }
    });
  }

  [[nodiscard]] int descriptor() { return socket_.native_handle(); }

private:
  tcp::socket socket_;
};

class plain_transport final : public socket_transport {
public:
  using socket_transport::socket_transport;

  io_result handshake() override { return {io_status::done}; }

  bool pending() const noexcept override { return false; }

  io_result read(std::span<char> into) override {
    for (;;) {
      const auto got =
        ::recv(descriptor(), into.data(), into.size(), MSG_DONTWAIT);
      if (got > 0) {
        const auto bytes = static_cast<std::size_t>(got);
        return {io_status::done, bytes, bytes == into.size()};
      }
      if (got == 0) {
        return {io_status::ended};
      }
      if (errno != EINTR) {
        return {would_block(errno) ? io_status::blocked : io_status::failed};
      }
    }
  }

  io_result write(std::span<const std::string_view> pieces) override {
    std::array<iovec, 64> parts{};
    const auto count = std::min(pieces.size(), parts.size());
    for (std::size_t at = 0; at < count; ++at) {
      // The call only reads what it calls a place to write to.
      parts[at].iov_base = const_cast<char*>(pieces[at].data());
      parts[at].iov_len = pieces[at].size();
    }
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = count;
    for (;;) {
      const auto sent =
        ::sendmsg(descriptor(), &message, MSG_DONTWAIT | MSG_NOSIGNAL);
      if (sent >= 0) {
        return {io_status::done, static_cast<std::size_t>(sent)};
      }
      if (errno != EINTR) {
        return {would_block(errno) ? io_status::blocked : io_status::failed};
      }
    }
  }
};

// -- TLS ----------------------------------------------------------------------

// OpenSSL's own socket BIO lets a lost connection raise SIGPIPE, so this one
// sends without it. Its data is the descriptor.

[[nodiscard]] int descriptor_of(BIO* of) noexcept {
  return static_cast<int>(reinterpret_cast<std::intptr_t>(BIO_get_data(of)));
}

int bio_write(BIO* to, const char* data, int size) {
  BIO_clear_retry_flags(to);
  const auto sent =
    ::send(descriptor_of(to), data, static_cast<std::size_t>(size),
           MSG_DONTWAIT | MSG_NOSIGNAL);
  if (sent < 0 && (would_block(errno) || errno == EINTR)) {
    BIO_set_retry_write(to);
  }
  return static_cast<int>(sent);
}

int bio_read(BIO* from, char* into, int size) {
  BIO_clear_retry_flags(from);
  const auto got = ::recv(descriptor_of(from), into,
                          static_cast<std::size_t>(size), MSG_DONTWAIT);
  if (got < 0 && (would_block(errno) || errno == EINTR)) {
    BIO_set_retry_read(from);
  }
  if (got == 0) {
    BIO_set_flags(from, BIO_FLAGS_IN_EOF);
  }
  return static_cast<int>(got);
}

long bio_control(BIO* of, int command, long, void*) {
  if (command == BIO_CTRL_FLUSH) {
    return 1;
  }
  if (command == BIO_CTRL_EOF) {
    return BIO_test_flags(of, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0;
  }
  return 0;
}

using bio_method = std::unique_ptr<BIO_METHOD, decltype(&BIO_meth_free)>;

[[nodiscard]] bio_method make_bio_method() {
  bio_method made{BIO_meth_new(BIO_TYPE_SOURCE_SINK, "libsig socket"),
                  &BIO_meth_free};
  if (made) {
    BIO_meth_set_write(made.get(), bio_write);
    BIO_meth_set_read(made.get(), bio_read);
    BIO_meth_set_ctrl(made.get(), bio_control);
    BIO_meth_set_create(made.get(), [](BIO* of) {
      BIO_set_init(of, 1);
      return 1;
    });
  }
  return made;
}

[[nodiscard]] const bio_method& socket_bio_method() {
  // A table of functions that never changes; OpenSSL only makes it at run time.
  static const bio_method made = make_bio_method();
  return made;
}

class tls_transport final : public socket_transport {
public:
  tls_transport(tcp::socket socket, tls_context context)
    : socket_transport{std::move(socket)}, context_{std::move(context)},
      ssl_{SSL_new(context_.get()), &SSL_free} {
    BIO* const bio = ssl_ && socket_bio_method()
                       ? BIO_new(socket_bio_method().get())
                       : nullptr;
    if (bio == nullptr) {
      ssl_.reset();
      return;
    }
    BIO_set_data(
      bio, reinterpret_cast<void*>(static_cast<std::intptr_t>(descriptor())));
    SSL_set_bio(ssl_.get(), bio, bio);
    SSL_set_accept_state(ssl_.get());
  }

  [[nodiscard]] bool usable() const noexcept { return ssl_ != nullptr; }

  io_result handshake() override {
    ERR_clear_error();
    const int outcome = SSL_do_handshake(ssl_.get());
    return outcome == 1 ? io_result{io_status::done}
                        : io_result{status_of(outcome, read_wants_)};
  }

  io_result read(std::span<char> into) override {
    ERR_clear_error();
    const int size =
      static_cast<int>(std::min<std::size_t>(into.size(), INT_MAX));
    const int got = SSL_read(ssl_.get(), into.data(), size);
    if (got > 0) {
      return {io_status::done, static_cast<std::size_t>(got), true};
    }
    return {status_of(got, read_wants_)};
  }

  io_result write(std::span<const std::string_view> pieces) override {
    // Small pieces go in one record.
    joined_.clear();
    std::string_view whole = pieces.front();
    if (pieces.size() > 1 && whole.size() < record_bytes) {
      for (const auto piece : pieces) {
        joined_.append(piece.substr(0, record_bytes - joined_.size()));
        if (joined_.size() == record_bytes) {
          break;
        }
      }
      whole = joined_;
    }
    ERR_clear_error();
    const int sent =
      SSL_write(ssl_.get(), whole.data(),
                static_cast<int>(std::min<std::size_t>(whole.size(), INT_MAX)));
    if (joined_.capacity() > record_bytes / 8) {
      std::string{}.swap(joined_);
    }
    if (sent > 0) {
      return {io_status::done, static_cast<std::size_t>(sent)};
    }
    return {status_of(sent, write_wants_)};
  }

  void when_readable(std::shared_ptr<transport_listener> listener) override {
    wait(read_wants_, std::move(listener), true);
  }

  void when_writable(std::shared_ptr<transport_listener> listener) override {
    wait(write_wants_, std::move(listener), false);
  }

  bool pending() const noexcept override {
    return SSL_has_pending(ssl_.get()) != 0;
  }

  void end_writing() noexcept override {
    ERR_clear_error();
    if (SSL_is_init_finished(ssl_.get()) != 0) {
      SSL_shutdown(ssl_.get());
      ERR_clear_error();
    }
    socket_transport::end_writing();
  }

private:
  static constexpr std::size_t record_bytes = 16u << 10;

  [[nodiscard]] io_status status_of(int outcome,
                                    tcp::socket::wait_type& wants) noexcept {
    switch (SSL_get_error(ssl_.get(), outcome)) {
    case SSL_ERROR_WANT_READ:
      wants = tcp::socket::wait_read;
      return io_status::blocked;
    case SSL_ERROR_WANT_WRITE:
      wants = tcp::socket::wait_write;
      return io_status::blocked;
    case SSL_ERROR_ZERO_RETURN:
      return io_status::ended;
    default:
      ERR_clear_error();
      return io_status::failed;
    }
  }

  tls_context context_;
  std::unique_ptr<SSL, decltype(&SSL_free)> ssl_;
  std::string joined_;
  tcp::socket::wait_type read_wants_ = tcp::socket::wait_read;
  tcp::socket::wait_type write_wants_ = tcp::socket::wait_write;
};

} // namespace

std::unique_ptr<transport> make_transport(tcp::socket socket,
                                          tls_context context) {
  boost::system::error_code reason;
  socket.non_blocking(true, reason);
  if (reason) {
    return nullptr;
  }
  socket.set_option(tcp::no_delay{true}, reason);
  if (!context) {
    return std::make_unique<plain_transport>(std::move(socket));
  }
  auto made =
    std::make_unique<tls_transport>(std::move(socket), std::move(context));
  if (!made->usable()) {
    return nullptr;
  }
  return made;
}

} // namespace libsig::http::internal
