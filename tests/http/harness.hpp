#pragma once

#include "tests/support/http_client.hpp"

#include "libsig/http/server.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace test {

namespace http = libsig::http;
using namespace std::chrono_literals;

/// A clock that any thread may move.
class shared_clock final : public libsig::clock {
public:
  void advance(std::chrono::microseconds by) { passed_ += by.count(); }

  [[nodiscard]] libsig::wall_time wall_now() const noexcept override {
    return libsig::wall_time{784'111'777'000ms};
  }

  [[nodiscard]] libsig::steady_time steady_now() const noexcept override {
    return libsig::steady_time{std::chrono::microseconds{passed_.load()}};
  }

private:
  std::atomic<std::int64_t> passed_{1'000'000};
};

/// Something that one thread waits for and another one gives.
template <class T>
class given {
public:
  void put(T value) {
    {
      const std::lock_guard guard{mutex_};
      values_.push_back(std::move(value));
    }
    changed_.notify_all();
  }

  /// The next one; throws when none comes.
  T take() {
    std::unique_lock guard{mutex_};
    if (!changed_.wait_for(guard, std::chrono::milliseconds{patience_ms},
                           [this] { return !values_.empty(); })) {
      throw std::runtime_error{"nothing came"};
    }
    T value = std::move(values_.front());
    values_.erase(values_.begin());
    return value;
  }

  [[nodiscard]] std::size_t size() {
    const std::lock_guard guard{mutex_};
    return values_.size();
  }

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<T> values_;
};

/// What a request brought, with its responder.
struct call {
  http::request received;
  http::responder answer;
};

/// An application made of functions.
class functions final : public http::application {
public:
  std::function<std::optional<http::response>(const http::request&)> admitting;
  std::function<void(http::request, http::responder)> handling;
  std::function<void(std::string_view, http::response&)> shaping;
  given<call> calls;

  std::optional<http::response> admit(http::request& head) override {
    return admitting ? admitting(head) : std::nullopt;
  }

  void handle(http::request received, http::responder answer) override {
    if (handling) {
      handling(std::move(received), std::move(answer));
    } else {
      calls.put({std::move(received), std::move(answer)});
    }
  }

  void shape_refusal(std::string_view target,
                     http::response& refused) override {
    if (shaping) {
      shaping(target, refused);
    }
  }
};

/// Keeps what it is told.
class listener final : public http::observer {
public:
  given<unsigned> statuses;
  given<std::string> troubles;

  void on_answer(const http::answer_record& record) noexcept override {
    statuses.put(record.status);
  }

  void on_trouble(const libsig::error& what) noexcept override {
    troubles.put(what.message());
  }
};

[[nodiscard]] inline http::route route(std::string method, std::string path,
                                       std::size_t body_limit = 0,
                                       std::vector<std::string> types = {}) {
  http::route made;
  made.method = std::move(method);
  made.path = std::move(path);
  made.body_limit = body_limit;
  made.media_types = std::move(types);
  return made;
}

[[nodiscard]] inline http::response text(std::string body) {
  return http::make_response(200, "text/plain", std::move(body));
}

/// The body of a request as the answer.
inline void echo(http::request received, http::responder answer) {
  answer.answer(text(received.body));
}

/// A server on a free port of loopback, with one thread and a clock that
/// stands.
struct harness {
  functions what;
  listener seen;
  std::shared_ptr<shared_clock> clock = std::make_shared<shared_clock>();
  http::server_options options;
  std::vector<http::route> routes{
    route("GET", "/"),
    route("GET", "/things/{name}"),
    route("POST", "/echo", 1'000),
    route("POST", "/big", 8u << 20),
    route("POST", "/json", 1'000, {"application/json", "text/*"}),
  };
  std::optional<http::server> server;

  harness() {
    options.threads = 1;
    options.tick = 1ms;
    options.time = clock;
  }

  void start() {
    auto table = http::route_table::make(routes);
    if (!table) {
      throw std::runtime_error{table.error().message()};
    }
    auto made = http::server::start(options, *std::move(table), what, &seen);
    if (!made) {
      throw std::runtime_error{made.error().message()};
    }
    server.emplace(*std::move(made));
  }

  [[nodiscard]] std::uint16_t port() const {
    return server->listening().front().port;
  }

  [[nodiscard]] client connect(int receive_buffer = 0) const {
    return client{port(), receive_buffer};
  }

  /// Asks until the server's numbers are as wished; a wish that does not come
  /// true ends after the clients' patience.
  template <class Wish>
  [[nodiscard]] bool eventually(Wish wish) const {
    for (int turn = 0; turn < patience_ms; ++turn) {
      if (wish(server->numbers())) {
        return true;
      }
      ::poll(nullptr, 0, 1);
    }
    return false;
  }
};

inline const std::string get_root = "GET / HTTP/1.1\r\nHost: here\r\n\r\n";

[[nodiscard]] inline std::string post(const std::string& path,
                                      const std::string& body,
                                      const std::string& more = {}) {
  return "POST " + path + " HTTP/1.1\r\nHost: here\r\n" + more
         + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

} // namespace test
