#pragma once

#include <string>

#include "libsig/core/signal.hpp"
#include "libsig/core/time.hpp"
#include "libsig/http/response.hpp"
#include "libsig/subscription/requests.hpp"

/// What document 001's own paths say, in its shapes.
namespace libsig::sigd {

/// When a signal was made, as document 001 and CSV have it: its `time`, else
/// that of its recording.
[[nodiscard]] wall_time created_at(const signal& what);

/// Appends a signal as `{"id","type","source","data"?,"createdAt"}`, `source` a
/// variant and `createdAt` in milliseconds; its data redacted unless `clear`.
/// Binary data is `{"data_base64"}`; data over `listed_data_bytes_max` is left
/// out, and `dataomitted` says how many bytes it has.
void append_engine_signal(const signal& what, bool clear, std::string& out);

/// Appends a row as `{"agentId","pattern","silent","createdAt","updatedAt"}`.
void append_engine_subscription(const subscription::subscription_row& what,
                                std::string& out);

/// Puts `"ok":false` and `"error"`, which is its `detail`, before the members
/// of a problem. What is no problem stays as it is.
void add_engine_error(http::response& refused);

} // namespace libsig::sigd
