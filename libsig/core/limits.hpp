#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

/// Every bound of the library in one place, and what happens at it.
namespace libsig::limits {

// -- JSON (codec/guard.hpp refuses what exceeds them)
// --------------------------

/// Levels of arrays and objects in one document.
inline constexpr std::size_t json_depth_max = 64;

/// Members and elements of one document, of all its objects and arrays
/// together.
inline constexpr std::size_t json_members_max = 10'000;

/// Bytes of one event.
inline constexpr std::size_t event_bytes_max = 8u << 20;

/// Bytes of one `review.request` as JSON (escapes may double the diff).
inline constexpr std::size_t review_request_bytes_max = 128u << 20;

// -- signals
// -------------------------------------------------------------------

/// Length of the chain of causes; a longer one is refused.
inline constexpr unsigned hops_max = 16;

/// Extension attributes of one signal.
inline constexpr std::size_t extensions_max = 64;

/// Bytes of a type, a source, a subject or an id each.
inline constexpr std::size_t attribute_bytes_max = 4096;

/// Bytes of the names of agents, identities and tenants.
inline constexpr std::size_t name_bytes_max = 128;

/// Signals of one batch.
inline constexpr std::size_t batch_signals_max = 10'000;

// -- callers
// -------------------------------------------------------------------

/// Tokens of one node; names and patterns of types of one token.
inline constexpr std::size_t tokens_max = 10'000;
inline constexpr std::size_t token_names_max = 1'000;
inline constexpr std::size_t token_patterns_max = 100;

/// Addresses whose failures are remembered; at the bound the one that failed
/// longest ago is forgotten.
inline constexpr std::size_t failing_peers_max = 4'096;

// -- routes
// --------------------------------------------------------------------

/// Bytes and segments of one pattern.
inline constexpr std::size_t pattern_bytes_max = 1024;
inline constexpr std::size_t pattern_segments_max = 64;

/// Priorities of routes lie in -route_priority_max..route_priority_max.
inline constexpr int route_priority_max = 100;

// -- reviews
// -------------------------------------------------------------------

/// Bytes of one diff.
inline constexpr std::size_t diff_bytes_max = 64u << 20;

/// Files and lines of one diff that are kept apart; beyond them it is refused.
inline constexpr std::size_t diff_files_max = 100'000;

/// Bytes of a line that the checks look into; coverage says so of longer ones.
inline constexpr std::size_t checked_line_bytes_max = 64u << 10;

/// Bytes of a review id.
inline constexpr std::size_t review_id_bytes_max = 256;

/// Labels of a request and bytes of a label or an intent.
inline constexpr std::size_t labels_max = 100;
inline constexpr std::size_t label_bytes_max = 256;

/// Globs of one list of a request's options and bytes of each.
inline constexpr std::size_t globs_max = 100;
inline constexpr std::size_t glob_bytes_max = 256;

/// Names of functions in a request's `metadata.hot_functions`.
inline constexpr std::size_t hot_functions_max = 1'000;

/// Findings of one summary; the rest is counted.
inline constexpr std::size_t findings_max = 5'000;

/// Files named in each list of a coverage statement; the rest is counted.
inline constexpr std::size_t coverage_files_max = 10'000;

/// Closed reviews that one shard of the coordinator remembers, so that a late
/// result shows with its review; one for an older review is only counted.
inline constexpr std::size_t recent_reviews_max = 4'096;

/// Specialists of one pipeline (a review keeps a bit for each).
inline constexpr std::size_t specialists_max = 32;

/// A review that states no deadline has this one.
inline constexpr std::chrono::milliseconds review_deadline_default{30'000};

/// The longest deadline a review may state.
inline constexpr std::chrono::milliseconds review_deadline_max{86'400'000};

/// Learning state of one specialist.
inline constexpr std::size_t review_history_max = 100;
inline constexpr std::size_t scar_tissue_max = 50;
inline constexpr std::size_t learned_patterns_max = 1'000;
inline constexpr std::size_t learned_examples_max = 10;

// -- runtime
// -------------------------------------------------------------------

/// Signals that wait in one actor's mailbox; at the bound publishing is refused
/// with `errc::overloaded`.
inline constexpr std::size_t mailbox_signals_max = 1u << 20;

/// Requests that wait for one shard of an actor and were not handed to it yet;
/// one more is answered with `errc::overloaded`.
inline constexpr std::size_t requests_waiting_max = 1u << 17;

/// Restarts of one actor within `restart_window`; beyond them it stays down.
inline constexpr unsigned restarts_max = 5;
inline constexpr std::chrono::seconds restart_window{10};

/// How long a reactor whose making fails again and again stays away: twice as
/// long each time, from the first to the longest.
inline constexpr std::chrono::milliseconds restart_pause_first{50};
inline constexpr std::chrono::milliseconds restart_pause_max{30'000};

/// Timers of one shard of an actor.
inline constexpr std::size_t timers_max = 4u << 20;

/// Shards of one actor.
inline constexpr std::size_t shards_max = 64;

/// Records of which the memory journal keeps the bodies, and keys it keeps.
inline constexpr std::size_t memory_journal_records_max = 4'096;
inline constexpr std::size_t memory_journal_keys_max = 64u << 20;

/// Bytes of bodies that a store keeps unless it is told otherwise.
inline constexpr std::uint64_t store_bytes_max = std::uint64_t{8} << 30;

/// Bytes of the bodies in one page of the log, and records that are looked at
/// for it.
inline constexpr std::size_t page_bytes_max = 8u << 20;
inline constexpr std::size_t page_scanned_max = 65'536;

/// Bodies that one commit retires, or keys that it looks at, at most.
inline constexpr std::size_t retired_per_commit_max = 4'096;

/// Dead letters; the oldest go, are counted and told of.
inline constexpr std::size_t dead_letters_max = 10'000;

/// Bytes of the signals that dead letters hold themselves, since they never
/// came into the log; the oldest go.
inline constexpr std::size_t dead_letter_bytes_max = 256u << 20;

/// Bytes of the bodies in the log that dead letters keep from retiring, as a
/// part of what the store keeps; the oldest dead letters go.
inline constexpr std::uint64_t dead_letter_store_part = 8;

/// Damaged records of which a store keeps a copy; the rest stay where they are.
inline constexpr std::size_t quarantine_records_max = 10'000;

// -- publishers
// ----------------------------------------------------------------

/// Publishers of one node, each with a thread of its own.
inline constexpr std::size_t publishers_max = 64;

/// Signals and their bytes that are held for publishers which lag behind a
/// little; beyond either they read the log.
inline constexpr std::size_t tail_signals_max = 16'384;
inline constexpr std::size_t tail_bytes_max = 4u << 20;

/// Bytes of a line-by-line file before it is put aside, and how many of those
/// that were put aside are kept.
inline constexpr std::uint64_t line_file_bytes_max = 64u << 20;
inline constexpr unsigned line_files_kept = 4;

/// Bytes of a webhook's answer that are read.
inline constexpr std::size_t webhook_answer_bytes_max = 64u << 10;

// -- topics and waits
// ----------------------------------------------------------

/// Topics of one tenant that have a kept signal; a signal of one more type is
/// refused with `errc::overloaded`. Topics with a cursor have the same bound.
inline constexpr std::size_t topics_max = 1'000'000;

/// Topics of one wait.
inline constexpr std::size_t wait_topics_max = 1'000;

/// Waits that are parked together, and those of one caller.
inline constexpr std::size_t parked_waits_max = 100'000;
inline constexpr std::size_t caller_parked_waits_max = 10'000;

/// Topics of all parked waits and bytes of their requests; one caller has a
/// tenth.
inline constexpr std::size_t parked_topics_max = 1'000'000;
inline constexpr std::size_t parked_bytes_max = 256u << 20;

/// Parked waits that one step ends because their time is up; more that are due
/// follow at once.
inline constexpr std::size_t timeouts_per_step_max = 1'024;

/// How long a wait with a shorter timeout may be held up by the answer before
/// it, of which is not known yet whether it was written.
inline constexpr std::chrono::milliseconds wait_held_up_max{5'000};

/// How long a wait lasts at most, and when it does not say.
inline constexpr std::chrono::milliseconds wait_timeout_max{600'000};
inline constexpr std::chrono::milliseconds wait_timeout_default{30'000};

/// Bytes of a topic's payload as compact JSON, unless it is set otherwise.
inline constexpr std::size_t topic_payload_bytes_default = 65'536;

/// A cursor that nobody has used for so long goes; how many go at a time, and
/// how often it is looked for them.
inline constexpr std::chrono::hours cursor_unused_max{30 * 24};
inline constexpr std::size_t cursors_per_sweep_max = 1'024;
inline constexpr std::chrono::minutes cursor_sweep_interval{10};

/// Visibility events of one conversation, and conversations that have some; the
/// oldest go.
inline constexpr std::size_t visibility_events_max = 1'000;
inline constexpr std::size_t visibility_conversations_max = 10'000;

/// Bytes of the visibility events of one tenant; the oldest go.
inline constexpr std::size_t visibility_bytes_max = 1u << 30;

/// Who follows conversations at the same time, and events of one answer.
inline constexpr std::size_t parked_follows_max = 100'000;
inline constexpr std::size_t follow_events_max = 1'000;

/// Bytes of the name of a conversation.
inline constexpr std::size_t conversation_bytes_max = 256;

// -- agents, subscriptions, deliveries
// ------------------------------------------

/// Of one tenant each; at the bound one more is `errc::overloaded`.
inline constexpr std::size_t agents_max = 1'000'000;
inline constexpr std::size_t subscriptions_max = 1'000'000;

/// Items that wait for one agent; at the bound the newest one becomes a dead
/// letter.
inline constexpr std::size_t pending_deliveries_max = 100'000;

/// Bytes of the signals that wait for the agents of one tenant, each counted
/// once, as a part of what the store keeps; at the bound the newest item
/// becomes a dead letter.
inline constexpr std::uint64_t pending_store_part = 4;

/// An item that no agent has settled for so long becomes a dead letter.
inline constexpr std::chrono::hours pending_age_max{30 * 24};

/// Patterns that an item names; of more that match, the most specific.
inline constexpr std::size_t delivery_patterns_max = 256;

/// Signals after which is written how far the log was matched, when nothing
/// else was written with that.
inline constexpr std::uint64_t matched_signals_unsaved_max = 1'000;

/// Handled deliveries of one agent that are remembered; the oldest go.
inline constexpr std::size_t handled_deliveries_max = 1'000;

/// How often an item is handed out and failed before it is a dead letter, and
/// how long it rests after the first failure; each later rest is twice as long.
inline constexpr unsigned delivery_attempts_max = 5;
inline constexpr std::chrono::milliseconds delivery_backoff{1'000};

// -- schedules
// -----------------------------------------------------------------

/// Of one tenant, and bytes of their data together; at either bound one more is
/// `errc::overloaded`.
inline constexpr std::size_t schedules_max = 1'000'000;
inline constexpr std::size_t schedule_bytes_max = 512u << 20;

/// Bytes of a repeat key.
inline constexpr std::size_t repeat_key_bytes_max = 4'096;

/// Rows of one list of scheduled signals.
inline constexpr std::size_t schedule_page_max = 10'000;

/// Scheduled signals that one step fires; more that are due follow at once.
inline constexpr std::size_t firings_per_step_max = 16'384;

/// How long the scheduler sleeps at most, so that it notices a changed clock.
inline constexpr std::chrono::milliseconds schedule_sleep_max{60'000};

} // namespace libsig::limits
