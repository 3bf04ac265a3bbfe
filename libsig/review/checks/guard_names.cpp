#include <algorithm>

#include "libsig/review/checks/guards.hpp"

namespace libsig::review::checks {

namespace {

using words_view = std::string_view;

constexpr words_view demanding[] = {
  "require",  "requires",     "required",  "ensure",   "ensures",
  "verify",   "check",        "checks",    "assert",   "enforce",
  "must",     "need",         "needs",     "validate", "only",
  "restrict", "protect",      "guard",     "deny",     "abort",
  "forbid",   "authenticate", "requiring", "require!", "unless"};

/// Words of rights; with a demanding word they guard.
constexpr words_view rights[] = {
  "authorize",     "authorized", "authorization", "authorise",  "admin",
  "administrator", "superuser",  "staff",         "permission", "permissions",
  "perm",          "perms",      "role",          "roles",      "access",
  "owner",         "ownership",  "privilege",     "privileges", "policy",
  "acl",           "capability", "authority",     "superadmin", "moderator",
  "scope",         "scopes",     "authorities",   "entitlement"};

constexpr words_view logins[] = {
  "auth",   "authenticate", "authenticated", "authentication", "login",
  "signin", "loggedin",     "logged",        "signed",         "jwt",
  "bearer", "credentials",  "apikey"};

/// Words of a login that also mean other things: only some verbs make them
/// guards.
constexpr words_view callers[] = {"user", "session", "token", "identity",
                                  "account"};

constexpr words_view strict[] = {"require", "requires", "required", "ensure",
                                 "must",    "need",     "needs"};

constexpr words_view asking[] = {"is",  "has", "have", "can",
                                 "may", "be",  "does", "should"};

constexpr words_view rights_asked[] = {
  "edit",   "delete",  "view",     "manage",  "access",
  "update", "create",  "read",     "write",   "admin",
  "modify", "destroy", "moderate", "publish", "approve"};

struct known_name {
  words_view name;
  guard_name meaning;
};

constexpr guard_name right_guard{demand::right, false, false};
constexpr guard_name login_guard{demand::login, false, false};
constexpr guard_name origin_guard{demand::origin, false, false};
constexpr guard_name right_asked{demand::right, true, false};
constexpr guard_name login_asked{demand::login, true, false};
constexpr guard_name stand_in{demand::right, false, true};

/// Sorted by name.
constexpr known_name known[] = {
  {"Authorize", login_guard},
  {"AutoValidateAntiforgeryToken", origin_guard},
  {"Bodyguard", right_guard},
  {"CsrfViewMiddleware", origin_guard},
  {"DenyAll", right_guard},
  {"HttpAuthentication", login_guard},
  {"IsAdminUser", right_guard},
  {"IsAuthenticated", login_guard},
  {"IsGranted", right_guard},
  {"LoginRequiredMixin", login_guard},
  {"PermissionRequiredMixin", right_guard},
  {"PostAuthorize", right_guard},
  {"PreAuthorize", right_guard},
  {"RequireAuthorization", login_guard},
  {"Roles", right_guard},
  {"RolesAllowed", right_guard},
  {"Secured", right_guard},
  {"SecuredAction", right_guard},
  {"UseAuthentication", login_guard},
  {"UseAuthorization", right_guard},
  {"UseGuards", login_guard},
  {"UserPassesTestMixin", right_guard},
  {"ValidateAntiForgeryToken", origin_guard},
  {"admin?", right_asked},
  {"allowed?", right_asked},
  {"authenticate", login_guard},
  {"authenticate!", login_guard},
  {"authenticated", login_guard},
  {"authorize", right_guard},
  {"authorize!", right_guard},
  {"authorized?", right_asked},
  {"can?", right_asked},
  {"cannot?", right_asked},
  {"capable", right_asked},
  {"check_admin_referer", origin_guard},
  {"check_ajax_referer", origin_guard},
  {"csrfProtection", origin_guard},
  {"csrf_protect", origin_guard},
  {"csurf", origin_guard},
  {"current_user_can", right_asked},
  {"denyAccessUnlessGranted", right_guard},
  {"http_basic_authenticate_with", login_guard},
  {"isGranted", right_asked},
  {"load_and_authorize_resource", right_guard},
  {"logged_in?", login_asked},
  {"ns_capable", right_asked},
  {"owner?", right_asked},
  {"protect_from_forgery", origin_guard},
  {"requires_auth", login_guard},
  {"signed_in?", login_asked},
  {"staff_member_required", right_guard},
  {"user_passes_test", right_guard},
  {"user_signed_in?", login_asked},
  {"verify_authorized", right_guard},
  {"wp_verify_nonce", origin_guard},
};

const known_name* find_known(std::string_view text) {
  const auto found =
    std::lower_bound(std::begin(known), std::end(known), text,
                     [](const known_name& each, std::string_view name) {
                       return each.name < name;
                     });
  return found != std::end(known) && found->name == text ? found : nullptr;
}

bool is_upper(char letter) { return letter >= 'A' && letter <= 'Z'; }

bool is_letter(char letter) {
  return is_upper(letter) || (letter >= 'a' && letter <= 'z')
         || (letter >= '0' && letter <= '9');
}

/// Whether an identifier may be of more than one word; most are not.
bool has_many_words(std::string_view identifier) {
  for (std::size_t place = 1; place < identifier.size(); ++place)
    if (!is_letter(identifier[place]) || is_upper(identifier[place]))
      return true;
  return false;
}

guard_name predicate_of(const identifier_words& words) {
  if (words.any_of(rights) || (words[0] == "can" && words.any_of(rights_asked)))
    return right_asked;
  // `is_signed` is about numbers, `is_signed_in` about callers.
  if ((words.has("signed") || words.has("logged")) && !words.has("in"))
    return {};
  if (words.any_of(logins))
    return login_asked;
  return {};
}

guard_name demand_of(const identifier_words& words) {
  // `check_for_update`, `verify_role_name`: what is named last is demanded,
  // before or behind the verb.
  if (words.any_of(rights))
    return right_guard;
  if (words.any_of(logins))
    return login_guard;
  const bool token =
    words.has("token")
    && (words.has("verify") || words.has("validate") || words.has("check"));
  if (words.any_of(callers) && (words.any_of(strict) || token))
    return login_guard;
  if (words.has("csrf") || words.has("forgery") || words.has("antiforgery"))
    return origin_guard;
  return {};
}

} // namespace

identifier_words::identifier_words(std::string_view identifier) {
  std::size_t written = 0;
  bool open = false;
  for (std::size_t place = 0; place < identifier.size(); ++place) {
    const char letter = identifier[place];
    if (!is_letter(letter)) {
      open = false;
      continue;
    }
    const bool hump =
      is_upper(letter) && place > 0
      && (!is_upper(identifier[place - 1])
          || (place + 1 < identifier.size() && is_letter(identifier[place + 1])
              && !is_upper(identifier[place + 1])));
    if (!open || hump) {
      if (count_ == words_max || written == letters_max)
        break;
      begin_[count_++] = static_cast<std::uint8_t>(written);
      open = true;
    }
    if (written == letters_max)
      break;
    letters_[written++] =
      is_upper(letter) ? static_cast<char>(letter + 32) : letter;
  }
  begin_[count_] = static_cast<std::uint8_t>(written);
}

bool identifier_words::any_of(std::span<const std::string_view> words) const {
  for (std::size_t place = 0; place < count_; ++place)
    if (std::find(words.begin(), words.end(), (*this)[place]) != words.end())
      return true;
  return false;
}

bool identifier_words::has(std::string_view word) const {
  for (std::size_t place = 0; place < count_; ++place)
    if ((*this)[place] == word)
      return true;
  return false;
}

guard_name guard_name_of(std::string_view identifier) {
  while (!identifier.empty()
         && (identifier.front() == '@' || identifier.front() == '$'))
    identifier.remove_prefix(1);
  if (identifier.size() < 3)
    return {};
  if (const auto* found = find_known(identifier))
    return found->meaning;
  if (!has_many_words(identifier)) {
    static constexpr words_view vague[] = {"protected", "secured", "guarded",
                                           "secure",    "guard",   "auth",
                                           "sso",       "rbac",    "acl"};
    return std::find(std::begin(vague), std::end(vague), identifier)
               != std::end(vague)
             ? stand_in
             : guard_name{};
  }
  const identifier_words words(identifier);
  if (words.size() < 2)
    return {};
  // A skipped, optional or missing guard is none.
  static constexpr words_view undone[] = {
    "skip",  "no",     "without", "optional", "disable", "disabled", "not",
    "error", "failed", "exempt",  "message",  "header",  "url",      "path"};
  static constexpr words_view things[] = {
    "file",  "keys",  "page", "view",   "route", "name", "type", "format",
    "field", "panel", "menu", "button", "tab",   "link", "icon"};
  const auto thing = words[words.size() - 1];
  if (words.any_of(undone)
      || std::find(std::begin(things), std::end(things), thing)
           != std::end(things))
    return {};
  if (std::find(std::begin(asking), std::end(asking), words[0])
      != std::end(asking))
    return predicate_of(words);
  if (words.any_of(demanding))
    return demand_of(words);
  const auto last = words[words.size() - 1];
  if (words.any_of(logins)
      && one_of(last, {"middleware", "guard", "mixin", "interceptor", "filter",
                       "plug", "action"}))
    return login_guard;
  if (words.any_of(rights)
      && one_of(last,
                {"middleware", "guard", "mixin", "interceptor", "filter"}))
    return right_guard;
  return {};
}

} // namespace libsig::review::checks
