#include "libsig/review/checks/openings.hpp"

#include <algorithm>

#include "libsig/review/checks/guards.hpp"

namespace libsig::review::checks {

namespace {

/// Lines below an opening that name what it opens.
constexpr std::size_t subject_lines_max = 5;

/// Lines above it that may enclose it.
constexpr std::size_t enclosing_lines_max = 30;

bool is_public_word(std::string_view word) {
  return one_of(word, {"login",
                       "signin",
                       "signup",
                       "register",
                       "registration",
                       "registrations",
                       "logout",
                       "session",
                       "sessions",
                       "health",
                       "healthz",
                       "healthcheck",
                       "ping",
                       "status",
                       "public",
                       "password",
                       "passwords",
                       "forgot",
                       "reset",
                       "confirm",
                       "confirmation",
                       "confirmations",
                       "webhook",
                       "webhooks",
                       "hook",
                       "hooks",
                       "callback",
                       "callbacks",
                       "oauth",
                       "sso",
                       "saml",
                       "metrics",
                       "favicon",
                       "static",
                       "assets",
                       "css",
                       "js",
                       "images",
                       "landing",
                       "home",
                       "welcome",
                       "about",
                       "error",
                       "errors",
                       "liveness",
                       "readiness",
                       "livez",
                       "readyz",
                       "robots",
                       "docs",
                       "swagger",
                       "token",
                       "refresh",
                       "auth",
                       "authentication",
                       "unsubscribe",
                       "webjars",
                       "captcha",
                       "invite",
                       "invitation",
                       "invitations",
                       "contact",
                       "csp",
                       "terms",
                       "privacy",
                       "version",
                       "pages",
                       "omniauth"});
}

bool is_hook_word(std::string_view word) {
  return one_of(word, {"webhook",
                       "webhooks",
                       "hook",
                       "hooks",
                       "callback",
                       "callbacks",
                       "saml",
                       "sso",
                       "stripe",
                       "github",
                       "slack",
                       "ipn",
                       "notify",
                       "api",
                       "stateless",
                       "STATELESS",
                       "oauth2ResourceServer",
                       "token",
                       "jwt",
                       "csp",
                       "health",
                       "metrics"});
}

template <class Word>
bool words_hold(std::string_view text, Word is_word) {
  if (text.size() > 256)
    return false;
  // Paths and sections have more words than one identifier.
  while (!text.empty()) {
    const auto cut = text.find_first_of("/ .-(){}:,");
    const identifier_words words(text.substr(0, cut));
    for (std::size_t place = 0; place < words.size(); ++place)
      if (is_word(words[place]))
        return true;
    if (cut == std::string_view::npos)
      break;
    text.remove_prefix(cut + 1);
  }
  return false;
}

bool is_true(const token& what) {
  return is_code(what) && one_of(what.text, {"true", "True", "TRUE"});
}

bool is_false(const token& what) {
  return is_code(what) && one_of(what.text, {"false", "False", "FALSE"});
}

/// Looks over one line.
class opening_reading {
public:
  opening_reading(const code_view& code, std::size_t line, language what,
                  const surroundings& around)
    : code_(code), line_(line), what_(what), around_(around),
      tokens_(code.of(code.lines[line])) {
    tokens_ =
      tokens_.first(std::min<std::size_t>(tokens_.size(), 4 * reach_max));
  }

  [[nodiscard]] std::optional<opening> read() const {
    if (tokens_.empty() || is_import())
      return std::nullopt;
    for (std::size_t place = 0; place < tokens_.size(); ++place)
      if (const auto found = look(place))
        return found;
    return std::nullopt;
  }

private:
  [[nodiscard]] bool is_import() const {
    return one_of(tokens_.front().text,
                  {"import", "from", "using", "use", "require", "include"});
  }

  [[nodiscard]] std::string_view text(std::size_t place) const {
    return place < tokens_.size() ? tokens_[place].text : std::string_view{};
  }

  [[nodiscard]] bool code_at(std::size_t place,
                             std::string_view spelling) const {
    return spelled(tokens_, place, spelling);
  }

  [[nodiscard]] std::optional<opening> look(std::size_t place) const {
    const auto& next = tokens_[place];
    if (next.kind == token_kind::string_text)
      return look_at_text(place);
    if (next.kind != token_kind::identifier)
      return std::nullopt;
    auto name = next.text;
    if (name.starts_with("@"))
      name.remove_prefix(1);
    switch (name.empty() ? '\0' : name.front()) {
    case 'A':
      return look_at_open(place, name);
    case 'P':
    case 'p':
      if (name == "ParseUnverified" || name == "parseUnsecuredClaims"
          || name == "peek_payload")
        return opening::unverified_token;
      return look_at_open(place, name);
    case 's':
    case 'w':
      return look_at_skip(place, name);
    case 'c':
    case 'C':
    case 'I':
    case 'W':
      return look_at_csrf(place, name);
    case 't':
    case 'T':
      return look_at_truth(place);
    case 'D':
      if (name == "DISABLE" && code_at(place + 1, "ROW")
          && code_at(place + 2, "LEVEL"))
        return opening::open_access;
      return std::nullopt;
    default:
      return look_at_token(place, name);
    }
  }

  [[nodiscard]] std::optional<opening>
  look_at_open(std::size_t place, std::string_view name) const {
    if (one_of(name,
               {"AllowAnonymous", "PermitAll", "AllowAny", "AnonymousAllowed"}))
      return unless_public(opening::open_access);
    if ((name == "permitAll" || name == "permit_all")
        && (code_at(place + 1, "(") || what_ == language::kotlin))
      return unless_public_paths();
    return look_at_token(place, name);
  }

  [[nodiscard]] std::optional<opening>
  look_at_skip(std::size_t place, std::string_view name) const {
    if (one_of(name, {"skip_authorization_check", "skip_authorize_resource",
                      "skip_load_and_authorize_resource"}))
      return unless_public(opening::skipped_guard);
    if (one_of(name, {"skip_before_action", "skip_before_filter",
                      "withoutMiddleware", "skip_around_action"})) {
      for (auto ahead = place + 1; ahead < tokens_.size(); ++ahead) {
        if (one_of(text(ahead),
                   {"verify_authenticity_token", "VerifyCsrfToken"}))
          return unless_hook(opening::csrf_disabled);
        if (guard_name_of(text(ahead)).asks >= demand::login
            || text(ahead) == "auth")
          return unless_public(opening::skipped_guard);
      }
    }
    return look_at_token(place, name);
  }

  [[nodiscard]] std::optional<opening>
  look_at_csrf(std::size_t place, std::string_view name) const {
    if (one_of(name, {"csrf_exempt", "IgnoreAntiforgeryToken"}))
      return unless_hook(opening::csrf_disabled);
    if (one_of(name, {"WTF_CSRF_ENABLED", "CSRF_ENABLED"})
        && code_at(place + 1, "=") && place + 2 < tokens_.size()
        && is_false(tokens_[place + 2]))
      return opening::csrf_disabled;
    if (name == "csrf" && code_at(place + 1, "(")
        && names_within(place, {"disable"}))
      return unless_hook(opening::csrf_disabled);
    if (name == "csrf" && code_at(place + 1, "{")
        && names_within(place, {"disable"}))
      return unless_hook(opening::csrf_disabled);
    return look_at_token(place, name);
  }

  [[nodiscard]] bool
  names_within(std::size_t place,
               std::initializer_list<std::string_view> names) const {
    const auto end = std::min(tokens_.size(), place + 12);
    for (auto ahead = place; ahead < end; ++ahead)
      if (one_of(tokens_[ahead].text, names))
        return true;
    return false;
  }

  /// `true || isAdmin`, `is_admin or True`.
  [[nodiscard]] std::optional<opening> look_at_truth(std::size_t place) const {
    if (!is_true(tokens_[place]))
      return look_at_token(place, tokens_[place].text);
    const bool before = code_at(place + 1, "||") || code_at(place + 1, "or");
    const bool after =
      place > 0 && (code_at(place - 1, "||") || code_at(place - 1, "or"));
    if (!before && !after)
      return std::nullopt;
    for (const auto& next : tokens_)
      if (next.kind == token_kind::identifier
          && guard_name_of(next.text).asks >= demand::login)
        return opening::always_allowed;
    return std::nullopt;
  }

  /// Settings that turn the verification of tokens off.
  [[nodiscard]] std::optional<opening>
  look_at_token(std::size_t place, std::string_view name) const {
    if (name.empty()
        || std::string_view("idpavVR").find(name.front())
             == std::string_view::npos)
      return std::nullopt;
    if (one_of(name, {"insecure_disable_signature_validation",
                      "dangerous_insecure_decode", "ParseUnverified",
                      "dangerousUnsafeDecode"}))
      return opening::unverified_token;
    if (one_of(name, {"verify_signature", "ValidateIssuerSigningKey",
                      "RequireSignedTokens", "verifySignature"})
        && place + 2 < tokens_.size()
        && one_of(text(place + 1), {":", "=", "=>"})
        && is_false(tokens_[place + 2]))
      return opening::unverified_token;
    if (name == "verify" && code_at(place + 1, "=")
        && place + 2 < tokens_.size() && is_false(tokens_[place + 2])
        && names_token())
      return opening::unverified_token;
    if (name == "decode" && place > 1 && code_at(place - 1, ".")
        && one_of(text(place - 2), {"JWT", "Jwt"}) && what_ == language::ruby
        && std::any_of(tokens_.begin(), tokens_.end(), is_false))
      return opening::unverified_token;
    if (one_of(name, {"permission_classes", "authentication_classes"})
        && code_at(place + 1, "=")
        && (code_at(place + 3, "]") || code_at(place + 3, ")")))
      return unless_public(opening::open_access);
    return std::nullopt;
  }

  [[nodiscard]] bool names_token() const {
    return std::any_of(tokens_.begin(), tokens_.end(), [](const token& next) {
      return is_identifier(next)
             && (one_of(next.text, {"jwt", "JWT", "jose", "jws"}));
    });
  }

  /// `"verify_signature": False`, `algorithms=["none"]`.
  [[nodiscard]] std::optional<opening> look_at_text(std::size_t place) const {
    const auto value = tokens_[place].text;
    if (value == "verify_signature" && place + 3 < tokens_.size()
        && one_of(text(place + 2), {":", "=>"}) && is_false(tokens_[place + 3]))
      return opening::unverified_token;
    if (value != "none" && value != "None" && value != "NONE")
      return std::nullopt;
    if (place < 2
        || !one_of(text(place - 2), {"[", ":", "=", "=>", "(", ",", "==="}))
      return std::nullopt;
    for (std::size_t back = 0; back < place; ++back)
      if (one_of(tokens_[back].text, {"algorithms", "algorithm", "alg"})
          && place - back < 16)
        return opening::unverified_token;
    return std::nullopt;
  }

  // -- what is meant to be public ---------------------------------------------

  template <class Word>
  [[nodiscard]] bool is_named(Word is_word) const {
    if (words_hold(around_.path, is_word)
        || words_hold(around_.section, is_word))
      return true;
    return is_named_above(is_word) || is_named_below(is_word);
  }

  /// Decorations above, and the lines that enclose this one.
  template <class Word>
  [[nodiscard]] bool is_named_above(Word is_word) const {
    auto indent = code_.lines[line_].indent;
    for (auto here = line_; here > 0 && line_ - here < enclosing_lines_max;) {
      --here;
      const bool encloses = code_.lines[here].indent < indent;
      const bool decorates =
        here + 1 == line_ && is_decoration(code_, here, what_);
      if ((encloses || decorates) && names(here, is_word))
        return true;
      indent = std::min(indent, code_.lines[here].indent);
    }
    return false;
  }

  /// The line itself, and what a decoration stands above.
  template <class Word>
  [[nodiscard]] bool is_named_below(Word is_word) const {
    const auto end = std::min(code_.lines.size(), line_ + subject_lines_max);
    const auto indent = code_.lines[line_].indent;
    for (auto here = line_; here < end; ++here) {
      if (here > line_ && code_.lines[here].indent < indent)
        break;
      if (names(here, is_word))
        return true;
      if (!is_decoration(code_, here, what_))
        break;
    }
    return false;
  }

  template <class Word>
  [[nodiscard]] bool names(std::size_t line, Word is_word) const {
    const auto tokens = code_.of(code_.lines[line]);
    for (const auto& next :
         tokens.first(std::min<std::size_t>(tokens.size(), 64)))
      if ((next.kind == token_kind::string_text
           || next.kind == token_kind::identifier)
          && !one_of(next.text, {"public", "static", "error", "csrf"})
          && words_hold(next.text, is_word))
        return true;
    return false;
  }

  [[nodiscard]] std::optional<opening> unless_public(opening found) const {
    const auto is_word = [](std::string_view word) {
      return is_public_word(word) && word != "auth" && word != "token"
             && word != "authentication";
    };
    if (is_named(is_word))
      return std::nullopt;
    return found;
  }

  [[nodiscard]] std::optional<opening> unless_hook(opening found) const {
    if (is_named(is_hook_word))
      return std::nullopt;
    return found;
  }

  /// Paths that are public by their names may be open to all.
  [[nodiscard]] std::optional<opening> unless_public_paths() const {
    std::size_t paths = 0;
    const auto begin = line_ > 4 ? line_ - 4 : 0;
    for (auto here = line_ + 1; here-- > begin;) {
      const auto line = code_.of(code_.lines[here]);
      for (const auto& next :
           line.first(std::min<std::size_t>(line.size(), 64))) {
        if (next.is(token_kind::identifier, "anyRequest") && here == line_)
          return opening::open_access;
        if (next.kind != token_kind::string_text)
          continue;
        ++paths;
        if (next.text != "/" && next.text != "/error"
            && !words_hold(next.text, is_public_word))
          return opening::open_access;
      }
      if (paths > 0 || !spelled(line, 0, "."))
        break;
    }
    if (paths > 0)
      return std::nullopt;
    return opening::open_access;
  }

  const code_view& code_;
  std::size_t line_;
  language what_;
  const surroundings& around_;
  std::span<const token> tokens_;
};

/// Whether the line above, indented less, is a condition: then the value is
/// not set without asking.
bool is_conditional(const code_view& code, std::size_t line) {
  const auto indent = code.lines[line].indent;
  for (auto here = line; here > 0 && line - here < 8;) {
    --here;
    if (code.lines[here].indent >= indent)
      continue;
    const auto tokens = code.of(code.lines[here]);
    return std::any_of(tokens.begin(), tokens.end(), [](const token& next) {
      return is_identifier(next)
             && one_of(next.text, {"if", "elif", "else", "elsif", "case",
                                   "when", "unless", "for", "while", "switch",
                                   "try", "except", "catch", "match"});
    });
  }
  return false;
}

} // namespace

std::optional<opening> opening_on(const code_view& code, std::size_t line,
                                  language what, const surroundings& around) {
  return opening_reading(code, line, what, around).read();
}

std::string_view granted_on(const code_view& code, std::size_t line,
                            language what) {
  const auto tokens = code.of(code.lines[line]);
  if (tokens.size() < 2 || is_conditional(code, line))
    return {};
  if (spelled(tokens, 0, "return") && is_true(tokens[1])
      && (tokens.size() == 2
          || (tokens.size() == 3 && spelled(tokens, 2, ";"))))
    return "return";
  const auto end = std::min<std::size_t>(tokens.size(), 6);
  for (std::size_t place = 1; place + 1 < end; ++place) {
    if (!one_of(tokens[place].text, {"=", ":="}) || !is_true(tokens[place + 1]))
      continue;
    const bool whole =
      place + 2 == tokens.size() || spelled(tokens, place + 2, ";");
    const auto meaning = guard_name_of(tokens[place - 1].text);
    const bool member =
      place > 1 && one_of(tokens[place - 2].text, {".", "->", "::"});
    static constexpr std::string_view rights[] = {
      "admin",      "administrator", "superuser",  "superadmin",
      "staff",      "authorized",    "authorised", "authenticated",
      "permission", "permissions",   "access",     "moderator",
      "logged"};
    const identifier_words words(tokens[place - 1].text);
    if (whole && !member && meaning.predicate && words.any_of(rights)
        && meaning.asks >= demand::login && what != language::sql)
      return tokens[place - 1].text;
  }
  return {};
}

} // namespace libsig::review::checks
