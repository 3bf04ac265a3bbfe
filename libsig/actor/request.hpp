#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "libsig/core/error.hpp"

namespace libsig::actor {

/// Something that is asked of an actor and is no signal: it is not kept, has no
/// sequence, and is answered. Each actor states the kinds that it knows.
/// Immutable once it is handed in.
struct request {
  request() = default;
  request(const request&) = default;
  request(request&&) = default;
  request& operator=(const request&) = default;
  request& operator=(request&&) = default;
  virtual ~request() = default;

  /// The key whose hash picks the shard, as that of a signal does; a view into
  /// the request. Not asked for with one shard.
  [[nodiscard]] virtual std::string_view shard_key() const noexcept {
    return {};
  }
};

using request_ptr = std::shared_ptr<const request>;

/// What an actor answers. Immutable once it is handed out.
struct reply {
  reply() = default;
  reply(const reply&) = default;
  reply(reply&&) = default;
  reply& operator=(const reply&) = default;
  reply& operator=(reply&&) = default;
  virtual ~reply() = default;
};

using reply_ptr = std::shared_ptr<const reply>;

/// Names a request while it is open. Never 0, and never used again while the
/// process runs.
enum class request_id : std::uint64_t {};

/// The answer to one request. It goes out once the emissions and writes of its
/// step are as durable as the journal promises, at once when there are none;
/// one to a request that is not open any more goes nowhere.
struct answer {
  answer();
  answer(request_id which, result<reply_ptr> told);
  answer(const answer& other);
  answer(answer&& other) noexcept;
  answer& operator=(const answer& other);
  answer& operator=(answer&& other) noexcept;
  ~answer();

  request_id to{};
  result<reply_ptr> what;
};

/// Who asked is told the answer, once, on a thread of the runtime; must not
/// block. Beside what the actor answers: `not_found` when no actor of the name
/// runs, `overloaded`, `stopped`, `actor_crashed` when the actor was made anew
/// meanwhile, `invalid_argument` for a request that the actor does not know.
using reply_handler = std::function<void(result<reply_ptr>)>;

} // namespace libsig::actor
