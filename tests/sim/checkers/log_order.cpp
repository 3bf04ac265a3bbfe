#include "tests/sim/checkers/checker.hpp"

#include <map>

namespace libsig::sim {

namespace {

class log_order final : public checker {
public:
  [[nodiscard]] std::string_view name() const noexcept override {
    return "log_order";
  }

  [[nodiscard]] std::string_view rule() const noexcept override {
    return "A cell is given its signals in the order of the log.";
  }

  [[nodiscard]] std::optional<std::string>
  check(const evidence& seen, const evidence&) const override {
    std::map<std::size_t, std::uint64_t> last;
    for (const auto& one : seen.deliveries) {
      auto& before = last[one.cell];
      if (one.what->sequence() < before) {
        return describe(*one.what) + " reached " + one.actor + " after "
               + std::to_string(before);
      }
      before = one.what->sequence();
    }
    return std::nullopt;
  }
};

} // namespace

std::unique_ptr<checker> make_log_order() {
  return std::make_unique<log_order>();
}

} // namespace libsig::sim
