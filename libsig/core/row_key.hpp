#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace libsig {

/// The key of a row that belongs to a signal: by tenant, the newest signal
/// first, so that going through the keys in order is going back in time.
///
/// As text `<tenant>/<the sequence's complement in 16 hexadecimal
/// digits>/<name>`; a tenant is a name and has no `/`.
struct row_key {
  std::string_view tenant;
  std::uint64_t sequence = 0;
  /// What it is to its owner, such as a review id.
  std::string_view name;

  friend bool operator==(const row_key&, const row_key&) = default;
};

[[nodiscard]] std::string to_string(const row_key& what);

/// Reads what `to_string` wrote, with views into the text; nothing when it is
/// something else.
[[nodiscard]] std::optional<row_key> read_row_key(std::string_view text);

/// A key before all of the tenant's.
[[nodiscard]] std::string row_key_before(std::string_view tenant);

/// A key behind those of the tenant's signal, before those of older ones.
[[nodiscard]] std::string row_key_behind(std::string_view tenant,
                                         std::uint64_t sequence);

/// A key behind all of the tenant's.
[[nodiscard]] std::string row_key_behind(std::string_view tenant);

} // namespace libsig
