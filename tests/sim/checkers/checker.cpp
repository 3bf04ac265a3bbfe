#include "tests/sim/checkers/checker.hpp"

namespace libsig::sim {

const std::vector<std::unique_ptr<checker>>& all_checkers() {
  static const auto all = [] {
    std::vector<std::unique_ptr<checker>> made;
    made.push_back(make_journalled_once());
    made.push_back(make_delivered_as_matched());
    made.push_back(make_one_summary());
    made.push_back(make_one_record());
    made.push_back(make_single_delivery());
    made.push_back(make_hops_bounded());
    made.push_back(make_replayed());
    made.push_back(make_log_order());
    made.push_back(make_nothing_left());
    made.push_back(make_answered_once());
    return made;
  }();
  return all;
}

std::string describe(const signal& what) {
  return "signal " + std::to_string(what.sequence()) + " (" + what.type()
         + ", id " + what.id() + " of " + what.source() + ")";
}

} // namespace libsig::sim
