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
  kept_apart_ = std::chrono::milliseconds{0};
  for (const auto& row : rows) {
    kept_apart_ = apart_of(row).value_or(kept_apart_);
  }
  started_ = true;
  begun_ = now.wall_now + kept_apart_;
  begun_at_ = now.steady_now;
  last_apart_ = kept_apart_;
  credited_ = std::chrono::milliseconds{0};
  if (newest) {
    credited_ = std::max(credited_, begun_ - *newest);
  }
}

void age_clock::compare(const actor::context& now, actor::step& out) {
  const auto set_back = apart(now) - last_apart_;
  if (set_back >= slack) {
    const auto wrong = std::min(set_back, credited_);
    begun_ -= wrong;
    credited_ -= wrong;
  }
  last_apart_ = apart(now);
  if (std::chrono::abs(last_apart_ - kept_apart_) < slack) {
    return;
  }
  kept_apart_ = last_apart_;
  auto& row = out.writes.emplace_back();
  row.table = cursors_table;
  row.key = row_key;
  row.value = std::to_string(kept_apart_.count());
}

wall_time age_clock::now(const actor::context& at) const noexcept {
  return started_ ? begun_
                      + std::chrono::floor<std::chrono::milliseconds>(
                        at.steady_now - begun_at_)
                  : at.wall_now;
}

} // namespace libsig::topic
