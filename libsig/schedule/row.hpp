#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "libsig/schedule/requests.hpp"

/// How scheduled signals stand in the journal.
namespace libsig::schedule {

/// The table of the rows.
inline constexpr std::string_view table = "scheduled";

/// The key of a row: its tenant, and what tells its signal from all others of
/// that, the source and the id.
[[nodiscard]] std::string row_key(std::string_view tenant,
                                  const scheduled_row& row);

/// The tenant of a key that `row_key` made; nothing when it is none.
[[nodiscard]] std::optional<std::string_view>
tenant_of_key(std::string_view key) noexcept;

/// The row as text. Data is kept to the byte.
[[nodiscard]] std::string to_text(const scheduled_row& row);

/// Reads what `to_text` wrote; nothing when it is something else.
[[nodiscard]] std::optional<scheduled_row> read_row(std::string_view text);

} // namespace libsig::schedule
