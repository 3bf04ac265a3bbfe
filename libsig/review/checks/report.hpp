#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "libsig/review/checks/code.hpp"
#include "libsig/review/lexed_file.hpp"
#include "libsig/review/types.hpp"

namespace libsig::review::checks {

/// What a check has to say about one line.
struct observation {
  std::string_view type;
  std::string_view rule;
  severity level = severity::none;
  std::uint32_t line = 0;     ///< raised to 1 when it is 0
  std::uint32_t end_line = 0; ///< 0: the line alone
  double confidence = 0;
  std::string summary;
  std::string recommendation;
  /// What the fingerprint goes by: a function's name, or the line's text.
  std::string_view key;
};

/// Turns the observations on one file into findings with fingerprints.
class reporter {
public:
  /// Both must outlive the reporter.
  reporter(const lexed_file& file, std::vector<finding>& out);

  void add(observation seen);

private:
  const lexed_file& file_;
  std::vector<finding>& out_;
  std::unordered_map<std::string, std::size_t> occurrences_;
};

/// The text of a line from its first token to its last one.
[[nodiscard]] std::string_view text_of(const code_view& code,
                                       const code_line& line);

} // namespace libsig::review::checks
