#pragma once

#include <optional>
#include <string>

#include "libsig/access/caller.hpp"
#include "libsig/access/source.hpp"
#include "libsig/core/draft.hpp"
#include "libsig/core/error.hpp"
#include "libsig/engine/gate.hpp"
#include "libsig/http/request.hpp"

/// Signals that come in another form than CloudEvents: of topics, of document
/// 001's own paths, of schedules.
namespace libsig::sigd {

/// The id that `Idempotency-Key` gives to the signal of a request; nothing
/// without the field. One that is empty, no UTF-8 or there twice is refused.
[[nodiscard]] result<std::optional<std::string>>
idempotency_key(const http::request& from);

/// Decides the source of a draft, and with which rights it is published. The
/// caller was let publish its type before.
[[nodiscard]] result<engine::rights>
settle_source(draft& stated, const access::caller& by,
              const access::source_rule& sources);

} // namespace libsig::sigd
