#include "libsig/engine/hop_memory.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace libsig;

BOOST_AUTO_TEST_SUITE(hop_memory)

BOOST_AUTO_TEST_CASE(what_was_noted_is_found_and_nothing_else) {
  engine::hop_memory memory;
  BOOST_TEST(!memory.find("t", "a").has_value());
  memory.note("t", "a", 0);
  memory.note("t", "b", limits::hops_max);
  BOOST_TEST(memory.find("t", "a").value() == 0u);
  BOOST_TEST(memory.find("t", "b").value() == limits::hops_max);
  BOOST_TEST(!memory.find("u", "a").has_value());
  BOOST_TEST(!memory.find("t", "c").has_value());
}

BOOST_AUTO_TEST_CASE(a_new_signal_of_the_same_id_counts) {
  engine::hop_memory memory;
  memory.note("t", "a", 3);
  memory.note("t", "a", 4);
  BOOST_TEST(memory.find("t", "a").value() == 4u);
}

BOOST_AUTO_TEST_CASE(the_newest_is_known_however_many_came_before) {
  engine::hop_memory memory;
  for (std::size_t at = 0; at < 3 * engine::hop_memory::places; ++at) {
    memory.note("t", std::to_string(at), 1);
  }
  BOOST_TEST(
    memory.find("t", std::to_string(3 * engine::hop_memory::places - 1)).value()
    == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
