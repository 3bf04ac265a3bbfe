#include "libsig/core/error.hpp"

#include <boost/test/unit_test.hpp>

#include <set>
#include <string>

BOOST_AUTO_TEST_SUITE(error_values)

BOOST_AUTO_TEST_CASE(every_class_has_a_name_and_a_sentence_of_its_own) {
  std::set<std::string> names;
  std::set<std::string> sentences;
  const auto last = static_cast<int>(libsig::errc::internal);
  for (int value = 0; value <= last; ++value) {
    const auto code = static_cast<libsig::errc>(value);
    names.emplace(libsig::to_string(code));
    sentences.emplace(libsig::explain(code));
  }
  BOOST_TEST(names.size() == static_cast<std::size_t>(last) + 1);
  BOOST_TEST(sentences.size() == static_cast<std::size_t>(last) + 1);
  BOOST_TEST(!names.contains("unknown"));
  BOOST_TEST(!sentences.contains("unknown error"));
}

BOOST_AUTO_TEST_CASE(a_message_names_place_detail_remedy_and_causes) {
  using libsig::errc;
  using libsig::error;
  BOOST_TEST(error(errc::io).message() == explain(errc::io));
  BOOST_TEST(error(errc::io, "no disk").message() == "no disk");
  const auto whole =
    error(errc::io, "no disk")
      .at("/tmp/a")
      .mend("mount one")
      .because(error(errc::internal, "b").because(error(errc::stopped, "c")));
  BOOST_TEST(whole.message()
             == "/tmp/a: no disk; mount one (because b (because c))");
  BOOST_TEST_REQUIRE(whole.cause() != nullptr);
  BOOST_TEST((whole.cause()->code() == errc::internal));
  BOOST_TEST((whole.cause()->cause()->cause() == nullptr));
}

BOOST_AUTO_TEST_SUITE_END()
