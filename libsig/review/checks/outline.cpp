#include "libsig/review/checks/outline.hpp"

#include <optional>

namespace libsig::review::checks {

namespace {

constexpr std::uint32_t none = UINT32_MAX;

/// Languages whose functions are told by their braces; the others are told by
/// indentation.
bool uses_braces(language what) {
  switch (what) {
  case language::c_family:
  case language::csharp:
  case language::go:
  case language::java:
  case language::javascript:
  case language::php:
  case language::rust:
  case language::vue:
  case language::jsp:
  case language::razor:
  case language::ejs:
  case language::blade:
    return true;
  case language::unknown:
  case language::elixir:
  case language::kotlin:
  case language::python:
  case language::ruby:
  case language::scala:
  case language::sql:
  case language::html:
  case language::erb:
  case language::jinja:
  case language::mustache:
  case language::slim:
  case language::twirl:
    return false;
  }
  return false;
}

/// Languages that need no keyword to define a function.
bool defines_without_keyword(language what) {
  return what == language::c_family || what == language::csharp
         || what == language::java || what == language::javascript
         || what == language::vue || what == language::jsp
         || what == language::razor || what == language::ejs;
}

bool is_definer(std::string_view text) {
  switch (text.front()) {
  case 'd':
    return one_of(text, {"def", "defp", "defmacro", "defmacrop"});
  case 'f':
    return one_of(text, {"fun", "func", "fn", "function"});
  case 'p':
    return text == "procedure";
  case 'F':
  case 'P':
    return one_of(text, {"FUNCTION", "PROCEDURE"});
  default:
    return false;
  }
}

/// Words that cannot be the name of a function, and that end the wait for the
/// body of one.
bool is_control(std::string_view text) {
  switch (text.front()) {
  case 'a':
    return one_of(text, {"await"});
  case 'c':
    return one_of(text, {"catch", "case"});
  case 'd':
    return one_of(text, {"do", "delete", "defer"});
  case 'e':
    return one_of(text, {"else", "elseif", "elif"});
  case 'f':
    return one_of(text, {"for", "foreach", "fixed"});
  case 'g':
    return one_of(text, {"go", "goto"});
  case 'i':
    return one_of(text, {"if", "in"});
  case 'l':
    return one_of(text, {"lock"});
  case 'm':
    return one_of(text, {"match"});
  case 'n':
    return one_of(text, {"new"});
  case 'o':
    return one_of(text, {"of"});
  case 'r':
    return one_of(text, {"return"});
  case 's':
    return one_of(text, {"switch", "synchronized", "sizeof", "select"});
  case 't':
    return one_of(text, {"try", "throw", "typeof"});
  case 'u':
    return one_of(text, {"using", "unless"});
  case 'w':
    return one_of(text, {"while", "with", "when"});
  case 'y':
    return one_of(text, {"yield"});
  default:
    return false;
  }
}

/// Walks the tokens of a language of braces once.
class brace_walk {
public:
  brace_walk(outline& out, const code_view& code, language what)
    : out_(out), tokens_(code.tokens), what_(what) {}

  void run() {
    for (std::uint32_t place = 0; place < tokens_.size(); ++place) {
      out_.unit_of.push_back(unit_);
      const auto& next = tokens_[place];
      if (next.kind == token_kind::identifier)
        on_identifier(place);
      else if (next.kind == token_kind::punctuation)
        on_punctuation(place);
    }
  }

private:
  struct block {
    std::uint32_t unit;
    std::uint32_t parentheses;
  };

  void on_identifier(std::uint32_t place) {
    const auto text = tokens_[place].text;
    if (one_of(text, {"func", "fn", "function"}) && parentheses_ == 0) {
      name_ = none;
      by_keyword_ = true;
      return;
    }
    // What a namespace or class is decorated with is no function's name.
    if (one_of(text, {"namespace", "class", "interface"})
        && (place == 0 || !one_of(tokens_[place - 1].text, {"<", ",", "."})))
      in_type_head_ = parentheses_ == 0;
    if (is_control(text)) {
      name_ = none;
      by_keyword_ = false;
      assigned_ = none;
      return;
    }
    if (parentheses_ != 0 || place + 1 >= tokens_.size())
      return;
    const auto& after = tokens_[place + 1];
    if (by_keyword_) {
      if (name_ == none && one_of(after.text, {"(", "<", "["})
          && is_code(after))
        name_ = place;
      return;
    }
    if (!after.is(token_kind::punctuation, "(") || in_initialisers_
        || !defines_without_keyword(what_) || !may_be_named(place))
      return;
    name_ = place;
  }

  /// Whether what stands before a name lets it be the name of a definition.
  [[nodiscard]] bool may_be_named(std::uint32_t place) const {
    if (place == 0)
      return true;
    const auto& before = tokens_[place - 1];
    if (before.kind == token_kind::identifier)
      return !is_control(before.text);
    return before.kind != token_kind::punctuation
           || one_of(before.text, {"*", "&", ">", "]", "~", "::", "{", "}", ";",
                                   ")", "&&", "@", "#", ">>", ","});
  }

  void on_punctuation(std::uint32_t place) {
    const auto text = tokens_[place].text;
    if (text == "(" || text == "[") {
      ++parentheses_;
    } else if (text == ")" || text == "]") {
      if (parentheses_ > 0)
        --parentheses_;
    } else if (text == "{") {
      open_block(place);
    } else if (text == "}") {
      close_block(place);
    } else if (parentheses_ == 0) {
      on_operator(place, text);
    }
  }

  void on_operator(std::uint32_t place, std::string_view text) {
    if (text == ";") {
      end_statement(place);
    } else if (text == "," && assigned_ != none) {
      end_statement(place);
    } else if (text == "=" || text == ":" || text == ":=") {
      if (text == ":" && name_ != none) {
        in_initialisers_ = what_ == language::c_family;
      } else if (place > 0 && is_identifier(tokens_[place - 1])
                 && assigned_ == none) {
        assigned_ = place - 1;
      }
    } else if (text == "=>" && assigned_ != none) {
      name_ = assigned_;
    }
  }

  void open_block(std::uint32_t place) {
    blocks_.push_back({unit_, parentheses_});
    if (parentheses_ == 0 && name_ == none && by_keyword_)
      name_ = assigned_;
    const bool braced_value =
      in_initialisers_ && place > 0 && is_identifier(tokens_[place - 1]);
    const bool type =
      place > 0
      && one_of(tokens_[place - 1].text, {"interface", "struct", "="});
    if (parentheses_ == 0 && name_ != none && !braced_value && !type
        && !in_type_head_)
      define(place);
    if (!braced_value && !type)
      end_statement(place);
    parentheses_ = 0;
  }

  void define(std::uint32_t place) {
    const auto& name = tokens_[name_];
    unit_ = static_cast<std::uint32_t>(out_.units.size());
    out_.units.push_back({name.text, name.line, owner()});
    for (auto back = std::max(statement_, floor_); back <= place; ++back)
      out_.unit_of[back] = unit_;
    floor_ = place + 1;
  }

  /// The class that a definition's name is qualified by.
  [[nodiscard]] std::string_view owner() const {
    if (name_ < 2)
      return {};
    const auto& before = tokens_[name_ - 1];
    const auto& owner = tokens_[name_ - 2];
    const bool receiver = what_ == language::go && before.text == ")";
    return (before.text == "::" || receiver) && is_identifier(owner)
             ? owner.text
             : std::string_view{};
  }

  void close_block(std::uint32_t place) {
    if (!blocks_.empty()) {
      unit_ = blocks_.back().unit;
      parentheses_ = blocks_.back().parentheses;
      blocks_.pop_back();
    } else if (tokens_[place].column <= section_end()) {
      unit_ = static_cast<std::uint32_t>(out_.units.size());
      out_.units.push_back({});
      parentheses_ = 0;
    }
    end_statement(place);
  }

  /// The indentation up to which a brace that was never opened ends the
  /// function that the hunk began in.
  [[nodiscard]] std::uint32_t section_end() const {
    const bool methods = what_ == language::java || what_ == language::csharp
                         || what_ == language::php;
    return methods ? 4 : 0;
  }

  void end_statement(std::uint32_t place) {
    statement_ = place + 1;
    name_ = none;
    by_keyword_ = false;
    assigned_ = none;
    in_initialisers_ = false;
    in_type_head_ = false;
  }

  outline& out_;
  std::span<const token> tokens_;
  language what_;
  std::vector<block> blocks_;
  std::uint32_t unit_ = 0;
  std::uint32_t parentheses_ = 0;
  std::uint32_t statement_ = 0; ///< where the statement began
  std::uint32_t floor_ = 0;     ///< tokens before it have their unit for good
  std::uint32_t name_ = none;   ///< what the next block would define
  std::uint32_t assigned_ = none;
  bool by_keyword_ = false;
  bool in_initialisers_ = false;
  bool in_type_head_ = false; ///< between `class` and its brace
};

/// Walks the lines of a language of indentation once.
class indent_walk {
public:
  indent_walk(outline& out, const code_view& code, language what)
    : out_(out), code_(code), what_(what) {}

  void run() {
    out_.unit_of.resize(code_.tokens.size(), 0);
    for (const auto& line : code_.lines)
      walk(line);
  }

private:
  struct level {
    std::uint32_t unit;
    std::uint32_t indent;
  };

  void walk(const code_line& line) {
    const auto tokens = code_.of(line);
    bool ends = false;
    if (parentheses_ == 0 && !tokens.empty())
      ends = leave(line, tokens.front());
    if (const auto name = definition(tokens); name && parentheses_ == 0) {
      const auto unit = static_cast<std::uint32_t>(out_.units.size());
      out_.units.push_back({*name, line.line, {}});
      levels_.push_back({unit, line.indent});
    }
    const auto unit = current();
    for (auto place = line.first; place < line.last; ++place)
      out_.unit_of[place] = unit;
    if (ends && !levels_.empty())
      levels_.pop_back();
    count_parentheses(tokens);
  }

  /// Leaves the functions that a line is not indented enough for. Whether the
  /// line is the last of the function that is left open.
  bool leave(const code_line& line, const token& first) {
    const bool trails = continues(first);
    while (!levels_.empty()
           && (line.indent < levels_.back().indent
               || (line.indent == levels_.back().indent && !trails)))
      levels_.pop_back();
    if (levels_.empty() && line.indent == 0 && !trails)
      outside_ = true;
    return trails && !levels_.empty() && line.indent == levels_.back().indent
           && one_of(first.text, {"end", "}", "END"});
  }

  /// Whether a line that begins so belongs to the function above it although
  /// it is indented no deeper.
  [[nodiscard]] bool continues(const token& first) const {
    if (first.kind == token_kind::string_close
        || first.kind == token_kind::string_open)
      return true;
    if (what_ == language::sql)
      return !one_of(first.text,
                     {"CREATE", "create", "ALTER", "alter", "DROP", "drop"});
    return one_of(first.text, {")", "]", "}", "end", "rescue", "else", "ensure",
                               "after", "catch", "do", "when", "{", "|>", "."});
  }

  /// The name that a line defines.
  [[nodiscard]] std::optional<std::string_view>
  definition(std::span<const token> tokens) const {
    for (std::size_t place = 0; place < tokens.size() && place < 8; ++place) {
      if (!is_identifier(tokens[place])) {
        if (what_ != language::kotlin && what_ != language::scala)
          return std::nullopt;
        continue;
      }
      if (!is_definer(tokens[place].text))
        continue;
      return name_behind(tokens, place + 1);
    }
    return std::nullopt;
  }

  /// The last name of `self.name`, `Type.name`, `<T> name`.
  [[nodiscard]] static std::optional<std::string_view>
  name_behind(std::span<const token> tokens, std::size_t place) {
    if (spelled(tokens, place, "<"))
      while (place < tokens.size() && !spelled(tokens, place, ">"))
        ++place;
    if (spelled(tokens, place, ">"))
      ++place;
    while (place + 2 < tokens.size() && spelled(tokens, place + 1, ".")
           && is_identifier(tokens[place + 2]))
      place += 2;
    if (place < tokens.size() && is_identifier(tokens[place]))
      return tokens[place].text;
    return std::nullopt;
  }

  [[nodiscard]] std::uint32_t current() {
    if (!levels_.empty())
      return levels_.back().unit;
    if (!outside_)
      return 0;
    if (outside_unit_ == 0) {
      outside_unit_ = static_cast<std::uint32_t>(out_.units.size());
      out_.units.push_back({});
    }
    return outside_unit_;
  }

  void count_parentheses(std::span<const token> tokens) {
    for (const auto& next : tokens) {
      if (next.kind != token_kind::punctuation)
        continue;
      // Braces are blocks in most of these languages: they do not make the
      // indentation of what they hold meaningless.
      if (next.text == "(" || next.text == "[")
        ++parentheses_;
      else if ((next.text == ")" || next.text == "]") && parentheses_ > 0)
        --parentheses_;
    }
  }

  outline& out_;
  const code_view& code_;
  language what_;
  std::vector<level> levels_;
  std::uint32_t parentheses_ = 0;
  std::uint32_t outside_unit_ = 0;
  bool outside_ = false;
};

bool is_name(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z')
         || (letter >= '0' && letter <= '9') || letter == '_' || letter == '$'
         || letter == '?' || letter == '!'
         || static_cast<unsigned char>(letter) >= 0x80;
}

} // namespace

std::string_view function_of_section(std::string_view section) {
  std::size_t place = 0;
  bool defined = false;
  std::string_view last;
  while (place < section.size() && place < 512) {
    if (!is_name(section[place])) {
      // The receiver of a Go method stands between the keyword and the name.
      if (section[place] == '(' && !last.empty())
        return last;
      if (section[place] == '(' && defined) {
        const auto close = section.find(')', place);
        if (close == std::string_view::npos)
          return {};
        place = close;
      }
      ++place;
      continue;
    }
    const auto begin = place;
    while (place < section.size() && is_name(section[place]))
      ++place;
    const auto word = section.substr(begin, place - begin);
    if (one_of(word, {"class", "module", "defmodule", "interface", "impl",
                      "struct", "namespace", "package", "object", "trait"})
        && !defined)
      return {};
    if (is_definer(word)) {
      defined = true;
      last = {};
    } else if (defined && last.empty()) {
      last = word;
    } else if (!defined) {
      last = word;
    } else if (section[begin - 1] == '.') {
      last = word;
    } else {
      return last;
    }
  }
  return defined ? last : std::string_view{};
}

void outline_into(outline& out, const code_view& code, language what,
                  std::string_view section) {
  out.units.clear();
  out.unit_of.clear();
  out.unit_of.reserve(code.tokens.size());
  out.units.push_back({function_of_section(section), 0, {}});
  if (uses_braces(what))
    brace_walk(out, code, what).run();
  else
    indent_walk(out, code, what).run();
}

} // namespace libsig::review::checks
