#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libsig/core/draft.hpp"
#include "libsig/core/error.hpp"
#include "libsig/core/signal.hpp"

/// CloudEvents 1.0 in JSON: structured mode (one object) and batch (an array).
namespace libsig::codec {

/// Reads one CloudEvent. Emitted as `specversion` "1.0", accepted as "1.0" and
/// "1.0.2". A null attribute is an absent one; `time` and the numbers in `data`
/// stay as they were written; unknown attributes become extensions.
///
/// The text is guarded (size, depth, members, duplicate keys, UTF-8) before any
/// document is built; refusals are `errc::invalid_json`, `too_deep`,
/// `too_large`, `too_many_members`, `duplicate_member` or `invalid_signal`,
/// placed at a JSON pointer, or at `byte <n>` for syntax.
[[nodiscard]] result<draft> read_event(std::string_view text);

/// Reads a batch; each item stands for itself, so one that is refused (placed
/// at its own pointer, `/3/type`) leaves the others alone. The outer error is
/// that of the whole text.
[[nodiscard]] result<std::vector<result<draft>>>
read_batch(std::string_view text);

/// Appends the signal as one compact JSON object on one line, with what the
/// node stamped (`sequence` as a decimal string, `recordedtime`, `hops`,
/// `tenant` …).
void append_event(const signal& what, std::string& out);

/// The same less its data, whether it has some or not.
void append_event_without_data(const signal& what, std::string& out);

/// The same for a signal that was never admitted: no stamps.
void append_event(const draft& what, std::string& out);

/// A batch as a JSON array.
void append_batch(const std::vector<signal_ptr>& what, std::string& out);

} // namespace libsig::codec
