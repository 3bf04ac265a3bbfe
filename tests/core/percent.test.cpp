#include "libsig/core/percent.hpp"

#include "libsig/core/utf8.hpp"

#include <string>

#include <boost/test/unit_test.hpp>
#include <rapidcheck.h>

using namespace libsig;

BOOST_AUTO_TEST_SUITE(percent)

BOOST_AUTO_TEST_CASE(escapes_are_decoded_once) {
  BOOST_TEST(*percent_decode("a%2Fb%2fc%252F") == "a/b/c%2F");
  BOOST_TEST(*percent_decode("") == "");
  BOOST_TEST(*percent_decode("a+b") == "a+b");
  BOOST_TEST(*percent_decode_query("a+b%2B") == "a b+");
  BOOST_TEST(*percent_decode("%00") == std::string(1, '\0'));
}

BOOST_AUTO_TEST_CASE(a_percent_that_starts_no_escape_is_refused) {
  for (const auto* const each : {"%", "a%", "%a", "%zz", "%4", "%g1", "%1g"}) {
    BOOST_TEST_CONTEXT(each) {
      BOOST_TEST(!percent_decode(each));
      BOOST_TEST(!percent_decode_query(each));
    }
  }
}

BOOST_AUTO_TEST_CASE(what_was_encoded_decodes_to_itself) {
  const bool held = rc::check("path", [](const std::string& text) {
    std::string encoded;
    append_percent_encoded(encoded, text);
    RC_ASSERT(is_printable_ascii(encoded));
    RC_ASSERT(*percent_decode(encoded) == text);
    RC_ASSERT(*percent_decode_query(encoded) == text);
  });
  BOOST_TEST(held);
}

BOOST_AUTO_TEST_CASE(a_field_value_is_unwrapped_and_decoded_once) {
  const auto decoded = [](std::string_view value) {
    return decode_field_value(value).value_or("refused");
  };
  BOOST_TEST(decoded("plain text") == "plain text");
  BOOST_TEST(decoded("Euro%20%E2%82%AC%20%F0%9F%98%80")
             == "Euro \u20ac \U0001F600");
  BOOST_TEST(decoded("%2541") == "%41");
  BOOST_TEST(decoded("\"quoted\"") == "quoted");
  BOOST_TEST(decoded("\"a \\\"b\\\" \\\\ %20\"") == "a \"b\" \\  ");
  BOOST_TEST(decoded("%22not wrapped%22") == "\"not wrapped\"");
  BOOST_TEST(decoded("\"") == "\"");
  BOOST_TEST(decoded("\"open") == "\"open");
  BOOST_TEST(decoded("\"\"") == "");
  BOOST_TEST(decoded("100% of 5%zz %4") == "100% of 5%zz %4");
  BOOST_TEST(decoded("raw \u20ac") == "raw \u20ac");
  BOOST_TEST(decoded("") == "");
}

BOOST_AUTO_TEST_CASE(a_field_value_must_decode_to_utf8) {
  for (const auto* const each :
       {"%FF", "%C3", "%ED%A0%80", "%C0%80", "\xff", "\xc3(", "%F4%90%80%80"}) {
    BOOST_TEST_CONTEXT(each) { BOOST_TEST(!decode_field_value(each)); }
  }
  BOOST_TEST(decode_field_value("%F4%8F%BF%BF").has_value());
}

BOOST_AUTO_TEST_CASE(a_text_survives_a_header_field) {
  const bool held = rc::check("field", [](const std::string& bytes) {
    const auto text = to_utf8_lossy(bytes);
    std::string value;
    append_field_value(value, text);
    RC_ASSERT(is_printable_ascii(value));
    RC_ASSERT(value.find_first_of(" \"") == std::string::npos);
    RC_ASSERT(decode_field_value(value).value() == text);
  });
  BOOST_TEST(held);
  std::string value;
  append_field_value(value, "a \"b\"\r\n%\u20ac~");
  BOOST_TEST(value == "a%20%22b%22%0D%0A%25%E2%82%AC~");
}

BOOST_AUTO_TEST_SUITE_END()
