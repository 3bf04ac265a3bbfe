#include "libsig/codec/base64.hpp"

#include <boost/test/unit_test.hpp>
#include <rapidcheck.h>

#include <array>
#include <string>
#include <string_view>
#include <utility>

BOOST_AUTO_TEST_SUITE(base64)

BOOST_AUTO_TEST_CASE(the_examples_of_the_rfc_go_both_ways) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 7> cases{
    {{"", ""},
     {"f", "Zg=="},
     {"fo", "Zm8="},
     {"foo", "Zm9v"},
     {"foob", "Zm9vYg=="},
     {"fooba", "Zm9vYmE="},
     {"foobar", "Zm9vYmFy"}}};
  for (const auto& [bytes, text] : cases) {
    std::string out;
    libsig::codec::append_base64(out, bytes);
    BOOST_TEST(out == text);
    BOOST_TEST(*libsig::codec::decode_base64(text) == bytes);
  }
}

BOOST_AUTO_TEST_CASE(what_is_not_strict_base64_is_refused) {
  for (const std::string_view text :
       {"Z", "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "====", "A===", "Zg==Zg==",
        "Zm9v\n", " Zm9v", "Zm_v", "Zm-v", "Zm9\xFF", "=Zm9", "Zm=v"}) {
    BOOST_TEST(!libsig::codec::decode_base64(text).has_value(), text);
  }
}

BOOST_AUTO_TEST_CASE(any_bytes_come_back) {
  const bool held = rc::check([](const std::string& bytes) {
    std::string text;
    libsig::codec::append_base64(text, bytes);
    RC_ASSERT(libsig::codec::decode_base64(text).value() == bytes);
  });
  BOOST_TEST(held);
}

BOOST_AUTO_TEST_SUITE_END()
