#include "libsig/review/checks/xss_templates.hpp"

#include "libsig/review/checks/words.hpp"
#include "libsig/review/checks/xss_rules.hpp"

namespace libsig::review::checks {

namespace {

using namespace xss_rules;

[[nodiscard]] bool contains(std::string_view text,
                            std::string_view part) noexcept {
  return text.find(part) != std::string_view::npos;
}

/// Filters and helpers after which a value may be printed as it is.
constexpr auto harmless_filters =
  make_words({"escape",      "e",           "escapejs",
              "tojson",      "json",        "sanitize",
              "bleach",      "clean",       "striptags",
              "urlencode",   "int",         "length",
              "date",        "linebreaks",  "force_escape",
              "floatformat", "json_script", "sanitize_html",
              "purify",      "dump",        "jsonify",
              "escapehtml",  "h",           "intcomma",
              "number",      "count",       "url_encode",
              "json_encode", "html_attr",   "js"});

[[nodiscard]] bool has_filter(const flow& in, token_range what,
                              std::string_view name) noexcept {
  for (auto at = what.first; at + 1 < what.last; ++at)
    if (in.at(at).is(token_kind::punctuation, "|")
        && in.at(at + 1).is(token_kind::identifier, name))
      return true;
  return false;
}

[[nodiscard]] bool has_harmless_filter(const flow& in,
                                       token_range what) noexcept {
  for (auto at = what.first; at < what.last; ++at) {
    const auto& it = in.at(at);
    if (it.kind == token_kind::identifier
        && harmless_filters.has(lowered(it.text))
        && (at == what.first || in.at(at - 1).is(token_kind::punctuation, "|")
            || in.at(at + 1).is(token_kind::punctuation, "(")))
      return true;
  }
  return false;
}

/// Whether the range holds nothing but literals.
[[nodiscard]] bool is_constant(const flow& in, token_range what) noexcept {
  for (auto at = what.first; at < what.last; ++at) {
    const auto& it = in.at(at);
    if (it.kind == token_kind::string_open) {
      at = in.match(at);
      continue;
    }
    if (it.kind == token_kind::identifier
        && !in.at(at - 1).is(token_kind::punctuation, "|"))
      return false;
  }
  return true;
}

/// The first name in the hole, filters and marks apart.
[[nodiscard]] std::string_view first_name(const flow& in,
                                          token_range what) noexcept {
  for (auto at = what.first; at < what.last; ++at)
    if (in.at(at).kind == token_kind::identifier)
      return in.at(at).text;
  return {};
}

[[nodiscard]] bool is_block_helper(const flow& in, token_range what) noexcept {
  const auto& first = in.at(what.first);
  return first.kind == token_kind::punctuation
         && (first.text == "#" || first.text == "/" || first.text == ">"
             || first.text == "^" || first.text == "!" || first.text == ".");
}

/// Names that are no plain data in any template.
[[nodiscard]] bool is_framework_name(std::string_view name) noexcept {
  constexpr auto names = make_words({"url",
                                     "url_for",
                                     "static",
                                     "include",
                                     "block",
                                     "super",
                                     "yield",
                                     "csrf_token",
                                     "csp_nonce",
                                     "nonce",
                                     "partial",
                                     "body",
                                     "content_for",
                                     "render",
                                     "else",
                                     "if",
                                     "end",
                                     "each",
                                     "for",
                                     "range",
                                     "template",
                                     "define",
                                     "with",
                                     "asset",
                                     "route",
                                     "t",
                                     "trans",
                                     "image_tag",
                                     "javascript_include_tag",
                                     "stylesheet_link_tag",
                                     "csrf_meta_tags",
                                     "link_to",
                                     "form_with",
                                     "loop",
                                     "form_for",
                                     "caller",
                                     "self",
                                     "printf",
                                     "len",
                                     "index",
                                     "staticfiles",
                                     "tag",
                                     "content_tag",
                                     "submit_tag",
                                     "text_field_tag",
                                     "button_to",
                                     "form_tag",
                                     "unless",
                                     "nil",
                                     "i18n",
                                     "translate",
                                     "partials",
                                     "outlet",
                                     "children",
                                     "slot",
                                     "head",
                                     "layout",
                                     "contents"});
  return names.has(lowered(name));
}

/// Whether the hunk shows the frame of a page, into which `{{{body}}}` puts a
/// page's own markup.
[[nodiscard]] bool is_page(const flow& in) noexcept {
  for (const auto& it : in.tokens())
    if (it.kind == token_kind::markup
        && (contains(it.text, "<body") || contains(it.text, "<html")
            || contains(it.text, "</body")))
      return true;
  return false;
}

enum class place : std::uint8_t { text, unquoted, link, script };

/// Where in the page a hole stands, by the markup before it.
[[nodiscard]] place place_of(const flow& in, std::uint32_t hole) noexcept {
  if (hole > 0 && in.at(hole - 1).kind == token_kind::markup) {
    const auto before = in.at(hole - 1).text;
    if (before.size() > 1 && before.ends_with('=')
        && before[before.size() - 2] != '=' && before[before.size() - 2] != ' '
        && before[before.size() - 2] != '?'
        && before.rfind('?') == std::string_view::npos
        && (before.rfind('<') == std::string_view::npos
            || before.find('>', before.rfind('<')) == std::string_view::npos))
      return before.ends_with("&=") ? place::text : place::unquoted;
    for (const std::string_view link :
         {"href=\"", "href='", "HREF=\"", "formaction=\""})
      if (before.ends_with(link))
        return contains(before.substr(before.rfind('<') + 1), "link ")
                 ? place::text
                 : place::link;
  }
  // The nearest tag of a script before the hole tells whether it is in one.
  constexpr std::uint32_t reach = 200;
  for (std::uint32_t back = 1; back <= reach && back <= hole; ++back) {
    const auto& it = in.at(hole - back);
    if (it.kind != token_kind::markup)
      continue;
    const auto open = it.text.rfind("<script");
    const auto close = it.text.rfind("</script");
    if (open == std::string_view::npos && close == std::string_view::npos)
      continue;
    if (open == std::string_view::npos
        || (close != std::string_view::npos && close > open))
      return place::text;
    return it.text.find('>', open) == std::string_view::npos ? place::text
                                                             : place::script;
  }
  return place::text;
}

void report_context(flow& in, const seen_call& hole, line_reports& to) {
  const auto range = hole.ranges[0];
  const auto name = first_name(in, range);
  if (name.empty() || is_framework_name(name) || is_constant(in, range)
      || has_harmless_filter(in, range) || is_block_helper(in, range)
      || !hole.arguments[0].has(fact::free_in_html))
    return;
  const auto where = place_of(in, hole.at);
  if (where == place::text)
    return;
  const auto& last = in.at(range.last - 1);
  const lowered member(last.text);
  const std::string_view word(member);
  if (where == place::link
      && (contains(word, "url") || contains(word, "path")
          || range.last - range.first > 3))
    return;
  if (where == place::unquoted && contains(word, "id") && word.size() < 3)
    return;
  to.add(context, in.at(hole.at).line, 0);
}

[[nodiscard]] bool is_template(language spoken) noexcept {
  return language_set{language::jinja, language::html, language::mustache,
                      language::erb, language::ejs}
    .has(spoken);
}

} // namespace

void report_hole(flow& in, const seen_call& hole, language spoken,
                 bool& escapes, line_reports& to) {
  const auto mark = hole.name;
  const auto range = hole.ranges[0];
  const auto given = hole.arguments[0];
  const auto line = in.at(hole.at).line;
  const auto name = first_name(in, range);
  const bool client = given.has(fact::request);
  const auto say = [&](const line_reports::rule& what) {
    to.add(client ? for_client(what) : what, line, 0);
  };
  const bool raw = mark == "{!!" || mark == "<%==" || mark == "{@html"
                   || mark == "!=" || mark == "!==" || mark == "!{"
                   || mark == "==" || mark == "{{{" || mark == "{{&"
                   || mark == "{{~{"
                   || (mark == "<%-" && spoken == language::ejs);
  if (raw) {
    // `{!! Form::text(…) !!}`, and the blocks `{{{{raw}}}}` of Handlebars.
    const bool helper = (name == "Form" || name == "Html" || name == "HTML")
                        && in.at(range.first + 1).text == "::";
    const bool block = in.at(range.first).is(token_kind::punctuation, "{");
    if (helper || block)
      return;
    const bool framework =
      is_framework_name(name) && (name != "body" || is_page(in));
    if (given.has(fact::free_in_html) && !framework && !is_constant(in, range)
        && !is_block_helper(in, range) && !has_harmless_filter(in, range))
      say(printed);
    return;
  }
  if (mark.starts_with("{{")) {
    const bool unescaped =
      has_filter(in, range, "safe") || has_filter(in, range, "raw")
      || has_filter(in, range, "noescape") || has_filter(in, range, "safeHTML")
      || has_filter(in, range, "safeseq");
    if (unescaped && !is_constant(in, range)) {
      if (!has_harmless_filter(in, range) && given.has(fact::free_in_html))
        say(printed);
      return;
    }
  }
  if (mark.starts_with("{%") && in.at(range.first).text == "autoescape") {
    const auto& value_token = in.at(range.first + 1);
    escapes = value_token.text != "off" && value_token.text != "false";
    if (!escapes)
      to.add(off, line, 0);
    return;
  }
  if (mark.starts_with("{%") && in.at(range.first).text == "endautoescape") {
    escapes = true;
    return;
  }
  if (mark == "{{" && !escapes) {
    if (!has_harmless_filter(in, range) && !is_framework_name(name)
        && given.has(fact::free_in_html))
      say(printed);
    return;
  }
  if (mark == "${" && spoken != language::jsp) {
    // `[(${x})]` of Thymeleaf prints x as it is.
    if (hole.at > 0 && in.at(hole.at - 1).kind == token_kind::markup
        && in.at(hole.at - 1).text.ends_with("[("))
      say(printed);
    for (auto at = range.first; at < range.last; ++at)
      if (in.at(at).is(token_kind::identifier, "no_esc"))
        say(printed);
    return;
  }
  if (mark == "${"
      && (name == "param" || name == "header" || name == "cookie"
          || name == "paramValues")
      && !in.at(range.first + 1).is(token_kind::punctuation, ":")) {
    // Attributes of tags are escaped or not by the tag; text is not.
    const auto before = hole.at > 0 ? in.at(hole.at - 1).text : "";
    const auto tag = before.rfind('<');
    const bool in_tag = tag != std::string_view::npos
                        && before.find('>', tag) == std::string_view::npos
                        && contains(before.substr(tag), ":");
    bool tested = false;
    for (auto at = range.first; at < range.last; ++at)
      tested = tested || in.at(at).is(token_kind::punctuation, "==")
               || in.at(at).text == "eq" || in.at(at).text == "empty";
    if (!in_tag && !tested)
      to.add(for_client(printed), line, 0);
    return;
  }
  if ((mark == "<%=" || mark == "<%#") && spoken == language::jsp
      && given.has_all(fact::request | fact::free_in_html)) {
    to.add(for_client(printed), line, 0);
    return;
  }
  if (mark == "<?=" && given.has_all(fact::request | fact::free_in_html)) {
    to.add(for_client(printed), line, 0);
    return;
  }
  if (is_template(spoken) && (mark.starts_with("{{") || mark == "<%="))
    report_context(in, hole, to);
}

namespace {

/// Attributes that make their value markup.
[[nodiscard]] bool has_raw_attribute(std::string_view text) noexcept {
  for (const std::string_view attribute :
       {"v-html=\"", "th:utext=\"", "[innerHTML]=\"", "[innerHtml]=\"",
        "ng-bind-html=\"", "ng-bind-html-unsafe=\"", "data-th-utext=\"",
        "[outerHTML]=\"", "data-ng-bind-html=\"", "bind-innerHTML=\"",
        "[srcdoc]=\"", "x-html=\""}) {
    const auto found = text.find(attribute);
    if (found == std::string_view::npos)
      continue;
    const auto given = text.substr(found + attribute.size());
    // Constants and what names itself sanitised.
    if (given.starts_with('\'') || given.starts_with("#{")
        || given.starts_with("${#strings.escape")
        || contains(given.substr(0, given.find('"')), "anitiz")
        || contains(given.substr(0, given.find('"')), "sanitise")
        || contains(given.substr(0, given.find('"')), "urify")
        || contains(given.substr(0, given.find('"')), "$t(")
        || contains(given.substr(0, given.find('"')), "escape"))
      continue;
    return true;
  }
  return false;
}

[[nodiscard]] bool turns_off(std::string_view text) noexcept {
  for (const std::string_view mark :
       {"escapeXml=\"false\"", "escape=\"false\"", "<#noautoesc", "<#noescape",
        "ValidateRequest=\"false\"", "escapeXml='false'",
        "ValidateRequest=\"False\"", "defaultHtmlEscape=\"false\"",
        "htmlEscape=\"false\"", "<#ftl autoesc=false", "{autoescape off}"})
    if (contains(text, mark))
      return true;
  return false;
}

[[nodiscard]] bool is_false(const token& it) noexcept {
  return it.text == "false" || it.text == "False" || it.text == "FALSE";
}

void report_markup(const token& it, line_reports& to) {
  if (turns_off(it.text))
    to.add(off, it.line, 0);
  else if (has_raw_attribute(it.text))
    to.add(printed, it.line, 0);
}

/// `{{ … }}` in the script of a page.
void report_script_text(const flow& in, std::uint32_t at, line_reports& to) {
  const auto& it = in.at(at);
  const auto open = it.text.find("{{");
  if (open == std::string_view::npos)
    return;
  const auto inside = it.text.substr(open, it.text.find("}}", open) - open);
  for (const std::string_view harmless :
       {"json", "escapejs", "url", "static", "csrf", "| js", "|js", "nonce"})
    if (contains(inside, harmless))
      return;
  to.add(context, it.line, 0);
}

} // namespace

void report_switches(const flow& in, language spoken, line_reports& to) {
  const auto& tokens = in.tokens();
  std::uint32_t script_end = 0;
  const bool page = spoken == language::html;
  for (std::uint32_t at = 0; at < tokens.size(); ++at) {
    const auto& it = tokens[at];
    switch (it.kind) {
    case token_kind::markup:
      report_markup(it, to);
      break;
    case token_kind::markup_open:
      if (page && it.text.starts_with("<script"))
        script_end = in.match(at);
      break;
    case token_kind::string_text:
      if (it.text.size() > 8
          && (spoken == language::javascript || spoken == language::vue)
          && has_raw_attribute(it.text))
        to.add(printed, it.line, 0);
      if (at < script_end)
        report_script_text(in, at, to);
      if (it.text == "autoescape"
          && in.at(at + 2).is(token_kind::punctuation, "=>")
          && is_false(in.at(at + 3)))
        to.add(off, it.line, 0);
      break;
    case token_kind::identifier:
      if (it.text == "MarkupString" && at > 0
          && in.at(at - 1).is(token_kind::punctuation, "(")
          && in.at(at + 1).is(token_kind::punctuation, ")")
          && in.at(at + 2).kind == token_kind::identifier)
        to.add(trusted, it.line, 0); // A cast.
      else if (it.text == "safe" && at > 0 && at < script_end
               && in.at(at - 1).is(token_kind::punctuation, "|"))
        to.add(printed, it.line, 0);
      if (it.text == "autoescape"
          && (in.at(at + 1).text == "=" || in.at(at + 1).text == ":")
          && is_false(in.at(at + 2))) {
        const auto call = in.around(at);
        to.add(off,
               call < tokens.size() && call > 0
                   && in.at(call - 1).kind == token_kind::identifier
                 ? in.at(call - 1).line
                 : it.line,
               0);
      } else if (it.text == "noEscape" && in.at(at + 1).text == ":"
                 && in.at(at + 2).text == "true") {
        to.add(off, it.line, 0);
      } else if (it.text == "ValidateInput"
                 && in.at(at + 1).is(token_kind::punctuation, "(")
                 && is_false(in.at(at + 2))) {
        to.add(off, it.line, 0);
      } else if (it.text == "escape_html_entities_in_json"
                 && is_false(in.at(at + 2))) {
        to.add(off, it.line, 0);
      }
      break;
    case token_kind::number:
    case token_kind::punctuation:
    case token_kind::string_open:
    case token_kind::hole_open:
    case token_kind::hole_close:
    case token_kind::string_close:
    case token_kind::comment:
    case token_kind::markup_close:
      break;
    }
  }
}

} // namespace libsig::review::checks
