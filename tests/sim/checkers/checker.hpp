#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/sim/evidence.hpp"

namespace libsig::sim {

/// One rule that every run must keep, whatever its seed.
class checker {
public:
  virtual ~checker() = default;

  [[nodiscard]] virtual std::string_view name() const noexcept = 0;

  /// The rule as a sentence.
  [[nodiscard]] virtual std::string_view rule() const noexcept = 0;

  /// What breaks the rule, or nothing. `again` is a second run of the same
  /// seed.
  [[nodiscard]] virtual std::optional<std::string>
  check(const evidence& seen, const evidence& again) const = 0;
};

[[nodiscard]] std::unique_ptr<checker> make_journalled_once();
[[nodiscard]] std::unique_ptr<checker> make_delivered_as_matched();
[[nodiscard]] std::unique_ptr<checker> make_one_summary();
[[nodiscard]] std::unique_ptr<checker> make_one_record();
[[nodiscard]] std::unique_ptr<checker> make_single_delivery();
[[nodiscard]] std::unique_ptr<checker> make_hops_bounded();
[[nodiscard]] std::unique_ptr<checker> make_replayed();
[[nodiscard]] std::unique_ptr<checker> make_log_order();
[[nodiscard]] std::unique_ptr<checker> make_nothing_left();
[[nodiscard]] std::unique_ptr<checker> make_answered_once();

/// All of them.
[[nodiscard]] const std::vector<std::unique_ptr<checker>>& all_checkers();

/// A signal as reports name it.
[[nodiscard]] std::string describe(const signal& what);

} // namespace libsig::sim
