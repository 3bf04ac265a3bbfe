#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace libsig::review::checks {

/// Names of hot functions, for looking identifiers up.
///
/// It points into the names it was made of.
class hot_names {
public:
  /// Names beyond it are not looked for.
  static constexpr std::size_t names_max = 1'000;

  explicit hot_names(std::span<const std::string> names);

  /// One name: `Billing.Cache.fetch/2` has the last part `fetch` and the owner
  /// `Cache`.
  struct entry {
    std::string_view last;  ///< the function's own name
    std::string_view owner; ///< the part before it, or empty
    std::string_view whole; ///< as it was given
  };

  /// The names whose last part is the one given.
  [[nodiscard]] std::span<const entry> find(std::string_view last) const;

  [[nodiscard]] const entry& at(std::size_t place) const {
    return entries_[place];
  }

  [[nodiscard]] bool empty() const noexcept { return entries_.empty(); }

  /// The place of an entry that `find` gave.
  [[nodiscard]] std::size_t place_of(const entry& found) const {
    return static_cast<std::size_t>(&found - entries_.data());
  }

  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }

private:
  std::vector<entry> entries_; ///< sorted by their last parts
  std::uint64_t lengths_ = 0;  ///< a bit for each length of a last part
};

/// Whether a spelled name is the owner's, case and underscores apart: `cache`
/// and `Cache`, `user_store` and `UserStore`.
[[nodiscard]] bool same_owner(std::string_view spelled, std::string_view owner);

} // namespace libsig::review::checks
