#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "libsig/core/error.hpp"
#include "libsig/core/pattern.hpp"

namespace libsig::route {

/// Names one registered route for its removal. Never used twice by a table.
enum class route_id : std::uint64_t {};

/// What a route leads to: a number whose meaning is the owner's.
enum class target : std::uint32_t {};

/// One entry of the answer to a match.
struct match {
  route_id id;
  route::target target;
};

/// Which targets a signal's type leads to, in the order of the decisions.
///
/// Order of the matched routes: from the left, segment by segment, literal
/// before `*` before the pattern's end before `**`; then priority, high first;
/// then registration. Every route at most once per type.
///
/// A plain data structure: no lock, no I/O. `match` is const and may be called
/// from several threads while nobody changes the table.
class table {
public:
  table();
  table(table&&) noexcept;
  table& operator=(table&&) noexcept;
  table(const table& other);
  table& operator=(const table& other);
  ~table();

  // -- mutators ---------------------------------------------------------------

  /// Adds a route. A priority outside of ±`limits::route_priority_max` is
  /// `errc::invalid_argument`. Equal routes may stand beside each other.
  [[nodiscard]] result<route_id> add(const pattern& where, route::target to,
                                     int priority = 0);

  /// Removes one route and nothing else; false when there is none.
  bool remove(route_id id);

  // -- observers --------------------------------------------------------------

  /// Appends the routes that match, in order, to `out` (which is not cleared,
  /// so that a caller can keep its memory).
  void match(std::string_view type, std::vector<route::match>& out) const;

  [[nodiscard]] std::size_t size() const noexcept;

private:
  class impl;
  std::unique_ptr<impl> impl_;
};

} // namespace libsig::route
