#include "libsig/codec/internal/json_names.hpp"

#include "libsig/codec/internal/json_string.hpp"

#include <algorithm>
#include <span>

namespace libsig::codec::internal {

namespace {

using names = std::span<std::string_view>;

/// Few names are compared with each other, which is faster than sorting.
constexpr std::size_t few = 8;

[[nodiscard]] std::optional<std::string_view> find_among_few(names all) {
  for (std::size_t index = 1; index < all.size(); ++index) {
    const auto before = all.first(index);
    if (std::ranges::find(before, all[index]) != before.end()) {
      return all[index];
    }
  }
  return std::nullopt;
}

[[nodiscard]] bool shorter_or_less(std::string_view left,
                                   std::string_view right) noexcept {
  return left.size() != right.size() ? left.size() < right.size()
                                     : left < right;
}

} // namespace

void json_names::add(std::string_view inside, bool escaped) {
  if (escaped) {
    append_unescaped(unescaped_.emplace_back(), inside);
    inside = unescaped_.back();
  }
  names_.push_back(inside);
}

void json_names::forget(const mark& from) {
  names_.resize(from.names);
  unescaped_.resize(from.unescaped);
}

std::optional<std::string_view> json_names::find_twice(const mark& from) {
  const names all = names{names_}.subspan(from.names);
  if (all.size() <= few) {
    return find_among_few(all);
  }
  std::ranges::sort(all, shorter_or_less);
  const auto twice = std::ranges::adjacent_find(all);
  return twice == all.end() ? std::nullopt : std::optional{*twice};
}

} // namespace libsig::codec::internal
