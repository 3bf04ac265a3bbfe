#include "libsig/http/server.hpp"

#include "libsig/http/internal/listener.hpp"
#include "libsig/http/internal/server_state.hpp"
#include "libsig/http/internal/tls_context.hpp"
#include "libsig/http/internal/worker.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <random>
#include <thread>
#include <utility>

namespace libsig::http {

namespace {

// How often the end of draining is looked for.
constexpr std::chrono::milliseconds drain_look{2};

[[nodiscard]] std::string make_id_prefix() {
  std::random_device random;
  std::array<char, 16> text{};
  const int size = std::snprintf(text.data(), text.size(), "%08x", random());
  return {text.data(), static_cast<std::size_t>(std::max(size, 0))};
}

[[nodiscard]] result<void> check(const server_options& options) {
  if (options.listen.empty()) {
    return fail(errc::invalid_argument, "no address to listen on is given");
  }
  if (options.threads == 0 || options.threads > 256) {
    return fail(errc::invalid_argument, "a server has 1 to 256 threads");
  }
  const auto& limits = options.limits;
  if (limits.head_bytes < 256 || limits.head_bytes > (1u << 20)
      || limits.fields == 0 || limits.pipeline == 0
      || limits.stream_chunks == 0) {
    return fail(errc::invalid_argument, "a limit of the server is too small "
                                        "or too large");
  }
  return {};
}

} // namespace

result<void> check_tls(const tls_files& files) {
  auto made = internal::make_tls_context(files);
  return made ? result<void>{} : fail(std::move(made).error());
}

struct server::implementation {
  std::shared_ptr<internal::server_state> state;
  internal::tls_holder certificate;
  std::vector<std::unique_ptr<internal::worker>> workers;
  std::vector<std::shared_ptr<internal::listener>> listeners;
  std::vector<listen_address> listening;
  std::vector<std::thread> threads;

  ~implementation() { end(); }

  [[nodiscard]] result<void> listen();
  void run();
  void drain();
  void end();
};

result<void> server::implementation::listen() {
  std::vector<internal::worker*> all;
  for (const auto& each : workers) {
    all.push_back(each.get());
  }
  for (const auto& at : state->options.listen) {
    auto made =
      std::make_shared<internal::listener>(state, all, certificate, at.tls);
    const auto port = made->bind(at);
    if (!port) {
      return fail(port.error());
    }
    listening.push_back(at);
    listening.back().port = *port;
    listeners.push_back(std::move(made));
  }
  return {};
}

void server::implementation::run() {
  for (const auto& each : workers) {
    threads.emplace_back([&worker = *each] { worker.run(); });
  }
  for (const auto& each : listeners) {
    each->start();
  }
}

void server::implementation::drain() {
  if (state->draining.exchange(true)) {
    return;
  }
  for (const auto& each : listeners) {
    each->stop();
  }
  for (const auto& each : workers) {
    each->drain();
  }
}

void server::implementation::end() {
  if (threads.empty()) {
    return;
  }
  drain();
  for (const auto& each : workers) {
    each->end();
  }
  for (auto& each : threads) {
    each.join();
  }
  threads.clear();
  listeners.clear();
  workers.clear();
}

result<server> server::start(server_options options, route_table routes,
                             application& what, observer* seen) {
  if (const auto checked = check(options); !checked) {
    return fail(checked.error());
  }
  if (!options.time) {
    options.time = std::make_shared<system_clock>();
  }
  auto made = std::make_unique<implementation>();
  if (std::ranges::any_of(options.listen, &listen_address::tls)) {
    auto context = internal::make_tls_context(options.tls);
    if (!context) {
      return fail(context.error());
    }
    made->certificate.set(*std::move(context));
  }
  made->state = std::make_shared<internal::server_state>(
    std::move(options), std::move(routes), what, seen);
  made->state->id_prefix = make_id_prefix();
  for (std::size_t at = 0; at < made->state->options.threads; ++at) {
    made->workers.push_back(std::make_unique<internal::worker>(made->state));
  }
  if (const auto listened = made->listen(); !listened) {
    return fail(listened.error());
  }
  made->run();
  return server{std::move(made)};
}

server::server(std::unique_ptr<implementation> made) noexcept
  : made_{std::move(made)} {}

server::server(server&&) noexcept = default;
server& server::operator=(server&&) noexcept = default;
server::~server() = default;

result<void> server::reload_tls() {
  auto context = internal::make_tls_context(made_->state->options.tls);
  if (!context) {
    return fail(context.error());
  }
  made_->certificate.set(*std::move(context));
  return {};
}

void server::drain() { made_->drain(); }

void server::stop(std::chrono::milliseconds deadline) {
  made_->drain();
  for (auto waited = std::chrono::milliseconds{0};
       waited < deadline && made_->state->connections.load() > 0;
       waited += drain_look) {
    std::this_thread::sleep_for(drain_look);
  }
  made_->end();
}

const std::vector<listen_address>& server::listening() const noexcept {
  return made_->listening;
}

server_numbers server::numbers() const noexcept {
  const auto& state = *made_->state;
  server_numbers made;
  made.connections_accepted = state.connections_accepted.load();
  made.connections_open = state.connections.load();
  made.connections_refused = state.connections_refused.load();
  made.requests = state.requests.load();
  made.streams_open = state.streams.load();
  made.streams_cut = state.streams_cut.load();
  made.body_bytes_in_flight = state.body_bytes.load();
  made.deadlines_missed = state.deadlines_missed.load();
  made.handshakes_failed = state.handshakes_failed.load();
  return made;
}

} // namespace libsig::http
