#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "apps/sig/arguments.hpp"
#include "libsig/core/error.hpp"
#include "libsig/core/pattern.hpp"
#include "libsig/core/time.hpp"

namespace libsig::sig {

/// What is exported; both bounds inclusive (D28).
struct export_request {
  bool csv = false;
  std::optional<wall_time> from;
  std::optional<wall_time> to;
  /// Trimmed, each once; all types when empty.
  std::vector<std::string> types;
};

inline constexpr std::size_t export_types_max = 100;

/// Reads the arguments of `sig export`: one form, times in order, types.
[[nodiscard]] result<export_request> read_export(const given_options& given);

/// Chooses types by name, or by pattern where a name has a wildcard.
class type_filter {
public:
  explicit type_filter(const std::vector<std::string>& types);

  [[nodiscard]] bool takes(std::string_view type) const;

  /// What the node can choose by; empty when that is everything.
  [[nodiscard]] std::string pattern_text() const;

private:
  std::vector<std::string> names_;
  std::vector<pattern> patterns_;
};

} // namespace libsig::sig
