#include "apps/sig/client/connection.hpp"

#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "tests/support/temporary_folder.hpp"

using namespace libsig;
using namespace libsig::sig::client;

namespace {

const std::vector<std::string> full_environment{
  "SIGD_URL=http://10.0.0.1:1", "SIGD_TOKEN=secret", "SIG_IDENTITY=Ann",
  "PRISM_AGENT_IDENTITY=Bob"};

} // namespace

BOOST_AUTO_TEST_SUITE(connection_to_a_node)

BOOST_AUTO_TEST_CASE(without_a_word_it_is_the_node_on_this_machine) {
  const auto got = read_connection({}, {});
  BOOST_TEST(got->address.base == "http://127.0.0.1:7733");
  BOOST_TEST(got->address_origin == "default");
  BOOST_TEST(got->token == "");
  BOOST_TEST(got->identity == "");
  BOOST_TEST(got->patience.count() == 30'000);
}

BOOST_AUTO_TEST_CASE(the_environment_is_asked_in_its_order) {
  const auto got = read_connection({}, full_environment);
  BOOST_TEST(got->address.base == "http://10.0.0.1:1");
  BOOST_TEST(got->address_origin == "SIGD_URL");
  BOOST_TEST(got->token == "secret");
  BOOST_TEST(got->token_origin == "SIGD_TOKEN");
  BOOST_TEST(got->identity == "Ann");
  const auto other =
    read_connection({}, {"SIG_IDENTITY=", "PRISM_AGENT_IDENTITY=Bob"});
  BOOST_TEST(other->identity == "Bob");
  BOOST_TEST(other->identity_origin == "PRISM_AGENT_IDENTITY");
}

BOOST_AUTO_TEST_CASE(flags_beat_the_environment) {
  const testing::temporary_folder folder;
  connection_flags flags;
  flags.url = "https://node.example";
  flags.token_file = folder.write("token", "other\n");
  flags.identity = "Eve";
  flags.timeout = "2m";
  const auto got = read_connection(flags, full_environment);
  BOOST_TEST(got->address.base == "https://node.example");
  BOOST_TEST(got->token == "other");
  BOOST_TEST(got->token_origin == "--token-file");
  BOOST_TEST(got->identity == "Eve");
  BOOST_TEST(got->patience.count() == 120'000);
}

// A token that breaks a header field would be a request of somebody else.
BOOST_AUTO_TEST_CASE(a_token_that_is_none_is_refused_and_not_shown) {
  const testing::temporary_folder folder;
  for (const auto* const text : {"", "\n", "hidden two", "hidden\nX-Evil: 1",
                                 "hidden\x1b", "hidd\xc3"}) {
    connection_flags flags;
    flags.token_file = folder.write("token", text);
    const auto got = read_connection(flags, {});
    BOOST_TEST_REQUIRE(!got.has_value());
    BOOST_TEST(got.error().message().find("hidd") == std::string::npos);
    BOOST_TEST(got.error().place() == "--token-file");
  }
  connection_flags missing;
  missing.token_file = folder.file("nowhere");
  BOOST_TEST(!read_connection(missing, {}).has_value());
  BOOST_TEST(
    read_connection({}, {"SIGD_TOKEN=" + std::string(4'096, 'x')}).has_value());
  BOOST_TEST(!read_connection({}, {"SIGD_TOKEN=" + std::string(4'097, 'x')})
                .has_value());
}

BOOST_AUTO_TEST_CASE(wrong_values_are_placed_where_they_were_said) {
  const auto place = [](const connection_flags& flags,
                        const std::vector<std::string>& environment) {
    const auto got = read_connection(flags, environment);
    BOOST_TEST_REQUIRE(!got.has_value());
    return got.error().place();
  };
  BOOST_TEST(place({}, {"SIGD_URL=nonsense"}) == "SIGD_URL");
  BOOST_TEST(place({.url = "nonsense"}, {}) == "--url");
  BOOST_TEST(place({.url_option = "--server", .url = "x"}, {}) == "--server");
  BOOST_TEST(place({.identity = "a/b"}, {}) == "--identity");
  BOOST_TEST(place({}, {"SIG_IDENTITY=*"}) == "SIG_IDENTITY");
  BOOST_TEST(place({.timeout = "soon"}, {}) == "--timeout");
}

BOOST_AUTO_TEST_CASE(authorities_are_read_from_the_file_that_is_named) {
  const testing::temporary_folder folder;
  const std::string pem{"-----BEGIN CERTIFICATE-----\nMA==\n"};
  const auto first = folder.write("first.pem", pem + "1");
  const auto second = folder.write("second.pem", pem + "2");
  const connection_flags secure{.url = "https://node:1"};
  const auto by_name = read_connection(secure, {"SIG_CA_FILE=" + first});
  BOOST_TEST_REQUIRE(by_name.has_value());
  BOOST_TEST(by_name->authorities == pem + "1");
  BOOST_TEST(by_name->authorities_file == first);
  BOOST_TEST(by_name->authorities_origin == "SIG_CA_FILE");
  auto flags = secure;
  flags.authorities_file = second;
  const auto by_flag = read_connection(flags, {"SIG_CA_FILE=" + first});
  BOOST_TEST(by_flag->authorities == pem + "2");
  BOOST_TEST(by_flag->authorities_origin == "--ca-file");
  BOOST_TEST(read_connection(secure, {"SIG_CA_FILE="})->authorities.empty());
}

BOOST_AUTO_TEST_CASE(authorities_that_are_none_are_refused) {
  const testing::temporary_folder folder;
  const connection_flags secure{.url = "https://node:1"};
  auto flags = secure;
  flags.authorities_file = folder.write("key.pem", "-----BEGIN KEY-----\n");
  const auto got = read_connection(flags, {});
  BOOST_TEST_REQUIRE(!got.has_value());
  BOOST_TEST(got.error().place() == "--ca-file");
  BOOST_TEST(got.error().message().find("holds no certificate")
             != std::string::npos);
  const auto none =
    read_connection(secure, {"SIG_CA_FILE=" + folder.file("nowhere")});
  BOOST_TEST_REQUIRE(!none.has_value());
  BOOST_TEST(none.error().remedy() == "SIG_CA_FILE names the file");
}

// A variable is set for all commands, an option for this one.
BOOST_AUTO_TEST_CASE(authorities_are_for_https_alone) {
  const testing::temporary_folder folder;
  for (const auto* const url : {"http://127.0.0.1:1", "http://node:1"}) {
    const auto plain =
      read_connection({.url = url}, {"SIG_CA_FILE=" + folder.file("nowhere")});
    BOOST_TEST_REQUIRE(plain.has_value(), url);
    BOOST_TEST(plain->authorities.empty());
    BOOST_TEST(plain->authorities_origin.empty());
  }
  const auto file =
    folder.write("fine.pem", "-----BEGIN CERTIFICATE-----\nMA==\n");
  const auto got = read_connection({.authorities_file = file}, {});
  BOOST_TEST_REQUIRE(!got.has_value());
  BOOST_TEST(got.error().place() == "--ca-file");
  BOOST_TEST(got.error().message().find("is for https") != std::string::npos,
             got.error().message());
}

BOOST_AUTO_TEST_SUITE_END()
