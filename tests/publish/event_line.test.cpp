#include "tests/publish/world.hpp"

#include "libsig/publish/event_line.hpp"

using namespace libsig;
using testing::publishing_world;

namespace {

[[nodiscard]] std::string line_of(const testing::stated_signal& with) {
  publishing_world world;
  std::string out;
  publish::append_event_line(*world.signal_of(with), out);
  return out;
}

[[nodiscard]] std::string source_in(std::string_view source) {
  const auto line = line_of({.source = std::string{source}});
  const auto from = line.find("\"source\":") + 9;
  return line.substr(from, line.find(",\"data\"") - from);
}

} // namespace

// Document 001: `{id, type, source, data?, createdAt}`.
BOOST_AUTO_TEST_SUITE(event_line)

BOOST_AUTO_TEST_CASE(a_line_has_the_members_of_document_001) {
  BOOST_TEST(
    line_of({.type = "a:b", .source = "/system", .id = "x"})
    == R"({"id":"x","type":"a:b","source":{"type":"system"},"data":1,"createdAt":1767323045678})");
}

BOOST_AUTO_TEST_CASE(sources_are_shown_as_their_variants) {
  BOOST_TEST(source_in("/system") == R"({"type":"system"})");
  BOOST_TEST(source_in("/agents/ann") == R"({"type":"agent","id":"ann"})");
  BOOST_TEST(source_in("/agents/a%20%C3%A9")
             == "{\"type\":\"agent\",\"id\":\"a \xC3\xA9\"}");
  BOOST_TEST(source_in("/webhooks") == R"({"type":"webhook"})");
  BOOST_TEST(source_in("/webhooks/w") == R"({"type":"webhook","id":"w"})");
  BOOST_TEST(source_in("/processes") == R"({"type":"process"})");
  BOOST_TEST(source_in("/processes/p") == R"({"type":"process","id":"p"})");
}

BOOST_AUTO_TEST_CASE(any_other_source_is_a_process_of_that_name) {
  for (const std::string_view source :
       {"/agents", "/agents/", "/agents/a/b", "/agentsx", "/agents/%zz",
        "https://example.org/x", "/systems", "/system/"}) {
    BOOST_TEST(source_in(source)
               == R"({"type":"process","id":")" + std::string{source} + "\"}");
  }
}

// D6: null is not absent.
BOOST_AUTO_TEST_CASE(absent_data_has_no_member_and_null_has_one) {
  BOOST_TEST(line_of({.data = {}}).find("data") == std::string::npos);
  BOOST_TEST(line_of({.data = event_data::json(std::string{"null"})})
               .find(R"("data":null)")
             != std::string::npos);
}

BOOST_AUTO_TEST_CASE(binary_data_is_named_so) {
  BOOST_TEST(line_of({.data = event_data::binary("\x01\x02")})
               .find(R"("data":{"data_base64":"AQI="})")
             != std::string::npos);
}

BOOST_AUTO_TEST_CASE(json_over_several_lines_stands_on_one) {
  const auto line = line_of(
    {.data = event_data::json(std::string{"{\r\n \"a\" :\n\"x\\ny\"}"})});
  BOOST_TEST(line.find_first_of("\r\n") == std::string::npos);
  BOOST_TEST(line.find("\"data\":{ \"a\" :\"x\\ny\"}") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(secrets_are_hidden) {
  const auto line = line_of({.data = event_data::json(std::string{
                               R"({"apiKey":"s3cret","n":[{"token":1}]})"})});
  BOOST_TEST(line.find("s3cret") == std::string::npos);
  BOOST_TEST(
    line.find(R"({"apiKey":"[REDACTED]","n":[{"token":"[REDACTED]"}]})")
    != std::string::npos);
  // Inside bytes that are JSON, too.
  BOOST_TEST(line_of({.data = event_data::binary(R"({"password":"s3cret"})")})
               .find(R"("data":{"password":"[REDACTED]"})")
             != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_time_is_the_events_own_else_that_of_its_recording) {
  BOOST_TEST(
    line_of({.time = "1970-01-01T01:00:01.5+01:00"}).find("\"createdAt\":1500}")
    != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
