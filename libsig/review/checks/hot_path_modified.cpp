#include "libsig/review/checks/hot_path_modified.hpp"

#include <algorithm>
#include <optional>
#include <string>

#include "libsig/review/checks/code.hpp"
#include "libsig/review/checks/hot_names.hpp"
#include "libsig/review/checks/outline.hpp"
#include "libsig/review/checks/report.hpp"

namespace libsig::review::checks {

namespace {

constexpr double hot_path_confidence = 0.7;

/// The name of a file without folders and endings.
std::string_view stem_of(std::string_view path) {
  const auto slash = path.rfind('/');
  if (slash != std::string_view::npos)
    path.remove_prefix(slash + 1);
  return path.substr(0, path.find('.'));
}

/// Text that names functions without calling them.
bool is_prose(std::string_view path) {
  const auto dot = path.rfind('.');
  if (dot == std::string_view::npos)
    return false;
  return one_of(path.substr(dot + 1),
                {"md",   "txt",      "rst",  "adoc", "json", "yml",
                 "yaml", "toml",     "lock", "csv",  "svg",  "xml",
                 "ini",  "cfg",      "html", "css",  "scss", "po",
                 "log",  "markdown", "diff", "patch"});
}

/// Languages in which the name of a file tells the class or module in it.
bool names_files_by_class(language what) {
  return what == language::java || what == language::csharp
         || what == language::php || what == language::ruby
         || what == language::elixir;
}

bool begins_type(std::string_view text) {
  return one_of(text, {"class", "module", "defmodule", "interface", "impl",
                       "struct", "object", "trait"});
}

/// Where a hot function was met first.
struct meeting {
  std::uint32_t line = 0;
  bool body = false;
};

/// Looks through one file.
class search {
public:
  search(const hot_names& names, const lexed_file& file)
    : names_(names), file_(file), stem_(stem_of(file.diff->path())),
      met_(names.size()) {}

  void look(const hunk& where, std::span<const token> lexed) {
    view_into(code_, lexed);
    outline_into(functions_, code_, file_.spoken, where.section);
    type_ = type_of_section(where.section);
    for (const auto& line : code_.lines)
      look(line);
  }

  void report(std::vector<finding>& out) const {
    reporter made(file_, out);
    for (std::size_t place = 0; place < met_.size(); ++place)
      if (met_[place].line != 0)
        made.add(describe(names_.at(place), met_[place]));
  }

private:
  /// The class or module that a section line opens.
  static std::string_view type_of_section(std::string_view section) {
    for (const std::string_view word :
         {"class ", "module ", "defmodule ", "struct ", "object ", "trait "}) {
      const auto found = section.find(word);
      if (found == std::string_view::npos)
        continue;
      const auto rest = section.substr(found + word.size());
      const auto name = rest.substr(0, rest.find_first_of(" (:{<;"));
      const auto dot = name.rfind('.');
      return dot == std::string_view::npos ? name : name.substr(dot + 1);
    }
    return {};
  }

  void look(const code_line& line) {
    const auto tokens = code_.of(line);
    note_type(tokens);
    if (line.origin == line_kind::context)
      return;
    const auto& unit = functions_.units[functions_.unit_of[line.first]];
    if (!unit.name.empty())
      for (const auto& entry : names_.find(unit.name))
        if (defines_here(entry, line))
          meet(entry, line.line, true);
    if (!is_import(tokens.front().text))
      for (auto place = line.first; place < line.last; ++place)
        look_at(place);
  }

  void note_type(std::span<const token> tokens) {
    for (std::size_t place = 0; place + 1 < tokens.size() && place < 5;
         ++place) {
      if (!is_identifier(tokens[place]) || !begins_type(tokens[place].text))
        continue;
      auto name = place + 1;
      while (name + 2 < tokens.size() && spelled(tokens, name + 1, "."))
        name += 2;
      if (is_identifier(tokens[name]))
        type_ = tokens[name].text;
      return;
    }
  }

  static bool is_import(std::string_view first) {
    return one_of(first, {"import", "from", "use", "using", "require",
                          "include", "alias", "#", "package"});
  }

  /// Whether a definition may be the one of the owner that was asked for:
  /// what is visible of class, module and file must not say otherwise.
  [[nodiscard]] bool defines_here(const hot_names::entry& entry,
                                  const code_line& line) const {
    if (entry.owner.empty())
      return true;
    const auto& unit = functions_.units[functions_.unit_of[line.first]];
    if (!unit.owner.empty())
      return same_owner(unit.owner, entry.owner);
    if (same_owner(stem_, entry.owner))
      return true;
    if (!type_.empty())
      return same_owner(type_, entry.owner);
    return !names_files_by_class(file_.spoken);
  }

  void look_at(std::uint32_t place) {
    const auto& next = code_.tokens[place];
    if (!is_identifier(next))
      return;
    for (const auto& entry : names_.find(next.text))
      if (is_call(place) && reaches(entry, place))
        meet(entry, next.line, false);
  }

  [[nodiscard]] bool is_call(std::uint32_t place) const {
    const std::span tokens(code_.tokens);
    if (spelled(tokens, place + 1, "(") || spelled(tokens, place + 1, "!("))
      return place == 0 || !spelled(tokens, place - 1, "new");
    if (place == 0)
      return false;
    const auto before =
      is_code(tokens[place - 1]) ? tokens[place - 1].text : std::string_view{};
    if (before == "|>" || (before == "&" && file_.spoken == language::elixir))
      return true;
    if (before == "." && place > 2 && spelled(tokens, place + 1, "/"))
      return file_.spoken == language::elixir;
    return file_.spoken == language::ruby && is_bare_call(place);
  }

  /// Ruby calls without parentheses: `fetch key`, `total = sum items`.
  [[nodiscard]] bool is_bare_call(std::uint32_t place) const {
    const std::span tokens(code_.tokens);
    if (place + 1 >= tokens.size()
        || tokens[place + 1].line != tokens[place].line)
      return spelled(tokens, place - 1, ".");
    const auto& after = tokens[place + 1];
    return spelled(tokens, place - 1, ".")
             ? !one_of(after.text, {"=", "+=", "-="})
             : is_identifier(after)
                 && !one_of(after.text, {"if", "unless", "do", "and", "or"});
  }

  /// Whether a call reaches the function of the owner that was asked for.
  [[nodiscard]] bool reaches(const hot_names::entry& entry,
                             std::uint32_t place) const {
    if (entry.owner.empty())
      return true;
    const std::span tokens(code_.tokens);
    const bool qualified =
      place > 1 && is_code(tokens[place - 1])
      && one_of(tokens[place - 1].text, {".", "::", "->", "?.", "&."});
    if (qualified
        && !one_of(tokens[place - 2].text,
                   {"self", "this", "$this", "static", "Self"}))
      return same_owner(tokens[place - 2].text, entry.owner);
    return same_owner(stem_, entry.owner) || same_owner(type_, entry.owner);
  }

  void meet(const hot_names::entry& entry, std::uint32_t line, bool body) {
    auto& known = met_[names_.place_of(entry)];
    if (known.line == 0 || (body && !known.body)
        || (body == known.body && line < known.line))
      known = {std::max<std::uint32_t>(line, 1), body};
  }

  [[nodiscard]] static observation describe(const hot_names::entry& entry,
                                            const meeting& met) {
    const std::string name(entry.whole);
    observation seen;
    seen.type = "hot_path_modified";
    seen.rule = "hot-path/modified";
    seen.level = severity::medium;
    seen.line = met.line;
    seen.confidence = hot_path_confidence;
    seen.summary = met.body
                     ? "The hot function " + name + " is changed."
                     : "A call of the hot function " + name + " is changed.";
    seen.recommendation = "Measure " + name
                          + " before and after the change under the load that "
                            "makes it hot.";
    seen.key = entry.whole;
    return seen;
  }

  const hot_names& names_;
  const lexed_file& file_;
  std::string_view stem_;
  std::string_view type_;
  std::vector<meeting> met_;
  code_view code_;
  outline functions_;
};

/// Whether a name occurs in the file's hunks at all; in most files none does.
bool mentions_any(const hot_names& names, const lexed_file& file) {
  const auto known = [&](const token& next) {
    return is_identifier(next) && !names.find(next.text).empty();
  };
  return std::any_of(
    file.hunks.begin(), file.hunks.end(), [&](const lexed_hunk& piece) {
      return !names.find(function_of_section(piece.where->section)).empty()
             || std::any_of(piece.new_side.begin(), piece.new_side.end(), known)
             || std::any_of(piece.old_side.begin(), piece.old_side.end(),
                            known);
    });
}

class hot_path_modified final : public check {
public:
  [[nodiscard]] std::string_view name() const noexcept override {
    return "hot_path_modified";
  }

  [[nodiscard]] result<std::vector<finding>>
  run(std::span<const lexed_file> files,
      const check_options& options) const override {
    std::vector<finding> found;
    const hot_names names(options.hot_functions);
    if (names.empty())
      return found;
    for (const auto& file : files) {
      if (is_prose(file.diff->path()))
        continue;
      if (!mentions_any(names, file))
        continue;
      search through(names, file);
      for (const auto& piece : file.hunks) {
        through.look(*piece.where, piece.new_side);
        through.look(*piece.where, piece.old_side);
      }
      through.report(found);
    }
    return found;
  }
};

} // namespace

std::unique_ptr<const check> make_hot_path_modified_check() {
  return std::make_unique<hot_path_modified>();
}

} // namespace libsig::review::checks
