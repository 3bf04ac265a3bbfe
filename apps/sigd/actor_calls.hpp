#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string_view>

#include "libsig/access/caller.hpp"
#include "libsig/actor/request.hpp"
#include "libsig/core/error.hpp"
#include "libsig/http/responder.hpp"
#include "libsig/runtime/runtime.hpp"

namespace libsig::sigd {

/// Requests of clients that an actor answers, at once or much later.
///
/// A client that goes away before is forgotten by the actor. One whose rights
/// changed meanwhile gets 401, and nothing of the answer. Once the node ends,
/// all that is open and all that comes gets 503. All functions may be called
/// from any thread.
class actor_calls {
public:
  // -- types ------------------------------------------------------------------

  /// Whether a caller still has the rights with which it came.
  using caller_check = std::function<bool(const access::caller& by)>;

  /// Told once what the actor answers, on a thread of the runtime, unless it
  /// was made to forget the request before. `to` is null when nobody takes an
  /// answer any more: what the actor handed out did not arrive. Must not block.
  using answered =
    std::function<void(result<actor::reply_ptr> got, http::responder* to)>;

  /// Told once, instead, that the actor was made to forget a request: what it
  /// may have handed out just then did not arrive. Any thread; must not block.
  using forgotten = std::function<void(actor::request_id which)>;

  // -- constructors -----------------------------------------------------------

  /// The runtime must outlive the last call of `close`. `still` may be empty.
  actor_calls(runtime& node, caller_check still);

  actor_calls(const actor_calls&) = delete;
  actor_calls& operator=(const actor_calls&) = delete;

  /// Closes.
  ~actor_calls();

  // -- mutators ---------------------------------------------------------------

  /// Asks an actor for a client. `gone` may be empty.
  void ask(std::string_view actor, actor::request_ptr what,
           const access::caller& by, http::responder to, answered done,
           forgotten gone = {});

  /// Ends the calls of callers whose rights changed.
  void recheck();

  /// Ends all calls, takes no more, and leaves the runtime alone from here on.
  void close();

  // -- observers --------------------------------------------------------------

  /// Whether a caller still has its rights; else the refusal that it gets. For
  /// answers that leave later than the actor's.
  [[nodiscard]] result<void> check(const access::caller& by) const;

  /// Calls that are open.
  [[nodiscard]] std::size_t size() const;

private:
  struct state;

  // Answers and clients outlive the calls by a moment when the node stops.
  std::shared_ptr<state> state_;
};

} // namespace libsig::sigd
