#pragma once

#include <string>

#include "libsig/core/error.hpp"
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

/// A refusal with `"ok":false` and `"error"` before the problem's members.
/// What is no problem stays as it is.
[[nodiscard]] http::response with_engine_error(http::response refused,
                                               const std::string& detail);

/// The refusal of an error in that form.
[[nodiscard]] http::response engine_refusal(const error& why);

} // namespace libsig::sigd
