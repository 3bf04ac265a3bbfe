#pragma once

#include <string>

#include "libsig/core/signal.hpp"

namespace libsig::publish {

/// Appends a signal in the shape of document 001, `{id, type, source, data?,
/// createdAt}`, redacted, on one line without its end. `createdAt` is in
/// milliseconds: the event's own time, else that of its recording. `source` is
/// one of the four variants; another source is a process with it as its id.
/// Binary data is `{"data_base64": …}`.
void append_event_line(const signal& what, std::string& out);

} // namespace libsig::publish
