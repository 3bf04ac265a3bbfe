#include <boost/test/unit_test.hpp>

#include "libsig/publish/breaker.hpp"

using namespace libsig;
using namespace std::chrono_literals;
using state = publish::breaker::state;

namespace {

[[nodiscard]] steady_time at(std::chrono::milliseconds passed) {
  return steady_time{passed};
}

constexpr publish::breaker_options usual{3, 30s, 300s};

void open(publish::breaker& what, std::chrono::milliseconds when) {
  for (unsigned failed = 0; failed < usual.failures_max; ++failed) {
    BOOST_TEST(what.permit(at(when)));
    what.failed(at(when));
  }
}

} // namespace

// B9: a breaker that is made anew for each call never opens. This one is an
// object for as long as its endpoint is used.
BOOST_AUTO_TEST_SUITE(breaker)

BOOST_AUTO_TEST_CASE(it_stays_closed_one_failure_below_the_bound) {
  publish::breaker what{usual};
  for (unsigned failed = 0; failed + 1 < usual.failures_max; ++failed) {
    BOOST_TEST(what.permit(at(0ms)));
    what.failed(at(0ms));
  }
  BOOST_TEST((what.at(at(0ms)) == state::closed));
  BOOST_TEST(what.permit(at(0ms)));
}

BOOST_AUTO_TEST_CASE(it_opens_at_the_bound_and_permits_nothing) {
  publish::breaker what{usual};
  open(what, 0ms);
  BOOST_TEST((what.at(at(0ms)) == state::open));
  BOOST_TEST(!what.permit(at(0ms)));
  BOOST_TEST(!what.permit(at(30s - 1ms)));
  BOOST_TEST((what.opens_until() == at(30s)));
}

BOOST_AUTO_TEST_CASE(a_success_in_between_begins_the_count_anew) {
  publish::breaker what{usual};
  for (int round = 0; round < 10; ++round) {
    what.failed(at(0ms));
    what.failed(at(0ms));
    what.succeeded();
  }
  BOOST_TEST((what.at(at(0ms)) == state::closed));
}

BOOST_AUTO_TEST_CASE(half_open_it_permits_exactly_one_try) {
  publish::breaker what{usual};
  open(what, 0ms);
  BOOST_TEST((what.at(at(30s)) == state::half_open));
  BOOST_TEST(what.permit(at(30s)));
  BOOST_TEST(!what.permit(at(30s)));
}

BOOST_AUTO_TEST_CASE(a_good_try_closes_it) {
  publish::breaker what{usual};
  open(what, 0ms);
  BOOST_TEST(what.permit(at(30s)));
  what.succeeded();
  BOOST_TEST((what.at(at(30s)) == state::closed));
  what.failed(at(31s));
  BOOST_TEST((what.at(at(31s)) == state::closed));
}

BOOST_AUTO_TEST_CASE(a_bad_try_opens_it_for_twice_as_long) {
  publish::breaker what{usual};
  open(what, 0ms);
  BOOST_TEST(what.permit(at(30s)));
  what.failed(at(30s));
  BOOST_TEST((what.opens_until() == at(90s)));
  BOOST_TEST(!what.permit(at(90s - 1ms)));
  BOOST_TEST(what.permit(at(90s)));
}

BOOST_AUTO_TEST_CASE(it_is_never_open_longer_than_its_bound) {
  publish::breaker what{usual};
  open(what, 0ms);
  auto now = at(0ms);
  for (int round = 0; round < 100; ++round) {
    now = *what.opens_until();
    BOOST_TEST(what.permit(now));
    what.failed(now);
  }
  BOOST_TEST((*what.opens_until() == now + 300s));
}

BOOST_AUTO_TEST_CASE(a_try_that_was_not_made_leaves_it_half_open) {
  publish::breaker what{usual};
  open(what, 0ms);
  BOOST_TEST(what.permit(at(30s)));
  what.withdrawn();
  BOOST_TEST(what.permit(at(30s)));
}

BOOST_AUTO_TEST_CASE(without_a_bound_it_never_opens) {
  publish::breaker what{{0, 30s, 300s}};
  for (int failed = 0; failed < 1'000; ++failed) {
    what.failed(at(0ms));
  }
  BOOST_TEST(what.permit(at(0ms)));
}

BOOST_AUTO_TEST_SUITE_END()
