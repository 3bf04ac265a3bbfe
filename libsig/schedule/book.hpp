#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libsig/core/error.hpp"
#include "libsig/core/limits.hpp"
#include "libsig/core/time.hpp"
#include "libsig/schedule/requests.hpp"

namespace libsig::schedule {

/// What one tenant may have at most.
struct bounds {
  std::size_t rows_max = limits::schedules_max;
  /// Of all data together.
  std::size_t bytes_max = limits::schedule_bytes_max;
};

/// The signals that are to come, of all tenants, which never meet. Every
/// function but `list` costs the logarithm of what is there. Not synchronised.
class book {
public:
  // -- types ------------------------------------------------------------------

  /// What became of a row that was put.
  struct placed {
    /// The row that stands there now, until the next change.
    const scheduled_row* row = nullptr;
    /// The row that went for this one.
    std::optional<scheduled_row> replaced;
    /// It was there before; nothing has changed.
    bool duplicate = false;
  };

  /// A row that is out of the book.
  struct taken {
    std::string tenant;
    scheduled_row row;
  };

  // -- constructors -----------------------------------------------------------

  explicit book(const bounds& of) : bounds_{of} {}

  book(const book&) = delete;
  book& operator=(const book&) = delete;

  // -- mutators ---------------------------------------------------------------

  /// Puts a row; errors are `duplicate_conflict` and `overloaded` of
  /// `schedule_request`. Nothing has changed then.
  [[nodiscard]] result<placed> put(std::string_view tenant,
                                   scheduled_row&& row);

  /// Puts a row that was there before a restart, whatever the bounds are. One
  /// that is there already is left out.
  void restore(std::string_view tenant, scheduled_row&& row);

  /// Takes out what `cancel_request` names.
  [[nodiscard]] std::vector<scheduled_row> cancel(const cancel_request& what);

  /// Takes out at most so many rows that are due, the earliest first.
  [[nodiscard]] std::vector<taken> take_due(wall_time now, std::size_t most);

  // -- observers --------------------------------------------------------------

  /// When the next row is due; nothing when there is none.
  [[nodiscard]] std::optional<wall_time> next_due() const;

  /// Costs as much as the rows that it gives.
  [[nodiscard]] list_reply list(const list_request& what) const;

  [[nodiscard]] std::size_t size() const noexcept { return size_; }

private:
  struct entry;
  using entry_pointer = std::unique_ptr<entry>;

  /// D27: by time, type, id; and by source, of which ids are no business.
  struct by_position {
    using is_transparent = void;
    bool operator()(const entry_pointer& left,
                    const entry_pointer& right) const noexcept;
    bool operator()(const entry_pointer& left,
                    const row_position& right) const noexcept;
    bool operator()(const row_position& left,
                    const entry_pointer& right) const noexcept;
    bool operator()(const entry_pointer& left,
                    const entry& right) const noexcept;
    bool operator()(const entry& left,
                    const entry_pointer& right) const noexcept;
  };

  using ordered = std::set<entry_pointer, by_position>;

  /// Two names that find a row, as views into it.
  using name_pair = std::pair<std::string_view, std::string_view>;
  using index = std::map<name_pair, entry*>;

  /// A row, and where it stands, so that it is found once when it goes.
  struct entry {
    scheduled_row row;
    index::iterator by_id = {};
    index::iterator by_repeat_key = {};
  };

  struct tenant_rows {
    ordered rows;
    index by_id;         ///< id and source
    index by_repeat_key; ///< type and key, of rows that have one
    std::size_t bytes = 0;
  };

  using tenants = std::map<std::string, tenant_rows, std::less<>>;

  [[nodiscard]] result<void> check_room(const tenant_rows& in,
                                        const scheduled_row& more,
                                        const scheduled_row* less) const;
  const scheduled_row* insert(tenants::iterator into, scheduled_row&& row);
  scheduled_row extract(tenants::iterator from, ordered::iterator at);
  void drop_if_empty(tenants::iterator which);
  void note_first(tenants::iterator of, std::optional<wall_time> before);

  bounds bounds_;
  tenants tenants_;
  /// The first time of each tenant that has rows.
  std::set<std::pair<wall_time, std::string_view>> firsts_;
  std::size_t size_ = 0;
};

} // namespace libsig::schedule
