#include "libsig/redact/redact.hpp"

#include <boost/test/unit_test.hpp>

#include <optional>
#include <string>
#include <string_view>

#include "libsig/codec/base64.hpp"
#include "libsig/codec/guard.hpp"
#include "libsig/core/limits.hpp"

namespace {

using libsig::redact::is_secret_name;
using libsig::redact::redact_json;
namespace codec = libsig::codec;

std::string base64(std::string_view bytes) {
  std::string out;
  libsig::codec::append_base64(out, bytes);
  return out;
}

std::string binary(std::string_view bytes) {
  return R"({"data_base64":")" + base64(bytes) + R"("})";
}

/// The redacted text, or `-` when there was nothing to hide.
std::string redacted(std::string_view text) {
  return redact_json(text).value_or("-");
}

std::string repeated(std::string_view text, std::size_t times) {
  std::string out;
  for (std::size_t index = 0; index < times; ++index) {
    out += text;
  }
  return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(redact)

// -- names --------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(the_six_names_are_secret) {
  for (const auto* const name : {"openai_api_key", "api_key", "token",
                                 "authorization", "password", "secret"}) {
    BOOST_TEST(is_secret_name(name), name);
  }
}

BOOST_AUTO_TEST_CASE(names_are_compared_without_dash_and_underscore) {
  for (const auto* const name : {"api-key", "apikey", "a_p_i_k_e_y", "token_",
                                 "--token--", "pass-word", "_secret"}) {
    BOOST_TEST(is_secret_name(name), name);
  }
}

BOOST_AUTO_TEST_CASE(names_are_compared_in_lower_case) {
  for (const auto* const name :
       {"Token", "API_KEY", "apiKey", "PASSWORD", "Authorization"}) {
    BOOST_TEST(is_secret_name(name), name);
  }
}

BOOST_AUTO_TEST_CASE(a_name_that_ends_in_a_suffix_is_secret) {
  for (const auto* const name :
       {"access_token", "client-secret", "xapikey", "dbPassword",
        "Proxy-Authorization", "sessiontoken", "accessToken"}) {
    BOOST_TEST(is_secret_name(name), name);
  }
}

BOOST_AUTO_TEST_CASE(a_name_that_only_contains_or_begins_with_one_is_open) {
  for (const auto* const name :
       {"", "-", "tokens", "max_tokens", "token2", "token ", "key", "api",
        "passwords", "secretary", "authorizations", "oken", "to.ken", "author",
        "apikeys", "password_hash"}) {
    BOOST_TEST(!is_secret_name(name), name);
  }
}

// -- values -------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(the_whole_value_is_hidden_whatever_its_type) {
  for (const auto* const value :
       {"null", "true", "-1.5e3", R"("x")", "[1,[2]]", "{}", "[]",
        R"({"a":{"b":"}"}})", R"("a\"b,}")", R"(["]","\\"])"}) {
    const auto text = std::string{R"({"token":)"} + value + R"(,"b":1})";
    BOOST_TEST(redacted(text) == R"({"token":"[REDACTED]","b":1})");
  }
}

BOOST_AUTO_TEST_CASE(nothing_is_made_when_nothing_was_hidden) {
  for (const auto* const text :
       {"", "1", R"("token")", R"(["token"])", "{}", R"({"a":"token"})",
        R"({"a":"\"token\":1"})", R"({"a":["token",":",1]})"}) {
    BOOST_TEST(!redact_json(text).has_value(), text);
  }
}

BOOST_AUTO_TEST_CASE(what_is_hidden_already_is_nothing_to_hide) {
  BOOST_TEST(redacted(R"({"token":"[REDACTED]"})") == "-");
  BOOST_TEST(redacted(R"({"token":"[redacted]"})")
             == R"({"token":"[REDACTED]"})");
}

BOOST_AUTO_TEST_CASE(any_depth_of_objects_and_arrays_is_looked_through) {
  BOOST_TEST(redacted(R"([[{"a":[{"b":{"secret":1}}]}],{"token":2}])")
             == R"([[{"a":[{"b":{"secret":"[REDACTED]"}}]}],)"
                R"({"token":"[REDACTED]"}])");
}

BOOST_AUTO_TEST_CASE(everything_else_stays_to_the_byte) {
  BOOST_TEST(redacted("\r\n{ \"a\" :1.50 ,\t\"Api-Key\" :\n [1 , 2] , "
                      "\"\\u00e9\": \"\\/\xC3\xA9\" } ")
             == "\r\n{ \"a\" :1.50 ,\t\"Api-Key\" :\n \"[REDACTED]\" , "
                "\"\\u00e9\": \"\\/\xC3\xA9\" } ");
  BOOST_TEST(redacted("{\"token\":12 }") == R"({"token":"[REDACTED]" })");
}

BOOST_AUTO_TEST_CASE(escapes_in_names_are_decoded_before_comparing) {
  BOOST_TEST(redacted(R"({"\u0074oken":1})")
             == R"({"\u0074oken":"[REDACTED]"})");
  BOOST_TEST(redacted(R"({"toke\u006E":1})")
             == R"({"toke\u006E":"[REDACTED]"})");
  BOOST_TEST(redacted(R"({"token\u005f":1})")
             == R"({"token\u005f":"[REDACTED]"})");
  BOOST_TEST(redacted(R"({"token\n":1,"token\\":2})") == "-");
  BOOST_TEST(redacted(R"({"\\token":1})") == R"({"\\token":"[REDACTED]"})");
  BOOST_TEST(redacted(R"({"\"token":1})") == R"({"\"token":"[REDACTED]"})");
}

// -- data_base64 --------------------------------------------------------------

BOOST_AUTO_TEST_CASE(json_in_base64_leaves_as_data_where_it_hid_something) {
  BOOST_TEST(redacted(binary(R"( {"token":1,"b":2})"))
             == R"({"data": {"token":"[REDACTED]","b":2}})");
  BOOST_TEST(redacted(R"({"a":{"d\u0061ta_base64" : ")"
                      + base64(R"([{"secret":1}])") + R"("}})")
             == R"({"a":{"data" : [{"secret":"[REDACTED]"}]}})");
}

BOOST_AUTO_TEST_CASE(base64_with_nothing_to_hide_stays) {
  for (const auto* const bytes :
       {"", "token", R"({"a":1})", R"("token")", "\x01\x02", "[1]"}) {
    BOOST_TEST(redacted(binary(bytes)) == "-", bytes);
  }
}

BOOST_AUTO_TEST_CASE(bytes_that_do_not_look_like_json_stay) {
  for (const auto* const bytes :
       {R"({token:1})", R"("token":1)", R"(x{"token":1})"}) {
    BOOST_TEST(redacted(binary(bytes)) == "-", bytes);
  }
  BOOST_TEST(redacted(R"({"data_base64":"eyJ0b2tlbiI6MX0"})") == "-");
  BOOST_TEST(redacted(R"({"data_base64":1})") == "-");
}

BOOST_AUTO_TEST_CASE(base64_may_be_escaped) {
  // The bytes end in "?", which is "/" in base64.
  const auto plain = base64(R"({"token":1,"b":"??"})");
  std::string escaped;
  for (const char letter : plain) {
    escaped += letter == '/' ? std::string{"\\/"} : std::string{letter};
  }
  BOOST_TEST(redacted(R"({"data_base64":")" + escaped + R"("})")
             == R"({"data":{"token":"[REDACTED]","b":"??"}})");
}

BOOST_AUTO_TEST_CASE(base64_beside_data_keeps_its_name_and_form) {
  const auto bytes = base64(R"({"token":1})");
  const auto hidden = base64(R"({"token":"[REDACTED]"})");
  const std::string before = R"({"data":1,"data_base64":")";
  BOOST_TEST(redacted(before + bytes + R"("})") == before + hidden + R"("})");
  BOOST_TEST(redacted(R"({"data_base64":")" + bytes + R"(","data":1})")
             == R"({"data_base64":")" + hidden + R"(","data":1})");
  BOOST_TEST(redacted(R"([{"data":1},{"data_base64":")" + bytes
                      + R"(","a":{"data":1}}])")
             == R"([{"data":1},{"data":{"token":"[REDACTED]"},)"
                R"("a":{"data":1}}])");
}

BOOST_AUTO_TEST_CASE(base64_within_base64_is_looked_into) {
  BOOST_TEST(redacted(binary(binary(binary(R"({"token":1})"))))
             == R"({"data":{"data":{"data":{"token":"[REDACTED]"}}}})");
}

BOOST_AUTO_TEST_CASE(bytes_beyond_the_limits_of_json_are_hidden_whole) {
  const auto deep = [](std::size_t levels) {
    return repeated("[", levels - 1) + R"({"token":1})"
           + repeated("]", levels - 1);
  };
  const auto hidden = [](std::string text) {
    text.replace(text.find(":1") + 1, 1, R"("[REDACTED]")");
    return R"({"data":)" + text + "}";
  };
  const auto most = deep(libsig::limits::json_depth_max);
  BOOST_TEST(redacted(binary(most)) == hidden(most));
  const auto whole = R"({"data":"[REDACTED]"})";
  BOOST_TEST(redacted(binary(deep(libsig::limits::json_depth_max + 1)))
             == whole);
  BOOST_TEST(redacted(binary(R"({"token":1,"token":2})")) == whole);
  BOOST_TEST(redacted(binary(R"({"token":1,"a":1e999})")) == whole);
}

// -- hostile text -------------------------------------------------------------

BOOST_AUTO_TEST_CASE(nesting_costs_neither_stack_nor_time) {
  constexpr std::size_t levels = 500'000;
  const auto text = repeated(R"({"a":[)", levels) + R"({"token":1})";
  const auto hidden = redact_json(text);
  BOOST_TEST_REQUIRE(hidden.has_value());
  BOOST_TEST(hidden->ends_with(R"({"token":"[REDACTED]"})"));
  const auto value = R"({"token":)" + repeated("[{", levels);
  BOOST_TEST(redacted(value) == R"({"token":"[REDACTED]")");
}

BOOST_AUTO_TEST_CASE(deep_base64_is_redacted_in_its_own_form) {
  const auto bytes = base64(R"({"token":1})");
  const auto text = [&](std::size_t levels) {
    return repeated(R"({"a":)", levels - 1) + R"({"data_base64":")" + bytes
           + R"("})" + repeated("}", levels - 1);
  };
  constexpr auto apart = 2 * libsig::limits::json_depth_max;
  BOOST_TEST(redacted(text(apart)).find(R"("data":{"token":"[REDACTED]"})")
             != std::string::npos);
  BOOST_TEST(redacted(text(apart + 1))
               .find(R"("data_base64":")" + base64(R"({"token":"[REDACTED]"})"))
             != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_text_that_breaks_off_anywhere_is_read_to_its_end) {
  const std::string text = R"({"\u0074oken" : [{"a":"\\"}], "data_base64":")"
                           + base64(R"({"token":1})")
                           + R"(", "data":1, "x-token":null})";
  for (std::size_t size = 0; size <= text.size(); ++size) {
    // On its own allocation, so that reading beyond it is seen.
    const std::string part = text.substr(0, size);
    const auto hidden = redact_json(part);
    BOOST_TEST((!hidden || hidden->size() >= 4));
  }
  for (const auto* const broken : {"}}}", R"({"token":}])", R"("token":)",
                                   R"({"data_base64":"")", "\"", "\"\\"}) {
    static_cast<void>(redact_json(broken));
  }
}

// What some reader takes for JSON is not given out because we do not.
BOOST_AUTO_TEST_CASE(bytes_that_look_like_json_and_hide_something_are_hidden) {
  const auto shown = [](std::string_view bytes) {
    std::string text{R"({"data_base64":")"};
    codec::append_base64(text, bytes);
    text += "\"}";
    return redact_json(text).value_or(text);
  };
  for (const std::string_view bytes :
       {R"({"password":"HUNTER","x":"\ud800"})",
        "\xef\xbb\xbf{\"password\":\"HUNTER\"}",
        "{\"password\":\"HUNTER\"}\n{\"a\":1}\n",
        "{\"password\":\"HUNTER\"} and more", R"({"token":1)",
        R"({"token":1}x)", R"({"token":})", "{\"token\":\"\xFF\"}"}) {
    BOOST_TEST(shown(bytes) == R"({"data":"[REDACTED]"})");
  }
  const std::string_view harmless = R"({"open":"x","y":"\ud800"})";
  BOOST_TEST(shown(harmless).find("data_base64") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
