#include "libsig/topic/age_clock.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string>

#include "libsig/topic/cursor_table.hpp"

namespace libsig::topic {

namespace {

/// No cursor's key: a tenant has a name.
constexpr std::string_view row_key = "/clock";

[[nodiscard]] std::optional<std::chrono::milliseconds>
apart_of(const actor::write& row) {
  if (row.table != cursors_table || row.key != row_key || !row.value) {
    return std::nullopt;
  }
  std::int64_t number = 0;
  const auto* const end = row.value->data() + row.value->size();
  const auto read = std::from_chars(row.value->data(), end, number);
  // More than a century is a damaged row, and must not overflow.
  constexpr std::int64_t most =
    std::chrono::milliseconds{std::chrono::years{100}}.count();
  if (read.ec != std::errc{} || read.ptr != end || number > most
      || number < -most) {
    return std::nullopt;
  }
  return std::chrono::milliseconds{number};
}

} // namespace

void age_clock::start(std::span<const actor::write> rows,
                      std::optional<wall_time> newest,
                      const actor::context& now) {
  std::chrono::milliseconds kept{0};
  for (const auto& row : rows) {
    kept = apart_of(row).value_or(kept);
  }
  if (started_) {
    lost_ = kept != kept_apart_;
    return;
  }
  started_ = true;
  kept_apart_ = kept;
  // A machine that has no clock of its own begins in 1970 each time.
  begun_ = std::max(now.wall_now + kept, newest.value_or(wall_time{}));
  begun_at_ = now.steady_now;
  last_apart_ = apart(now);
  credited_ = newest ? begun_ - *newest : std::chrono::milliseconds{0};
}

bool age_clock::compare(const actor::context& now, actor::step& out) {
  const auto set_back = apart(now) - last_apart_;
  // Where the start did not believe the wall clock, the row stays what it was
  // until that is set.
  if (!lost_ && std::chrono::abs(set_back) < slack) {
    return false;
  }
  const auto wrong =
    std::clamp(set_back, std::chrono::milliseconds{0}, credited_);
  begun_ -= wrong;
  credited_ -= wrong;
  last_apart_ = apart(now);
  if (lost_ || std::chrono::abs(last_apart_ - kept_apart_) >= slack) {
    lost_ = false;
    kept_apart_ = last_apart_;
    auto& row = out.writes.emplace_back();
    row.table = cursors_table;
    row.key = row_key;
    row.value = std::to_string(kept_apart_.count());
  }
  return wrong.count() > 0;
}

wall_time age_clock::now(const actor::context& at) const noexcept {
  return started_ ? begun_
                      + std::chrono::floor<std::chrono::milliseconds>(
                        at.steady_now - begun_at_)
                  : at.wall_now;
}

} // namespace libsig::topic
