#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace libsig::review {

/// What a file is written in, as far as the checks tell languages apart.
enum class language : std::uint8_t {
  unknown,
  c_family, ///< C, C++, Objective-C
  csharp,
  elixir,
  go,
  java,
  javascript, ///< and TypeScript, JSX, TSX
  kotlin,
  php,
  python,
  ruby,
  rust,
  scala,
  sql,
  html,     ///< plain HTML, and templates whose engine the name does not tell
  erb,      ///< ERB, EEx, HEEx, LEEx: `<%= %>` with Ruby or Elixir in it
  jinja,    ///< Jinja, Twig, Django, Liquid, Nunjucks: `{{ }}` and `{% %}`
  mustache, ///< Mustache, Handlebars: `{{ }}`, `{{{ }}}`
  ejs,      ///< EJS, Underscore: `<%= %>`, `<%- %>` with JavaScript in it
  jsp,      ///< JSP, JSTL
  razor,    ///< `.cshtml`, `.razor`
  vue,      ///< `.vue`, `.svelte`: markup with JavaScript in it
  slim,     ///< Slim, Haml, Pug: markup by indentation
  blade,    ///< `.blade.php`
  twirl,    ///< Play's `.scala.html`
};

/// Several languages; a constant to ask for one of them.
class language_set {
public:
  constexpr language_set(std::initializer_list<language> of) noexcept {
    for (const auto each : of)
      bits_ |= bit(each);
  }

  [[nodiscard]] constexpr bool has(language asked) const noexcept {
    return (bits_ & bit(asked)) != 0;
  }

private:
  static constexpr std::uint64_t bit(language value) noexcept {
    return std::uint64_t{1} << static_cast<unsigned>(value);
  }

  std::uint64_t bits_ = 0;
};

/// The language by the file's name; the longest known ending decides
/// (`x.html.erb` is `erb`).
[[nodiscard]] language language_of(std::string_view path) noexcept;

[[nodiscard]] std::string_view to_string(language value) noexcept;

} // namespace libsig::review
