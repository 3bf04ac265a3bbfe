#pragma once

#include <string>
#include <string_view>

namespace libsig::sig {

/// The head of an export as CSV, with its line feed.
inline constexpr std::string_view csv_head =
  "event_type,args,unix_time,ai_friendly_time\n";

/// Whether an event belongs into an export as CSV, which is one of document
/// 001: what has a receiver is shown on no path of that.
[[nodiscard]] bool belongs_into_csv(std::string_view event);

/// Appends a field as RFC 4180 has it: between quotes, which are doubled
/// inside, only when it holds a quote, a comma or a line's end.
void append_csv_field(std::string& out, std::string_view text);

/// Appends the row of one CloudEvent in JSON (see json_view.hpp), with its line
/// feed: its type, its data as JSON on one line (empty when absent, bytes as
/// `{"data_base64"}`), and its time, else that of its recording, in
/// milliseconds and as RFC 3339 in UTC.
void append_csv_row(std::string& out, std::string_view event);

} // namespace libsig::sig
