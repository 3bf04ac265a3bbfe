#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "libsig/actor/step.hpp"
#include "libsig/core/keyed_hash.hpp"
#include "libsig/core/time.hpp"
#include "libsig/topic/cursor.hpp"
#include "libsig/topic/requests.hpp"

/// The stored cursors of all consumers, and who waits for one to be settled.
namespace libsig::topic {

/// The table of keyed writes that they outlive a crash in.
inline constexpr std::string_view cursors_table = "cursors";

/// The beginning of the keys of an owner's cursors; a topic follows.
[[nodiscard]] std::string key_prefix(const cursor_owner& of);

/// What is known of one owner's place in one topic.
struct cursor_entry {
  /// The owner's key; it lives as long as the entry.
  std::string_view key;
  bool stored = false;
  position at;
  wall_time used;
  /// Changed by whoever sets or forgets the cursor: an answer that was given
  /// before does not move it any more.
  std::uint32_t version = 0;
  /// Answers that would move it and are not settled.
  std::uint32_t unsettled = 0;
  /// Waits that go on when they are, by the order in which they came.
  std::unique_ptr<std::map<std::uint64_t, std::uint32_t>> queue;
  // By when they were used:
  cursor_entry* older = nullptr;
  cursor_entry* newer = nullptr;
  /// It is not stored, and an answer that is not settled may store it.
  bool promised = false;
  /// How many of its tenant are stored or promised, when this one is.
  std::size_t* taken_of_tenant = nullptr;

  [[nodiscard]] bool busy() const noexcept { return unsettled > 0; }

  /// Whether it has its room among those of its tenant.
  [[nodiscard]] bool taken() const noexcept { return stored || promised; }
};

/// All entries, by key. Not synchronised. Entries stay where they are until
/// `release` finds that they hold nothing any more.
class cursor_table {
public:
  // -- mutators ---------------------------------------------------------------

  /// The entry of a key, which may hold nothing yet.
  [[nodiscard]] cursor_entry& get(const std::string& key);

  /// Keeps room for a cursor that is not stored, until it is, or until
  /// `break_promise`.
  void promise(cursor_entry& of);

  void break_promise(cursor_entry& of);

  /// Stores a cursor as used just now.
  void store(cursor_entry& of, const position& at, wall_time now);

  /// Forgets a stored cursor, not the entry.
  void erase(cursor_entry& of);

  /// Those that were used later than now were used now; which they are. At most
  /// all that were used since the clock was ahead.
  [[nodiscard]] std::vector<cursor_entry*> hold_back(wall_time now);

  /// Removes an entry that holds nothing.
  void release(cursor_entry& of);

  /// Takes a row of the journal, in the order of `used`; false when it is
  /// none.
  [[nodiscard]] bool recall(const actor::write& row);

  // -- observers --------------------------------------------------------------

  /// Null when nothing is known.
  [[nodiscard]] cursor_entry* find(std::string_view key);

  /// Cursors of a tenant, and those that are promised.
  [[nodiscard]] std::size_t taken(std::string_view tenant) const;

  /// Stored cursors.
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  /// The one that was used longest ago; null when none is stored.
  [[nodiscard]] cursor_entry* oldest() noexcept { return oldest_; }

private:
  void take(cursor_entry& of);
  void give_back(cursor_entry& of);
  void link(cursor_entry& of);
  void unlink(cursor_entry& of);

  std::unordered_map<std::string, cursor_entry, keyed_hash, std::equal_to<>>
    entries_;
  std::unordered_map<std::string, std::size_t, keyed_hash, std::equal_to<>>
    tenants_;
  std::size_t size_ = 0;
  cursor_entry* oldest_ = nullptr;
  cursor_entry* newest_ = nullptr;
};

/// The row of a cursor, that of a removed one when it is not stored.
[[nodiscard]] actor::write row_of(const cursor_entry& what);

/// When a row's cursor was used; nothing when it is no row of a cursor.
[[nodiscard]] std::optional<wall_time> used_of(const actor::write& row);

} // namespace libsig::topic
