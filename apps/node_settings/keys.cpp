#include "apps/node_settings/keys.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "apps/node_settings/listen.hpp"
#include "apps/node_settings/node_key.hpp"
#include "apps/node_settings/tables.hpp"
#include "apps/node_settings/topic_keys.hpp"

namespace libsig::sigd {

using namespace keys;

namespace {

// -- checks
// --------------------------------------------------------------------

[[nodiscard]] result<void> check_listen(std::string_view what) {
  auto read = read_listen(what);
  return read ? result<void>{} : fail(std::move(read).error());
}

[[nodiscard]] result<void> check_host(std::string_view what) {
  if (what.empty() || what.find_first_of("/: ") != std::string_view::npos) {
    return fail(errc::invalid_argument,
                "must be a host without a port, as in board.example");
  }
  return {};
}

[[nodiscard]] result<void> check_origin(std::string_view what) {
  const auto scheme = what.find("://");
  const bool fits =
    scheme != std::string_view::npos && scheme > 0 && what.size() > scheme + 3
    && what.find_first_of("/ ", scheme + 3) == std::string_view::npos;
  if (!fits) {
    return fail(errc::invalid_argument,
                "must be an origin, as in https://board.example");
  }
  return {};
}

[[nodiscard]] result<void> check_prefix(std::string_view what) {
  if (!what.starts_with('/') || what.ends_with('/')) {
    return fail(errc::invalid_argument,
                "must begin with a slash and not end with one");
  }
  return {};
}

[[nodiscard]] result<void> check_not_empty(std::string_view what) {
  return what.empty() ? fail(errc::invalid_argument, "must not be empty")
                      : result<void>{};
}

// -- sections
// ------------------------------------------------------------------

[[nodiscard]] node_keys node_section(const config::environment& surroundings) {
  key data{.section = "node",
           .name = "data",
           .standard = default_data_folder(surroundings),
           .meaning = "the folder of the log",
           .also_named = {"SIGD_DATA"},
           .check = check_not_empty};
  return {
    {std::move(data),
     [](const value& from, node_settings& into) { into.data = text(from); }},
    {texts_key("node", "listen", {"127.0.0.1:7733"}, check_listen,
               "where to listen, each HOST:PORT; port 0 takes a free one; "
               "http:// or https:// before it says whether with TLS, which "
               "is so with [tls] and not without"),
     [](const value& from, node_settings& into) {
       into.listen.clear();
       for (const auto& one : texts(from)) {
         into.listen.push_back(read_listen(one).value().at);
       }
     }},
    {choice_key("node", "durability", {"full", "relaxed"}, "full",
                "full: acknowledged means on the disk; relaxed: a power cut "
                "may take the last signals"),
     [](const value& from, node_settings& into) {
       into.durability = text(from) == "relaxed" ? journal::durability::relaxed
                                                 : journal::durability::full;
     }},
  };
}

[[nodiscard]] node_keys tls_section() {
  const auto file = [](std::string name, std::string meaning) {
    return key{.section = "tls",
               .name = std::move(name),
               .standard = std::string{},
               .meaning = std::move(meaning)};
  };
  return {
    {file("certificate", "a file of PEM: the certificate, then those that "
                         "lead to the authority; read again by a reload"),
     [](const value& from, node_settings& into) {
       into.tls.certificate = text(from);
     }},
    {file("key", "a file of PEM: the certificate's key, without a passphrase"),
     [](const value& from, node_settings& into) { into.tls.key = text(from); }},
  };
}

[[nodiscard]] node_keys http_amounts() {
  const http::server_limits standard;
  const auto size = [](std::string name, std::uint64_t number, bounds in,
                       std::string meaning) {
    return number_key(kind::size, "http", std::move(name), number, in,
                      std::move(meaning));
  };
  const auto count = [](std::string name, std::uint64_t number, bounds in,
                        std::string meaning) {
    return number_key(kind::whole_number, "http", std::move(name), number, in,
                      std::move(meaning));
  };
  return {
    {size("body_bytes_in_flight", standard.body_bytes_in_flight, {mebi, tebi},
          "bodies that are received and not answered, together; "
          "more is 429"),
     [](const value& from, node_settings& into) {
       into.limits.body_bytes_in_flight = number(from);
     }},
    {size("head_bytes", standard.head_bytes, {kibi, mebi},
          "a request's line and fields; more is 431"),
     [](const value& from, node_settings& into) {
       into.limits.head_bytes = number(from);
     }},
    {count("fields", standard.fields, {8, 10'000},
           "fields of a request; more is 431"),
     [](const value& from, node_settings& into) {
       into.limits.fields = number(from);
     }},
    {count("connections", standard.connections, {1, 1'000'000},
           "connections; one more gets 503"),
     [](const value& from, node_settings& into) {
       into.limits.connections = number(from);
     }},
    {count("pipeline", standard.pipeline, {1, 1'000},
           "requests of one connection that wait for their answer"),
     [](const value& from, node_settings& into) {
       into.limits.pipeline = number(from);
     }},
    {size("body_rate", standard.body_rate, {1, gibi},
          "bytes a second that a body must bring; slower is 408"),
     [](const value& from, node_settings& into) {
       into.limits.body_rate = number(from);
     }},
    {size("write_rate", standard.write_rate, {1, gibi},
          "bytes a second that a client must take of its answers; a slower one "
          "is closed"),
     [](const value& from, node_settings& into) {
       into.limits.write_rate = number(from);
     }},
    {size("stream_bytes", standard.stream_bytes, {16 * kibi, gibi},
          "what waits for one client of a stream; beyond it is cut"),
     [](const value& from, node_settings& into) {
       into.limits.stream_bytes = number(from);
     }},
    {count("threads", 2, {1, 64}, "threads that read and write"),
     [](const value& from, node_settings& into) {
       into.threads = number(from);
     }},
  };
}

[[nodiscard]] node_keys http_times() {
  const http::server_limits standard;
  const auto time_key = [](std::string name, milliseconds number,
                           std::string meaning) {
    return duration_key("http", std::move(name), number, {100, hour},
                        std::move(meaning));
  };
  return {
    {time_key("head_deadline", standard.head_deadline,
              "from a request's first byte until its head is there; then 408"),
     [](const value& from, node_settings& into) {
       into.limits.head_deadline = time(from);
     }},
    {time_key("body_grace", standard.body_grace,
              "what a body may take beside the time of body_rate; then 408"),
     [](const value& from, node_settings& into) {
       into.limits.body_grace = time(from);
     }},
    {time_key("idle", standard.idle,
              "how long a connection may lie idle between requests"),
     [](const value& from, node_settings& into) {
       into.limits.idle = time(from);
     }},
    {time_key("write_stall", standard.write_stall,
              "how long a client may take nothing of what is sent to it"),
     [](const value& from, node_settings& into) {
       into.limits.write_stall = time(from);
     }},
    {time_key("heartbeat", standard.heartbeat,
              "how long a stream is silent before it gets a comment"),
     [](const value& from, node_settings& into) {
       into.limits.heartbeat = time(from);
     }},
    {duration_key("http", "retry_after", milliseconds{1'000}, {1'000, hour},
                  "what clients are told to wait with 429 and 503"),
     [](const value& from, node_settings& into) {
       into.retry_after = time(from);
     }},
  };
}

[[nodiscard]] node_keys http_rules() {
  return {
    {live(texts_key("http", "hosts", {}, check_host,
                    "names by which a node without tokens may be called "
                    "beside those of loopback")),
     [](const value& from, node_settings& into) {
       into.rules.hosts = texts(from);
     }},
    {live(texts_key("http", "origins", {}, check_origin,
                    "origins of other sites whose pages may call")),
     [](const value& from, node_settings& into) {
       into.rules.origins = texts(from);
     }},
  };
}

[[nodiscard]] node_keys retention_section() {
  const auto age = [](std::string name, milliseconds standard,
                      std::string meaning) {
    return duration_key("retention", std::move(name), standard,
                        {minute, century}, std::move(meaning));
  };
  const auto count = [](std::string name, std::uint64_t standard, bounds in,
                        std::string meaning) {
    return number_key(kind::whole_number, "retention", std::move(name),
                      standard, in, std::move(meaning));
  };
  return {
    {number_key(kind::size, "retention", "bytes", limits::store_bytes_max,
                {mebi, 1'024 * tebi}, "bodies of the log; the oldest go"),
     [](const value& from, node_settings& into) {
       into.retention.bytes = number(from);
     }},
    {may_be_unlimited(age("age", {}, "age of the log's bodies; older ones go"),
                      true),
     [](const value& from, node_settings& into) {
       into.retention.age = bound<milliseconds>(from);
     }},
    {may_be_unlimited(
       count("dedupe", {}, {1'000, std::uint64_t{1} << 40},
             "keys by which repeats of signals and reviews are known; the "
             "oldest go, and their repeats are new"),
       true),
     [](const value& from, node_settings& into) {
       into.retention.dedupe = bound<std::uint64_t>(from);
     }},
    {may_be_unlimited(age("dedupe_age", {}, "the same by their age"), true),
     [](const value& from, node_settings& into) {
       into.retention.dedupe_age = bound<milliseconds>(from);
     }},
    {may_be_unlimited(age("closed_reviews", std::chrono::days{30},
                          "how long closed reviews are listed"),
                      false),
     [](const value& from, node_settings& into) {
       into.retention.closed_reviews = bound<milliseconds>(from);
     }},
    {count("dead_letters", 10'000, {1, 10'000'000},
           "dead letters; the oldest go, counted and logged"),
     [](const value& from, node_settings& into) {
       into.retention.dead_letters = number(from);
     }},
    {number_key(kind::size, "retention", "dead_letter_bytes", 0,
                {0, 1'024 * tebi},
                "bodies that dead letters keep in the log; the oldest letters "
                "go; 0 for an eighth of bytes"),
     [](const value& from, node_settings& into) {
       into.retention.dead_letter_bytes = number(from);
     }},
  };
}

[[nodiscard]] node_keys review_section() {
  const review_settings standard;
  return {
    {key{.section = "review",
         .name = "source_prefix",
         .standard = standard.source_prefix,
         .meaning = "what the sources of reviews begin with",
         .check = check_prefix},
     [](const value& from, node_settings& into) {
       into.review.source_prefix = text(from);
     }},
    {duration_key(
       "review", "timeout", standard.timeout,
       {1, static_cast<std::uint64_t>(limits::review_deadline_max.count())},
       "the deadline of a review that states none"),
     [](const value& from, node_settings& into) {
       into.review.timeout = time(from);
     }},
    {number_key(kind::whole_number, "review", "shards", standard.shards,
                {1, limits::shards_max},
                "shards of the coordinator, over which reviews are spread"),
     [](const value& from, node_settings& into) {
       into.review.shards = number(from);
     }},
  };
}

[[nodiscard]] node_keys other_sections() {
  auto grants = live(texts_key("loopback", "grants", {}, nullptr,
                               "what callers of a node without tokens may do "
                               "beside all scopes"));
  grants.choices = grant_words();
  return {
    {live(choice_key("log", "level",
                     {"debug", "info", "warning", "error", "off"}, "info",
                     "how serious a line is at least")),
     [](const value& from, node_settings& into) {
       into.log.level = text(from);
     }},
    {choice_key("log", "format", {"text", "json"}, "text", "how a line looks"),
     [](const value& from, node_settings& into) {
       into.log.format = text(from);
     }},
    {live(duration_key("shutdown", "drain", milliseconds{10'000}, {0, hour},
                       "how long SIGTERM lets requests end")),
     [](const value& from, node_settings& into) { into.drain = time(from); }},
    {std::move(grants),
     [](const value& from, node_settings& into) {
       into.loopback_grants = read_grants(texts(from));
     }},
  };
}

[[nodiscard]] node_keys all_keys(const config::environment& surroundings) {
  node_keys all;
  for (auto&& part : {node_section(surroundings), tls_section(), http_amounts(),
                      http_times(), http_rules(), retention_section(),
                      review_section(), topic_sections(), other_sections()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

} // namespace

std::string default_data_folder(const config::environment& surroundings) {
  if (const auto state = surroundings.find("XDG_STATE_HOME")) {
    return *state + "/libsig";
  }
  const auto home = surroundings.find("HOME");
  return home ? *home + "/.local/state/libsig" : std::string{};
}

std::shared_ptr<const config::declaration>
declare_node(const config::environment& surroundings) {
  config::declaration made;
  made.prefix = "SIGD_";
  for (auto& one : all_keys(surroundings)) {
    made.keys.push_back(std::move(one.declared));
  }
  made.lists = {token_list(), publisher_list()};
  // The client's, and where the file is.
  made.foreign_names = {"SIGD_URL", "SIGD_TOKEN", "SIGD_CONFIG"};
  return std::make_shared<const config::declaration>(std::move(made));
}

void apply_sections(const config::configuration& from, node_settings& into) {
  const auto keys = all_keys({});
  const auto settings = from.settings();
  // Both are in the order of the declaration.
  for (std::size_t index = 0; index < keys.size(); ++index) {
    keys[index].apply(settings[index].now, into);
  }
}

} // namespace libsig::sigd
