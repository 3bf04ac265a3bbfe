#include "libsig/journal/internal/record.hpp"

#include <boost/test/unit_test.hpp>
#include <rapidcheck.h>

#include <string>
#include <utility>

#include "libsig/journal/internal/stable_key.hpp"
#include "tests/journal/notebook.hpp"

using namespace libsig;
using journal::internal::decode;
using journal::internal::record;

namespace {

[[nodiscard]] record record_of(const signal& what) {
  record made;
  made.sequence = 7;
  made.recorded = 1'700'000'000'000;
  made.total = 99;
  made.type = what.type();
  made.body = journal::internal::encode_body(what);
  made.sum =
    sum_of(journal::internal::bytes_sum_of(made.type, made.body), made);
  return made;
}

/// With the right checksum whatever its bytes are.
[[nodiscard]] record sealed(record what) {
  what.sum =
    sum_of(journal::internal::bytes_sum_of(what.type, what.body), what);
  return what;
}

[[nodiscard]] draft sample() {
  draft what;
  what.id = "id";
  what.source = "/s";
  what.type = "t";
  what.subject = "subject";
  what.extensions = {{"flag", true}, {"text", std::string{"x"}}};
  what.data = event_data::json("[1]");
  return what;
}

} // namespace

BOOST_AUTO_TEST_SUITE(record_format)

BOOST_AUTO_TEST_CASE(a_record_reads_back_as_it_was) {
  const auto got = decode(record_of(*testing::signal_of(sample())), {});
  BOOST_REQUIRE(got);
  BOOST_TEST((*got)->id() == "id");
  BOOST_TEST((*got)->data().json_text() == "[1]");
  BOOST_TEST((*got)->sequence() == 7u);
}

// What is stored must be read by every later version.
BOOST_AUTO_TEST_CASE(the_format_stays) {
  draft what;
  what.id = "i";
  what.source = "/s";
  what.type = "t";
  what.extensions = {{"n", std::int32_t{1}}};
  what.data = event_data::json("1");
  const auto body =
    journal::internal::encode_body(*testing::signal_of(std::move(what)));
  BOOST_TEST(body
             == (std::string{"\x01\x00\x01i\x02/s\x00\x00\x00\x00\x01\x01n\x02"
                             "\x01\x01"
                             "1",
                             18}));
}

BOOST_AUTO_TEST_CASE(every_flipped_bit_is_noticed) {
  const auto good = record_of(*testing::signal_of(sample()));
  for (std::size_t bit = 0; bit < good.body.size() * 8; ++bit) {
    auto bad = good;
    bad.body[bit / 8] = static_cast<char>(bad.body[bit / 8] ^ (1 << bit % 8));
    BOOST_REQUIRE(!decode(bad, {}));
  }
  for (const auto& change :
       {+[](record& of) { ++of.sequence; }, +[](record& of) { ++of.recorded; },
        +[](record& of) { ++of.total; }, +[](record& of) { ++of.sum; },
        +[](record& of) { of.type = "u"; }}) {
    auto bad = good;
    change(bad);
    BOOST_TEST(!decode(bad, {}));
  }
}

BOOST_AUTO_TEST_CASE(every_cut_is_refused_even_under_a_right_checksum) {
  const auto good = record_of(*testing::signal_of(sample()));
  // The data is what is left, so only a cut into it still reads.
  const auto attributes = good.body.size() - std::string{"[1]"}.size();
  for (std::size_t size = 0; size <= attributes; ++size) {
    auto bad = good;
    bad.body.resize(size);
    BOOST_REQUIRE(!decode(sealed(std::move(bad)), {}));
  }
}

BOOST_AUTO_TEST_CASE(any_bytes_are_read_without_harm) {
  BOOST_TEST(rc::check([](std::string bytes) {
    record some;
    some.type = "t";
    some.body = '\x01' + std::move(bytes);
    (void)decode(sealed(std::move(some)), {});
  }));
}

BOOST_AUTO_TEST_SUITE_END()
