#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "libsig/core/keyed_hash.hpp"
#include "libsig/review/signals.hpp"

namespace libsig::review {

/// What went wrong once, so that nobody has to find it out again.
struct scar {
  std::string review_id;
  /// The check that failed, or `crash`.
  std::string what;

  friend bool operator==(const scar&, const scar&) = default;
};

/// What a scar of a crash is called.
inline constexpr std::string_view crash_scar = "crash";

/// A kind of finding that keeps coming back.
struct learned_pattern {
  std::uint64_t count = 0;
  /// Where it was seen, `file:line`, oldest first; the last
  /// `limits::learned_examples_max`. Long file names lose their beginning.
  std::deque<std::string> examples;

  friend bool operator==(const learned_pattern&,
                         const learned_pattern&) = default;
};

/// A change of the state, to be kept under its key.
struct learning_row {
  /// `history/<slot>`, `scar/<slot>` or `pattern/<name>`.
  std::string key;
  /// One JSON object; nothing removes the key.
  std::optional<std::string> value;
};

/// What a specialist remembers (document 002): the last
/// `limits::review_history_max` reviews, the last `limits::scar_tissue_max`
/// scars, and the `limits::learned_patterns_max` patterns seen most recently.
/// At each bound the oldest goes.
///
/// Every change comes with the rows to keep; the rows that stand under their
/// keys in the end bring the same state back. A row names its place by a
/// running number, so that their order does not matter, and the rows that stand
/// are never more than the bounds together. Plain data; one thread uses it.
class learning {
public:
  // -- constructors -----------------------------------------------------------

  learning();

  // -- mutators ---------------------------------------------------------------

  /// Takes in a result of the specialist's own and appends the rows to keep, in
  /// the order in which they are to be written: one for the review, one for
  /// each failed check, one for each pattern that was found or forgotten.
  ///
  /// A result without a valid review id leaves no trace.
  void remember(const review_result& of, std::vector<learning_row>& rows);

  /// Takes in that the specialist crashed over a review, as `remember` does.
  void remember_crash(std::string_view review_id,
                      std::vector<learning_row>& rows);

  /// Takes in a row that was kept. One that cannot be read, or that `remember`
  /// would not have written, is ignored: memory is a help, not a duty.
  void recall(std::string_view key, std::string_view value);

  // -- observers --------------------------------------------------------------

  /// Oldest first.
  [[nodiscard]] std::vector<history_entry> history() const;

  /// Oldest first.
  [[nodiscard]] std::vector<scar> scar_tissue() const;

  /// Null when it was never seen, or so long ago that it was forgotten.
  [[nodiscard]] const learned_pattern* find(std::string_view pattern) const;

  /// The names of the patterns; the one not seen for longest first.
  [[nodiscard]] std::vector<std::string> patterns() const;

  /// The pattern that a finding belongs to: its rule (its type when it states
  /// none) and the file's ending, such as `sql-injection/string-building:py`.
  [[nodiscard]] static std::string pattern_of(const finding& of);

private:
  /// A thing and when it came; 0 says that the place is empty.
  template <class T>
  struct numbered {
    std::uint64_t number = 0;
    T what;
  };

  struct known_pattern {
    learned_pattern what;
    /// When it was last seen.
    std::uint64_t number = 0;
    /// Whether a row stands for it.
    bool kept = false;
  };

  using pattern_table =
    std::unordered_map<std::string, known_pattern, keyed_hash, std::equal_to<>>;

  template <class T>
  [[nodiscard]] static std::vector<T>
  in_order(const std::vector<numbered<T>>& ring);

  void add_entry(const review_result& of, std::vector<learning_row>& rows);
  void add_scar(std::string_view review_id, std::string_view what,
                std::vector<learning_row>& rows);
  void add_pattern(const finding& from, std::vector<learning_row>& rows);
  void forget_pattern(std::vector<learning_row>& rows);
  void keep_patterns(std::uint64_t after, std::vector<learning_row>& rows);
  void recall_entry(std::string_view slot, std::string_view value);
  void recall_scar(std::string_view slot, std::string_view value);
  void recall_pattern(std::string_view name, std::string_view value);

  // Rings: a thing stands at its number modulo the size, and so does its row.
  std::vector<numbered<history_entry>> history_;
  std::uint64_t reviews_ = 0;
  std::vector<numbered<scar>> scars_;
  std::uint64_t scars_seen_ = 0;
  pattern_table patterns_;
  /// The names of the patterns by when they were last seen.
  std::map<std::uint64_t, std::string> order_;
  std::uint64_t patterns_seen_ = 0;
};

} // namespace libsig::review
