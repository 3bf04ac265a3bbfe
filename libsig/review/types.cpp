#include "libsig/review/types.hpp"

#include <array>
#include <cstddef>

namespace libsig::review {

namespace {

constexpr std::array<std::string_view, 4> severity_names{"none", "low",
                                                         "medium", "high"};

constexpr std::array<std::string_view, 2> path_names{"fast_path",
                                                     "deep_review"};

constexpr std::array<std::string_view, 4> mode_names{"added", "diff_context",
                                                     "file", "nofilter"};

constexpr std::array<std::string_view, 2> status_names{"complete", "failed"};

/// The name at the place of the enumerator; empty for a value that is none.
template <class Enum, std::size_t Size>
std::string_view name_of(const std::array<std::string_view, Size>& names,
                         Enum value) noexcept {
  const auto index = static_cast<std::size_t>(value);
  return index < Size ? names[index] : std::string_view{};
}

template <class Enum, std::size_t Size>
std::optional<Enum> parse(const std::array<std::string_view, Size>& names,
                          std::string_view text) noexcept {
  for (std::size_t index = 0; index < Size; ++index) {
    if (names[index] == text) {
      return static_cast<Enum>(index);
    }
  }
  return std::nullopt;
}

} // namespace

std::string_view to_string(severity value) noexcept {
  return name_of(severity_names, value);
}

std::optional<severity> parse_severity(std::string_view text) {
  return parse<severity>(severity_names, text);
}

std::string_view to_string(decision_path value) noexcept {
  return name_of(path_names, value);
}

std::optional<decision_path> parse_decision_path(std::string_view text) {
  return parse<decision_path>(path_names, text);
}

std::string_view to_string(filter_mode value) noexcept {
  return name_of(mode_names, value);
}

std::optional<filter_mode> parse_filter_mode(std::string_view text) {
  return parse<filter_mode>(mode_names, text);
}

std::string_view to_string(review_status value) noexcept {
  return name_of(status_names, value);
}

std::optional<review_status> parse_review_status(std::string_view text) {
  return parse<review_status>(status_names, text);
}

} // namespace libsig::review
