#include "libsig/config/configuration.hpp"

#include "sample.hpp"

#include <string>

#include <boost/test/unit_test.hpp>

using namespace libsig;
using namespace libsig::testing;
using config::layer;

namespace {

[[nodiscard]] std::string text_of(const config::configuration& from,
                                  std::string_view section,
                                  std::string_view name) {
  return std::get<std::string>(from.at(section, name).now);
}

[[nodiscard]] std::uint64_t number_of(const config::configuration& from,
                                      std::string_view section,
                                      std::string_view name) {
  return std::get<std::uint64_t>(from.at(section, name).now);
}

} // namespace

BOOST_AUTO_TEST_SUITE(configuration)

// -- layers -------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(each_layer_beats_those_before_it) {
  const auto none = configure("").value();
  BOOST_TEST(text_of(none, "store", "path") == "/tmp");
  BOOST_TEST(none.at("store", "path").from.text() == "default");

  const auto file = configure("[store]\npath = '/file'\n").value();
  BOOST_TEST(text_of(file, "store", "path") == "/file");
  BOOST_TEST(file.at("store", "path").from.text() == "a.toml:2:1");

  const auto set =
    configure("[store]\npath = '/file'\n", {{"APP_STORE_PATH", "/set"}})
      .value();
  BOOST_TEST(text_of(set, "store", "path") == "/set");
  BOOST_TEST(set.at("store", "path").from.text() == "APP_STORE_PATH");

  const auto flag =
    configure("[store]\npath = '/file'\n", {{"APP_STORE_PATH", "/set"}},
              {{"store", "path", "--path", {"/flag"}}})
      .value();
  BOOST_TEST(text_of(flag, "store", "path") == "/flag");
  BOOST_TEST(flag.at("store", "path").from.text() == "--path");
  BOOST_TEST((flag.at("store", "path").from.from == layer::flag));
}

BOOST_AUTO_TEST_CASE(the_own_name_in_the_environment_beats_the_other) {
  const auto both =
    configure("", {{"APP_PATH", "/short"}, {"APP_STORE_PATH", "/own"}}).value();
  BOOST_TEST(text_of(both, "store", "path") == "/own");
  const auto other = configure("", {{"APP_PATH", "/short"}}).value();
  BOOST_TEST(text_of(other, "store", "path") == "/short");
  BOOST_TEST(other.at("store", "path").from.text() == "APP_PATH");
}

BOOST_AUTO_TEST_CASE(an_empty_variable_is_none) {
  const auto made = configure("", {{"APP_STORE_PATH", ""}}).value();
  BOOST_TEST(text_of(made, "store", "path") == "/tmp");
  BOOST_TEST(made.warnings().empty());
}

BOOST_AUTO_TEST_CASE(every_kind_is_read_from_every_layer) {
  const auto file = configure("[store]\nbytes = '2MiB'\nmode = 'relaxed'\n"
                              "[net]\nshards = 3\ndrain = '5s'\n"
                              "private = true\nhosts = ['h1', 'h2']\n")
                      .value();
  BOOST_TEST(number_of(file, "store", "bytes") == 2u << 20);
  BOOST_TEST(text_of(file, "store", "mode") == "relaxed");
  BOOST_TEST(number_of(file, "net", "shards") == 3u);
  BOOST_TEST(
    (file.at("net", "drain").now == config::value{std::chrono::seconds{5}}));
  BOOST_TEST((file.at("net", "private").now == config::value{true}));
  BOOST_TEST((file.at("net", "hosts").now
              == config::value{std::vector<std::string>{"h1", "h2"}}));

  const auto set = configure("", {{"APP_STORE_BYTES", "unlimited"},
                                  {"APP_NET_SHARDS", "3"},
                                  {"APP_NET_DRAIN", "5s"},
                                  {"APP_NET_PRIVATE", "true"},
                                  {"APP_NET_HOSTS", "h1, h2"}})
                     .value();
  BOOST_TEST(set.warnings().empty());
  BOOST_TEST(
    (set.at("store", "bytes").now == config::value{config::unlimited{}}));
  for (const auto* name : {"shards", "drain", "private", "hosts"}) {
    BOOST_TEST((set.at("net", name).now == file.at("net", name).now), name);
  }
}

BOOST_AUTO_TEST_CASE(a_size_may_be_a_number_and_a_list_one_text) {
  const auto made =
    configure("[store]\nbytes = 1048576\n[net]\nhosts = 'h'\n").value();
  BOOST_TEST(number_of(made, "store", "bytes") == 1u << 20);
  BOOST_TEST((made.at("net", "hosts").now
              == config::value{std::vector<std::string>{"h"}}));
}

// -- what is wrong in a file --------------------------------------------------

BOOST_AUTO_TEST_CASE(an_unknown_key_is_refused_with_the_one_that_is_meant) {
  BOOST_TEST(refusal_of("[store]\n\n  byte = 1\n")
             == "a.toml:3:3: there is no key 'byte' in [store]; did you mean "
                "bytes?");
  BOOST_TEST(refusal_of("[store]\nshards = 1\n")
             == "a.toml:2:1: there is no key 'shards' in [store]; it stands in "
                "[net]");
  BOOST_TEST(refusal_of("[net]\nzzzzzz = 1\n")
               .find("use shards, drain, private, hosts or password")
             != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_unknown_section_is_refused_with_the_one_that_is_meant) {
  BOOST_TEST(refusal_of("[stroe]\nbytes = 1\n")
             == "a.toml:1:2: there is no section 'stroe'; did you mean store?");
  BOOST_TEST(
    refusal_of("[[thing]]\nname = 'a'\n")
    == "a.toml:1:3: there is no section 'thing'; did you mean things?");
  BOOST_TEST(refusal_of("shards = 1\n")
             == "a.toml:1:1: the key 'shards' stands in no section; put it "
                "under [net]");
}

BOOST_AUTO_TEST_CASE(a_section_is_a_table_and_a_list_is_tables) {
  BOOST_TEST(refusal_of("[[store]]\nbytes = 1\n")
             == "a.toml:1:3: store must be one table; write [store]");
  BOOST_TEST(refusal_of("store = 1\n").find("must be one table")
             != std::string::npos);
  BOOST_TEST(refusal_of("[things]\nname = 'a'\n")
             == "a.toml:1:2: things must be a list of tables; write "
                "[[things]] above each");
  BOOST_TEST(refusal_of("things = [1]\n").find("must be a list of tables")
             != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_value_of_another_kind_is_refused) {
  BOOST_TEST(refusal_of("[net]\nshards = 'two'\n")
             == "a.toml:2:1: net.shards must be a whole number, is of the kind "
                "string");
  BOOST_TEST(refusal_of("[net]\nshards = 1.5\n").find("floating-point")
             != std::string::npos);
  BOOST_TEST(refusal_of("[net]\nprivate = 1\n")
             == "a.toml:2:1: net.private must be true or false, is of the kind "
                "integer");
  BOOST_TEST(refusal_of("[net]\nprivate = 'true'\n") != "");
  BOOST_TEST(refusal_of("[net]\ndrain = 10\n").find("a duration such as")
             != std::string::npos);
  BOOST_TEST(refusal_of("[store]\nbytes = '8GB'\n")
             == "a.toml:2:1: store.bytes must be a size such as 64KiB or 8GiB, "
                "or unlimited, is '8GB'");
  BOOST_TEST(refusal_of("[store]\nmode = 'relaxd'\n")
             == "a.toml:2:1: store.mode must be full or relaxed, is 'relaxd'; "
                "did you mean relaxed?");
  BOOST_TEST(refusal_of("[net]\nhosts = ['h', 2]\n").find("a.toml:2:15: ")
             == 0u);
  BOOST_TEST(refusal_of("[net]\nhosts = ['h',\n 'x']\n")
             == "a.toml:3:2: net.hosts must begin with h");
}

BOOST_AUTO_TEST_CASE(bounds_hold_on_both_sides) {
  BOOST_TEST(refusal_of("[net]\nshards = 1\n") == "");
  BOOST_TEST(refusal_of("[net]\nshards = 64\n") == "");
  BOOST_TEST(refusal_of("[net]\nshards = 0\n")
             == "a.toml:2:1: net.shards must lie in 1..64, is 0");
  BOOST_TEST(refusal_of("[net]\nshards = 65\n") != "");
  BOOST_TEST(refusal_of("[net]\nshards = -1\n")
             == "a.toml:2:1: net.shards must not be negative");
  BOOST_TEST(refusal_of("[store]\nbytes = '1MiB'\n") == "");
  BOOST_TEST(refusal_of("[store]\nbytes = '1023KiB'\n")
             == "a.toml:2:1: store.bytes must lie in 1MiB..1TiB, is 1023KiB");
  BOOST_TEST(refusal_of("[net]\ndrain = '60s'\n") == "");
  BOOST_TEST(refusal_of("[net]\ndrain = '60001ms'\n")
             == "a.toml:2:1: net.drain must lie in 0s..1m, is 60001ms");
}

BOOST_AUTO_TEST_CASE(what_is_no_toml_is_refused_at_its_line) {
  BOOST_TEST(refusal_of("[net\n").find("a.toml:1:") == 0u);
  BOOST_TEST(refusal_of("[net]\nshards = 1\nshards = 2\n").find("a.toml:3:")
             == 0u);
  BOOST_TEST(refusal_of("\xff\xfe") != "");
  BOOST_TEST(refusal_of(std::string{"[net]\nhosts=['h\0']", 18}) != "");
}

BOOST_AUTO_TEST_CASE(refusals_are_one_line_whatever_the_file_holds) {
  for (const auto* text :
       {"[\"a\\nb\"]\n", "\"\\u001b[31m\" = 1\n", "[store]\n\"x\\ny\" = 1\n",
        "[store]\nmode = \"a\\nb\"\n", "[store]\nbytes = \"\\u001b\"\n"}) {
    const auto said = refusal_of(text);
    BOOST_TEST(said != "");
    BOOST_TEST(said.find_first_of("\n\x1b") == std::string::npos, said);
  }
}

// The library that parses makes a table of each part of a key.
BOOST_AUTO_TEST_CASE(keys_with_very_many_parts_are_refused_before_parsing) {
  std::string deep{"a"};
  for (int part = 0; part < 400'000; ++part) {
    deep += ".a";
  }
  for (const auto& text :
       {"[" + deep + "]\n", deep + " = 1\n", "x = {" + deep + " = 1}\n",
        "[[" + deep + "]]\n", "x = [{\"#\"." + deep + "=1}]\n"}) {
    BOOST_TEST(refusal_of(text) == "a.toml:1: a key has more than 64 parts");
  }
  BOOST_TEST(refusal_of("# " + std::string(1'000, '.') + "\n") == "");
  BOOST_TEST(refusal_of("x = " + std::string(100'000, '[') + "\n") != "");
}

// -- what is wrong elsewhere --------------------------------------------------

// Contract, "Limits out of range".
BOOST_AUTO_TEST_CASE(a_wrong_value_in_the_environment_is_a_warning) {
  const auto made =
    configure("[net]\nshards = 3\n", {{"APP_NET_SHARDS", "65"},
                                      {"APP_NET_PRIVATE", "maybe"},
                                      {"APP_NET_HOSTS", "h1,x"}})
      .value();
  BOOST_TEST(number_of(made, "net", "shards") == 3u);
  BOOST_TEST((made.at("net", "private").now == config::value{false}));
  BOOST_TEST((made.at("net", "hosts").from.from == layer::standard));
  BOOST_REQUIRE(made.warnings().size() == 3u);
  BOOST_TEST(made.warnings()[0].message()
             == "APP_NET_SHARDS: must lie in 1..64, is 65; net.shards is "
                "a.toml:2:1 instead; set it right or remove it");
}

BOOST_AUTO_TEST_CASE(a_name_in_the_environment_that_is_no_key_is_a_warning) {
  const auto made = configure("", {{"APP_STORE_BYTE", "1MiB"},
                                   {"APP_URL", "http://x"},
                                   {"APQ", "1"},
                                   {"APP_", "1"}})
                      .value();
  BOOST_REQUIRE(made.warnings().size() == 2u);
  BOOST_TEST(made.warnings()[1].message()
             == "APP_STORE_BYTE: names no key; did you mean APP_STORE_BYTES?");
}

BOOST_AUTO_TEST_CASE(a_wrong_value_of_a_flag_is_refused) {
  const auto made =
    configure("", {}, {{"net", "shards", "--shards", {"none"}}});
  BOOST_REQUIRE(!made);
  BOOST_TEST(made.error().message()
             == "--shards: must be a whole number, is 'none'");
}

BOOST_AUTO_TEST_CASE(a_flag_without_values_changes_nothing) {
  const auto made = configure("", {}, {{"net", "shards", "--shards", {}}});
  BOOST_TEST(number_of(made.value(), "net", "shards") == 2u);
}

BOOST_AUTO_TEST_CASE(a_wrong_secret_is_not_repeated) {
  const std::string long_text(5'000, 's');
  const auto made = configure("", {{"APP_NET_PASSWORD", long_text}}).value();
  BOOST_REQUIRE(made.warnings().size() == 1u);
  BOOST_TEST(made.warnings()[0].message().find("sss") == std::string::npos);
}

// -- lists of tables ----------------------------------------------------------

BOOST_AUTO_TEST_CASE(tables_keep_their_order_and_have_defaults) {
  const auto made = configure("[[things]]\nsizes = ['small']\nname = 'a'\n"
                              "[[things]]\nname = 'b'\n")
                      .value();
  const auto things = made.tables("things");
  BOOST_REQUIRE(things.size() == 2u);
  BOOST_TEST(std::get<std::string>(things[0].at("name").now) == "a");
  BOOST_TEST(things[0].at("name").from.text() == "a.toml:3:1");
  BOOST_TEST(std::get<std::string>(things[1].at("name").now) == "b");
  BOOST_TEST(things[1].at("sizes").from.text() == "default");
  BOOST_TEST(things[1].place == "a.toml:4:1");
}

BOOST_AUTO_TEST_CASE(a_table_without_what_it_must_have_is_refused) {
  BOOST_TEST(refusal_of("[[things]]\nsizes = []\n")
             == "a.toml:1:1: [[things]] has no name; name is what it is "
                "called");
}

BOOST_AUTO_TEST_CASE(keys_and_words_of_tables_are_checked) {
  BOOST_TEST(refusal_of("[[things]]\nnam = 'a'\n")
             == "a.toml:2:1: there is no key 'nam' in [[things]]; did you mean "
                "name?");
  BOOST_TEST(refusal_of("[[things]]\nname = 'a'\nsizes = ['smal']\n")
             == "a.toml:3:10: sizes must be a list of small or large, is "
                "'smal'; did you mean small?");
}

BOOST_AUTO_TEST_CASE(the_number_of_tables_is_bounded) {
  const std::string one{"[[things]]\nname = 'a'\n"};
  BOOST_TEST(refusal_of(one + one + one) == "");
  BOOST_TEST(refusal_of(one + one + one + one)
             == "a.toml:1:3: there are more than 3 [[things]]");
}

// -- reloading ----------------------------------------------------------------

BOOST_AUTO_TEST_CASE(only_keys_that_are_not_live_are_fixed) {
  const auto before = configure("[[things]]\nname = 'a'\n").value();
  const auto after = configure("[store]\nbytes = '1MiB'\nmode = 'relaxed'\n"
                               "[[things]]\nname = 'b'\n")
                       .value();
  const std::vector<std::string> fixed{"store.mode", "[[things]]"};
  BOOST_TEST(config::fixed_differences(before, after) == fixed);
  BOOST_TEST(config::fixed_differences(before, before).empty());
}

BOOST_AUTO_TEST_SUITE_END()
