#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libsig/core/error.hpp"
#include "libsig/review/lexed_file.hpp"
#include "libsig/review/types.hpp"

namespace libsig::review {

/// What a check may know besides the diff.
struct check_options {
  /// `metadata.hot_functions` of the request.
  std::vector<std::string> hot_functions;
};

/// Something that looks at changed files and says what it finds.
///
/// A check is stateless and is called from several threads at once. It reads
/// hostile input: bounded time (linear in the diff) and memory, no exceptions.
class check {
public:
  virtual ~check() = default;

  /// The name in `actions_run` and `checks_failed`, such as `sql_injection`.
  [[nodiscard]] virtual std::string_view name() const noexcept = 0;

  /// Whether the check runs on the deep path alone.
  [[nodiscard]] virtual bool deep() const noexcept { return false; }

  /// Looks at the files given (those that include and exclude leave), returns
  /// what it finds in any order. An error means that the check did not look.
  ///
  /// The files of a large diff may come in several calls, so that their tokens
  /// need not be kept all at once; no check draws conclusions from one file on
  /// another. The checks report what they see on every line of the hunks; which
  /// findings count is decided by the filter.
  [[nodiscard]] virtual result<std::vector<finding>>
  run(std::span<const lexed_file> files,
      const check_options& options) const = 0;
};

/// The three checks of the security specialist: `sql_injection`, `xss`,
/// `auth_bypass`.
[[nodiscard]] std::vector<std::unique_ptr<const check>> security_checks();

/// The three checks of the performance specialist: `high_complexity`,
/// `memory_hotspot`, `hot_path_modified`.
[[nodiscard]] std::vector<std::unique_ptr<const check>> performance_checks();

} // namespace libsig::review
