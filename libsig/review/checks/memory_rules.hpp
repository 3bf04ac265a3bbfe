#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "libsig/review/checks/code.hpp"
#include "libsig/review/language.hpp"

/// The rules of `memory_hotspot`; nothing else includes this.
namespace libsig::review::checks {

enum class memory_rule : std::uint8_t {
  all_rows,
  whole_file,
  whole_body,
  whole_stream,
  late_filter,
  concat_in_loop,
};

/// What a rule saw at one token.
struct memory_hit {
  memory_rule rule = memory_rule::all_rows;
  double confidence = 0;
};

/// Whether the call whose name stands at `place` loads every row of a table,
/// or filters after it loaded.
[[nodiscard]] std::optional<memory_hit> rows_at(const code_view& code,
                                                std::size_t line,
                                                std::size_t place,
                                                language what);

/// Whether the call whose name stands at `place` reads a file, a stream or a
/// request's body as a whole.
[[nodiscard]] std::optional<memory_hit> reads_at(const code_view& code,
                                                 std::size_t line,
                                                 std::size_t place,
                                                 language what);

/// Follows the lines of a side for strings that grow in a loop.
class growing_strings {
public:
  explicit growing_strings(language what);

  /// Takes the next line. Whether it makes a string grow that was there before
  /// the innermost loop around it.
  [[nodiscard]] bool take(const code_view& code, const code_line& line);

private:
  static constexpr std::size_t names_max = 64;

  struct loop {
    std::uint32_t indent = 0;
    bool bounded = false;
    bool on_line = false; ///< its body stands on its own line
  };

  struct name {
    std::string_view text;
    std::size_t depth = 0; ///< loops around its first value
  };

  void leave_loops(const code_line& line, std::span<const token> tokens);
  void enter_loop(const code_line& line, std::span<const token> tokens);
  void note_strings(std::span<const token> tokens);
  [[nodiscard]] bool grows(std::span<const token> tokens) const;
  [[nodiscard]] bool grows_at(std::span<const token> tokens,
                              std::size_t place) const;
  [[nodiscard]] const name* find(std::string_view text) const;

  bool watched_ = false;
  std::vector<loop> loops_;
  std::vector<name> names_;
};

// -- what the rules share
// -------------------------------------------------------

/// A run of tokens of a view.
struct token_range {
  std::size_t first = 0;
  std::size_t last = 0;
};

/// The statement around a token of a line: with the lines before and behind
/// that continue it with `.` or `|>` or in brackets, `reach_max` tokens each
/// way at most.
[[nodiscard]] token_range statement_around(const code_view& code,
                                           std::size_t line, std::size_t place);

/// The given number of lines before the line of a token, and the line;
/// `reach_max` tokens each way at most.
[[nodiscard]] token_range lines_before(const code_view& code, std::size_t line,
                                       std::size_t place, std::size_t count);

/// Whether a name in the range is one of those, or a string holds it as a word
/// of SQL, in any case.
[[nodiscard]] bool mentions(const code_view& code, token_range where,
                            std::span<const std::string_view> words);

[[nodiscard]] inline bool
mentions(const code_view& code, token_range where,
         std::initializer_list<std::string_view> words) {
  return mentions(code, where, std::span(words.begin(), words.size()));
}

} // namespace libsig::review::checks
