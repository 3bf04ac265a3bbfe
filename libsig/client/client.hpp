#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "libsig/client/options.hpp"
#include "libsig/client/pending_wait.hpp"
#include "libsig/client/results.hpp"
#include "libsig/client/signal_view.hpp"
#include "libsig/client/subscription.hpp"
#include "libsig/core/data.hpp"
#include "libsig/core/error.hpp"
#include "libsig/core/limits.hpp"
#include "libsig/core/time.hpp"
#include "libsig/journal/journal.hpp"
#include "libsig/runtime/runtime.hpp"
#include "libsig/subscription/requests.hpp"

namespace libsig::client {

/// Is told, once, how a wait ended. Runs on a thread of the runtime, or of
/// whoever publishes just then, and must not block: neither on work of its own
/// nor in calls that wait for an answer; those with a handler are for it.
/// Returning normally says that the messages were taken, so that the cursors
/// move; after an exception the next wait gets them again.
using wait_handler = std::function<void(const result<wait_result>&)>;

/// Are told, once, what became of a publication; under the same rules.
using receipt_handler = std::function<void(result<journal::receipt>)>;
using sent_handler = std::function<void(result<sent>)>;

/// A member of a runtime: it publishes, sends to topics and sleeps until they
/// speak, listens by pattern, and schedules.
///
/// A client speaks as one agent of one tenant: `/agents/<name>` is the source
/// of what it says (`/system` without a name), its name keeps its cursors and
/// has its subscriptions. The runtime must have been given the actors that are
/// asked (`hub::spawn`), otherwise calls fail with `not_found`.
///
/// **Threads.** Every function may be called from any thread; those that return
/// a result of the log or of an actor block until it is there, so not on a
/// thread of the runtime, where handlers of waits, reactors and observers run.
/// Handlers of subscriptions have a thread of their own and may call anything.
///
/// **Lifetime.** A client is cheap to copy; copies share their thread. The
/// runtime must outlive clients, pending waits and subscriptions. The last of a
/// client, its copies and subscriptions to go waits for a handler of a
/// subscription that is at work, and then a second at most for the actor. What
/// was not settled by then comes again: the item at hand of an agent, with one
/// more attempt, and the messages of a wait whose cursor has not moved. So does
/// the item of a handler that ends all of them itself.
///
/// **A full disk.** The journal waits for room, and so do calls that block, as
/// long as it takes or until the runtime stops; those with a handler do not.
///
/// **The end.** When the runtime stops, every parked wait ends with `stopped`,
/// and so do later calls; handlers of subscriptions are told by `on_end`.
///
/// Errors beside those that are named: `stopped`, `overloaded` (try again
/// later), `io` and `storage_full` of the journal.
class client {
public:
  // -- types ------------------------------------------------------------------

  /// What copies share.
  struct state;

  // -- constructors -----------------------------------------------------------

  /// `invalid_argument` for a tenant or a name that is none.
  [[nodiscard]] static result<client> make(runtime& on,
                                           client_options how = {});

  // -- signals ----------------------------------------------------------------

  /// Publishes a signal and returns once it is as durable as the journal
  /// promises. The type is trimmed; `invalid_argument` for a blank one,
  /// `reserved_type` without the right.
  [[nodiscard]] result<journal::receipt>
  publish(std::string_view type, event_data data = {},
          const publish_options& how = {}) const;

  /// The same with data as JSON text; errors are also those of
  /// `codec::guard_json`.
  [[nodiscard]] result<journal::receipt>
  publish(std::string_view type, std::string json,
          const publish_options& how = {}) const;

  /// The same without waiting; the handler may be called before this returns.
  void publish(std::string_view type, event_data data,
               const publish_options& how, receipt_handler done) const;

  /// The newest signals of the tenant, the oldest of them first (D8): at most
  /// `limit`, clamped to 1..`recent_max`, fewer when their data is more than
  /// `limits::page_bytes_max`. Mail and `internal.*` are not among them.
  [[nodiscard]] result<std::vector<signal_view>>
  recent(std::size_t limit = recent_default) const;

  static constexpr std::size_t recent_default = 200;
  static constexpr std::size_t recent_max = 1'000;

  // -- topics -----------------------------------------------------------------

  /// Sends a JSON object to a topic: publishes a signal of that type. An empty
  /// text and `null` are `{}`. Errors, before anything has an effect, are those
  /// of `topic::check_topic` and `topic::check_payload`.
  [[nodiscard]] result<sent> send_signal(std::string_view topic,
                                         std::string_view payload = {},
                                         const send_options& how = {}) const;

  /// The same without waiting; the handler may be called before this returns.
  void send_signal(std::string_view topic, std::string_view payload,
                   const send_options& how, sent_handler done) const;

  /// Blocks until the topic has a message behind the consumer's cursor, or the
  /// timeout has passed. The cursor moves when the call returns. Errors are
  /// those of `topic::check_topics`.
  [[nodiscard]] result<wait_result>
  wait_for_signal(std::string_view topic, const wait_options& how = {}) const;

  /// Until any of the topics has one. The first topic in the list that has a
  /// message wins, and no other one's cursor moves.
  [[nodiscard]] result<wait_result>
  wait_for_any(const std::vector<std::string>& topics,
               const wait_options& how = {}) const;

  /// Until each of the topics has one. Cursors move when there are all.
  [[nodiscard]] result<wait_result>
  wait_for_all(const std::vector<std::string>& topics,
               const wait_options& how = {}) const;

  /// The same without blocking. An error here means that nothing was begun, and
  /// the handler is not called. Keep the handle: its destruction cancels.
  [[nodiscard]] result<pending_wait> wait_for_signal(std::string_view topic,
                                                     const wait_options& how,
                                                     wait_handler done) const;

  [[nodiscard]] result<pending_wait>
  wait_for_any(const std::vector<std::string>& topics, const wait_options& how,
               wait_handler done) const;

  [[nodiscard]] result<pending_wait>
  wait_for_all(const std::vector<std::string>& topics, const wait_options& how,
               wait_handler done) const;

  // -- cursors ----------------------------------------------------------------

  /// The id of the message behind which the cursor stands, or the cursor itself
  /// where it stands behind none; `not_found` when there is no cursor. All
  /// three need a consumer or a conversation: `invalid_argument` without.
  [[nodiscard]] result<std::string> cursor(std::string_view topic,
                                           const cursor_options& of = {}) const;

  /// Moves a cursor, also back, to behind a message or to another cursor;
  /// `not_found` for one that is unknown or gone.
  [[nodiscard]] result<void> set_cursor(std::string_view topic,
                                        std::string_view last_id,
                                        const cursor_options& of = {}) const;

  /// Forgets a cursor; `not_found` when there is none.
  [[nodiscard]] result<void> reset_cursor(std::string_view topic,
                                          const cursor_options& of = {}) const;

  // -- subscriptions ----------------------------------------------------------

  /// Subscribes this agent durably, registering it when it is new, and hands
  /// its items to the handler for as long as the subscription exists. An item
  /// whose pattern nobody listens to waits for who does. Needs a name;
  /// `invalid_pattern`.
  [[nodiscard]] result<subscription>
  subscribe(std::string_view pattern, delivery_handler handler,
            const subscribe_options& how = {}) const;

  /// Removes the row of exactly this pattern; whether there was one.
  [[nodiscard]] result<bool> unsubscribe(std::string_view pattern) const;

  /// The rows of this agent, by pattern; none for an unknown one.
  [[nodiscard]] result<std::vector<libsig::subscription::subscription_row>>
  subscriptions() const;

  // -- schedules --------------------------------------------------------------

  /// Publishes a signal at a time, at once when it has passed. One of the same
  /// type and repeat key goes. Errors as those of `publish`.
  [[nodiscard]] result<scheduled_signal>
  schedule(std::string_view type, event_data data, wall_time at,
           const schedule_options& how = {}) const;

  [[nodiscard]] result<scheduled_signal>
  schedule(std::string_view type, std::string json, wall_time at,
           const schedule_options& how = {}) const;

  /// Takes back what has this type and repeat key; how many.
  [[nodiscard]] result<std::size_t> cancel(std::string_view type,
                                           std::string_view repeat_key) const;

  /// Takes back by id; how many.
  [[nodiscard]] result<std::size_t> cancel_id(std::string_view id) const;

  /// What is to come of the tenant, by time, type and id (D27).
  [[nodiscard]] result<std::vector<scheduled_signal>> scheduled() const;

  // -- observers --------------------------------------------------------------

  /// The source of what it says.
  [[nodiscard]] const std::string& source() const noexcept;

  [[nodiscard]] const client_options& options() const noexcept;

private:
  explicit client(std::shared_ptr<state> made) noexcept;

  std::shared_ptr<state> state_;
};

} // namespace libsig::client
