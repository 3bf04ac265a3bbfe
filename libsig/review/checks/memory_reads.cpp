#include <algorithm>

#include "libsig/review/checks/memory_rules.hpp"

namespace libsig::review::checks {

namespace {

constexpr double sure = 0.75;
constexpr double guessed = 0.6;

/// How much the path of a file tells of its size.
enum class size_hint : std::uint8_t { fixed, unknown, data };

bool names_data(std::string_view text) {
  static constexpr std::string_view words[] = {
    "upload", "log",        "dump",   "export", "csv",     "backup", "archive",
    "huge",   "large",      "import", ".tsv",   ".sql",    ".bin",   ".mp4",
    ".zip",   ".tar",       ".gz",    ".jsonl", ".ndjson", ".xlsx",  "dataset",
    "video",  "attachment", "report", "big",    "events",  "records"};
  return std::any_of(
           std::begin(words), std::end(words),
           [text](std::string_view word) { return holds(text, word); })
         && !holds(text, "login") && !holds(text, "changelog")
         && !holds(text, "catalog") && !holds(text, "dialog");
}

bool names_fixed(std::string_view text) {
  static constexpr std::string_view words[] = {
    "config",       "conf",     "setting", "template", "schema",  "manifest",
    "key",          "cert",     "pem",     "token",    "secret",  "version",
    "license",      "readme",   "package", "env",      "fixture", "json",
    "yaml",         "yml",      "toml",    "lock",     "pid",     "proc",
    "/sys",         "__file__", "__dir__", "meta",     "rc",      "spec",
    "requirements", "makefile", "source",  "script",   ".py",     ".md",
    "sql_file",     "partial",  "layout",  "cache",    "state",   "tmpl",
    "html",         "css",      "priv",    "prompt",   "query",   "migration"};
  return std::any_of(
    std::begin(words), std::end(words),
    [text](std::string_view word) { return holds(text, word); });
}

/// What the tokens of an argument tell of the file they name.
size_hint hint_of(std::span<const token> tokens) {
  bool literal = false;
  bool named = false;
  bool fixed = false;
  for (const auto& next : tokens) {
    if (next.kind == token_kind::string_text
        || next.kind == token_kind::identifier) {
      if (names_data(next.text))
        return size_hint::data;
      fixed = fixed || names_fixed(next.text);
      literal = literal || next.kind == token_kind::string_text;
      named = named || next.kind == token_kind::identifier;
    }
  }
  if (fixed || (literal && !named))
    return size_hint::fixed;
  return size_hint::unknown;
}

std::optional<memory_hit> file_hit(double confidence) {
  return memory_hit{memory_rule::whole_file, confidence};
}

/// One read and what is around it.
class read_site {
public:
  read_site(const code_view& code, std::size_t line, std::size_t place,
            language what)
    : code_(code), tokens_(code.tokens), line_(line), place_(place),
      what_(what) {}

  [[nodiscard]] std::optional<memory_hit> look() const;

private:
  [[nodiscard]] std::string_view before(std::size_t back) const {
    return place_ >= back && is_code(tokens_[place_ - back])
             ? tokens_[place_ - back].text
             : std::string_view{};
  }

  [[nodiscard]] bool called() const {
    return spelled(tokens_, place_ + 1, "(");
  }

  [[nodiscard]] bool called_empty() const {
    return called() && spelled(tokens_, place_ + 2, ")");
  }

  [[nodiscard]] std::span<const token> arguments() const {
    const auto end = behind_bracket(tokens_, place_ + 1);
    return tokens_.subspan(place_ + 1,
                           std::min(end, place_ + reach_max) - place_ - 1);
  }

  /// A read that is flagged when the path does not tell that the file is small.
  [[nodiscard]] std::optional<memory_hit> unless_fixed(double unknown) const {
    switch (hint_of(arguments())) {
    case size_hint::data:
      return file_hit(sure);
    case size_hint::unknown:
      return file_hit(unknown);
    case size_hint::fixed:
      return std::nullopt;
    }
    return std::nullopt;
  }

  [[nodiscard]] std::optional<memory_hit> if_data() const {
    if (hint_of(arguments()) == size_hint::data)
      return file_hit(sure);
    return std::nullopt;
  }

  [[nodiscard]] bool
  around(std::initializer_list<std::string_view> words) const {
    return mentions(code_, statement_around(code_, line_, place_), words);
  }

  [[nodiscard]] std::optional<memory_hit> python() const;
  [[nodiscard]] std::optional<memory_hit> python_read(bool lines) const;
  [[nodiscard]] size_hint python_path(std::string_view handle) const;
  [[nodiscard]] std::optional<memory_hit> ruby() const;
  [[nodiscard]] std::optional<memory_hit> elixir() const;
  [[nodiscard]] std::optional<memory_hit> go() const;
  [[nodiscard]] std::optional<memory_hit> jvm() const;
  [[nodiscard]] std::optional<memory_hit> csharp() const;
  [[nodiscard]] std::optional<memory_hit> others() const;

  const code_view& code_;
  std::span<const token> tokens_;
  std::size_t line_;
  std::size_t place_;
  language what_;
};

/// What the `open` that made a handle tells of its file; a handle that was not
/// opened in sight is no file unless its name says so.
size_hint read_site::python_path(std::string_view handle) const {
  const auto above = lines_before(code_, line_, place_, 6);
  for (auto place = place_; place-- > above.first;) {
    if (!tokens_[place].is(token_kind::identifier, handle))
      continue;
    const bool bound = (place > 0 && spelled(tokens_, place - 1, "as"))
                       || spelled(tokens_, place + 1, "=");
    if (!bound)
      continue;
    auto where = line_;
    while (where > 0 && code_.lines[where].first > place)
      --where;
    const auto tokens = code_.of(code_.lines[where]);
    for (std::size_t at = 0; at + 1 < tokens.size(); ++at)
      if (tokens[at].is(token_kind::identifier, "open")
          && spelled(tokens, at + 1, "("))
        return hint_of(tokens.subspan(at + 1));
    return size_hint::fixed;
  }
  if (names_data(handle))
    return size_hint::data;
  return one_of(handle, {"f", "fp", "fh", "file", "infile", "fin", "input_file",
                         "fileobj", "file_obj"})
           ? size_hint::unknown
           : size_hint::fixed;
}

std::optional<memory_hit> read_site::python_read(bool lines) const {
  if (before(1) != ".")
    return std::nullopt;
  size_hint hint = size_hint::fixed;
  if (before(2) == ")") {
    if (!around({"open"}) || around({"urlopen", "popen", "read_text"}))
      return std::nullopt;
    const auto all = statement_around(code_, line_, place_);
    hint = hint_of(tokens_.subspan(all.first, place_ - all.first));
  } else if (place_ >= 2 && is_identifier(tokens_[place_ - 2])) {
    hint = before(3) == "."
             ? (names_data(before(2)) ? size_hint::data : size_hint::fixed)
             : python_path(before(2));
  }
  if (hint == size_hint::fixed)
    return std::nullopt;
  return file_hit(lines || hint == size_hint::data ? sure : guessed);
}

std::optional<memory_hit> read_site::python() const {
  const auto text = tokens_[place_].text;
  if (text == "readlines" && called_empty())
    return python_read(true);
  if (text == "read" && called_empty())
    return python_read(false);
  if (one_of(text, {"read_text", "read_bytes"}) && called_empty()
      && names_data(before(2)))
    return file_hit(sure);
  return std::nullopt;
}

std::optional<memory_hit> read_site::ruby() const {
  const auto text = tokens_[place_].text;
  if (before(1) != "." || !one_of(before(2), {"File", "IO"}))
    return std::nullopt;
  if (text == "readlines")
    return unless_fixed(sure);
  return text == "read" ? unless_fixed(guessed) : std::nullopt;
}

std::optional<memory_hit> read_site::elixir() const {
  const auto text = tokens_[place_].text;
  if (before(1) != "." || before(2) != "File" || before(3) == ".")
    return std::nullopt;
  return one_of(text, {"read", "read!"}) ? unless_fixed(guessed) : std::nullopt;
}

std::optional<memory_hit> read_site::go() const {
  const auto text = tokens_[place_].text;
  if (text == "ReadFile" && one_of(before(2), {"os", "ioutil"}))
    return if_data();
  if (text != "ReadAll" || !one_of(before(2), {"io", "ioutil"}) || !called())
    return std::nullopt;
  const auto above = lines_before(code_, line_, place_, 10);
  if (mentions(code_, above,
               {"LimitReader", "MaxBytesReader", "LimitedReader"}))
    return std::nullopt;
  const auto given = arguments();
  for (const auto& next : given) {
    if (next.kind != token_kind::identifier)
      continue;
    if (one_of(next.text, {"resp", "res", "response", "rsp", "Result", "rec",
                           "recorder", "NewReader", "strings", "bytes"}))
      return std::nullopt;
    if (next.text == "Body" || holds(next.text, "body")
        || one_of(next.text, {"r", "req", "request"}))
      return memory_hit{memory_rule::whole_body, sure};
    if (holds(next.text, "file") || holds(next.text, "upload")
        || next.text == "f")
      return file_hit(sure);
  }
  return std::nullopt;
}

std::optional<memory_hit> read_site::jvm() const {
  const auto text = tokens_[place_].text;
  if (text == "readAllLines" && before(2) == "Files")
    return unless_fixed(sure);
  if (text == "readAllBytes" && around({"getInputStream", "request", "req"}))
    return memory_hit{memory_rule::whole_body, sure};
  if (one_of(text, {"readAllBytes", "readString"}) && before(2) == "Files")
    return if_data();
  if (what_ == language::kotlin
      && one_of(text, {"readLines", "readText", "readBytes"})) {
    const auto all = statement_around(code_, line_, place_);
    const auto hint = hint_of(tokens_.subspan(all.first, place_ - all.first));
    if (!called_empty() || hint == size_hint::fixed
        || (text != "readLines" && hint != size_hint::data)
        || !around({"File", "file", "path", "Path", "Paths"}))
      return std::nullopt;
    return file_hit(sure);
  }
  if (what_ == language::scala && text == "fromFile" && before(2) == "Source"
      && around({"mkString", "toList", "toSeq", "toArray", "toVector"}))
    return unless_fixed(sure);
  return std::nullopt;
}

std::optional<memory_hit> read_site::csharp() const {
  const auto text = tokens_[place_].text;
  if (before(2) == "File") {
    if (one_of(text, {"ReadAllLines", "ReadAllLinesAsync"}))
      return unless_fixed(sure);
    if (one_of(text, {"ReadAllText", "ReadAllTextAsync", "ReadAllBytes",
                      "ReadAllBytesAsync"}))
      return if_data();
  }
  if (one_of(text, {"ReadToEnd", "ReadToEndAsync"})
      && mentions(code_, lines_before(code_, line_, place_, 6), {"Request"}))
    return memory_hit{memory_rule::whole_body, sure};
  return std::nullopt;
}

std::optional<memory_hit> read_site::others() const {
  const auto text = tokens_[place_].text;
  if (one_of(text, {"readFileSync", "readFile", "file_get_contents",
                    "read_to_string"}))
    return called() ? if_data() : std::nullopt;
  if (what_ == language::php && text == "file" && called() && before(1) != "->"
      && before(1) != "::" && before(1) != "function")
    return unless_fixed(sure);
  if (what_ == language::rust && text == "to_bytes"
      && around({"body", "Body", "req", "request"}) && !around({"limit"})
      && (around({"hyper"}) || around({"MAX"})))
    return memory_hit{memory_rule::whole_body, sure};
  if (what_ == language::c_family
      && ((text == "istreambuf_iterator" && spelled(tokens_, place_ + 4, "(")
           && !spelled(tokens_, place_ + 5, ")"))
          || (text == "rdbuf" && before(1) == "." && around({"<<"}))))
    return names_fixed(before(2)) ? std::nullopt : file_hit(guessed);
  return std::nullopt;
}

std::optional<memory_hit> read_site::look() const {
  if (what_ == language::python)
    return python();
  if (what_ == language::ruby)
    return ruby();
  if (what_ == language::elixir)
    return elixir();
  if (what_ == language::go)
    return go();
  if (what_ == language::java || what_ == language::kotlin
      || what_ == language::scala)
    return jvm();
  return what_ == language::csharp ? csharp() : others();
}

} // namespace

std::optional<memory_hit> reads_at(const code_view& code, std::size_t line,
                                   std::size_t place, language what) {
  return read_site(code, line, place, what).look();
}

} // namespace libsig::review::checks
