// How a node is configured: its file, its tokens, its certificate, and what
// SIGHUP takes over, with the built program.

#include <boost/test/unit_test.hpp>

#include <csignal>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>
#include <poll.h>

#include "tests/support/http_client.hpp"
#include "tests/support/node_process.hpp"
#include "tests/support/run_program.hpp"
#include "tests/support/temporary_folder.hpp"

namespace {

using libsig::testing::program_end;
using libsig::testing::program_run;
using libsig::testing::run_program;
using libsig::testing::temporary_folder;

/// The built node with these arguments, to its end.
[[nodiscard]] program_end run_sigd(std::vector<std::string> arguments,
                                   std::vector<std::string> environment = {}) {
  program_run what;
  what.arguments = std::move(arguments);
  what.arguments.insert(what.arguments.begin(), SIGD_PROGRAM);
  what.environment = std::move(environment);
  return run_program(what);
}

/// One line on standard error and nothing else.
void check_complaint(const program_end& end, int status,
                     std::string_view says) {
  BOOST_TEST(end.status == status);
  BOOST_TEST(end.output == "");
  BOOST_TEST_CONTEXT(end.complaint) {
    BOOST_TEST(end.complaint.starts_with("sigd: "));
    BOOST_TEST(end.complaint.find('\n') == end.complaint.size() - 1);
    BOOST_TEST(end.complaint.find(says) != std::string::npos);
  }
}

/// A token and its entry.
struct token {
  std::string text;
  std::string entry;

  explicit token(std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"token", "new", "--json"});
    const auto end = run_sigd(std::move(more));
    BOOST_REQUIRE(end.status == 0);
    const auto made = nlohmann::json::parse(end.output);
    text = made.at("token").get<std::string>();
    entry = made.at("entry").get<std::string>();
  }
};

/// A node over a folder of its own, with a file that tests write.
struct configured_node {
  temporary_folder folder;
  std::optional<test::node_process> process;

  void write(std::string_view text) const { folder.write("sigd.toml", text); }

  void start() {
    test::node_run how;
    how.program = SIGD_PROGRAM;
    how.data = folder.file("data");
    how.arguments = {"--config", folder.file("sigd.toml")};
    how.complaint_file = folder.file("complaint");
    process.emplace(how);
    BOOST_TEST_REQUIRE(process->ready(), folder.read("complaint"));
  }

  /// Asks until the node has said so on standard error.
  [[nodiscard]] bool says(std::string_view text) const {
    for (int turn = 0; turn < 1'000; ++turn) {
      if (folder.read("complaint").find(text) != std::string::npos) {
        return true;
      }
      ::poll(nullptr, 0, 10);
    }
    return false;
  }

  /// The status of a list of signals for who shows the token.
  [[nodiscard]] std::string status_for(const std::string& shown) const {
    test::client to{process->port()};
    BOOST_REQUIRE(to.send(request(shown)));
    return to.read_answer().substr(9, 3);
  }

  /// Asks until the status is as wished.
  [[nodiscard]] bool comes_to(const std::string& status,
                              const std::string& shown) const {
    for (int turn = 0; turn < 1'000; ++turn) {
      if (status_for(shown) == status) {
        return true;
      }
      ::poll(nullptr, 0, 10);
    }
    return false;
  }

  [[nodiscard]] static std::string request(const std::string& shown) {
    return "GET /v1/signals?limit=1 HTTP/1.1\r\nHost: localhost\r\n"
           + (shown.empty() ? std::string{}
                            : "Authorization: Bearer " + shown + "\r\n")
           + "\r\n";
  }
};

/// A certificate that signs itself, made by the tool that operators use.
void make_certificate(const temporary_folder& in, const std::string& name) {
  const auto end = run_program(
    {.arguments = {"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                   "ec_paramgen_curve:P-256", "-nodes", "-days", "1", "-subj",
                   "/CN=" + name, "-addext", "subjectAltName=IP:127.0.0.1",
                   "-keyout", in.file("key.pem"), "-out",
                   in.file("cert.pem")}});
  BOOST_TEST_REQUIRE(end.status == 0, end.complaint);
}

/// What a client of TLS sees: who the node is, and its answer.
[[nodiscard]] std::string ask_over_tls(std::uint16_t port) {
  program_run what;
  what.arguments = {"openssl", "s_client", "-ign_eof", "-connect",
                    "127.0.0.1:" + std::to_string(port)};
  what.input = "GET /livez HTTP/1.1\r\nHost: localhost\r\n"
               "Connection: close\r\n\r\n";
  return run_program(what).output;
}

/// How often a text stands in another one.
[[nodiscard]] int count(const std::string& in, std::string_view what) {
  int found = 0;
  for (auto at = in.find(what); at != in.npos; at = in.find(what, at + 1)) {
    ++found;
  }
  return found;
}

} // namespace

BOOST_AUTO_TEST_SUITE(sigd_config)

// -- at the start -------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_wrong_configuration_is_one_line_and_nothing_starts) {
  const temporary_folder folder;
  const auto file = folder.write("a.toml", "[retention]\nbyte = '8GiB'\n");
  for (const auto* how : {"--check-config", "--durability=full", "--verify"}) {
    check_complaint(
      run_sigd({"--config", file, "--data", folder.file("data"), how}), 2,
      file
        + ":2:1: there is no key 'byte' in [retention]; did "
          "you mean bytes?");
  }
  BOOST_TEST(!std::filesystem::exists(folder.file("data")));
  check_complaint(run_sigd({"--config", folder.file("none")}), 2,
                  "cannot be read: No such file or directory");
}

BOOST_AUTO_TEST_CASE(check_config_says_that_it_is_right_and_warns) {
  const temporary_folder folder;
  const auto file = folder.write("a.toml", "[retention]\nbytes = '8GiB'\n");
  const auto right = run_sigd({"--config", file, "--check-config"});
  BOOST_TEST(right.status == 0);
  BOOST_TEST(right.output == file + ": the configuration is right\n");
  BOOST_TEST(right.complaint == "");
  const auto warned = run_sigd(
    {"--check-config"}, {"SIGD_CONFIG=" + file, "SIGD_RETENTION_AGE=long"});
  BOOST_TEST(warned.status == 0);
  BOOST_TEST(warned.output == right.output);
  BOOST_TEST(warned.complaint.find("SIGD_RETENTION_AGE: must be a duration")
             != std::string::npos);
}

BOOST_AUTO_TEST_CASE(check_config_finds_what_a_start_would_refuse) {
  const temporary_folder folder;
  const auto check = [&](const std::string& text) {
    return run_sigd({"--config", folder.write("a.toml", text), "--data",
                     folder.file("data"), "--check-config"});
  };
  const auto webhook = [](const std::string& url) {
    return "[[publishers]]\nname = 'w'\nkind = 'webhook'\nurl = '" + url
           + "'\n";
  };
  const auto tls = "[tls]\ncertificate = '" + folder.file("cert.pem")
                   + "'\nkey = '" + folder.file("key.pem") + "'\n";
  check_complaint(check(tls), 2, folder.file("cert.pem") + ": the file");
  make_certificate(folder, "a");
  BOOST_TEST(check(tls).status == 0);
  folder.write("key.pem", "no key");
  check_complaint(check(tls), 2, folder.file("key.pem") + ": holds no usable");
  check_complaint(check(webhook("http://127.0.0.1:9/")), 2, "127.0.0.1");
  check_complaint(check(webhook("https://169.254.169.254/")), 2, "169.254");
  BOOST_TEST(check(webhook("https://example.org/x")).status == 0);
  check_complaint(check("[[publishers]]\nname = 'f'\nkind = 'file'\npath = '"
                        + folder.file("data/sigd.db") + "'\n"),
                  2, "data");
  BOOST_TEST(!std::filesystem::exists(folder.file("data")));
}

BOOST_AUTO_TEST_CASE(the_ready_line_names_every_listener) {
  const temporary_folder folder;
  test::node_process node{
    {.program = SIGD_PROGRAM,
     .data = folder.file("data"),
     .arguments = {"--config", "/dev/null", "--listen", "127.0.0.1:0"},
     .complaint_file = folder.file("complaint")}};
  BOOST_TEST_REQUIRE(node.ready());
  const auto line = nlohmann::json::parse(node.ready_line());
  BOOST_TEST(line.at("listen") == "127.0.0.1:" + std::to_string(node.port()));
  BOOST_TEST_REQUIRE(line.at("also").size() == 1u);
  const std::string second = line.at("also").at(0);
  test::client to{static_cast<std::uint16_t>(
    std::stoul(second.substr(second.find(':') + 1)))};
  BOOST_TEST(second != line.at("listen"));
  BOOST_TEST(to.send(configured_node::request("")));
  BOOST_TEST(to.read_answer().starts_with("HTTP/1.1 200 "));
  BOOST_TEST(node.end(SIGTERM) == 0);
  BOOST_TEST(folder.read("complaint").find(second) != std::string::npos);
}

// Contract, "Caller"
BOOST_AUTO_TEST_CASE(an_address_beyond_loopback_needs_tokens) {
  const temporary_folder folder;
  check_complaint(run_sigd({"--config", "/dev/null", "--data",
                            folder.file("data"), "--listen", "0.0.0.0:0"}),
                  2, "there are no tokens");
}

BOOST_AUTO_TEST_CASE(a_certificate_that_cannot_be_used_is_named) {
  const temporary_folder folder;
  const auto file = folder.write("a.toml", "[tls]\ncertificate = '/none.pem'\n"
                                           "key = '/none.key'\n");
  const auto end = run_sigd({"--config", file, "--data", folder.file("data"),
                             "--listen", "127.0.0.1:0"});
  BOOST_TEST(end.status == 2);
  BOOST_TEST(end.output == "");
  BOOST_TEST(end.complaint.find("sigd: /none.pem: ") != std::string::npos);
}

// -- SIGHUP -------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(tokens_are_taken_over_by_a_reload) {
  configured_node node;
  const token first;
  const token second{{"--scope", "publish"}};
  node.write("");
  node.start();
  BOOST_TEST(node.status_for("") == "200");
  node.write(first.entry + second.entry);
  node.process->signal(SIGHUP);
  BOOST_TEST(node.comes_to("401", ""));
  BOOST_TEST(node.status_for(first.text) == "200");
  BOOST_TEST(node.status_for(second.text) == "403");
  node.write(second.entry);
  node.process->signal(SIGHUP);
  BOOST_TEST(node.comes_to("401", first.text));
  BOOST_TEST(node.process->end(SIGTERM) == 0);
}

BOOST_AUTO_TEST_CASE(a_reload_with_an_error_keeps_all_as_it_was) {
  configured_node node;
  const token known;
  const token other;
  node.write(known.entry);
  node.start();
  node.write("[log]\nlevel = 'loud'\n" + other.entry);
  node.process->signal(SIGHUP);
  BOOST_TEST(node.says("sigd.toml:2:1: log.level must be debug, info, "
                       "warning, error or off, is 'loud'"));
  BOOST_TEST(node.status_for(known.text) == "200");
  BOOST_TEST(node.status_for(other.text) == "401");
  BOOST_TEST(node.process->end(SIGTERM) == 0);
}

BOOST_AUTO_TEST_CASE(what_needs_a_start_is_named_by_a_reload) {
  configured_node node;
  node.write("");
  node.start();
  node.write("[http]\nthreads = 3\n[shutdown]\ndrain = '1s'\n");
  node.process->signal(SIGHUP);
  BOOST_TEST(node.says("http.threads"));
  BOOST_TEST(node.folder.read("complaint").find("shutdown.drain")
             == std::string::npos);
  BOOST_TEST(node.process->end(SIGTERM) == 0);
}

BOOST_AUTO_TEST_CASE(a_certificate_is_served_and_reloaded) {
  configured_node node;
  make_certificate(node.folder, "first.example");
  node.write("[tls]\ncertificate = '" + node.folder.file("cert.pem")
             + "'\nkey = '" + node.folder.file("key.pem") + "'\n");
  node.start();
  const auto before = ask_over_tls(node.process->port());
  BOOST_TEST(before.find("first.example") != std::string::npos);
  BOOST_TEST(before.find("HTTP/1.1 200 OK") != std::string::npos);
  // A key that does not fit changes nothing.
  node.folder.write("key.pem", "no key");
  node.process->signal(SIGHUP);
  BOOST_TEST(node.says("key.pem"));
  BOOST_TEST(ask_over_tls(node.process->port()).find("HTTP/1.1 200 OK")
             != std::string::npos);
  make_certificate(node.folder, "second.example");
  node.process->signal(SIGHUP);
  bool changed = false;
  for (int turn = 0; turn < 100 && !changed; ++turn) {
    changed = ask_over_tls(node.process->port()).find("second.example")
              != std::string::npos;
  }
  BOOST_TEST(changed);
  BOOST_TEST(node.process->end(SIGTERM) == 0);
}

BOOST_AUTO_TEST_CASE(sig_believes_the_authority_that_it_is_told) {
  configured_node node;
  make_certificate(node.folder, "own.example");
  node.write("[tls]\ncertificate = '" + node.folder.file("cert.pem")
             + "'\nkey = '" + node.folder.file("key.pem") + "'\n");
  node.start();
  const temporary_folder elsewhere;
  make_certificate(elsewhere, "own.example");
  const auto list = [&](std::vector<std::string> more,
                        std::vector<std::string> environment = {}) {
    program_run what;
    what.arguments = {SIG_PROGRAM, "list", "--url",
                      "https://127.0.0.1:"
                        + std::to_string(node.process->port())};
    what.arguments.insert(what.arguments.end(), more.begin(), more.end());
    what.environment = std::move(environment);
    return run_program(what);
  };
  const auto own = node.folder.file("cert.pem");
  const auto other = elsewhere.file("cert.pem");
  BOOST_TEST(list({"--ca-file", own}).status == 0);
  BOOST_TEST(list({}, {"SIG_CA_FILE=" + own}).status == 0);
  // Another one of the same name is not the same, and the flag beats.
  const auto strange = list({"--ca-file", other}, {"SIG_CA_FILE=" + own});
  BOOST_TEST(strange.status == 4);
  BOOST_TEST(strange.complaint.find("the authority is that of --ca-file")
             != std::string::npos);
  const auto unknown = list({});
  BOOST_TEST(unknown.status == 4);
  BOOST_TEST(unknown.complaint.find("with --ca-file") != std::string::npos);
  BOOST_TEST(node.process->end(SIGTERM) == 0);
}

// -- guessing -----------------------------------------------------------------

// C2 row 27: ten thousand wrong tokens do not slow down a right one.
BOOST_AUTO_TEST_CASE(who_guesses_waits_and_nobody_else) {
  constexpr int guessers = 100;
  constexpr int guesses_each = 100;
  constexpr int right_ones = 2'000;
  constexpr int within_ms = 1'000;
  configured_node node;
  const token known;
  node.write(known.entry);
  node.start();
  std::string guesses;
  for (int guess = 0; guess < guesses_each; ++guess) {
    guesses += configured_node::request("sig_" + std::to_string(guess));
  }
  std::vector<test::client> guessing;
  for (int which = 0; which < guessers; ++which) {
    guessing.emplace_back(node.process->port());
    BOOST_REQUIRE(guessing.back().send(guesses));
  }
  test::client right{node.process->port()};
  for (int each = 0; each < right_ones; ++each) {
    BOOST_REQUIRE(right.send(configured_node::request(known.text)));
    BOOST_TEST_REQUIRE(right.readable(within_ms));
    BOOST_TEST_REQUIRE(right.read_answer().starts_with("HTTP/1.1 200"));
  }
  // What is held back is let go at the end.
  BOOST_TEST(node.process->end(SIGTERM) == 0);
  std::string answers;
  for (auto& one : guessing) {
    answers += one.read_all();
  }
  const int too_many = count(answers, "HTTP/1.1 429");
  BOOST_TEST(too_many > guessers * guesses_each / 2);
  BOOST_TEST(count(answers, "\r\nRetry-After: ") >= too_many);
  // 0.1 + 0.2 + 0.4 + 0.8 + 1.6 s, then 2 s each, and 5 s of them wait.
  BOOST_TEST(count(answers, "HTTP/1.1 401") < 30);
  BOOST_TEST(count(answers, "HTTP/1.1 200") == 0);
}

// -- the log ------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(verify_tells_a_sound_log_from_a_damaged_one) {
  configured_node node;
  node.write("");
  node.start();
  const std::string body{R"({"specversion":"1.0","id":"1","source":"/me",)"
                         R"("type":"a.b","data":"a mark to be found"})"};
  test::client to{node.process->port()};
  BOOST_REQUIRE(to.send("POST /v1/signals HTTP/1.1\r\nHost: localhost\r\n"
                        "Content-Type: application/cloudevents+json\r\n"
                        "Content-Length: "
                        + std::to_string(body.size()) + "\r\n\r\n" + body));
  BOOST_TEST(to.read_answer().starts_with("HTTP/1.1 202"));
  const auto data = node.folder.file("data");
  const std::vector<std::string> verify{"--config", "/dev/null", "--data", data,
                                        "--verify"};
  BOOST_TEST(run_sigd(verify).status == 4); // The node has it.
  BOOST_TEST(node.process->end(SIGTERM) == 0);
  const auto sound = run_sigd(verify);
  BOOST_TEST(sound.status == 0);
  BOOST_TEST(sound.output.find("signals       1 (1..1)\n") == 0u);
  BOOST_TEST(sound.output.find("the log is sound\n") != std::string::npos);

  auto bytes = node.folder.read("data/signals.db");
  const auto mark = bytes.find("a mark to be found");
  BOOST_REQUIRE(mark != std::string::npos);
  bytes[mark] = 'A';
  node.folder.write("data/signals.db", bytes);
  const auto damaged = run_sigd(verify);
  BOOST_TEST(damaged.status == 1);
  BOOST_TEST(damaged.output.find("problem: ") != std::string::npos);

  const auto salvaged =
    run_sigd({"--config", "/dev/null", "--data", data, "--salvage", "--json"});
  BOOST_TEST(salvaged.status == 0);
  BOOST_TEST(nlohmann::json::parse(salvaged.output).at("lost") == 1);
  BOOST_TEST(run_sigd(verify).status == 0);
  BOOST_TEST(run_sigd({"--config", "/dev/null", "--data",
                       node.folder.file("none"), "--verify"})
               .status
             == 4);
}

BOOST_AUTO_TEST_SUITE_END()
