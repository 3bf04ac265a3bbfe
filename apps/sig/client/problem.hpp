#pragma once

#include <string>

#include "apps/sig/client/connection.hpp"
#include "apps/sig/client/transport.hpp"
#include "apps/sig/outcome.hpp"

namespace libsig::sig::client {

/// What an answer that is no success means for the command: its
/// `problem+json` (or, where there is none, its status) in one line, placed at
/// the pointer that the problem names. Refused (4xx) is usage; everything else
/// is the node's fault. What the node wrote is cut to a length for people.
[[nodiscard]] refusal refusal_of(const answer& got, const connection& with);

/// The same for an answer that did not come.
[[nodiscard]] refusal refusal_of(const failure& why, const connection& with);

} // namespace libsig::sig::client
