#include "libsig/review/checks/guards.hpp"

#include <algorithm>

namespace libsig::review::checks {

namespace {

/// Lines below a condition that belong to what it decides.
constexpr std::size_t body_lines_max = 4;

bool is_import(std::span<const token> tokens) {
  const auto first = tokens.front().text;
  if (first == "export")
    return spelled(tokens, 1, "{") || spelled(tokens, 1, "*");
  if (first == "module")
    return spelled(tokens, 1, ".");
  return one_of(first, {"import", "from", "use", "using", "require", "include",
                        "alias", "package", "extern", "require_once",
                        "require_relative", "include_once"})
         && !spelled(tokens, 1, "(");
}

bool is_branch(std::string_view text) {
  return one_of(text,
                {"if", "unless", "elif", "elsif", "elseif", "when", "guard",
                 "while", "case", "cond", "assert", "&&", "and", "?"});
}

/// Words of code that turns a caller away, whatever the condition says.
bool refuses(const token& next) {
  if (next.kind == token_kind::number)
    return next.text == "401" || next.text == "403";
  if (next.kind == token_kind::string_text)
    return next.text.size() < 128
           && (holds(next.text, "forbidden") || holds(next.text, "unauthor")
               || holds(next.text, "not allowed")
               || holds(next.text, "permission denied")
               || holds(next.text, "access denied")
               || holds(next.text, "admin only") || holds(next.text, "/login")
               || holds(next.text, "login.php"));
  if (next.kind != token_kind::identifier || next.text.size() < 5)
    return false;
  return holds(next.text, "forbid") || holds(next.text, "unauthor")
         || holds(next.text, "unauthenticated") || holds(next.text, "denied")
         || holds(next.text, "notauthorized") || next.text == "EPERM"
         || next.text == "EACCES" || holds(next.text, "login_path")
         || holds(next.text, "not_authorized");
}

/// Words of code that ends the work at hand.
bool leaves(const token& next) {
  return next.kind == token_kind::identifier
         && one_of(next.text,
                   {"return", "raise", "throw", "abort", "redirect_to", "halt",
                    "exit", "die", "redirect", "panic", "deny", "head",
                    "forbid", "send_resp", "next", "continue", "fail"});
}

/// What a condition's branch does: on its own line, and on those below that
/// are indented deeper.
struct branch_effect {
  bool refuses = false;
  bool leaves = false;
};

branch_effect effect_of(const code_view& code, std::size_t line) {
  branch_effect effect;
  const auto indent = code.lines[line].indent;
  const auto end = std::min(code.lines.size(), line + body_lines_max);
  for (auto here = line; here < end; ++here) {
    if (here > line && code.lines[here].indent <= indent)
      break;
    const auto tokens = code.of(code.lines[here]);
    bool compared = false;
    for (const auto& next :
         tokens.first(std::min<std::size_t>(tokens.size(), reach_max))) {
      // `status === 403` handles a refusal, it does not refuse.
      effect.refuses = effect.refuses || (!compared && refuses(next));
      compared = is_code(next) && one_of(next.text, {"==", "===", "!=", "!=="});
      effect.leaves = effect.leaves || leaves(next);
    }
  }
  return effect;
}

/// Whether a name is being defined, given a value or only passed on as a key.
bool is_mere_name(std::span<const token> tokens, std::size_t place) {
  if (place > 0 && is_code(tokens[place - 1])
      && one_of(tokens[place - 1].text,
                {"def", "defp", "fn", "func", "fun", "function", "class",
                 "const", "let", "var", "val", "interface", "type", "struct",
                 "defmacro", "enum"}))
    return true;
  if (place + 1 >= tokens.size() || !is_code(tokens[place + 1]))
    return false;
  const auto& after = tokens[place + 1];
  const bool key = after.text == ":"
                   && tokens[place].text.data() + tokens[place].text.size()
                        == after.text.data();
  if (key || one_of(after.text, {"=", ":=", "=>", "+="}))
    return place == 0 || !spelled(tokens, place - 1, "?");
  return false;
}

/// `->middleware('auth')`, `Depends(get_current_user)`: the argument makes the
/// guard.
guard_name guard_by_argument(std::span<const token> tokens, std::size_t place) {
  const auto text = tokens[place].text;
  const auto end = std::min(tokens.size(), place + 10);
  if (one_of(text, {"middleware", "middlewares"})) {
    for (auto ahead = place + 1; ahead < end; ++ahead)
      if (tokens[ahead].kind == token_kind::string_text
          && names_guarding_middleware(tokens[ahead].text))
        return {tokens[ahead].text.starts_with("auth") ? demand::login
                                                       : demand::right,
                false, false};
  }
  if (one_of(text, {"Depends", "Security"})) {
    for (auto ahead = place + 1; ahead < end; ++ahead) {
      const identifier_words words(tokens[ahead].text);
      static constexpr std::string_view callers[] = {
        "user",   "auth",       "token", "admin", "require",
        "verify", "permission", "role",  "scheme"};
      if (is_identifier(tokens[ahead]) && words.any_of(callers))
        return {words.has("admin") ? demand::right : demand::login, false,
                false};
    }
  }
  if (text == "passport" && spelled(tokens, place + 1, "."))
    return {demand::login, false, false};
  if (text == "ENABLE" && spelled(tokens, place + 1, "ROW"))
    return {demand::right, false, false};
  return {};
}

/// A parameter that only a known caller can fill: `_admin: AdminUser`.
guard_name guard_by_type(std::string_view text) {
  if (text.front() < 'A' || text.front() > 'Z')
    return {};
  const identifier_words words(text);
  if (words.size() < 2 || !one_of(words[words.size() - 1], {"user", "claims"}))
    return {};
  if (one_of(words[0], {"admin", "authorized"}))
    return {demand::right, false, false};
  if (one_of(words[0], {"auth", "authenticated", "current", "logged"}))
    return {demand::login, false, false};
  return {};
}

/// A comparison of a role with a literal: `user.role != "admin"`.
bool compares_role(std::span<const token> tokens, std::size_t place) {
  return one_of(tokens[place].text, {"role", "roles", "user_role", "userRole",
                                     "Role", "getRole", "user_type"})
         && place + 1 < tokens.size()
         && std::any_of(
           tokens.begin() + static_cast<std::ptrdiff_t>(place),
           tokens.begin()
             + static_cast<std::ptrdiff_t>(std::min(tokens.size(), place + 6)),
           [](const token& next) {
             return one_of(next.text,
                           {"==", "!=", "===", "!==", "equals", "in", "not"});
           });
}

/// Looks over the tokens of one line.
class line_reading {
public:
  line_reading(const code_view& code, std::size_t line, language what)
    : code_(code), line_(line), what_(what),
      tokens_(code.of(code.lines[line])) {
    tokens_ =
      tokens_.first(std::min<std::size_t>(tokens_.size(), 2 * reach_max));
  }

  [[nodiscard]] std::optional<guard> read() {
    if (tokens_.empty() || is_import(tokens_))
      return std::nullopt;
    decorated_ = is_decoration(code_, line_, what_);
    for (std::size_t place = 0; place < tokens_.size(); ++place)
      look(place);
    if (found_.asks == demand::nothing)
      look_for_refusal();
    if (found_.asks == demand::nothing)
      return std::nullopt;
    found_.line = line_;
    settle_form();
    return found_;
  }

private:
  void look(std::size_t place) {
    const auto& next = tokens_[place];
    if (next.kind == token_kind::string_text) {
      if (next.text.ends_with("CsrfViewMiddleware"))
        keep(next.text, {demand::origin, false, false});
      return;
    }
    if (!is_identifier(next))
      return;
    if (is_branch(next.text) && !spelled(tokens_, place + 1, ":"))
      branched_ = true;
    auto meaning = guard_by_argument(tokens_, place);
    if (meaning.asks == demand::nothing)
      meaning = guard_name_of(next.text);
    if (meaning.asks == demand::nothing && defines(tokens_))
      meaning = guard_by_type(next.text);
    if (meaning.asks == demand::nothing && branched_
        && compares_role(tokens_, place))
      meaning = {demand::right, true, false};
    if (meaning.asks == demand::nothing || is_mere_name(tokens_, place))
      return;
    if (meaning.predicate && !decides(place))
      return;
    if (meaning.vague && !decorated_ && !spelled(tokens_, place + 1, "("))
      return;
    if (next.text == "Authorize" && spelled(tokens_, place + 1, "("))
      meaning.asks = demand::right;
    keep(next.text, meaning);
    predicate_ = predicate_ || meaning.predicate;
  }

  /// A predicate guards in a condition, in a decoration, and as a step of a
  /// chain of settings (`.hasRole("ADMIN")`).
  [[nodiscard]] bool decides(std::size_t place) const {
    if (branched_ || decorated_ || is_branch(tokens_.front().text)
        || spelled(tokens_, 0, "&&"))
      return true;
    if (spelled(tokens_, 0, ".") && place > 0
        && spelled(tokens_, place - 1, "."))
      return true;
    return std::any_of(tokens_.begin() + static_cast<std::ptrdiff_t>(place),
                       tokens_.end(),
                       [](const token& next) {
                         return is_code(next)
                                && one_of(next.text,
                                          {"unless", "if", "&&", "||", "or",
                                           "?", "anyRequest"});
                       })
           && !spelled(tokens_, 0, "return");
  }

  void keep(std::string_view name, guard_name meaning) {
    const bool stronger =
      meaning.asks > found_.asks || (found_.vague && !meaning.vague);
    if (!stronger)
      return;
    found_.name = name;
    found_.asks = meaning.asks;
    found_.vague = meaning.vague;
  }

  /// A condition that knows no name of ours, but turns callers away with 401,
  /// 403 or words to that effect.
  void look_for_refusal() {
    const bool branch = is_branch(tokens_.front().text)
                        || (tokens_.size() > 1 && spelled(tokens_, 0, "}")
                            && is_branch(tokens_[1].text))
                        || branched_;
    if (!branch || spelled(tokens_, 0, "case") || spelled(tokens_, 0, "when"))
      return;
    const auto caller =
      std::any_of(tokens_.begin(), tokens_.end(), [](const token& next) {
        static constexpr std::string_view about[] = {
          "user",      "session",     "auth",  "token",         "role",
          "roles",     "owner",       "admin", "claims",        "account",
          "principal", "credentials", "uid",   "authorization", "cookie"};
        return (next.kind == token_kind::identifier
                || next.kind == token_kind::string_text)
               && identifier_words(next.text).any_of(about);
      });
    if (!caller || !effect_of(code_, line_).refuses)
      return;
    found_.name = "the refusal of the caller";
    found_.asks = demand::login;
    predicate_ = true;
    branched_ = true;
  }

  void settle_form() {
    found_.form = guard_form::statement;
    if (decorated_) {
      found_.form = registers_route(tokens_) ? guard_form::argument
                                             : guard_form::decoration;
      found_.broad = decorates_type();
      return;
    }
    if (defines(tokens_) || registers_route(tokens_)) {
      found_.form = guard_form::argument;
      found_.broad = one_of(tokens_.front().text, {"class", "scope"});
      return;
    }
    if (branched_ || predicate_) {
      found_.form = guard_form::condition;
      const auto effect = effect_of(code_, line_);
      found_.denies = effect.refuses || effect.leaves;
      return;
    }
    found_.broad = is_broad();
  }

  [[nodiscard]] bool is_broad() const {
    return std::any_of(tokens_.begin(), tokens_.end(), [](const token& next) {
      return is_identifier(next)
             && one_of(next.text,
                       {"before_action", "before_filter", "plug", "use", "Use",
                        "pipe_through", "permission_classes", "middleware",
                        "addHook", "UseAuthorization", "UseAuthentication",
                        "anyRequest", "wrap", "layer", "route_layer",
                        "load_and_authorize_resource", "middlewares",
                        "protect_from_forgery"});
    });
  }

  [[nodiscard]] bool decorates_type() const {
    const auto end = std::min(code_.lines.size(), line_ + 8);
    for (auto here = line_ + 1; here < end; ++here) {
      if (is_decoration(code_, here, what_))
        continue;
      const auto tokens = code_.of(code_.lines[here]);
      return std::any_of(tokens.begin(),
                         tokens.begin()
                           + static_cast<std::ptrdiff_t>(
                             std::min<std::size_t>(tokens.size(), 5)),
                         [](const token& next) {
                           return next.text == "class"
                                  || next.text == "interface";
                         });
    }
    return false;
  }

  const code_view& code_;
  std::size_t line_;
  language what_;
  std::span<const token> tokens_;
  guard found_;
  bool decorated_ = false;
  bool branched_ = false;
  bool predicate_ = false;
};

} // namespace

std::optional<guard> guard_on(const code_view& code, std::size_t line,
                              language what) {
  return line_reading(code, line, what).read();
}

} // namespace libsig::review::checks
