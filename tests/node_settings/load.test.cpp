#include "apps/node_settings/load.hpp"

#include <map>
#include <string>
#include <utility>

#include <boost/test/unit_test.hpp>

#include "apps/node_settings/keys.hpp"
#include "apps/node_settings/listen.hpp"
#include "libsig/access/token.hpp"
#include "libsig/config/show.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace libsig;
using namespace libsig::sigd;
using std::chrono::milliseconds;

namespace {

using variables = std::map<std::string, std::string, std::less<>>;

const variables home{{"HOME", "/home/me"}};

/// A folder with a file, and what is read from it.
struct reading {
  testing::temporary_folder folder;
  settings_sources from;

  explicit reading(std::string_view text, variables surroundings = home) {
    from.file = folder.write("sigd.toml", text);
    from.environment = config::environment{std::move(surroundings)};
    from.system_file = folder.file("none");
  }

  [[nodiscard]] loaded_settings get() const {
    auto made = load_settings(from);
    BOOST_TEST_REQUIRE(made.has_value(),
                       (made ? std::string{} : made.error().message()));
    return std::move(*made);
  }

  /// The refusal, without the folder's name.
  [[nodiscard]] std::string refusal() const {
    const auto made = load_settings(from);
    BOOST_TEST_REQUIRE(!made.has_value());
    auto text = made.error().message();
    const auto name = folder.path().string() + '/';
    for (auto at = text.find(name); at != text.npos; at = text.find(name)) {
      text.erase(at, name.size());
    }
    return text;
  }
};

[[nodiscard]] std::string token_text(std::string_view more = {}) {
  return "[[tokens]]\nhash = '" + access::hash_token("sig_a") + "'\n"
         + std::string{more};
}

} // namespace

BOOST_AUTO_TEST_SUITE(load)

// -- defaults -----------------------------------------------------------------

// surface.md, "What is kept, and how much"
BOOST_AUTO_TEST_CASE(without_a_file_all_is_as_documented) {
  settings_sources from;
  from.environment = config::environment{home};
  from.system_file = "/nonexistent";
  const auto made = load_settings(from).value();
  const auto& how = made.settings;
  BOOST_TEST(made.configuration.file() == "");
  BOOST_TEST(made.warnings.empty());
  BOOST_TEST(how.data == "/home/me/.local/state/libsig");
  BOOST_REQUIRE(how.listen.size() == 1u);
  BOOST_TEST(to_text(how.listen[0]) == "127.0.0.1:7733");
  BOOST_TEST(!how.listen[0].tls);
  BOOST_TEST((how.durability == journal::durability::full));
  BOOST_TEST(how.limits.body_bytes_in_flight == 256u << 20);
  BOOST_TEST(how.retention.bytes == std::uint64_t{8} << 30);
  BOOST_TEST(!how.retention.age.has_value());
  BOOST_TEST(!how.retention.dedupe.has_value());
  BOOST_TEST(!how.retention.dedupe_age.has_value());
  BOOST_TEST((how.retention.closed_reviews == std::chrono::days{30}));
  BOOST_TEST(how.retention.dead_letters == 10'000u);
  BOOST_TEST((how.review.timeout == std::chrono::seconds{30}));
  BOOST_TEST((how.drain == std::chrono::seconds{10}));
  BOOST_TEST((how.loopback_grants == access::grant_set{}));
}

BOOST_AUTO_TEST_CASE(the_defaults_are_those_of_the_struct) {
  settings_sources from;
  from.environment = config::environment{home};
  from.system_file = "/nonexistent";
  const auto how = load_settings(from).value().settings;
  const node_settings plain;
  BOOST_TEST(how.limits.head_bytes == plain.limits.head_bytes);
  BOOST_TEST(how.limits.fields == plain.limits.fields);
  BOOST_TEST(how.limits.connections == plain.limits.connections);
  BOOST_TEST(how.limits.pipeline == plain.limits.pipeline);
  BOOST_TEST(how.limits.body_rate == plain.limits.body_rate);
  BOOST_TEST(how.limits.write_rate == plain.limits.write_rate);
  BOOST_TEST(how.limits.stream_bytes == plain.limits.stream_bytes);
  BOOST_TEST((how.limits.head_deadline == plain.limits.head_deadline));
  BOOST_TEST((how.limits.body_grace == plain.limits.body_grace));
  BOOST_TEST((how.limits.idle == plain.limits.idle));
  BOOST_TEST((how.limits.write_stall == plain.limits.write_stall));
  BOOST_TEST((how.limits.heartbeat == plain.limits.heartbeat));
  BOOST_TEST(how.threads == plain.threads);
  BOOST_TEST((how.retry_after == plain.retry_after));
  BOOST_TEST(how.review.shards == plain.review.shards);
  BOOST_TEST(how.review.source_prefix == plain.review.source_prefix);
  BOOST_TEST(how.log.level == plain.log.level);
  BOOST_TEST(how.log.format == plain.log.format);
  BOOST_TEST((how.drain == plain.drain));
  BOOST_TEST(how.topics.prefixes.empty());
  BOOST_TEST(how.topics.payload_bytes_max == plain.topics.payload_bytes_max);
  BOOST_TEST(how.topics.parked_waits_max == plain.topics.parked_waits_max);
  BOOST_TEST(how.topics.caller_parked_waits_max
             == plain.topics.caller_parked_waits_max);
  BOOST_TEST(how.topics.topics_max == plain.topics.topics_max);
  BOOST_TEST((how.topics.cursor_age == plain.topics.cursor_age));
  BOOST_TEST(how.visibility.events_max == plain.visibility.events_max);
  BOOST_TEST(how.visibility.conversations_max
             == plain.visibility.conversations_max);
  BOOST_TEST(how.visibility.sse_bytes_max == 0u);
  BOOST_TEST(how.subscriptions.agents_max == plain.subscriptions.agents_max);
  BOOST_TEST(how.subscriptions.subscriptions_max
             == plain.subscriptions.subscriptions_max);
  BOOST_TEST(how.subscriptions.handled_deliveries_max
             == plain.subscriptions.handled_deliveries_max);
  BOOST_TEST(how.subscriptions.pending_max == plain.subscriptions.pending_max);
  BOOST_TEST(how.subscriptions.attempts_max
             == plain.subscriptions.attempts_max);
  BOOST_TEST((how.subscriptions.backoff == plain.subscriptions.backoff));
  BOOST_TEST(how.schedules_max == plain.schedules_max);
  BOOST_TEST(how.schedule_bytes_max == plain.schedule_bytes_max);
}

// surface.md, "Where things are"
BOOST_AUTO_TEST_CASE(the_data_folder_is_found_as_documented) {
  const auto data_of = [](variables surroundings, std::string flag = {}) {
    settings_sources from;
    from.environment = config::environment{std::move(surroundings)};
    from.system_file = "/nonexistent";
    if (!flag.empty()) {
      from.flags = {{"node", "data", "--data", {flag}}};
    }
    return load_settings(from).value().settings.data;
  };
  variables all{
    {"HOME", "/home/me"}, {"XDG_STATE_HOME", "/state"}, {"SIGD_DATA", "/data"}};
  BOOST_TEST(data_of(all, "/flag") == "/flag");
  BOOST_TEST(data_of(all) == "/data");
  all["SIGD_DATA"] = "";
  BOOST_TEST(data_of(all) == "/state/libsig");
  all.erase("XDG_STATE_HOME");
  BOOST_TEST(data_of(all) == "/home/me/.local/state/libsig");
}

BOOST_AUTO_TEST_CASE(without_any_data_folder_it_is_refused) {
  BOOST_TEST(reading("", {}).refusal()
             == "there is no data folder; name one with --data, SIGD_DATA or "
                "node.data");
  BOOST_TEST(reading("[node]\ndata = ''\n").refusal()
             == "sigd.toml:2:1: node.data must not be empty");
}

// -- the file -----------------------------------------------------------------

BOOST_AUTO_TEST_CASE(the_file_is_stated_else_of_the_environment_else_systems) {
  const testing::temporary_folder folder;
  const auto level = [&](const settings_sources& from) {
    return load_settings(from).value().settings.log.level;
  };
  const auto write = [&](std::string_view name, std::string_view word) {
    return folder.write(name, "[log]\nlevel = '" + std::string{word} + "'\n");
  };
  settings_sources from;
  from.system_file = write("system", "debug");
  from.environment = config::environment{
    {{"HOME", "/h"}, {"SIGD_CONFIG", write("environment", "warning")}}};
  from.file = write("stated", "error");
  BOOST_TEST(level(from) == "error");
  from.file.reset();
  BOOST_TEST(level(from) == "warning");
  from.environment = config::environment{home};
  BOOST_TEST(level(from) == "debug");
  from.system_file = folder.file("none");
  BOOST_TEST(level(from) == "info");
}

BOOST_AUTO_TEST_CASE(a_stated_file_that_is_not_there_is_refused) {
  settings_sources from;
  from.file = "/nonexistent/a.toml";
  const auto made = load_settings(from);
  BOOST_REQUIRE(!made);
  BOOST_TEST(made.error().message()
             == "/nonexistent/a.toml: cannot be read: No such file or "
                "directory");
}

BOOST_AUTO_TEST_CASE(every_key_reaches_the_settings) {
  const auto how =
    reading("[node]\ndata = '/d'\nlisten = ['127.0.0.1:0', '[::1]:1']\n"
            "durability = 'relaxed'\n"
            "[http]\nbody_bytes_in_flight = '1MiB'\nhead_bytes = '2KiB'\n"
            "fields = 10\nconnections = 11\npipeline = 12\nbody_rate = 13\n"
            "write_rate = 14\nstream_bytes = '64KiB'\nthreads = "
            "3\nhead_deadline = '1s'\n"
            "body_grace = '2s'\nidle = '3s'\nwrite_stall = '4s'\n"
            "heartbeat = '5s'\nretry_after = '6s'\nhosts = ['board.example']\n"
            "origins = ['https://board.example']\n"
            "[retention]\nbytes = '1GiB'\nage = '7d'\ndedupe = 5000\n"
            "dedupe_age = '8d'\nclosed_reviews = 'unlimited'\n"
            "dead_letters = 9\ndead_letter_bytes = '10KiB'\n"
            "[review]\nsource_prefix = '/x'\ntimeout = '9s'\nshards = 4\n"
            "[topics]\nprefix = ['a:', 'b']\npayload_max_bytes = '1KiB'\n"
            "parked_waits = 21\ncaller_parked_waits = 22\nmax = 23\n"
            "cursor_age = '24d'\n"
            "[visibility]\nevents = 25\nconversations = 26\n"
            "sse_max_bytes = 27\n"
            "[subscriptions]\nagents = 28\nmax = 29\nhandled = 30\n"
            "pending = 31\nattempts = 32\nbackoff = '33ms'\n"
            "pending_bytes = '11KiB'\npending_age = 'unlimited'\n"
            "[schedules]\nmax = 31\ndata_bytes = 34\n"
            "[log]\nlevel = 'debug'\nformat = 'json'\n"
            "[shutdown]\ndrain = '0s'\n"
            "[loopback]\ngrants = ['unredacted', 'claim_source']\n")
      .get()
      .settings;
  BOOST_TEST(how.data == "/d");
  BOOST_REQUIRE(how.listen.size() == 2u);
  BOOST_TEST(to_text(how.listen[0]) == "127.0.0.1:0");
  BOOST_TEST(to_text(how.listen[1]) == "[::1]:1");
  BOOST_TEST((how.durability == journal::durability::relaxed));
  BOOST_TEST(how.limits.body_bytes_in_flight == 1u << 20);
  BOOST_TEST(how.limits.head_bytes == 2'048u);
  BOOST_TEST(how.limits.fields == 10u);
  BOOST_TEST(how.limits.connections == 11u);
  BOOST_TEST(how.limits.pipeline == 12u);
  BOOST_TEST(how.limits.body_rate == 13u);
  BOOST_TEST(how.limits.write_rate == 14u);
  BOOST_TEST(how.limits.stream_bytes == 65'536u);
  BOOST_TEST(how.threads == 3u);
  BOOST_TEST(how.limits.head_deadline.count() == 1'000);
  BOOST_TEST(how.limits.body_grace.count() == 2'000);
  BOOST_TEST(how.limits.idle.count() == 3'000);
  BOOST_TEST(how.limits.write_stall.count() == 4'000);
  BOOST_TEST(how.limits.heartbeat.count() == 5'000);
  BOOST_TEST(how.retry_after.count() == 6'000);
  BOOST_TEST(how.rules.hosts == std::vector<std::string>{"board.example"});
  BOOST_TEST(how.rules.origins.at(0) == "https://board.example");
  BOOST_TEST(how.retention.bytes == 1u << 30);
  BOOST_TEST((how.retention.age == std::chrono::days{7}));
  BOOST_TEST((how.retention.dedupe == 5'000u));
  BOOST_TEST((how.retention.dedupe_age == std::chrono::days{8}));
  BOOST_TEST(!how.retention.closed_reviews.has_value());
  BOOST_TEST(how.retention.dead_letters == 9u);
  BOOST_TEST(how.retention.dead_letter_bytes_max() == 10'240u);
  BOOST_TEST(how.review.source_prefix == "/x");
  BOOST_TEST(how.review.timeout.count() == 9'000);
  BOOST_TEST(how.review.shards == 4u);
  BOOST_TEST((how.topics.prefixes == std::vector<std::string>{"a:", "b"}));
  BOOST_TEST(how.topics.payload_bytes_max == 1'024u);
  BOOST_TEST(how.topics.parked_waits_max == 21u);
  BOOST_TEST(how.topics.caller_parked_waits_max == 22u);
  BOOST_TEST(how.topics.topics_max == 23u);
  BOOST_TEST((how.topics.cursor_age == std::chrono::days{24}));
  BOOST_TEST(how.visibility.events_max == 25u);
  BOOST_TEST(how.visibility.conversations_max == 26u);
  BOOST_TEST(how.visibility.sse_bytes_max == 27u);
  BOOST_TEST(how.subscriptions.agents_max == 28u);
  BOOST_TEST(how.subscriptions.subscriptions_max == 29u);
  BOOST_TEST(how.subscriptions.handled_deliveries_max == 30u);
  BOOST_TEST(how.subscriptions.pending_max == 31u);
  BOOST_TEST(how.subscriptions.pending_bytes == 11'264u);
  BOOST_TEST(!how.subscriptions.pending_age.has_value());
  BOOST_TEST(how.subscriptions.attempts_max == 32u);
  BOOST_TEST((how.subscriptions.backoff == milliseconds{33}));
  BOOST_TEST(how.schedules_max == 31u);
  BOOST_TEST(how.schedule_bytes_max == 34u);
  BOOST_TEST(how.log.level == "debug");
  BOOST_TEST(how.log.format == "json");
  BOOST_TEST(how.drain.count() == 0);
  BOOST_TEST(how.loopback_grants.has(access::grant::unredacted));
  BOOST_TEST(how.loopback_grants.has(access::grant::claim_source));
  BOOST_TEST(!how.loopback_grants.has(access::grant::emit_reserved));
}

BOOST_AUTO_TEST_CASE(wrong_texts_are_refused_at_their_place) {
  BOOST_TEST(reading("[node]\nlisten = ['here']\n").refusal()
             == "sigd.toml:2:11: node.listen must be HOST:PORT; write "
                "HOST:PORT, as in 127.0.0.1:7733, [::1]:7733 or "
                "https://0.0.0.0:7733");
  BOOST_TEST(reading("[node]\nlisten = []\n").refusal()
             == "sigd.toml:2:1: node.listen names no address; name one as "
                "HOST:PORT");
  BOOST_TEST(reading("[http]\nhosts = ['a:1']\n")
               .refusal()
               .find("without a "
                     "port")
             != std::string::npos);
  for (const auto* wrong :
       {"board.example", "https://", "https://board.example/"}) {
    BOOST_TEST(reading("[http]\norigins = ['" + std::string{wrong} + "']\n")
                 .refusal()
                 .find("must be an origin")
               != std::string::npos);
  }
  BOOST_TEST(reading("[loopback]\ngrants = ['unredact']\n").refusal()
             == "sigd.toml:2:11: loopback.grants must be a list of "
                "claim_source, emit_reserved or unredacted, is 'unredact'; "
                "did you mean unredacted?");
  // What later issues bring is no key today.
  BOOST_TEST(reading("[inbox]\nlease = '10s'\n").refusal().find("no section")
             != std::string::npos);
}

// Contract, "Limits out of range"
BOOST_AUTO_TEST_CASE(a_wrong_value_in_the_environment_is_a_warning) {
  auto surroundings = home;
  surroundings["SIGD_RETENTION_BYTES"] = "much";
  surroundings["SIGD_TOKEN"] = "sig_secret";
  const auto made = reading("", surroundings).get();
  BOOST_TEST(made.settings.retention.bytes == std::uint64_t{8} << 30);
  BOOST_REQUIRE(made.warnings.size() == 1u);
  BOOST_TEST(made.warnings[0].message().find("SIGD_RETENTION_BYTES: must be a "
                                             "size")
             == 0u);
}

// M3, M4, M8, M32, U7: the names of document 000 work beside the keys' own.
BOOST_AUTO_TEST_CASE(the_names_of_document_000_stand_for_keys) {
  auto surroundings = home;
  surroundings["SIGNAL_TOPIC_PREFIX"] = " signal:team/ , ,b";
  surroundings["SIGNAL_PAYLOAD_MAX_BYTES"] = " 1000 ";
  surroundings["GATEWAY_SSE_MAX_BYTES"] = "40";
  const std::string file{"[topics]\nprefix = ['file']\n"};
  auto made = reading(file, surroundings).get();
  const auto& how = made.settings;
  BOOST_TEST(
    (how.topics.prefixes == std::vector<std::string>{"signal:team/", "b"}));
  BOOST_TEST(how.topics.payload_bytes_max == 1'000u);
  BOOST_TEST(how.visibility.sse_bytes_max == 40u);
  BOOST_TEST(made.warnings.empty());
  BOOST_TEST(made.configuration.at("topics", "prefix").from.text()
             == "SIGNAL_TOPIC_PREFIX");
  surroundings["SIGD_TOPICS_PREFIX"] = "own";
  made = reading(file, surroundings).get();
  BOOST_TEST(
    (made.settings.topics.prefixes == std::vector<std::string>{"own"}));
  BOOST_TEST(made.configuration.at("topics", "prefix").from.text()
             == "SIGD_TOPICS_PREFIX");
}

BOOST_AUTO_TEST_CASE(their_wrong_amounts_are_the_default_and_a_warning) {
  for (const auto* wrong : {"0", "-1", "many", "1.5", "9MiB", "   "}) {
    auto surroundings = home;
    surroundings["SIGNAL_PAYLOAD_MAX_BYTES"] = wrong;
    const auto made = reading("", surroundings).get();
    BOOST_TEST(made.settings.topics.payload_bytes_max == 65'536u, wrong);
    BOOST_TEST(made.warnings.size() == 1u, wrong);
  }
  for (const auto* wrong : {"0", "-1", "many", "   "}) {
    auto surroundings = home;
    surroundings["GATEWAY_SSE_MAX_BYTES"] = wrong;
    const auto made = reading("", surroundings).get();
    BOOST_TEST(made.settings.visibility.sse_bytes_max == 0u, wrong);
    BOOST_TEST(made.warnings.size() == 1u, wrong);
  }
  for (const auto* blank : {"", "  ", ","}) {
    auto surroundings = home;
    surroundings["SIGNAL_TOPIC_PREFIX"] = blank;
    BOOST_TEST(reading("", surroundings).get().settings.topics.prefixes.empty(),
               blank);
  }
}

BOOST_AUTO_TEST_CASE(every_key_has_a_name_in_the_environment) {
  const auto declared = declare_node(config::environment{home});
  for (const auto& one : declared->keys) {
    BOOST_TEST(declared->environment_name(one).find_first_not_of(
                 "ABCDEFGHIJKLMNOPQRSTUVWXYZ_")
               == std::string::npos);
    BOOST_TEST(!one.meaning.empty());
  }
  BOOST_TEST(declared->environment_name(declared->keys[0]) == "SIGD_NODE_DATA");
}

// -- listeners, TLS -----------------------------------------------------------

BOOST_AUTO_TEST_CASE(addresses_are_read_whole) {
  BOOST_TEST(to_text(read_listen("127.0.0.1:7733")->at) == "127.0.0.1:7733");
  BOOST_TEST(to_text(read_listen("localhost:0")->at) == "localhost:0");
  BOOST_TEST(to_text(read_listen("[::1]:65535")->at) == "[::1]:65535");
  BOOST_TEST(read_listen("[fe80::1%eth0]:1").has_value());
  BOOST_TEST(!read_listen("127.0.0.1:1")->tls.has_value());
  BOOST_TEST((read_listen("https://127.0.0.1:1")->tls == true));
  BOOST_TEST((read_listen("http://127.0.0.1:1")->tls == false));
  for (const auto* wrong :
       {"", ":", "7733", "127.0.0.1", "127.0.0.1:", ":7733", "::1:7733",
        "[::1]", "[::1]7733", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:1x",
        "example.org:1", "300.0.0.1:1", "[127.0.0.1]:1", "ftp://127.0.0.1:1"}) {
    BOOST_TEST(!read_listen(wrong).has_value(), wrong);
  }
}

BOOST_AUTO_TEST_CASE(with_a_certificate_listeners_have_tls_unless_they_say) {
  const auto how =
    reading("[tls]\ncertificate = 'c'\nkey = 'k'\n[node]\nlisten = "
            "['127.0.0.1:1', 'http://127.0.0.1:2', 'https://127.0.0.1:3']\n")
      .get()
      .settings;
  BOOST_REQUIRE(how.listen.size() == 3u);
  BOOST_TEST(how.listen[0].tls);
  BOOST_TEST(!how.listen[1].tls);
  BOOST_TEST(how.listen[2].tls);
}

BOOST_AUTO_TEST_CASE(tls_needs_a_certificate_and_its_key) {
  BOOST_TEST(reading("[tls]\nkey = 'k'\n").refusal()
             == "sigd.toml:2:1: tls.key has no certificate; set "
                "tls.certificate, too");
  BOOST_TEST(reading("[tls]\ncertificate = 'k'\n").refusal()
             == "sigd.toml:2:1: tls.certificate has no key; set tls.key, too");
  BOOST_TEST(reading("[node]\nlisten = ['https://127.0.0.1:1']\n").refusal()
             == "sigd.toml:2:1: node.listen asks for TLS, and there is no "
                "certificate; set tls.certificate and tls.key");
}

// Contract, "Caller"
BOOST_AUTO_TEST_CASE(an_address_beyond_loopback_needs_tokens) {
  const std::string open{"[node]\nlisten = ['127.0.0.1:1', '0.0.0.0:1']\n"};
  BOOST_TEST(reading(open).refusal()
             == "sigd.toml:2:1: node.listen 0.0.0.0:1 is no address of "
                "loopback, and there are no tokens; make one with sigd token "
                "new, or listen on 127.0.0.1");
  BOOST_TEST(reading("[node]\nlisten = ['[::]:1']\n").refusal() != "");
  BOOST_TEST(reading("[node]\nlisten = ['[::1]:1', 'localhost:1']\n")
               .get()
               .warnings.empty());
  const auto made = reading(open + token_text()).get();
  BOOST_TEST(made.settings.listen.size() == 2u);
  BOOST_REQUIRE(made.warnings.size() == 1u);
  BOOST_TEST(made.warnings[0].message().find("clear text to 0.0.0.0:1")
             != std::string::npos);
}

// -- tokens -------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(tokens_are_read_with_all_they_have) {
  const auto tokens =
    reading(token_text("tenant = 'acme'\nscopes = ['publish', 'review']\n"
                       "types = ['a.*', ' b.** ']\nidentities = ['ada']\n"
                       "grants = ['claim_source']\n"))
      .get()
      .settings.tokens;
  BOOST_REQUIRE(tokens.size() == 1u);
  const auto& rights = tokens[0].rights;
  BOOST_TEST(tokens[0].hash == access::hash_token("sig_a"));
  BOOST_TEST(rights.tenant == "acme");
  BOOST_TEST(rights.scopes.has(access::scope::publish));
  BOOST_TEST(rights.scopes.has(access::scope::review));
  BOOST_TEST(!rights.scopes.has(access::scope::admin));
  BOOST_REQUIRE(rights.types.size() == 2u);
  BOOST_TEST(rights.types[1].text() == "b.**");
  BOOST_TEST(rights.names.at(0) == "ada");
  BOOST_TEST(rights.grants.has(access::grant::claim_source));
}

BOOST_AUTO_TEST_CASE(a_token_that_states_only_its_hash_may_do_nothing) {
  const auto tokens = reading(token_text()).get().settings.tokens;
  BOOST_TEST(tokens.at(0).rights.tenant == "default");
  BOOST_TEST((tokens[0].rights.scopes == access::scope_set{}));
}

BOOST_AUTO_TEST_CASE(wrong_tokens_are_refused_at_their_place) {
  BOOST_TEST(reading("[[tokens]]\ntenant = 'a'\n").refusal()
             == "sigd.toml:1:1: [[tokens]] has no hash; hash is the token's "
                "hash, of 64 digits");
  BOOST_TEST(reading("[[tokens]]\nhash = 'sig_abc'\n").refusal()
             == "sigd.toml:2:1: hash must be 64 lower-case hexadecimal digits");
  BOOST_TEST(reading(token_text() + token_text()).refusal()
             == "sigd.toml:4:1: another of [[tokens]] has this hash");
  BOOST_TEST(reading(token_text("scopes = ['publsh']\n")).refusal()
             == "sigd.toml:3:11: scopes must be a list of publish, subscribe, "
                "review or admin, is 'publsh'; did you mean publish?");
  BOOST_TEST(reading(token_text("types = ['a*b']\n"))
               .refusal()
               .find("sigd.toml:3:10: types is no pattern: ")
             == 0u);
  BOOST_TEST(reading(token_text("identities = ['a/b']\n"))
               .refusal()
               .find("sigd.toml:3:15: identities ")
             == 0u);
  BOOST_TEST(reading(token_text("tenant = ''\n"))
               .refusal()
               .find("sigd.toml:3:1: tenant ")
             == 0u);
}

// -- publishers ---------------------------------------------------------------

BOOST_AUTO_TEST_CASE(publishers_are_read_with_all_they_have) {
  const auto made = reading("[[publishers]]\nname = 'out'\nkind = 'stdout'\n"
                            "[[publishers]]\nname = 'log'\nkind = 'file'\n"
                            "path = '/var/log/a.jsonl'\ntypes = ['a.*']\n"
                            "[[publishers]]\nname = 'hook'\nkind = 'webhook'\n"
                            "url = 'https://u:p@hooks.example/T0/secret'\n"
                            "secret = 'hunter2'\nallow_private = ['10.0.0.1']\n"
                            "max_attempts = 3\ntimeout = '2s'\n")
                      .get();
  const auto& all = made.settings.publishers;
  BOOST_REQUIRE(all.size() == 3u);
  BOOST_TEST((all[0].kind == publisher_kind::standard_output));
  BOOST_TEST((all[1].kind == publisher_kind::file));
  BOOST_TEST(all[1].path == "/var/log/a.jsonl");
  BOOST_TEST(all[1].types.at(0).text() == "a.*");
  BOOST_TEST((all[2].kind == publisher_kind::webhook));
  BOOST_TEST(all[2].url == "https://u:p@hooks.example/T0/secret");
  BOOST_TEST(all[2].secret == "hunter2");
  BOOST_TEST(all[2].allow_private.at(0) == "10.0.0.1");
  BOOST_TEST(all[2].max_attempts == 3u);
  BOOST_TEST((all[2].timeout == milliseconds{2'000}));
  // Neither the key nor what may be secret in the URL is shown.
  for (const auto& shown : {config::show_text(made.configuration, true),
                            config::show_json(made.configuration, true)}) {
    BOOST_TEST(shown.find("\"https://hooks.example/...\"")
               != std::string::npos);
    BOOST_TEST(shown.find("hunter2") == std::string::npos);
    BOOST_TEST(shown.find("T0") == std::string::npos);
    BOOST_TEST(shown.find("u:p") == std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(wrong_publishers_are_refused_at_their_place) {
  const auto refused = [](std::string_view text) {
    return reading("[[publishers]]\nname = 'a'\n" + std::string{text})
      .refusal();
  };
  BOOST_TEST(refused("").find("[[publishers]] has no kind")
             != std::string::npos);
  BOOST_TEST(refused("kind = 'file'\n")
             == "sigd.toml:1:1: a file needs a path");
  BOOST_TEST(refused("kind = 'stdout'\npath = '/a'\n")
             == "sigd.toml:1:1: only a file has a path");
  BOOST_TEST(refused("kind = 'webhook'\n")
             == "sigd.toml:1:1: a webhook needs a url");
  BOOST_TEST(refused("kind = 'webhook'\nurl = 'ftp://x'\n")
             == "sigd.toml:4:1: url must begin with https:// or http://");
  BOOST_TEST(refused("kind = 'webhok'\n").find("did you mean webhook?")
             != std::string::npos);
  BOOST_TEST(refused("kind = 'stdout'\n[[publishers]]\nname = 'a'\n"
                     "kind = 'stdout'\n")
             == "sigd.toml:5:1: another of [[publishers]] has this name");
}

BOOST_AUTO_TEST_SUITE_END()
