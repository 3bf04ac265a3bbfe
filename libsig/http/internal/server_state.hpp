#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "libsig/http/options.hpp"
#include "libsig/http/router.hpp"
#include "libsig/http/server.hpp"

namespace libsig::http::internal {

/// What all threads of a server share.
struct server_state {
  server_state(server_options given, route_table table, application& served,
               observer* told)
    : options{std::move(given)}, routes{std::move(table)}, what{served},
      seen{told} {}

  const server_options options;
  const route_table routes;
  application& what;
  observer* const seen;
  /// Begins the ids of requests that came without one.
  std::string id_prefix;

  std::atomic<bool> draining{false};
  std::atomic<std::uint64_t> requests{0};
  std::atomic<std::uint64_t> connections{0};
  std::atomic<std::uint64_t> connections_accepted{0};
  std::atomic<std::uint64_t> connections_refused{0};
  std::atomic<std::uint64_t> streams{0};
  std::atomic<std::uint64_t> streams_cut{0};
  std::atomic<std::uint64_t> body_bytes{0};
  std::atomic<std::uint64_t> deadlines_missed{0};
  std::atomic<std::uint64_t> handshakes_failed{0};

  void trouble(const error& what_happened) const noexcept {
    if (seen != nullptr) {
      seen->on_trouble(what_happened);
    }
  }
};

} // namespace libsig::http::internal
