#include "tests/sim/checkers/checker.hpp"

#include <set>
#include <utility>

namespace libsig::sim {

namespace {

class single_delivery final : public checker {
public:
  [[nodiscard]] std::string_view name() const noexcept override {
    return "single_delivery";
  }

  [[nodiscard]] std::string_view rule() const noexcept override {
    return "No actor is given a signal twice.";
  }

  [[nodiscard]] std::optional<std::string>
  check(const evidence& seen, const evidence&) const override {
    std::set<std::pair<std::string, std::uint64_t>> delivered;
    for (const auto& one : seen.deliveries) {
      if (!delivered.emplace(one.actor, one.what->sequence()).second) {
        return describe(*one.what) + " reached " + one.actor + " twice";
      }
    }
    return std::nullopt;
  }
};

} // namespace

std::unique_ptr<checker> make_single_delivery() {
  return std::make_unique<single_delivery>();
}

} // namespace libsig::sim
