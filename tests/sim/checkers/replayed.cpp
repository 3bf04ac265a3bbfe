#include "tests/sim/checkers/checker.hpp"

#include <algorithm>

namespace libsig::sim {

namespace {

class replayed final : public checker {
public:
  [[nodiscard]] std::string_view name() const noexcept override {
    return "replayed";
  }

  [[nodiscard]] std::string_view rule() const noexcept override {
    return "The same seed gives the same log, byte for byte, and the same "
           "deliveries.";
  }

  [[nodiscard]] std::optional<std::string>
  check(const evidence& seen, const evidence& again) const override {
    const auto [first, second] =
      std::ranges::mismatch(seen.transcript, again.transcript);
    if (first == seen.transcript.end() && second == again.transcript.end()) {
      return std::nullopt;
    }
    const auto at = static_cast<std::size_t>(first - seen.transcript.begin());
    return "the runs part at byte " + std::to_string(at) + ": "
           + line_at(seen.transcript, at) + " / "
           + line_at(again.transcript, at);
  }

private:
  [[nodiscard]] static std::string line_at(const std::string& text,
                                           std::size_t at) {
    const auto before = at == 0 ? std::string::npos : text.rfind('\n', at - 1);
    const auto begin = before == std::string::npos ? 0 : before + 1;
    return text.substr(begin, text.find('\n', at) - begin);
  }
};

} // namespace

std::unique_ptr<checker> make_replayed() {
  return std::make_unique<replayed>();
}

} // namespace libsig::sim
