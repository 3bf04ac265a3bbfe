#include "libsig/config/show.hpp"

#include "sample.hpp"

#include <string>

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

using namespace libsig;
using namespace libsig::testing;

namespace {

constexpr auto file = "[store]\nbytes = '2MiB'\n[net]\nhosts = ['h\"1', 'h2']\n"
                      "password = 'hunter2'\n"
                      "[[things]]\nname = 'a'\nsecret = 'hunter3'\n";

} // namespace

BOOST_AUTO_TEST_SUITE(show)

BOOST_AUTO_TEST_CASE(text_has_a_line_for_each_key_in_columns) {
  const auto made = configure(file, {{"APP_NET_DRAIN", "5s"}}).value();
  BOOST_TEST(config::show_text(made, true)
             == "store.path        \"/tmp\"          default\n"
                "store.bytes       \"2MiB\"          a.toml:2:1\n"
                "store.mode        \"full\"          default\n"
                "net.shards        2               default\n"
                "net.drain         \"5s\"            APP_NET_DRAIN\n"
                "net.private       false           default\n"
                "net.hosts         [\"h\\\"1\", \"h2\"]  a.toml:4:1\n"
                "net.password      (hidden)        a.toml:5:1\n"
                "things[0].name    \"a\"             a.toml:7:1\n"
                "things[0].secret  (hidden)        a.toml:8:1\n"
                "things[0].sizes   []              default\n");
}

BOOST_AUTO_TEST_CASE(text_without_origins_has_no_trailing_blanks) {
  const auto text = config::show_text(configure(file).value(), false);
  BOOST_TEST(text.find("store.bytes       \"2MiB\"\n") != std::string::npos);
  BOOST_TEST(text.find(" \n") == std::string::npos);
  BOOST_TEST(text.find("a.toml") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(json_says_the_same) {
  const auto made = configure(file, {{"APP_STORE_PATH", "/a\x1b\n"}}).value();
  const auto with = nlohmann::json::parse(config::show_json(made, true));
  BOOST_TEST(with.at("file") == "a.toml");
  BOOST_TEST(with.at("settings").size() == 8u);
  BOOST_TEST(with.at("settings")[0]
             == nlohmann::json({{"section", "store"},
                                {"key", "path"},
                                {"value", "/a\x1b\n"},
                                {"origin", "APP_STORE_PATH"}}));
  BOOST_TEST(with.at("settings")[1].at("value") == 2u << 20);
  BOOST_TEST(with.at("things")[0][0]
             == nlohmann::json(
               {{"key", "name"}, {"value", "a"}, {"origin", "a.toml:7:1"}}));
  const auto without = nlohmann::json::parse(config::show_json(made, false));
  BOOST_TEST(!without.at("settings")[0].contains("origin"));
}

BOOST_AUTO_TEST_CASE(json_without_a_file_says_null) {
  const auto made =
    config::configuration::combine(sample_declaration(), {}).value();
  BOOST_TEST(
    nlohmann::json::parse(config::show_json(made, true)).at("file").is_null());
}

BOOST_AUTO_TEST_CASE(secrets_are_shown_nowhere) {
  const auto made = configure(file).value();
  for (const auto& text :
       {config::show_text(made, true), config::show_json(made, true)}) {
    BOOST_TEST(text.find("hunter") == std::string::npos);
    BOOST_TEST(text.find("(hidden)") != std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(control_characters_are_escaped) {
  const auto made = configure("", {{"APP_STORE_PATH", "/a\x1b[2J\nb"}}).value();
  const auto text = config::show_text(made, false);
  BOOST_TEST(text.find('\x1b') == std::string::npos);
  BOOST_TEST(text.find("\"/a\\u001b[2J\\nb\"") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
