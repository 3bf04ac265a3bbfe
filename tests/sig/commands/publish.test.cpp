#include "apps/sig/commands/publish.hpp"

#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "tests/sig/commands/given.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace libsig;
using namespace libsig::sig;
using libsig::testing::given_to;

namespace {

result<outgoing_event> make(const std::vector<std::string>& arguments,
                            const std::string& identity = {}) {
  return make_event(given_to("publish", arguments),
                    {identity, "id-1", wall_time{std::chrono::seconds{1}}});
}

std::string complaint(const std::vector<std::string>& arguments) {
  const auto made = make(arguments);
  BOOST_TEST_REQUIRE(!made.has_value());
  return made.error().message();
}

} // namespace

BOOST_AUTO_TEST_SUITE(publish_command)

BOOST_AUTO_TEST_CASE(a_type_is_enough) {
  BOOST_TEST(make({"a.b"})->text
             == R"({"specversion":"1.0","id":"id-1","source":"/system",)"
                R"("type":"a.b","time":"1970-01-01T00:00:01.000Z"})");
}

BOOST_AUTO_TEST_CASE(the_identity_is_the_default_source) {
  const auto made = make({"a"}, "Ann B");
  BOOST_TEST(made->text.find(R"("source":"/agents/Ann%20B")")
             != std::string::npos);
}

BOOST_AUTO_TEST_CASE(every_option_finds_its_attribute) {
  const auto made = make({"a", "--data", R"({"n": 1.0})", "--source", "/me",
                          "--subject", "s", "--to", "Bob", "--category", "ASK",
                          "--in-reply-to", "x", "--id", "mine"});
  BOOST_TEST(made->id == "mine");
  for (const auto* const part :
       {R"("id":"mine")", R"("source":"/me")", R"("subject":"s")",
        R"("toidentity":"Bob")", R"("category":"ASK")", R"("inreplyto":"x")",
        R"("data":{"n":1.0})"}) {
    BOOST_TEST_CONTEXT(part) {
      BOOST_TEST(made->text.find(part) != std::string::npos);
    }
  }
}

BOOST_AUTO_TEST_CASE(data_comes_from_a_file) {
  const testing::temporary_folder folder;
  const auto file = folder.write("d.json", "[1,2]\n");
  BOOST_TEST(make({"a", "--data", "@" + file})->text.find("\"data\":[1,2]")
             != std::string::npos);
  BOOST_TEST(complaint({"a", "--data", "@" + folder.file("none")}).find("none")
             != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_placed_at_its_option) {
  BOOST_TEST(complaint({""}).starts_with("TYPE: "));
  BOOST_TEST(complaint({"a\nb"}).starts_with("TYPE: "));
  BOOST_TEST(complaint({"\xFF"}).size() > 0u);
  BOOST_TEST(complaint({"a", "--source="}).starts_with("--source: "));
  BOOST_TEST(complaint({"a", "--id="}).starts_with("--id: "));
  BOOST_TEST(complaint({"a", "--data", "{"}).starts_with("--data: "));
  BOOST_TEST(
    complaint({"a", "--data", "{\"a\":1,\"a\":2}"}).starts_with("--data: /a"));
  BOOST_TEST(complaint({"a", "--data", ""}).starts_with("--data"));
}

BOOST_AUTO_TEST_CASE(a_type_has_4096_bytes_at_most) {
  BOOST_TEST(make({std::string(4'096, 'x')}).has_value());
  BOOST_TEST(!make({std::string(4'097, 'x')}).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
