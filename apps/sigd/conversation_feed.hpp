#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "libsig/access/caller.hpp"
#include "libsig/http/event_stream.hpp"
#include "libsig/http/responder.hpp"
#include "libsig/runtime/runtime.hpp"

namespace libsig::sigd {

/// What a client of the stream of a conversation wants.
struct conversation_request {
  access::caller caller;
  /// Trimmed, not empty.
  std::string conversation;
  /// The id of the event behind which the stream begins, as it was stated; from
  /// the oldest when absent.
  std::optional<std::string> after;
  /// Closes behind so many events; nothing for no end.
  std::optional<std::uint64_t> events_max;
  /// Bytes of an event's JSON; 0 for no bound.
  std::size_t event_bytes_max = 0;
};

/// Server-Sent Events of what is seen of conversations (M31, M32).
///
/// A client gets page after page of the actor that keeps the events, each when
/// the one before has been sent, and sleeps in the actor where there is none.
/// Events of topics that the caller may not read are left out. A client that
/// takes too little is cut and told where to go on; so is one whose caller has
/// other rights than when it came. All functions may be called from any thread.
class conversation_feed {
public:
  // -- types ------------------------------------------------------------------

  /// Whether a caller still has the rights with which it came.
  using caller_check = std::function<bool(const access::caller& by)>;

  // -- constructors -----------------------------------------------------------

  /// The runtime must outlive the call of `close`. `still` may be empty.
  conversation_feed(runtime& node, caller_check still);

  conversation_feed(const conversation_feed&) = delete;
  conversation_feed& operator=(const conversation_feed&) = delete;

  /// Closes.
  ~conversation_feed();

  // -- mutators ---------------------------------------------------------------

  /// Answers with a stream.
  void join(conversation_request what, http::responder answer);

  /// Cuts the streams of callers whose rights changed.
  void recheck();

  /// Leaves the runtime alone from here on; streams end with their server.
  void close();

private:
  struct state;

  // Pages and streams outlive the feed by a moment when the node stops.
  std::shared_ptr<state> state_;
};

} // namespace libsig::sigd
