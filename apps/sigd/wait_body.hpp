#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "libsig/access/caller.hpp"
#include "libsig/core/error.hpp"
#include "libsig/topic/policy.hpp"
#include "libsig/topic/requests.hpp"

/// What clients say of waits and cursors. Pure.
namespace libsig::sigd {

/// Reads the body of `POST /v1/wait` for a caller: what is wrong in it is a
/// refusal at its pointer, what the caller may not is `forbidden`.
[[nodiscard]] result<std::shared_ptr<const topic::wait_request>>
read_wait(std::string_view body, const access::caller& by,
          const topic::policy& rules);

/// Whether the caller may wait for a topic, or look after a cursor of it; the
/// policy is not looked at.
[[nodiscard]] result<void> check_waited_type(std::string_view topic,
                                             const access::caller& by);

/// A conversation as clients state it, trimmed; empty for none. One that is too
/// long is refused.
[[nodiscard]] result<std::string> read_conversation(std::string_view stated);

/// The consumer that is stated, which the caller must be, else the caller's
/// name; empty for none.
[[nodiscard]] result<std::string>
read_consumer(const std::optional<std::string>& stated,
              const access::caller& by);

} // namespace libsig::sigd
