#include "apps/sigd/stop_time.hpp"

#include <boost/test/unit_test.hpp>

using namespace libsig;
using namespace std::chrono_literals;
using sigd::stop_time;

namespace {

class hand_clock final : public clock {
public:
  void advance(std::chrono::milliseconds by) { now_ += by; }

  [[nodiscard]] wall_time wall_now() const noexcept override { return {}; }

  [[nodiscard]] steady_time steady_now() const noexcept override {
    return now_;
  }

private:
  steady_time now_{1h};
};

} // namespace

BOOST_AUTO_TEST_SUITE(stopping)

// SIGTERM ends within `shutdown.drain`, however many parts use all of theirs.
BOOST_AUTO_TEST_CASE(parts_share_one_time_and_the_last_have_a_moment) {
  hand_clock time;
  const stop_time all{time, 10s};
  BOOST_TEST((all.left() == 10s));
  time.advance(4s);
  BOOST_TEST((all.left() == 6s));
  time.advance(6s - stop_time::least);
  BOOST_TEST((all.left() == stop_time::least));
  time.advance(1ms);
  BOOST_TEST((all.left() == stop_time::least));
  time.advance(1h);
  BOOST_TEST((all.left() == stop_time::least));
}

BOOST_AUTO_TEST_SUITE_END()
