#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "libsig/review/checks/flow.hpp"
#include "libsig/review/checks/report.hpp"

namespace libsig::review::checks {

/// The last line of a call's arguments, at least that of its name.
[[nodiscard]] std::uint32_t last_line_of(const flow& in,
                                         const seen_call& call) noexcept;

/// Collects what a check of injections sees in one hunk: one finding for a
/// line, and none within an expression that was reported.
class line_reports {
public:
  line_reports(reporter& to, const hunk& where);

  /// A rule's fixed part of a finding.
  struct rule {
    std::string_view type;
    std::string_view name;
    severity level = severity::none;
    double confidence = 0;
    std::string_view summary;
    std::string_view recommendation;
  };

  /// Where something was seen.
  struct sighting {
    /// The line where the value is used.
    std::uint32_t line = 0;
    /// The last line of that expression.
    std::uint32_t last_line = 0;
    /// The line where the value was put together; 0 when it is not known.
    std::uint32_t built_line = 0;
  };

  /// Reports a sighting unless its line was reported: at the line of use, or
  /// where the value was put together when the change touches only that.
  void add(const rule& what, sighting where);

  /// The same for an expression of one line.
  void add(const rule& what, std::uint32_t line, std::uint32_t built_line) {
    add(what, {line, line, built_line});
  }

  [[nodiscard]] bool has(std::uint32_t line) const noexcept;

private:
  /// Whether the diff adds or removes one of the lines.
  [[nodiscard]] bool is_changed(std::uint32_t first,
                                std::uint32_t last) const noexcept;

  reporter& to_;
  const hunk& where_;
  std::vector<std::uint32_t> lines_;
};

} // namespace libsig::review::checks
