#pragma once

#include "actors/scheduler.hpp"
#include "actors/subscriptions.hpp"
#include "actors/topics.hpp"
#include "actors/visibility.hpp"
#include "libsig/core/error.hpp"
#include "libsig/journal/dead_letters.hpp"
#include "libsig/runtime/runtime.hpp"

/// The actors that agents talk to: topics with waits and cursors, what is seen
/// of conversations, subscriptions with deliveries, and delayed signals.
namespace libsig::hub {

/// How the four are. Bounds and observers are theirs; what they read of the log
/// is set here.
struct hub_options {
  actors::topics_options topics = {};
  actors::visibility_options visibility = {};
  actors::subscriptions_options subscriptions = {};
  actors::scheduler_options scheduler = {};
  /// Gets the items that agents could not handle, and hands them back when it
  /// is asked to; must outlive the runtime. When null they are dropped, and the
  /// observer of subscriptions is told.
  journal::dead_letter_book* letters = nullptr;
};

/// Spawns the four over a runtime, before anybody publishes or asks: what is
/// due or owed goes out at once. Errors are those of their options and of
/// `runtime::spawn`.
///
/// Topics and subscriptions read the log. Over one that is durable each has a
/// thread of its own, since a disk would hold up the others.
[[nodiscard]] result<void> spawn(runtime& on, hub_options how);

} // namespace libsig::hub
