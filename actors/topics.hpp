#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "libsig/actor/spec.hpp"
#include "libsig/topic/log_view.hpp"
#include "libsig/topic/waits.hpp"

namespace libsig::actors {

/// How much the actor keeps just now, for whoever looks on.
struct topics_numbers {
  std::atomic<std::uint64_t> parked{0};
  std::atomic<std::uint64_t> cursors{0};
  /// Answers of which it was not said whether they arrived.
  std::atomic<std::uint64_t> unsettled{0};
};

struct topics_options {
  /// The log of the node; not null.
  std::shared_ptr<const topic::log_view> log;
  topic::wait_bounds bounds = {};
  /// Is kept up to date. May be null.
  std::shared_ptr<topics_numbers> numbers = {};
};

/// The actor of topics: it hears every signal, and answers what
/// libsig/topic/requests.hpp states.
///
/// Whether a message is there already and parking are one step of the actor,
/// so that none is missed between them. Cursors are rows of the table
/// `topic::cursors_table`; they move when an answer is settled as written.
/// Waits that are parked end when the actor crashes, and it never stays down.
/// Of messages that its mailbox had no room for they find the next one in the
/// log, in its order.
[[nodiscard]] actor::spec topics_spec(topics_options how);

} // namespace libsig::actors
