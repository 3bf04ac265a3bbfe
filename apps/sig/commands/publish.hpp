#pragma once

#include <string>

#include "apps/sig/arguments.hpp"
#include "libsig/core/error.hpp"
#include "libsig/core/time.hpp"

namespace libsig::sig {

/// What a signal has besides what the command line says.
struct event_parts {
  std::string identity; ///< of the caller; may be empty
  std::string id;
  wall_time now;
};

/// A CloudEvent ready to be sent.
struct outgoing_event {
  std::string id;
  std::string text;
};

/// The CloudEvent that the arguments of `sig publish` state, held to the rules
/// of CloudEvents; errors are placed at the option that broke one.
[[nodiscard]] result<outgoing_event> make_event(const given_options& given,
                                                const event_parts& parts);

} // namespace libsig::sig
