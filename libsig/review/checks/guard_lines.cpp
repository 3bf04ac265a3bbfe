#include <algorithm>

#include "libsig/review/checks/guards.hpp"

namespace libsig::review::checks {

namespace {

bool is_definer(std::string_view text) {
  return one_of(text,
                {"def", "defp", "defmacro", "fun", "func", "fn", "function",
                 "class", "module", "defmodule", "interface", "trait", "struct",
                 "object", "impl", "scope", "namespace", "pipeline"});
}

} // namespace

bool names_guarding_middleware(std::string_view text) {
  static constexpr std::string_view starts[] = {
    "auth",    "can:",  "role", "permission",      "admin",
    "ability", "scope", "jwt",  "password.confirm"};
  return std::any_of(
    std::begin(starts), std::end(starts),
    [text](std::string_view start) { return text.starts_with(start); });
}

bool is_decoration(const code_view& code, std::size_t line, language what) {
  const auto tokens = code.of(code.lines[line]);
  if (tokens.empty() || tokens.size() < 2)
    return !tokens.empty() && what != language::ruby && what != language::elixir
           && tokens.front().text.starts_with("@");
  if (what == language::csharp || what == language::razor)
    return spelled(tokens, 0, "[") && is_identifier(tokens[1]);
  if (what == language::rust || what == language::php)
    return tokens.front().text == "#["
           || (spelled(tokens, 0, "#") && spelled(tokens, 1, "["));
  if (what == language::ruby || what == language::elixir
      || what == language::blade || what == language::sql)
    return false;
  return is_code(tokens.front()) && tokens.front().text.starts_with("@");
}

bool defines(std::span<const token> tokens) {
  const auto end = std::min<std::size_t>(tokens.size(), 6);
  for (std::size_t place = 0; place < end; ++place)
    if (is_identifier(tokens[place]) && is_definer(tokens[place].text))
      return place == 0 || is_identifier(tokens[place - 1]);
  return false;
}

bool registers_route(std::span<const token> tokens) {
  bool verb = false;
  for (const auto& next : tokens) {
    if (next.kind == token_kind::string_text)
      return verb && !names_guarding_middleware(next.text);
    if (is_identifier(next))
      verb = verb
             || one_of(next.text, {"get",
                                   "post",
                                   "put",
                                   "patch",
                                   "delete",
                                   "all",
                                   "use",
                                   "Handle",
                                   "HandleFunc",
                                   "GET",
                                   "POST",
                                   "PUT",
                                   "DELETE",
                                   "PATCH",
                                   "Get",
                                   "Post",
                                   "Put",
                                   "Delete",
                                   "Patch",
                                   "path",
                                   "url",
                                   "re_path",
                                   "any",
                                   "match",
                                   "MapGet",
                                   "MapPost",
                                   "MapPut",
                                   "MapDelete",
                                   "Group",
                                   "group",
                                   "route",
                                   "resource",
                                   "resources",
                                   "apiResource",
                                   "Any",
                                   "live",
                                   "antMatchers",
                                   "requestMatchers",
                                   "mvcMatchers",
                                   "add_url_rule",
                                   "MapControllerRoute",
                                   "forward"});
  }
  return false;
}

std::string_view subject_of(std::span<const token> tokens) {
  for (std::size_t place = 0; place + 1 < tokens.size() && place < 8; ++place) {
    if (!is_identifier(tokens[place]) || !is_definer(tokens[place].text))
      continue;
    auto name = place + 1;
    while (name + 2 < tokens.size()
           && one_of(tokens[name + 1].text, {".", "::"}))
      name += 2;
    if (is_identifier(tokens[name]))
      return tokens[name].text;
    if (name + 1 < tokens.size()
        && tokens[name + 1].kind == token_kind::string_text)
      return tokens[name + 1].text;
    break;
  }
  if (registers_route(tokens))
    for (const auto& next : tokens)
      if (next.kind == token_kind::string_text)
        return next.text;
  for (std::size_t place = 0; place + 1 < tokens.size(); ++place)
    if (is_identifier(tokens[place])
        && one_of(tokens[place + 1].text, {"(", "="}))
      return tokens[place].text;
  return {};
}

} // namespace libsig::review::checks
