#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

#include "libsig/core/error.hpp"
#include "libsig/http/internal/event_loop.hpp"
#include "libsig/http/internal/server_state.hpp"
#include "libsig/http/internal/tls_context.hpp"
#include "libsig/http/internal/worker.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

namespace libsig::http::internal {

/// The certificate in use. It has a mutex since it is changed by whoever
/// reloads it, and read by the threads that accept.
class tls_holder {
public:
  void set(tls_context context) {
    const std::lock_guard guard{mutex_};
    context_ = std::move(context);
  }

  [[nodiscard]] tls_context get() {
    const std::lock_guard guard{mutex_};
    return context_;
  }

private:
  std::mutex mutex_;
  tls_context context_;
};

/// Accepts connections at one address and spreads them over the workers. Runs
/// on the thread of the first worker.
class listener : public std::enable_shared_from_this<listener> {
public:
  listener(std::shared_ptr<server_state> server, std::vector<worker*> workers,
           tls_holder& certificate, bool tls);

  /// Binds the address; the port it got.
  [[nodiscard]] result<std::uint16_t> bind(const listen_address& at);

  /// Begins to accept. From any thread.
  void start();

  /// Ends accepting. From any thread; `start` came before.
  void stop();

private:
  void accept();
  void on_accept(boost::system::error_code reason,
                 boost::asio::ip::tcp::socket socket, worker& home);
  void pause(boost::system::error_code reason);
  void hand_over(boost::asio::ip::tcp::socket socket, worker& home);

  std::shared_ptr<server_state> server_;
  std::vector<worker*> workers_;
  tls_holder& certificate_;
  bool tls_;
  std::size_t next_ = 0;
  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::steady_timer pause_;
};

} // namespace libsig::http::internal
