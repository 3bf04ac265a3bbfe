#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "libsig/access/caller.hpp"
#include "libsig/actor/spec.hpp"
#include "libsig/core/pattern.hpp"
#include "libsig/core/signal.hpp"
#include "libsig/http/event_stream.hpp"
#include "libsig/http/responder.hpp"
#include "libsig/journal/journal.hpp"

namespace libsig::sigd {

/// What a client of a stream wants.
struct feed_request {
  access::caller caller;
  /// Null for all types that the caller may see.
  std::optional<libsig::pattern> pattern;
  /// The sequence behind which the stream begins; from now when absent.
  std::optional<std::uint64_t> after;
  /// `after` is what an earlier stream brought last. Ahead of the log it is a
  /// gap, behind which the stream goes on from the log's end: who comes back by
  /// itself has nobody to tell of a refusal. Otherwise it is refused.
  bool resumes = false;
};

/// Server-Sent Events of the log as it grows.
///
/// One actor hears every signal in the order of the log and hands it to the
/// clients that are up to date; an event is written as text once for all of
/// them. A client that begins earlier reads pages of the log, each when the one
/// before has been sent, until it has met the actor. A signal is sent once and
/// none is left out; a client that takes too little is cut and told where to go
/// on. So is one whose caller has other rights than when it came: an honest
/// client comes back with what it may do now. All functions may be called from
/// any thread.
class live_feed {
public:
  // -- types ------------------------------------------------------------------

  /// Whether a caller still has the rights with which it came. Any thread.
  using caller_check = std::function<bool(const access::caller& by)>;

  // -- constructors -----------------------------------------------------------

  /// Without a check callers stay who they are.
  explicit live_feed(const journal::journal& log, caller_check still = {});

  live_feed(const live_feed&) = delete;
  live_feed& operator=(const live_feed&) = delete;

  ~live_feed();

  // -- mutators ---------------------------------------------------------------

  /// The actor that hears all; to be spawned before `join` is called. It keeps
  /// its share of the feed.
  [[nodiscard]] actor::spec hearer() const;

  /// Answers with a stream.
  void join(feed_request what, http::responder answer);

  /// Cuts those whose callers have other rights now; to be called when rights
  /// have changed.
  void recheck();

private:
  struct state;

  // Streams and the actor outlive the feed by a moment when the node stops.
  std::shared_ptr<state> state_;
};

} // namespace libsig::sigd
