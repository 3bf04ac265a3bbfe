#include "libsig/review/language.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

namespace libsig::review {

namespace {

struct ending {
  std::string_view text; ///< with its dot, lower-case
  language what;
};

/// Sorted by text.
constexpr auto endings = std::to_array<ending>({
  {".ascx", language::jsp},
  {".asp", language::jsp},
  {".aspx", language::jsp},
  {".astro", language::vue},
  {".blade.php", language::blade},
  {".c", language::c_family},
  {".c++", language::c_family},
  {".cc", language::c_family},
  {".cjs", language::javascript},
  {".cpp", language::c_family},
  {".cs", language::csharp},
  {".cshtml", language::razor},
  {".csx", language::csharp},
  {".ctp", language::php},
  {".cts", language::javascript},
  {".cu", language::c_family},
  {".cxx", language::c_family},
  {".ddl", language::sql},
  {".ect", language::ejs},
  {".eex", language::erb},
  {".ejs", language::ejs},
  {".erb", language::erb},
  {".es6", language::javascript},
  {".ex", language::elixir},
  {".exs", language::elixir},
  {".ftl", language::html},
  {".ftlh", language::html},
  {".gemspec", language::ruby},
  {".go", language::go},
  {".gohtml", language::html},
  {".gotmpl", language::html},
  {".groovy", language::java},
  {".gsp", language::jsp},
  {".h", language::c_family},
  {".h++", language::c_family},
  {".haml", language::slim},
  {".handlebars", language::mustache},
  {".hbs", language::mustache},
  {".heex", language::erb},
  {".hh", language::c_family},
  {".hpp", language::c_family},
  {".htm", language::html},
  {".html", language::html},
  {".hxx", language::c_family},
  {".inl", language::c_family},
  {".ino", language::c_family},
  {".ipp", language::c_family},
  {".j2", language::jinja},
  {".jade", language::slim},
  {".java", language::java},
  {".jinja", language::jinja},
  {".jinja2", language::jinja},
  {".js", language::javascript},
  {".jsp", language::jsp},
  {".jspf", language::jsp},
  {".jspx", language::jsp},
  {".jsx", language::javascript},
  {".kt", language::kotlin},
  {".kts", language::kotlin},
  {".latte", language::jinja},
  {".leex", language::erb},
  {".liquid", language::jinja},
  {".m", language::c_family},
  {".master", language::jsp},
  {".mjs", language::javascript},
  {".mm", language::c_family},
  {".module", language::php},
  {".mts", language::javascript},
  {".mustache", language::mustache},
  {".njk", language::jinja},
  {".nunjucks", language::jinja},
  {".pgsql", language::sql},
  {".php", language::php},
  {".php3", language::php},
  {".php4", language::php},
  {".php5", language::php},
  {".php7", language::php},
  {".phtml", language::php},
  {".pkb", language::sql},
  {".pks", language::sql},
  {".plsql", language::sql},
  {".psql", language::sql},
  {".pug", language::slim},
  {".py", language::python},
  {".pyi", language::python},
  {".pyw", language::python},
  {".pyx", language::python},
  {".rake", language::ruby},
  {".razor", language::razor},
  {".rb", language::ruby},
  {".rs", language::rust},
  {".ru", language::ruby},
  {".sbt", language::scala},
  {".sc", language::scala},
  {".scala", language::scala},
  {".scala.html", language::twirl},
  {".scala.js", language::twirl},
  {".scala.txt", language::twirl},
  {".scala.xml", language::twirl},
  {".slim", language::slim},
  {".sql", language::sql},
  {".svelte", language::vue},
  {".tag", language::jsp},
  {".tmpl", language::html},
  {".tpl", language::jinja},
  {".ts", language::javascript},
  {".tsx", language::javascript},
  {".twig", language::jinja},
  {".vbhtml", language::razor},
  {".vm", language::html},
  {".vue", language::vue},
  {".xhtml", language::jsp},
});

static_assert(std::ranges::is_sorted(endings, {}, &ending::text));

/// Names without an ending that tell a language.
constexpr auto whole_names = std::to_array<ending>({
  {"gemfile", language::ruby},
  {"guardfile", language::ruby},
  {"rakefile", language::ruby},
  {"vagrantfile", language::ruby},
});

constexpr std::size_t name_bytes_looked_at = 24;

[[nodiscard]] constexpr char lower(char given) noexcept {
  return given >= 'A' && given <= 'Z' ? static_cast<char>(given - 'A' + 'a')
                                      : given;
}

[[nodiscard]] const ending* find(std::span<const ending> in,
                                 std::string_view text) noexcept {
  const auto found = std::ranges::lower_bound(in, text, {}, &ending::text);
  return found != in.end() && found->text == text ? &*found : nullptr;
}

} // namespace

language language_of(std::string_view path) noexcept {
  const auto name = path.substr(path.rfind('/') + 1);
  const auto tail = name.size() > name_bytes_looked_at
                      ? name.substr(name.size() - name_bytes_looked_at)
                      : name;
  std::array<char, name_bytes_looked_at> buffer{};
  std::ranges::transform(tail, buffer.begin(), lower);
  const std::string_view lowered(buffer.data(), tail.size());
  for (auto dot = lowered.find('.'); dot != std::string_view::npos;
       dot = lowered.find('.', dot + 1))
    if (const auto* known = find(endings, lowered.substr(dot)))
      return known->what;
  if (tail.size() == name.size())
    if (const auto* known = find(whole_names, lowered))
      return known->what;
  return language::unknown;
}

std::string_view to_string(language value) noexcept {
  switch (value) {
  case language::unknown:
    return "unknown";
  case language::c_family:
    return "c_family";
  case language::csharp:
    return "csharp";
  case language::elixir:
    return "elixir";
  case language::go:
    return "go";
  case language::java:
    return "java";
  case language::javascript:
    return "javascript";
  case language::kotlin:
    return "kotlin";
  case language::php:
    return "php";
  case language::python:
    return "python";
  case language::ruby:
    return "ruby";
  case language::rust:
    return "rust";
  case language::scala:
    return "scala";
  case language::sql:
    return "sql";
  case language::html:
    return "html";
  case language::erb:
    return "erb";
  case language::jinja:
    return "jinja";
  case language::mustache:
    return "mustache";
  case language::ejs:
    return "ejs";
  case language::jsp:
    return "jsp";
  case language::razor:
    return "razor";
  case language::vue:
    return "vue";
  case language::slim:
    return "slim";
  case language::blade:
    return "blade";
  case language::twirl:
    return "twirl";
  }
  return "unknown";
}

} // namespace libsig::review
