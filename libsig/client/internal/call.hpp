#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "libsig/actor/request.hpp"
#include "libsig/core/error.hpp"
#include "libsig/runtime/runtime.hpp"

namespace libsig::client::internal {

/// One question to an actor, from the asking to the answer or to its end. The
/// handler is called at most once, and never after `cancel` has returned.
class call {
public:
  using handler = std::function<void(const result<actor::reply_ptr>&)>;

  /// Is told that the request was forgotten: what the actor may have answered
  /// just then goes nowhere.
  using forgotten = std::function<void(actor::request_id which)>;

  /// Asks. The handler runs on a thread of the runtime.
  [[nodiscard]] static std::shared_ptr<call>
  begin(runtime& node, std::string_view actor, actor::request_ptr what,
        handler done, forgotten lost = {});

  call(runtime& node, std::string_view actor, handler done, forgotten lost)
    : node_{node}, actor_{actor}, done_{std::move(done)}, lost_{
                                                            std::move(lost)} {}

  /// Says that nobody waits any more, and waits for a handler that is at work
  /// unless it is this thread that runs it.
  void cancel() noexcept;

  [[nodiscard]] bool open() const noexcept;

private:
  enum class state { open, at_work, ended };

  void answer(const result<actor::reply_ptr>& got);

  runtime& node_;
  std::string_view actor_;
  handler done_;
  forgotten lost_;
  // The one who asked, and threads of the runtime that answer.
  mutable std::mutex mutex_;
  std::condition_variable ended_;
  state state_ = state::open;
  std::thread::id worker_;
  actor::request_id which_{};
};

/// Asks and blocks until the answer; not on a thread of the runtime.
[[nodiscard]] result<actor::reply_ptr>
ask(runtime& node, std::string_view actor, actor::request_ptr what);

/// The answer as one of a kind.
template <class Reply>
[[nodiscard]] result<std::shared_ptr<const Reply>>
typed(const result<actor::reply_ptr>& got, std::string_view actor) {
  if (!got) {
    return fail(got.error());
  }
  auto reply = std::dynamic_pointer_cast<const Reply>(*got);
  if (!reply) {
    return fail(error(errc::internal, "an answer of another kind")
                  .at("actor " + std::string{actor}));
  }
  return reply;
}

/// Asks, blocks, and gives the answer as one of a kind.
template <class Reply>
[[nodiscard]] result<std::shared_ptr<const Reply>>
ask_for(runtime& node, std::string_view actor, actor::request_ptr what) {
  return typed<Reply>(ask(node, actor, std::move(what)), actor);
}

} // namespace libsig::client::internal
