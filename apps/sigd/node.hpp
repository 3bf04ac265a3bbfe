#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

#include "apps/node_settings/node_settings.hpp"
#include "apps/sigd/log.hpp"
#include "libsig/core/error.hpp"
#include "libsig/http/options.hpp"

namespace libsig::sigd {

/// A node: its log, its actors, its server. Its functions are called by one
/// thread.
class node {
public:
  /// Told once when the log cannot be written any more, on any thread; the
  /// process is to end then.
  using failure_handler = std::function<void(const error& why)>;

  /// Who is told what goes on.
  struct listeners {
    /// May be empty.
    failure_handler failed = {};
    /// May be null; must outlive the node.
    logger* to = nullptr;
  };

  /// What `start` would refuse of the settings themselves: certificates that
  /// cannot be used, webhooks that lead nowhere, files that others keep. Opens
  /// no store, makes no connection and writes nothing.
  [[nodiscard]] static result<void> check(const node_settings& how);

  /// Opens the store, takes up what is owed, and listens.
  [[nodiscard]] static result<node> start(const node_settings& how,
                                          listeners told);

  node(node&&) noexcept;
  node& operator=(node&&) noexcept;

  /// Stops at once.
  ~node();

  /// Refuses what is new, lets the rest end, at most so long in all and a
  /// moment for each part, and closes the store.
  void stop(std::chrono::milliseconds at_most);

  /// Takes over what can change while the node runs: tokens, the grants of
  /// loopback, hosts and origins, and what the files of the certificate hold
  /// now. Streams of callers whose rights changed are cut. On an error all
  /// stays as it was.
  [[nodiscard]] result<void> reload(const node_settings& how);

  /// Where it listens, in the order of the settings, with the ports in use.
  [[nodiscard]] const std::vector<http::listen_address>& listening() const;

private:
  struct parts;

  explicit node(std::unique_ptr<parts> made) noexcept;

  std::unique_ptr<parts> parts_;
};

} // namespace libsig::sigd
