#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "libsig/review/checks/flow.hpp"
#include "libsig/review/checks/report.hpp"

namespace libsig::review::checks {

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

  /// Reports a line unless it was reported. `built_line` is named in the
  /// summary when it is another one.
  void add(const rule& what, std::uint32_t line, std::uint32_t built_line);

  [[nodiscard]] bool has(std::uint32_t line) const noexcept;

private:
  reporter& to_;
  const hunk& where_;
  std::vector<std::uint32_t> lines_;
};

} // namespace libsig::review::checks
