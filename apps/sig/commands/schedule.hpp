#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "apps/sig/arguments.hpp"
#include "apps/sig/terminal.hpp"
#include "libsig/core/error.hpp"
#include "libsig/core/time.hpp"

namespace libsig::sig {

/// Reads a time to come: RFC 3339 with any offset, or a duration from `now` on
/// such as `+10m`. The place of an error is `--at`.
[[nodiscard]] result<wall_time> read_time_to_come(std::string_view text,
                                                  wall_time now);

/// The body of a `POST /v1/scheduled`, which holds the data of `--data`.
[[nodiscard]] result<std::string> schedule_body(const given_options& given,
                                                wall_time now);

/// The table of `sig scheduled`; each row is one of the node's in JSON.
[[nodiscard]] std::string scheduled_table(const std::vector<std::string>& rows,
                                          const terminal& screen);

} // namespace libsig::sig
