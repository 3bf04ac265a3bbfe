#include "libsig/review/checks/xss.hpp"

#include <algorithm>

#include "libsig/review/checks/findings.hpp"
#include "libsig/review/checks/flow.hpp"
#include "libsig/review/checks/words.hpp"
#include "libsig/review/checks/xss_rules.hpp"
#include "libsig/review/checks/xss_templates.hpp"

namespace libsig::review::checks {

namespace {

using namespace xss_rules;

/// Functions that declare their argument to be HTML; any value counts.
constexpr auto trusting = make_words({"mark_safe",
                                      "markup",
                                      "safestring",
                                      "safetext",
                                      "safeunicode",
                                      "html_safe",
                                      "safe_concat",
                                      "trustashtml",
                                      "trustasjs",
                                      "trustasurl",
                                      "trustasresourceurl",
                                      "bypasssecuritytrusthtml",
                                      "bypasssecuritytrustscript",
                                      "bypasssecuritytrusturl",
                                      "bypasssecuritytruststyle",
                                      "bypasssecuritytrustresourceurl",
                                      "htmlstring",
                                      "mvchtmlstring",
                                      "markupstring",
                                      "safehtml_",
                                      "htmlsafe_",
                                      "appendhtml",
                                      "sethtmlcontent"});

/// Functions of the browser that read HTML.
constexpr auto dom_functions =
  make_words({"insertadjacenthtml", "createcontextualfragment", "parsehtml",
              "sethtmlunsafe", "html"});

/// Functions of jQuery that read HTML when their text looks like it.
constexpr auto dom_builders = make_words(
  {"append", "prepend", "after", "before", "replacewith", "appendto",
   "prependto", "wrap", "insertafter", "insertbefore", "add", "$", "jquery"});

/// Functions that answer a request with their argument.
constexpr auto answering = make_words(
  {"httpresponse", "make_response", "response", "htmlresponse",
   "render_template_string", "httpresponsebadrequest", "httpresponsenotfound",
   "httpresponseservererror", "httpresponseforbidden"});

constexpr auto response_names = make_words({"res",
                                            "resp",
                                            "response",
                                            "reply",
                                            "rep",
                                            "w",
                                            "rw",
                                            "writer",
                                            "out",
                                            "httpresponse",
                                            "httpservletresponse",
                                            "getwriter",
                                            "getoutputstream",
                                            "printwriter",
                                            "rsp",
                                            "pw",
                                            "responsewriter",
                                            "httpwriter",
                                            "self",
                                            "output",
                                            "servletoutputstream",
                                            "_out"});

constexpr auto response_functions =
  make_words({"send", "write", "end", "print", "println", "printf", "writeln",
              "append", "format", "writeasync", "binarywrite", "body"});

constexpr auto printing =
  make_words({"echo", "print", "printf", "die", "exit", "vprintf", "print_r"});

constexpr auto markup_properties = make_words(
  {"innerhtml", "outerhtml", "srcdoc", "dangerouslysetinnerhtml", "__html"});

class xss_observer final : public flow_observer {
public:
  xss_observer(line_reports& to, language spoken) : to_(to), spoken_(spoken) {}

  void on_call(flow& in, const seen_call& call) override;
  void on_assignment(flow& in, token_range target, value given) override;
  void on_return(flow& in, std::uint32_t at, value given) override;

  void on_scope_end(flow& /*in*/, const variable& /*leaving*/) override {}

private:
  void report(flow& in, const seen_call& call, const line_reports::rule& what,
              value given);
  [[nodiscard]] bool trusted_call(flow& in, const seen_call& call);
  [[nodiscard]] bool dom_call(flow& in, const seen_call& call);
  [[nodiscard]] bool response_call(flow& in, const seen_call& call);
  [[nodiscard]] bool python_answer(flow& in, const seen_call& call);
  [[nodiscard]] bool go_answer(flow& in, const seen_call& call);
  [[nodiscard]] bool ruby_render(flow& in, const seen_call& call);
  [[nodiscard]] bool play_answer(flow& in, const seen_call& call);
  void learn_type(const flow& in, const seen_call& call);
  [[nodiscard]] bool says_other_type(const flow& in,
                                     const seen_call& call) const;

  line_reports& to_;
  language spoken_;
  std::uint32_t reported_to_ = 0;
  bool escapes_ = true;              ///< the template does, where a hole stands
  std::uint32_t plain_function_ = 0; ///< its number and 1, or 0 for none
};

[[nodiscard]] bool harms(value given) noexcept {
  return given.has(fact::free_in_html)
         && given.has(fact::html_built | fact::request);
}

void xss_observer::report(flow& in, const seen_call& call,
                          const line_reports::rule& what, value given) {
  bool chained = false;
  for (auto at = call.start; at < call.at; ++at)
    chained = chained || in.at(at).is(token_kind::punctuation, "(");
  const auto& place = in.at(chained ? call.at : call.start);
  to_.add(given.has(fact::request) ? for_client(what) : what,
          {place.line, last_line_of(in, call), given.line});
  for (std::size_t at = 0; at < call.count; ++at)
    reported_to_ = std::max(reported_to_, call.ranges[at].last);
}

/// Whether the call states a content type that no browser reads as HTML.
bool xss_observer::says_other_type(const flow& in,
                                   const seen_call& call) const {
  for (std::size_t at = 0; at < call.count; ++at)
    for (auto each = call.ranges[at].first; each < call.ranges[at].last;
         ++each) {
      const auto& it = in.at(each);
      const auto has = [&it](std::string_view part) {
        return it.text.find(part) != std::string_view::npos;
      };
      if (it.kind == token_kind::string_text
          && (has("application/") || has("text/plain") || has("text/csv")
              || has("image/")))
        return true;
      if (it.kind == token_kind::identifier
          && (has("JSON") || has("TEXT_PLAIN")))
        return true;
    }
  return false;
}

bool xss_observer::trusted_call(flow& in, const seen_call& call) {
  const auto& word = call.word;
  const auto any = call.any_argument();
  if (word == "html_safe" && call.count == 0) {
    if (!call.receiver.has(fact::free_in_html))
      return false;
    report(in, call, trusted, call.receiver);
    return true;
  }
  if (call.count == 0)
    return false;
  const bool html_class =
    (word == "raw"
     && (lowered(call.previous) == "html"
         || lowered(call.previous) == "htmlformat"))
    || (word == "create" && call.previous == "MvcHtmlString")
    || (word == "html" && call.name == "Html" && call.start == call.at
        && (spoken_ == language::scala || spoken_ == language::twirl))
    || (word == "new" && call.previous == "MarkupString");
  const bool raw_helper = word == "raw" && call.start == call.at
                          && language_set{language::ruby, language::erb,
                                          language::slim, language::elixir}
                               .has(spoken_);
  const bool go_type =
    spoken_ == language::go && call.previous == "template"
    && (call.name == "HTML" || call.name == "JS" || call.name == "URL"
        || call.name == "HTMLAttr" || call.name == "CSS" || call.name == "JSStr"
        || call.name == "Srcset");
  const bool elixir_raw = word == "raw" && call.previous == "HTML";
  // `markup` in small letters is anybody's function.
  if ((trusting.has(word) && call.name != "markup") || html_class || raw_helper
      || go_type || elixir_raw) {
    if (!any.has(fact::free_in_html))
      return false;
    report(in, call, trusted, any);
    return true;
  }
  if ((word == "format_html" || word == "format_html_join")
      && call.arguments[0].has(fact::free_in_html)) {
    report(in, call, trusted, call.arguments[0]);
    return true;
  }
  return false;
}

bool xss_observer::dom_call(flow& in, const seen_call& call) {
  if (!language_set{language::javascript, language::vue, language::html,
                    language::ejs}
         .has(spoken_)
      || call.count == 0)
    return false;
  const auto& word = call.word;
  const auto any = call.any_argument();
  if ((word == "write" || word == "writeln") && call.previous == "document"
      && any.has(fact::free_in_html)) {
    report(in, call, dom, any);
    return true;
  }
  if (dom_functions.has(word) && call.start < call.at
      && any.has(fact::free_in_html) && (word != "html" || call.count == 1)) {
    const auto& first = in.at(call.ranges[0].first);
    const bool function =
      first.text == "function" || first.text == "async"
      || (call.receiver.facts == 0 && call.previous == "page");
    if (function || call.root == "c" || call.root == "reply")
      return false;
    report(in, call, dom, any);
    return true;
  }
  if (word == "safestring" && any.has(fact::free_in_html)) {
    report(in, call, trusted, any);
    return true;
  }
  if (dom_builders.has(word) && any.has(fact::free_in_html)) {
    const bool query = word == "$" || word == "jquery";
    const bool harmful = query
                           ? any.has(fact::request) || any.has(fact::html_built)
                           : any.has(fact::html_built)
                               && (call.root.starts_with('$')
                                   || call.root == "jQuery" || word != "add");
    if (!harmful)
      return false;
    report(in, call, dom, any);
    return true;
  }
  return false;
}

bool xss_observer::python_answer(flow& in, const seen_call& call) {
  const auto& word = call.word;
  const auto any = call.any_argument();
  if (spoken_ != language::python)
    return false;
  if (word == "environment" && call.count > 0
      && (call.root == "jinja2" || call.root == "Environment")) {
    for (auto at = call.ranges[0].first; at <= call.ranges[call.count - 1].last;
         ++at) {
      const auto& it = in.at(at);
      if (it.is(token_kind::identifier, "autoescape") || it.text == "**")
        return false;
    }
    bool loads = false;
    for (auto at = call.ranges[0].first; at < call.ranges[call.count - 1].last;
         ++at)
      loads = loads || in.at(at).text == "loader"
              || in.at(at).text.find("Loader") != std::string_view::npos;
    if (!loads)
      return false;
    report(in, call, off, {});
    return true;
  }
  if (call.count == 0 || !any.has(fact::free_in_html))
    return false;
  if (word == "render_template_string") {
    if (!call.arguments[0].has(fact::built | fact::request))
      return false;
    report(in, call, response, call.arguments[0]);
    return true;
  }
  if (answering.has(word)
      || ((word == "write" || word == "finish") && call.root == "self")) {
    if (!harms(any) || says_other_type(in, call)
        || in.at(call.ranges[0].first).is(token_kind::punctuation, "{"))
      return false;
    report(in, call, response, any);
    return true;
  }
  return false;
}

bool xss_observer::go_answer(flow& in, const seen_call& call) {
  if (spoken_ != language::go || call.count == 0
      || plain_function_ == in.function_number() + 1)
    return false;
  const auto any = call.any_argument();
  const auto& word = call.word;
  const auto writer = [&](token_range what) {
    return what.last - what.first == 1
           && response_names.has(lowered(in.at(what.first).text));
  };
  const bool prints = (word == "fprintf" || word == "fprint"
                       || word == "fprintln" || word == "writestring")
                      && call.count > 1 && writer(call.ranges[0]);
  const bool writes = word == "write" && response_names.has(lowered(call.root));
  const bool data = (word == "data" || word == "blob" || word == "html")
                    && call.count > 1 && call.root == "c"
                    && (word != "html" || call.count == 2);
  if (!prints && !writes && !data)
    return false;
  value all;
  for (std::size_t at = prints ? 1 : 0; at < call.count; ++at)
    all = joined(all, call.arguments[at], 0);
  if (word == "fprintf" && in.has_only_number_verbs(call.ranges[1]))
    return false;
  if (!harms(all) || says_other_type(in, call) || !any.has(fact::free_in_html))
    return false;
  report(in, call, response, all);
  return true;
}

bool xss_observer::ruby_render(flow& in, const seen_call& call) {
  const auto& word = call.word;
  if (!language_set{language::ruby, language::erb, language::slim}.has(spoken_)
      || call.count == 0)
    return false;
  if (word == "link_to" && call.count > 1
      && call.arguments[1].has_all(fact::request | fact::free_in_html)) {
    report(in, call, context, call.arguments[1]);
    return true;
  }
  if (word != "render")
    return false;
  for (std::size_t at = 0; at < call.count; ++at) {
    const auto key = in.at(call.ranges[at].first).text;
    if ((key == "inline" || key == "html" || key == "body" || key == "text")
        && call.arguments[at].has(fact::free_in_html)
        && call.arguments[at].has(fact::html_built | fact::request
                                  | fact::built)
        && (key == "inline" || key == "html"
            || call.arguments[at].has(fact::html_built | fact::request))) {
      if (says_other_type(in, call))
        return false;
      report(in, call, response, call.arguments[at]);
      return true;
    }
  }
  return false;
}

/// `Ok("…" + x).as(HTML)` of Play.
bool xss_observer::play_answer(flow& in, const seen_call& call) {
  if (spoken_ != language::scala || call.count == 0
      || !make_words({"ok", "badrequest", "notfound", "created", "forbidden",
                      "unauthorized", "internalservererror", "status"})
            .has(lowered(call.name)))
    return false;
  const auto any = call.any_argument();
  const auto close =
    in.match(call.ranges[0].first > 0 ? call.ranges[0].first - 1 : 0);
  bool html = false;
  for (auto at = close; at < close + 8; ++at)
    if (in.at(at).is(token_kind::identifier, "as"))
      for (auto type = at; type < at + 6; ++type)
        html = html || in.at(type).text == "HTML"
               || in.at(type).text.find("text/html") != std::string_view::npos;
  if (!html || !any.has(fact::free_in_html))
    return false;
  report(in, call, response, any);
  return true;
}

/// `response.setContentType("text/plain")`: the rest of the function answers
/// with what no browser reads as HTML, until it says otherwise.
void xss_observer::learn_type(const flow& in, const seen_call& call) {
  constexpr auto naming =
    make_words({"setcontenttype", "setheader", "set", "header", "type",
                "writehead", "addheader", "content_type", "contenttype"});
  if (call.count == 0 || !naming.has(call.word))
    return;
  if (says_other_type(in, call)) {
    plain_function_ = in.function_number() + 1;
    return;
  }
  for (std::size_t each = 0; each < call.count; ++each)
    if (in.literal_text(call.ranges[each]).find("text/html")
        != std::string_view::npos)
      plain_function_ = 0;
}

bool xss_observer::response_call(flow& in, const seen_call& call) {
  if (call.count == 0 || plain_function_ == in.function_number() + 1)
    return false;
  const auto& word = call.word;
  const auto any = call.any_argument();
  if (!any.has(fact::free_in_html) || says_other_type(in, call))
    return false;
  if (printing.has(word)
      && (spoken_ == language::php || spoken_ == language::blade)) {
    if (!any.has(fact::request) || call.start < call.at
        || (word == "printf" && in.has_only_number_verbs(call.ranges[0])))
      return false;
    report(in, call, response, any);
    return true;
  }
  const lowered root(call.root);
  const lowered previous(call.previous);
  if (response_functions.has(word)
      && language_set{language::javascript, language::java, language::kotlin,
                      language::csharp, language::jsp, language::scala,
                      language::razor, language::php}
           .has(spoken_)
      && (response_names.has(root) || response_names.has(previous))) {
    const auto& first = in.at(call.ranges[0].first);
    if (!harms(any) || first.is(token_kind::punctuation, "{")
        || call.root == "System" || call.root == "process"
        || (call.previous == "out" && call.root == "System"))
      return false;
    for (auto at = call.start; at < call.at; ++at)
      if (in.at(at).text == "json" || in.at(at).text == "text/plain"
          || in.at(at).text == "application/json")
        return false;
    report(in, call, response, any);
    return true;
  }
  if (spoken_ == language::php && word == "response" && harms(any)
      && any.has(fact::html_built)
      && (call.start == call.at || call.is_constructor)) {
    report(in, call, response, any);
    return true;
  }
  if (spoken_ == language::elixir && (word == "html" || word == "send_resp")
      && any.has(fact::html_built | fact::request)) {
    if (word == "send_resp" && !any.has(fact::html_built))
      return false;
    report(in, call, response, any);
    return true;
  }
  if (spoken_ == language::csharp && (word == "content" || word == "text")
      && any.has(fact::html_built)) {
    report(in, call, response, any);
    return true;
  }
  if (spoken_ == language::java && any.has_all(fact::html_built | fact::request)
      && (word == "ok" || word == "body" || word == "entity")) {
    report(in, call, response, any);
    return true;
  }
  return false;
}

void xss_observer::on_call(flow& in, const seen_call& call) {
  if (in.at(call.at).kind == token_kind::markup_open) {
    report_hole(in, call, spoken_, escapes_, to_);
    return;
  }
  if (call.at < reported_to_)
    return;
  learn_type(in, call);
  if (!call.any_argument().has(fact::free_in_html)
      && !call.receiver.has(fact::free_in_html) && call.name != "Environment")
    return;
  if (trusted_call(in, call) || dom_call(in, call) || python_answer(in, call)
      || go_answer(in, call) || ruby_render(in, call) || play_answer(in, call))
    return;
  static_cast<void>(response_call(in, call));
}

void xss_observer::on_assignment(flow& in, token_range target, value given) {
  if (!given.has(fact::free_in_html))
    return;
  const auto& last = in.at(target.last - 1);
  const lowered name(last.text);
  const auto& first = in.at(target.first);
  const auto say = [&](const line_reports::rule& what) {
    const auto end = in.expression_end(target.last + 1);
    to_.add(given.has(fact::request) ? for_client(what) : what,
            {first.line, in.at(end - 1).line, given.line});
  };
  const bool script =
    language_set{language::javascript, language::vue,    language::html,
                 language::ejs,        language::csharp, language::scala,
                 language::kotlin}
      .has(spoken_);
  if (script && markup_properties.has(name)
      && (target.last - target.first > 1
          || in.at(target.first - 1).is(token_kind::punctuation, ".")
          || in.at(target.first - 1).is(token_kind::punctuation, "?.")
          || name == "dangerouslysetinnerhtml")) {
    say(dom);
    return;
  }
  if (spoken_ == language::csharp && name == "text"
      && target.last - target.first > 1
      && given.has(fact::html_built | fact::request)) {
    say(response);
    return;
  }
  if (name == "body" && first.text == "ctx" && harms(given)
      && !in.at(target.last + 1).is(token_kind::punctuation, "{"))
    say(response);
}

/// Whether the function around is decorated as the answer to a route.
[[nodiscard]] bool is_routed(const flow& in, std::uint32_t at) noexcept {
  constexpr std::uint32_t reach = 400;
  std::uint32_t back = 1;
  for (; back < reach && back <= at; ++back)
    if (in.at(at - back).is(token_kind::identifier, "def"))
      break;
  for (std::uint32_t steps = 0; steps < 40 && back < at; ++steps, ++back) {
    const auto& it = in.at(at - back);
    if (it.text == "route" || it.text == "get" || it.text == "post")
      return in.at(at - back - 1).is(token_kind::punctuation, ".");
  }
  return false;
}

void xss_observer::on_return(flow& in, std::uint32_t at, value given) {
  if (!given.has_all(fact::request | fact::free_in_html))
    return;
  // A block that no method surrounds is a route of Sinatra.
  const bool sinatra = (spoken_ == language::ruby) && in.function_name().empty()
                       && given.has(fact::html_built);
  const bool web = spoken_ == language::python || spoken_ == language::java
                   || spoken_ == language::kotlin || sinatra;
  if (!web || at < reported_to_)
    return;
  const auto& first = in.at(at + 1);
  if (first.is(token_kind::punctuation, "{")
      || first.is(token_kind::punctuation, "["))
    return;
  if (given.has(fact::html_built)
      || (given.has(fact::built) && spoken_ == language::python
          && is_routed(in, at)))
    to_.add(for_client(response), in.at(at + 1).line, given.line);
}

/// `text/template` writes pages without escaping them.
void report_text_template(const flow& in, line_reports& to) {
  std::uint32_t line = 0;
  bool web = false;
  for (const auto& it : in.tokens()) {
    if (it.kind != token_kind::string_text)
      continue;
    if (it.text == "text/template")
      line = it.line;
    web = web || it.text == "net/http";
  }
  if (line != 0 && web)
    to.add(off, line, 0);
}

constexpr auto other_triggers = make_words({"raw",         "html",
                                            "create",      "template",
                                            "format_html", "format_html_join",
                                            "environment", "render",
                                            "link_to",     "fprintf",
                                            "fprint",      "fprintln",
                                            "writestring", "data",
                                            "blob",        "as",
                                            "text",        "content",
                                            "send_resp",   "autoescape",
                                            "noescape",    "validateinput",
                                            "return",      "ok",
                                            "entity"});

constexpr language_set code_alone{
  language::c_family, language::csharp,     language::elixir, language::go,
  language::java,     language::javascript, language::kotlin, language::python,
  language::ruby,     language::rust,       language::scala};

/// Whether the hunk names anything that the check knows; most do not.
[[nodiscard]] bool is_worth_a_look(std::span<const token> tokens,
                                   language spoken) noexcept {
  if (!code_alone.has(spoken))
    return spoken != language::sql && spoken != language::unknown;
  bool html = false;
  bool client = false;
  bool answers = false;
  for (const auto& it : tokens) {
    if (it.kind == token_kind::string_text) {
      html = html || it.text.find('<') != std::string_view::npos;
      continue;
    }
    if (it.kind != token_kind::identifier || it.text.size() < 2)
      continue;
    const lowered word(it.text);
    if (trusting.has(word) || markup_properties.has(word)
        || dom_functions.has(word) || word == "raw" || word == "template"
        || word == "environment" || word == "autoescape" || word == "noescape"
        || word == "validateinput")
      return true;
    client = client || word == "request" || word == "req" || word == "params"
             || word == "location" || word == "document" || word == "ctx"
             || word == "query" || word == "formvalue" || word == "param";
    answers = answers || other_triggers.has(word) || answering.has(word)
              || response_functions.has(word) || dom_builders.has(word);
  }
  return answers && (html || client);
}

class xss final : public check {
public:
  [[nodiscard]] std::string_view name() const noexcept override {
    return type_name;
  }

  [[nodiscard]] result<std::vector<finding>>
  run(std::span<const lexed_file> files,
      const check_options& options) const override;
};

result<std::vector<finding>> xss::run(std::span<const lexed_file> files,
                                      const check_options& /*options*/) const {
  std::vector<finding> found;
  for (const auto& file : files) {
    if (file.diff->change == file_change::deleted)
      continue;
    reporter to(file, found);
    for (const auto& each : file.hunks) {
      if (!is_worth_a_look(each.new_side, file.spoken))
        continue;
      line_reports lines(to, *each.where);
      xss_observer observer(lines, file.spoken);
      flow values(each.new_side, file.spoken);
      values.learn_helpers();
      values.run(observer);
      report_switches(values, file.spoken, lines);
      if (file.spoken == language::go)
        report_text_template(values, lines);
    }
  }
  return found;
}

} // namespace

std::unique_ptr<const check> make_xss_check() {
  return std::make_unique<xss>();
}

} // namespace libsig::review::checks
