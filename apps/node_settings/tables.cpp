#include "apps/node_settings/tables.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "libsig/core/limits.hpp"
#include "libsig/core/names.hpp"

namespace libsig::sigd {

namespace {

using config::key;
using config::kind;

constexpr std::string_view file_word = "file";
constexpr std::string_view webhook_word = "webhook";

template <class Values>
[[nodiscard]] std::vector<std::string> words_of(const Values& values) {
  std::vector<std::string> words;
  for (const auto one : values) {
    words.emplace_back(to_string(one));
  }
  return words;
}

[[nodiscard]] const std::string& text_of(const config::table& from,
                                         std::string_view name) {
  return std::get<std::string>(from.at(name).now);
}

[[nodiscard]] const std::vector<std::string>&
texts_of(const config::table& from, std::string_view name) {
  return std::get<std::vector<std::string>>(from.at(name).now);
}

// -- checks
// --------------------------------------------------------------------

[[nodiscard]] result<void> in_one(const result<void>& checked) {
  return checked ? result<void>{}
                 : fail(errc::invalid_argument, checked.error().detail());
}

[[nodiscard]] result<void> check_named(std::string_view text) {
  return in_one(check_name(text));
}

[[nodiscard]] result<void> check_pattern(std::string_view text) {
  const auto parsed = pattern::parse(text);
  return parsed ? result<void>{}
                : fail(errc::invalid_argument,
                       "is no pattern: " + parsed.error().detail());
}

[[nodiscard]] result<void> check_url(std::string_view text) {
  if (text.starts_with("https://") || text.starts_with("http://")) {
    return {};
  }
  return fail(errc::invalid_argument, "must begin with https:// or http://");
}

/// The URL without what may be secret in it: a webhook's path often is.
[[nodiscard]] std::string show_url(std::string_view text) {
  const auto scheme = text.find("://");
  if (scheme == std::string_view::npos) {
    return {};
  }
  const auto rest = text.substr(scheme + 3);
  const auto host = rest.substr(0, rest.find_first_of("/?#"));
  const auto at = host.rfind('@');
  std::string out{text.substr(0, scheme + 3)};
  out += at == std::string_view::npos ? host : host.substr(at + 1);
  return host.size() == rest.size() ? out : out + "/...";
}

/// The patterns of texts that were checked.
[[nodiscard]] std::vector<pattern>
read_patterns(const std::vector<std::string>& texts) {
  std::vector<pattern> all;
  for (const auto& one : texts) {
    all.push_back(pattern::parse(one).value());
  }
  return all;
}

[[nodiscard]] key texts_key(std::string name, std::string meaning) {
  return {.name = std::move(name),
          .kind = kind::texts,
          .standard = std::vector<std::string>{},
          .meaning = std::move(meaning)};
}

[[nodiscard]] key types_key(std::string meaning) {
  auto made = texts_key("types", std::move(meaning));
  made.check = check_pattern;
  return made;
}

// -- entries
// -------------------------------------------------------------------

[[nodiscard]] result<access::token_entry>
read_token(const config::table& from) {
  access::token_entry made;
  made.hash = text_of(from, "hash");
  made.rights.tenant = text_of(from, "tenant");
  for (const auto& word : texts_of(from, "scopes")) {
    made.rights.scopes.add(access::parse_scope(word).value());
  }
  made.rights.types = read_patterns(texts_of(from, "types"));
  made.rights.names = texts_of(from, "identities");
  made.rights.grants = read_grants(texts_of(from, "grants"));
  if (const auto checked = access::check_token_entry(made); !checked) {
    const auto& why = checked.error();
    const auto& where = from.at(why.place()).from;
    return fail(error(errc::invalid_argument, why.place() + ' ' + why.detail())
                  .at(where.place.empty() ? from.place : where.place));
  }
  return made;
}

[[nodiscard]] publisher_kind kind_of(std::string_view word) {
  if (word == webhook_word) {
    return publisher_kind::webhook;
  }
  return word == file_word ? publisher_kind::file
                           : publisher_kind::standard_output;
}

[[nodiscard]] result<publisher_settings>
read_publisher(const config::table& from) {
  publisher_settings made;
  made.name = text_of(from, "name");
  made.kind = kind_of(text_of(from, "kind"));
  made.types = read_patterns(texts_of(from, "types"));
  made.path = text_of(from, "path");
  made.url = text_of(from, "url");
  made.secret = text_of(from, "secret");
  made.allow_private = texts_of(from, "allow_private");
  made.max_attempts =
    static_cast<unsigned>(std::get<std::uint64_t>(from.at("max_attempts").now));
  made.timeout = std::get<std::chrono::milliseconds>(from.at("timeout").now);
  made.place = from.place;
  const bool is_file = made.kind == publisher_kind::file;
  const bool is_webhook = made.kind == publisher_kind::webhook;
  if (is_file != !made.path.empty()) {
    return fail(errc::invalid_argument,
                is_file ? "a file needs a path" : "only a file has a path");
  }
  if (is_webhook != !made.url.empty()) {
    return fail(errc::invalid_argument, is_webhook
                                          ? "a webhook needs a url"
                                          : "only a webhook has a url");
  }
  return made;
}

} // namespace

std::vector<std::string> scope_words() { return words_of(access::all_scopes); }

std::vector<std::string> grant_words() { return words_of(access::all_grants); }

access::grant_set read_grants(const std::vector<std::string>& words) {
  access::grant_set made;
  for (const auto& word : words) {
    made.add(access::parse_grant(word).value());
  }
  return made;
}

config::table_list token_list() {
  auto scopes = texts_key("scopes", "what it may do");
  scopes.choices = scope_words();
  auto grants = texts_key("grants", "what it may do that no scope contains");
  grants.choices = grant_words();
  auto identities =
    texts_key("identities", "the names of which one must be stated; none may "
                            "be when there is none here");
  identities.check = check_named;
  return {.name = "tokens",
          .meaning = "who may call; sigd token new makes one",
          .keys = {key{.name = "hash",
                       .standard = std::string{},
                       .meaning = "the token's hash, of 64 digits",
                       .required = true},
                   key{.name = "tenant",
                       .standard = std::string{access::tenant_default},
                       .meaning = "whose things it sees",
                       .check = check_named},
                   std::move(scopes),
                   types_key("patterns of types that narrow the scopes; "
                             "without one all types"),
                   std::move(identities), std::move(grants)},
          .tables_max = limits::tokens_max,
          .live = true};
}

config::table_list publisher_list() {
  key url{.name = "url",
          .standard = std::string{},
          .meaning = "of a webhook",
          .check = check_url,
          .show = show_url};
  return {
    .name = "publishers",
    .meaning = "whom signals are brought to",
    .keys = {key{.name = "name",
                 .standard = std::string{},
                 .meaning = "its name, under which dead letters are listed",
                 .required = true,
                 .check = check_named},
             key{.name = "kind",
                 .kind = kind::choice,
                 .standard = std::string{"stdout"},
                 .meaning = "stdout, file or webhook",
                 .required = true,
                 .choices = {"stdout", std::string{file_word},
                             std::string{webhook_word}}},
             types_key("patterns of types; without one all types"),
             key{.name = "path",
                 .standard = std::string{},
                 .meaning = "of a file"},
             std::move(url),
             key{.name = "secret",
                 .standard = std::string{},
                 .meaning = "what a webhook's requests are signed with",
                 .secret = true},
             texts_key("allow_private", "networks beside the public internet "
                                        "that a webhook may lead to"),
             key{.name = "max_attempts",
                 .kind = kind::whole_number,
                 .standard = std::uint64_t{10},
                 .meaning = "attempts at one signal; then it is a dead letter",
                 .least = 1,
                 .most = 1'000},
             key{.name = "timeout",
                 .kind = kind::duration,
                 .standard = std::chrono::milliseconds{10'000},
                 .meaning = "of one attempt",
                 .least = 100,
                 .most = 600'000}},
    .tables_max = publishers_max};
}

result<std::vector<access::token_entry>>
read_tokens(const config::configuration& from) {
  std::vector<access::token_entry> all;
  std::unordered_set<std::string> hashes;
  for (const auto& one : from.tables("tokens")) {
    auto made = read_token(one);
    if (!made) {
      return fail(std::move(made).error());
    }
    if (!hashes.insert(made->hash).second) {
      return fail(
        error(errc::invalid_argument, "another of [[tokens]] has this hash")
          .at(one.at("hash").from.place));
    }
    all.push_back(std::move(*made));
  }
  return all;
}

result<std::vector<publisher_settings>>
read_publishers(const config::configuration& from) {
  std::vector<publisher_settings> all;
  for (const auto& one : from.tables("publishers")) {
    auto made = read_publisher(one);
    if (!made) {
      return fail(std::move(made).error().at(one.place));
    }
    if (std::ranges::find(all, made->name, &publisher_settings::name)
        != all.end()) {
      return fail(
        error(errc::invalid_argument, "another of [[publishers]] has this name")
          .at(one.at("name").from.place));
    }
    all.push_back(std::move(*made));
  }
  return all;
}

} // namespace libsig::sigd
