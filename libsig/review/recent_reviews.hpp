#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "libsig/core/keyed_hash.hpp"

namespace libsig::review {

/// A result that came for a closed review.
struct late_result {
  /// The key of the review's record.
  std::string_view record_key;
  /// How many there have been, this one included.
  std::uint64_t count = 0;
};

/// The reviews that were closed last, so that a late result finds the record
/// of its review. At the bound the one that was closed first is forgotten.
class recent_reviews {
public:
  explicit recent_reviews(std::size_t reviews_max) : most_{reviews_max} {}

  recent_reviews(const recent_reviews&) = delete;
  recent_reviews& operator=(const recent_reviews&) = delete;

  /// Remembers a review by its tenant and id, and the key of its record.
  void add(std::string_view tenant, std::string_view review_id,
           std::string record_key);

  /// Counts a late result; nothing when its review is not remembered. The view
  /// is good until the next `add`.
  [[nodiscard]] std::optional<late_result> count(std::string_view tenant,
                                                 std::string_view review_id);

private:
  struct entry {
    std::string name;
    std::string record_key;
    std::uint64_t late = 0;
  };

  [[nodiscard]] static std::string name_of(std::string_view tenant,
                                           std::string_view review_id);

  std::size_t most_;
  // Reserved as a whole, so that the names stay where the index points to.
  std::vector<entry> ring_;
  std::size_t next_ = 0;
  std::unordered_map<std::string_view, std::size_t, keyed_hash> places_;
};

} // namespace libsig::review
