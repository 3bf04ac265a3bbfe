#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "libsig/review/lexer.hpp"

/// The lexer behind `lex`; nothing outside of lexer*.cpp includes this.
namespace libsig::review::internal {

/// What introduces code inside a string.
enum class holes : std::uint8_t {
  none,
  dollar_brace, ///< `${…}`
  dollar_name,  ///< `$name` and `${…}`
  php,          ///< `$name`, `$name->x`, `$name[…]`, `{$…}`, `${…}`
  hash_brace,   ///< `#{…}`
  brace,        ///< `{…}`, a doubled brace is text
};

/// Where the lexer is. Strings and the code in their holes nest.
struct frame {
  enum class what : std::uint8_t { code, string, block_comment, markup };

  what kind = what::code;
  language spoken = language::unknown;

  // Of code:
  bool is_hole = false;
  bool ends_with_line = false;
  bool ends_with_brace = false; ///< `@{ … }` of Razor and Twirl
  std::uint32_t braces = 0;     ///< open ones inside of a hole or a block
  std::string_view closers;     ///< what ends it, separated by blanks

  // Of a string: `lead close tail*tail_count` ends it.
  std::string_view close;
  char lead = 0;
  char tail = 0;
  std::uint8_t tail_count = 0;
  holes code = holes::none;
  std::uint8_t hole_braces = 1; ///< of C#'s `$$"""{{x}}"""`
  bool escapes = false;         ///< with a backslash
  bool doubled = false;         ///< the closing quote twice is text
  bool multiline = false;
  bool heredoc = false; ///< `close` alone on a line ends it
  char nests = 0;       ///< the bracket that opens one level more
  std::uint32_t level = 0;
};

class lexer {
public:
  lexer(std::vector<token>& out, language what);

  void run(const hunk& where, side which);

private:
  static constexpr std::size_t frames_max = 32;
  static constexpr std::size_t heredocs_max = 4;

  struct heredoc {
    frame body;
    std::size_t at = 0; ///< index of the `string_open`
  };

  // -- lines (lexer.cpp) ------------------------------------------------------

  void line();
  void end_line();
  void begin_heredocs();
  void end();
  void step();
  void close_frames(std::size_t base);

  // -- code (lexer.cpp) -------------------------------------------------------

  void code_step();
  void identifier();
  void number();
  void punctuation();
  [[nodiscard]] bool comment();
  [[nodiscard]] bool closes_code();
  [[nodiscard]] bool brace();
  void block_comment();

  // -- strings (lexer_strings.cpp) --------------------------------------------

  [[nodiscard]] bool string();
  [[nodiscard]] bool plain_string();
  [[nodiscard]] bool c_string();
  [[nodiscard]] bool csharp_string();
  [[nodiscard]] bool python_string();
  [[nodiscard]] bool ruby_string();
  [[nodiscard]] bool ruby_percent();
  [[nodiscard]] bool ruby_heredoc();
  [[nodiscard]] bool elixir_string();
  [[nodiscard]] bool php_string();
  [[nodiscard]] bool php_heredoc();
  [[nodiscard]] bool rust_string();
  [[nodiscard]] bool scala_string();
  [[nodiscard]] bool script_string();
  [[nodiscard]] bool regex_allowed() const noexcept;
  void regex();
  void text();
  [[nodiscard]] bool closes_string();
  [[nodiscard]] bool hole();
  void named_hole(std::size_t mark, bool php);
  void open_string(std::size_t length, frame how);
  void queue_heredoc(std::size_t length, frame how);

  // -- templates (lexer_markup.cpp) -------------------------------------------

  void markup();
  void indented_markup();
  [[nodiscard]] bool opens_code();
  [[nodiscard]] bool opens_script();
  [[nodiscard]] bool opens_expression();
  void expression();
  void open_code(std::size_t length, language spoken, std::string_view closers);
  void skip_template_comment(std::size_t length, std::string_view close);

  // -- leaves -----------------------------------------------------------------

  [[nodiscard]] char peek(std::size_t ahead = 0) const noexcept {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  [[nodiscard]] bool looking_at(std::string_view what) const noexcept {
    return text_.substr(at_ < text_.size() ? at_ : text_.size())
      .starts_with(what);
  }

  [[nodiscard]] frame& top() noexcept { return frames_[depth_]; }

  [[nodiscard]] const frame& top() const noexcept { return frames_[depth_]; }

  void emit(token_kind kind, std::size_t from, std::size_t to);
  /// Emits the next bytes and goes behind them.
  void take(token_kind kind, std::size_t length);
  /// False when the frames are too deep.
  [[nodiscard]] bool push(const frame& next);
  void pop();

  std::vector<token>& out_;
  language what_;
  std::array<frame, frames_max> frames_{};
  std::size_t depth_ = 0;
  std::array<heredoc, heredocs_max> heredocs_{};
  std::size_t heredocs_queued_ = 0;
  std::size_t heredocs_begun_ = 0;
  bool in_heredoc_ = false;
  std::size_t body_begin_ = 0; ///< index of the body's first token
  std::string_view text_;
  std::size_t at_ = 0;
  std::uint32_t line_ = 0;
  line_kind origin_ = line_kind::context;
};

// -- leaves that need no lexer
// -------------------------------------------------

enum char_class : std::uint8_t {
  class_other = 0,
  class_space = 1,
  class_name = 2, ///< may begin a name
  class_digit = 4,
};

[[nodiscard]] constexpr std::array<std::uint8_t, 256> make_classes() noexcept {
  std::array<std::uint8_t, 256> classes{};
  for (std::size_t value = 0; value < classes.size(); ++value) {
    if (value == ' ' || value == '\t' || value == '\r' || value == '\f')
      classes[value] = class_space;
    else if ((value >= 'a' && value <= 'z') || (value >= 'A' && value <= 'Z')
             || value == '_' || value >= 0x80)
      classes[value] = class_name;
    else if (value >= '0' && value <= '9')
      classes[value] = class_digit;
  }
  return classes;
}

inline constexpr auto classes = make_classes();

[[nodiscard]] constexpr bool has_class(char given, int wanted) noexcept {
  return (classes[static_cast<unsigned char>(given)] & wanted) != 0;
}

[[nodiscard]] constexpr bool is_space(char given) noexcept {
  return has_class(given, class_space);
}

[[nodiscard]] constexpr bool begins_name(char given) noexcept {
  return has_class(given, class_name);
}

[[nodiscard]] constexpr bool is_digit(char given) noexcept {
  return has_class(given, class_digit);
}

[[nodiscard]] constexpr bool in_name(char given) noexcept {
  return has_class(given, class_name | class_digit);
}

[[nodiscard]] std::string_view trim(std::string_view text) noexcept;

/// Whether the language of a file begins in markup.
[[nodiscard]] bool begins_in_markup(language what) noexcept;

} // namespace libsig::review::internal
