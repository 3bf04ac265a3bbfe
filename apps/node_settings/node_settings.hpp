#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libsig/access/rights.hpp"
#include "libsig/access/token.hpp"
#include "libsig/core/limits.hpp"
#include "libsig/core/pattern.hpp"
#include "libsig/http/access.hpp"
#include "libsig/http/options.hpp"
#include "libsig/journal/sqlite_journal.hpp"

namespace libsig::sigd {

/// How much is kept, and for how long; nothing stands for no bound.
struct retention_settings {
  /// Bytes of the log's bodies.
  std::uint64_t bytes = limits::store_bytes_max;
  /// Age of the log's bodies.
  std::optional<std::chrono::milliseconds> age;
  /// Keys of signals and reviews, and their age.
  std::optional<std::uint64_t> dedupe;
  std::optional<std::chrono::milliseconds> dedupe_age;
  /// How long the rows of closed reviews are kept.
  std::optional<std::chrono::milliseconds> closed_reviews =
    std::chrono::days{30};
  std::size_t dead_letters = 10'000;
  /// Bytes of the log's bodies that dead letters keep; 0 for a part of `bytes`.
  std::uint64_t dead_letter_bytes = 0;

  [[nodiscard]] std::uint64_t dead_letter_bytes_max() const noexcept {
    return dead_letter_bytes > 0 ? dead_letter_bytes
                                 : bytes / limits::dead_letter_store_part;
  }
};

/// How the node reviews.
struct review_settings {
  std::string source_prefix = "/synapse";
  /// Of a review that states no deadline.
  std::chrono::milliseconds timeout = limits::review_deadline_default;
  /// Of the coordinator.
  std::size_t shards = 2;
};

/// How topics are served.
struct topic_settings {
  /// Topics that may be sent to and waited for; all when empty.
  std::vector<std::string> prefixes;
  /// Bytes of a payload as compact JSON.
  std::size_t payload_bytes_max = limits::topic_payload_bytes_default;
  /// Waits that are parked together, and those of one caller.
  std::size_t parked_waits_max = limits::parked_waits_max;
  std::size_t caller_parked_waits_max = limits::caller_parked_waits_max;
  /// Of one tenant; topics with a cursor have the same bound.
  std::size_t topics_max = limits::topics_max;
  /// How long an unused cursor is kept; nothing for always.
  std::optional<std::chrono::milliseconds> cursor_age =
    limits::cursor_unused_max;
};

/// What is kept for people who look on.
struct visibility_settings {
  /// Events of one conversation, and conversations that have some.
  std::size_t events_max = limits::visibility_events_max;
  std::size_t conversations_max = limits::visibility_conversations_max;
  /// Bytes of an event's JSON on a stream; 0 for no bound.
  std::size_t sse_bytes_max = 0;
};

/// Amounts of one tenant, and of one agent.
struct subscription_settings {
  std::size_t agents_max = limits::agents_max;
  std::size_t subscriptions_max = limits::subscriptions_max;
  std::size_t handled_deliveries_max = limits::handled_deliveries_max;
  /// Items that wait for one agent.
  std::size_t pending_max = limits::pending_deliveries_max;
  /// Bytes of the signals that wait for the agents of one tenant; 0 for a part
  /// of the store's.
  std::uint64_t pending_bytes = 0;
  /// How long an item waits at most; nothing for as long as it takes.
  std::optional<std::chrono::milliseconds> pending_age =
    limits::pending_age_max;
  /// Attempts at one item; then it is a dead letter.
  unsigned attempts_max = limits::delivery_attempts_max;
  /// The rest after the first one failed; each later one is twice as long.
  std::chrono::milliseconds backoff = limits::delivery_backoff;
};

/// What a log of the node's doings looks like; the words of `[log]`.
struct log_settings {
  /// `debug`, `info`, `warning`, `error` or `off`.
  std::string level = "info";
  /// `text` or `json`.
  std::string format = "text";
};

/// Where a publisher brings signals.
enum class publisher_kind : std::uint8_t { standard_output, file, webhook };

/// One of `[[publishers]]`.
struct publisher_settings {
  std::string name;
  publisher_kind kind = publisher_kind::standard_output;
  /// What it brings: types that match one of them; all when empty.
  std::vector<pattern> types;
  /// Of a file.
  std::string path;
  /// Of a webhook.
  std::string url;
  /// What requests are signed with; empty for not at all.
  std::string secret;
  /// Networks beside the public internet that a webhook may lead to, such as
  /// `10.0.0.0/8` or `::1`.
  std::vector<std::string> allow_private;
  /// Attempts at one signal; then it is a dead letter.
  unsigned max_attempts = 10;
  /// Of one attempt.
  std::chrono::milliseconds timeout{10'000};
  /// Where it stands in the configuration, for errors.
  std::string place;
};

/// All that a node is told.
struct node_settings {
  /// The folder of the store.
  std::string data;
  std::vector<http::listen_address> listen{{"127.0.0.1", 7733, false}};
  journal::durability durability = journal::durability::full;
  /// Empty without TLS.
  http::tls_files tls;
  http::server_limits limits;
  /// Threads of the server.
  std::size_t threads = 2;
  /// What clients are told to wait with 429 and 503.
  std::chrono::milliseconds retry_after{1'000};
  http::access_rules rules;
  retention_settings retention;
  review_settings review;
  topic_settings topics;
  visibility_settings visibility;
  subscription_settings subscriptions;
  /// Delayed signals of one tenant, and bytes of their data.
  std::size_t schedules_max = limits::schedules_max;
  std::size_t schedule_bytes_max = limits::schedule_bytes_max;
  log_settings log;
  /// How long an end may take once it was asked for.
  std::chrono::milliseconds drain{10'000};
  /// Of callers on a node without tokens.
  access::grant_set loopback_grants;
  std::vector<access::token_entry> tokens;
  std::vector<publisher_settings> publishers;
};

/// The file of the log in the data folder.
[[nodiscard]] inline std::string store_path(const node_settings& of) {
  return of.data + "/signals.db";
}

} // namespace libsig::sigd
