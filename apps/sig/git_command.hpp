#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libsig/core/error.hpp"

namespace libsig::sig {

/// What of the caller's environment git may see: where programs and the
/// repository are, never how to show, filter or compare things. The user's and
/// the machine's configuration files are switched off.
[[nodiscard]] std::vector<std::string>
git_environment(std::span<const std::string> inherited);

/// The line of git's standard error that says what went wrong, without its
/// `fatal: ` or `error: `.
[[nodiscard]] std::string git_reason(std::string_view complaint);

/// One call of git.
struct git_call {
  std::vector<std::string> arguments;
  std::string input_file = "/dev/null";
  std::size_t output_bytes_max = 1u << 20;
};

/// Runs git with arguments (never through a shell) in the environment of
/// `git_environment`.
class git_command {
public:
  /// The environment of the process that calls, as `NAME=value`.
  explicit git_command(std::vector<std::string> inherited);

  /// Sets a variable for all later calls, or removes it when the value is null.
  void set(std::string_view name, const char* value);

  /// Runs later calls in this folder.
  void enter(std::string folder) { folder_ = std::move(folder); }

  /// Git's standard output. A call that fails is `errc::not_found` with git's
  /// own reason; git not being installed is `errc::internal`; more output than
  /// `output_bytes_max` is `errc::too_large`.
  [[nodiscard]] result<std::string> run(git_call what) const;

  /// `run` for one line of output, without its line feed.
  [[nodiscard]] result<std::string>
  line(std::vector<std::string> arguments) const;

  /// Lets git into repositories of other owners that the user's own
  /// configuration declares safe. That is a permission, not a setting that
  /// changes what is read.
  void trust_what_the_user_trusts();

private:
  std::vector<std::string> inherited_;
  std::vector<std::string> environment_;
  std::string folder_;
};

} // namespace libsig::sig
