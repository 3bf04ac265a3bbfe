#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "apps/sigd/options.hpp"
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

  /// Opens the store, takes up what is owed, and listens.
  [[nodiscard]] static result<node> start(const node_settings& how,
                                          failure_handler failed);

  node(node&&) noexcept;
  node& operator=(node&&) noexcept;

  /// Stops at once.
  ~node();

  /// Refuses what is new, lets the rest end, at most so long, and closes the
  /// store.
  void stop(std::chrono::milliseconds at_most);

  /// Where it listens, with the port in use.
  [[nodiscard]] const http::listen_address& listening() const;

private:
  struct parts;

  explicit node(std::unique_ptr<parts> made) noexcept;

  std::unique_ptr<parts> parts_;
};

} // namespace libsig::sigd
