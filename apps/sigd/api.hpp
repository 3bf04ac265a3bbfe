#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <vector>

#include "apps/sigd/live_feed.hpp"
#include "apps/sigd/signals_api.hpp"
#include "libsig/access/authenticator.hpp"
#include "libsig/http/access.hpp"
#include "libsig/http/router.hpp"
#include "libsig/http/server.hpp"
#include "libsig/runtime/runtime.hpp"

namespace libsig::sigd {

/// What the node serves over HTTP: who may come in, and which path leads where.
class api final : public http::application {
public:
  /// All references must outlive it.
  api(runtime& node, live_feed& feed, const access::authenticator& door);

  /// The paths, in the order in which `handle` knows them.
  [[nodiscard]] static result<http::route_table> routes();

  /// Whether the node takes requests; `/readyz` says so.
  void set_ready(bool ready) noexcept { ready_.store(ready); }

  [[nodiscard]] std::optional<http::response>
  admit(const http::request& head) override;

  void handle(http::request received, http::responder answer) override;

private:
  using handler = void (api::*)(http::request&&, const access::caller&,
                                http::responder&&);

  struct operation;

  /// All operations; the table of routes has them in the same order.
  [[nodiscard]] static const std::vector<operation>& operations();

  [[nodiscard]] result<access::caller> caller_of(const http::request& of) const;

  void publish(http::request&& received, const access::caller& by,
               http::responder&& answer);
  void list(http::request&& received, const access::caller& by,
            http::responder&& answer);
  void find(http::request&& received, const access::caller& by,
            http::responder&& answer);
  void stream(http::request&& received, const access::caller& by,
              http::responder&& answer);
  void health(const http::request& received, http::responder&& answer) const;

  live_feed& feed_;
  const access::authenticator& door_;
  signals_api signals_;
  http::access_rules rules_;
  std::atomic<bool> ready_{false};
};

} // namespace libsig::sigd
