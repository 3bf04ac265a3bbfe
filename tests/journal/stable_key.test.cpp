#include "libsig/journal/internal/stable_key.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

#include "tests/journal/notebook.hpp"

using namespace libsig;
using journal::internal::stable_keys;

namespace {

[[nodiscard]] std::string hex(const stable_keys::digest& of) {
  std::string text;
  for (const char byte : of) {
    text.push_back("0123456789abcdef"[(static_cast<unsigned char>(byte)) >> 4]);
    text.push_back("0123456789abcdef"[byte & 15]);
  }
  return text;
}

[[nodiscard]] std::shared_ptr<signal> sample(std::string id,
                                             std::string data = "[1.0]") {
  return testing::entry_of({.id = std::move(id), .data = std::move(data)}).what;
}

const stable_keys keys{{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}};

const std::string uuid = "0190a0a0-0000-7000-8000-0000000000ab";

} // namespace

BOOST_AUTO_TEST_SUITE(stable_key)

// A value that changes here makes every store forget what it has seen.
BOOST_AUTO_TEST_CASE(keys_are_the_same_for_ever) {
  BOOST_TEST(hex(keys.identity(*sample("a")))
             == "13d218a9e0097569b95b17ddca27f92a");
  BOOST_TEST(hex(keys.identity(*sample(uuid)))
             == "0190a0a0000035cb5ebdc01516909d89");
  BOOST_TEST(hex(keys.claim(*sample("a"), "review"))
             == "67bdb54c8af455505997f108c08b9a9e");
  BOOST_TEST(keys.address(*sample("a")) == 15973633451952562417u);
  BOOST_TEST(keys.data(*sample("a")) == 2440286237249477397u);
  BOOST_TEST(journal::internal::checksum("text") == 17769067492610967100u);
}

BOOST_AUTO_TEST_CASE(the_key_of_a_uuid_begins_with_its_time) {
  BOOST_TEST(hex(keys.identity(*sample(uuid))).substr(0, 12) == "0190a0a00000");
  auto other = uuid;
  other.back() = 'c';
  BOOST_TEST((keys.identity(*sample(uuid)) != keys.identity(*sample(other))));
}

BOOST_AUTO_TEST_CASE(equal_data_has_one_hash) {
  BOOST_TEST(keys.data(*sample("a", R"({"a":1,"b":2})"))
             == keys.data(*sample("b", R"({ "b":2.0, "a":1e0 })")));
  BOOST_TEST(keys.data(*sample("a", "1")) != keys.data(*sample("a", "2")));
}

BOOST_AUTO_TEST_CASE(another_secret_gives_other_keys) {
  const stable_keys other{{9}};
  BOOST_TEST((keys.identity(*sample("a")) != other.identity(*sample("a"))));
}

BOOST_AUTO_TEST_SUITE_END()
