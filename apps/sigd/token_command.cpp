#include "apps/sigd/token_command.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "apps/node_settings/tables.hpp"
#include "libsig/access/token.hpp"
#include "libsig/codec/json_text.hpp"
#include "libsig/config/key.hpp"

namespace libsig::sigd {

namespace {

/// A string as TOML has it, whose escapes are those of JSON; DEL alone must be
/// escaped there, too.
[[nodiscard]] std::string quoted(std::string_view text) {
  std::string made;
  codec::append_json_string(made, text);
  for (auto at = made.find('\x7f'); at != made.npos; at = made.find('\x7f')) {
    made.replace(at, 1, "\\u007F");
  }
  return made;
}

void append_line(std::string& out, std::string_view key,
                 const std::vector<std::string>& values) {
  out.append(key).append(" = [");
  for (const auto& one : values) {
    out.append(&one == &values.front() ? "" : ", ").append(quoted(one));
  }
  out += "]\n";
}

/// Checks the request by the rules of the configuration's own keys.
[[nodiscard]] result<void> check(const token_request& of) {
  const std::pair<std::string_view, const std::vector<std::string>*> lists[]{
    {"scopes", &of.scopes},
    {"types", &of.types},
    {"identities", &of.identities},
    {"grants", &of.grants}};
  constexpr std::pair<std::string_view, std::string_view> options[]{
    {"tenant", "--tenant"},
    {"scopes", "--scope"},
    {"types", "--type"},
    {"identities", "--identity"},
    {"grants", "--grant"}};
  const auto option_of = [&](std::string_view key) {
    return std::string{
      std::ranges::find(options, key,
                        &std::pair<std::string_view, std::string_view>::first)
        ->second};
  };
  for (const auto& key : token_list().keys) {
    std::vector<std::string> given;
    if (key.name == "tenant") {
      given = {of.tenant};
    }
    for (const auto& [name, values] : lists) {
      if (key.name == name) {
        given = *values;
      }
    }
    for (const auto& text : given) {
      if (auto fine = config::check_text(key, text); !fine) {
        const auto& why = fine.error();
        return fail(error(errc::invalid_argument, why.detail())
                      .at(option_of(key.name))
                      .mend(why.remedy()));
      }
    }
  }
  return {};
}

} // namespace

result<token_texts> make_token_texts(const token_request& of) {
  auto whole = of;
  if (whole.tenant.empty()) {
    whole.tenant = access::tenant_default;
  }
  if (whole.scopes.empty()) {
    whole.scopes = {"publish", "subscribe", "review"};
  }
  if (auto fine = check(whole); !fine) {
    return fail(std::move(fine).error());
  }
  const auto made = access::make_token();
  token_texts texts{made.text, "[[tokens]]\n"};
  auto& entry = texts.entry;
  entry += "hash = " + quoted(made.hash) + '\n';
  entry += "tenant = " + quoted(whole.tenant) + '\n';
  append_line(entry, "scopes", whole.scopes);
  append_line(entry, "types", whole.types);
  append_line(entry, "identities", whole.identities);
  append_line(entry, "grants", whole.grants);
  return texts;
}

result<std::string> new_token_text(const token_request& of, bool json) {
  auto made = make_token_texts(of);
  if (!made) {
    return fail(std::move(made).error());
  }
  if (!json) {
    return made->token + "\n\n" + made->entry;
  }
  std::string out{"{\"token\":"};
  codec::append_json_string(out, made->token);
  out += ",\"hash\":";
  codec::append_json_string(out, access::hash_token(made->token));
  out += ",\"entry\":";
  codec::append_json_string(out, made->entry);
  return out + "}\n";
}

} // namespace libsig::sigd
