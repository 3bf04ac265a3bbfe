#include <algorithm>

#include "libsig/review/checks/memory_rules.hpp"

namespace libsig::review::checks {

namespace {

/// Turns up to which a loop's copies are not worth a word.
constexpr std::size_t short_loop_digits_max = 1;

bool watches(language what) {
  static constexpr language watched[] = {
    language::java,   language::csharp, language::javascript,
    language::vue,    language::python, language::go,
    language::kotlin, language::ruby,   language::scala};
  return std::find(std::begin(watched), std::end(watched), what)
         != std::end(watched);
}

bool is_loop_word(std::string_view text) {
  return one_of(text, {"for", "while", "foreach", "until", "do"});
}

/// The block methods that loop: `.each do |x|`, `.forEach(x => {`.
bool is_loop_method(std::string_view text) {
  return one_of(text, {"each", "forEach", "each_with_index", "each_line",
                       "foreach", "times", "each_pair"});
}

/// A loop over a literal range of one digit.
bool is_short(std::span<const token> tokens) {
  bool compared = false;
  for (const auto& next : tokens) {
    if (next.kind == token_kind::punctuation
        && one_of(next.text, {"<", "<=", "(", "..", "..."}))
      compared = true;
    else if (next.kind == token_kind::number && compared
             && next.text.size() <= short_loop_digits_max && next.text != "0")
      return true;
    else if (next.kind == token_kind::identifier
             && !one_of(next.text, {"for", "in", "int", "let", "var", "range",
                                    "i", "_", "j", "k", "n", "times"}))
      return false;
  }
  return false;
}

/// Whether a value that begins at `place` is a string for sure: it starts with
/// a literal, or adds one.
bool adds_text(std::span<const token> tokens, std::size_t place) {
  std::size_t depth = 0;
  bool text = false;
  for (; place < tokens.size(); ++place) {
    const auto& next = tokens[place];
    if (next.kind == token_kind::string_open) {
      text = text || depth == 0;
    } else if (next.kind == token_kind::string_close) {
      if (depth == 0 && place + 1 < tokens.size()
          && one_of(tokens[place + 1].text, {".", "["})
          && !one_of(tokens[place].text, {"`"}))
        return spelled(tokens, place + 2, "format")
               || spelled(tokens, place + 2, "join");
    } else if (next.kind == token_kind::punctuation) {
      if (one_of(next.text, {"(", "[", "{"}))
        ++depth;
      else if (one_of(next.text, {")", "]", "}"}) && depth > 0)
        --depth;
      else if (depth == 0 && one_of(next.text, {"?", "==", "<", ">", ";"}))
        return text && next.text == ";";
    }
  }
  return text;
}

} // namespace

growing_strings::growing_strings(language what) : watched_(watches(what)) {}

const growing_strings::name*
growing_strings::find(std::string_view text) const {
  const auto found =
    std::find_if(names_.begin(), names_.end(),
                 [text](const name& each) { return each.text == text; });
  return found == names_.end() ? nullptr : &*found;
}

void growing_strings::leave_loops(const code_line& line,
                                  std::span<const token> tokens) {
  const bool closes =
    one_of(tokens.front().text, {"}", "end", ")", "});", "{"});
  while (!loops_.empty()
         && (line.indent < loops_.back().indent
             || (line.indent == loops_.back().indent
                 && (!closes || loops_.back().on_line))))
    loops_.pop_back();
}

void growing_strings::enter_loop(const code_line& line,
                                 std::span<const token> tokens) {
  const auto head =
    tokens.front().text == "async" && tokens.size() > 1 ? 1U : 0U;
  bool loops = is_identifier(tokens[head]) && is_loop_word(tokens[head].text);
  for (std::size_t place = 1; !loops && place + 1 < tokens.size(); ++place)
    loops = is_identifier(tokens[place]) && is_loop_method(tokens[place].text)
            && spelled(tokens, place - 1, ".")
            && one_of(tokens[place + 1].text, {"do", "{", "("})
            && one_of(tokens.back().text, {"do", "{", "|", "=>"});
  if (loops)
    loops_.push_back({line.indent, is_short(tokens), false});
}

void growing_strings::note_strings(std::span<const token> tokens) {
  for (std::size_t place = 1; place < tokens.size() && place < 6; ++place) {
    if (!one_of(tokens[place].text, {"=", ":="}) || !is_code(tokens[place]))
      continue;
    if (!is_identifier(tokens[place - 1]) || place + 1 >= tokens.size())
      return;
    const bool text = tokens[place + 1].kind == token_kind::string_open
                      && place + 2 < tokens.size()
                      && tokens[place + 2].kind == token_kind::string_close
                      && !spelled(tokens, place + 3, ".");
    const bool typed =
      place > 1 && one_of(tokens[place - 2].text, {"String", "string", "str"})
      && !spelled(tokens, place + 1, "new");
    const auto known = find(tokens[place - 1].text);
    if (known != nullptr)
      names_.erase(names_.begin() + (known - names_.data()));
    if ((text || typed) && names_.size() < names_max)
      names_.push_back({tokens[place - 1].text, loops_.size()});
    return;
  }
}

bool growing_strings::grows_at(std::span<const token> tokens,
                               std::size_t place) const {
  const auto target = tokens[place - 1].text;
  const auto known = find(target);
  if (known != nullptr)
    return known->depth < loops_.size();
  return adds_text(tokens, place + 1);
}

bool growing_strings::grows(std::span<const token> tokens) const {
  for (std::size_t place = 1; place + 1 < tokens.size(); ++place) {
    if (!is_code(tokens[place]) || !is_identifier(tokens[place - 1]))
      continue;
    if (tokens[place].text == "+=")
      return grows_at(tokens, place);
    // `text = text + more`.
    if (tokens[place].text == "=" && place + 2 < tokens.size()
        && tokens[place + 1].text == tokens[place - 1].text
        && spelled(tokens, place + 2, "+"))
      return grows_at(tokens, place);
  }
  return false;
}

bool growing_strings::take(const code_view& code, const code_line& line) {
  const auto tokens = code.of(line);
  if (!watched_ || tokens.empty() || tokens.size() > reach_max)
    return false;
  leave_loops(line, tokens);
  enter_loop(line, tokens);
  const bool turned =
    !loops_.empty()
    && std::none_of(loops_.begin(), loops_.end(),
                    [](const loop& each) { return each.bounded; })
    && !is_loop_word(tokens.front().text);
  if (turned && line.origin == line_kind::added && grows(tokens))
    return true;
  note_strings(tokens);
  return false;
}

} // namespace libsig::review::checks
