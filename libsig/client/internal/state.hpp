#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "libsig/client/client.hpp"
#include "libsig/client/internal/delivery_loop.hpp"
#include "libsig/client/internal/waiting.hpp"
#include "libsig/core/draft.hpp"
#include "libsig/engine/gate.hpp"

namespace libsig::client {

/// What a client and its copies share. Any thread.
struct client::state {
  state(runtime& on, client_options given, std::string speaks_as);

  runtime& node;
  const client_options how;
  const std::string source;
  /// Shared with subscriptions, which may outlive the client.
  const std::shared_ptr<internal::delivery_loop> deliveries;
  /// Shared with what the runtime still answers.
  const std::shared_ptr<internal::waiting> waits;

  /// Publishes for this client.
  void publish(draft what, receipt_handler done) const;

  /// The same, and waits for the receipt.
  [[nodiscard]] result<journal::receipt> publish(draft what) const;

  /// A draft of the client's own.
  [[nodiscard]] draft make_draft(std::string_view type, event_data data) const;

  /// Trimmed; refuses what is blank, and reserved types without the right.
  [[nodiscard]] result<std::string> check_type(std::string_view type) const;

  /// The data as this client may see it.
  [[nodiscard]] event_data shown(const event_data& data) const;
};

/// JSON text of a caller, guarded.
[[nodiscard]] result<event_data> read_data(std::string json);

} // namespace libsig::client
