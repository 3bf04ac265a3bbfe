#include "libsig/core/suggest.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace libsig {

namespace {

constexpr std::size_t word_bytes_max = 64;
constexpr unsigned distance_max = 2;

using row = std::array<unsigned, word_bytes_max + 1>;

} // namespace

unsigned edit_distance(std::string_view left, std::string_view right) {
  left = left.substr(0, word_bytes_max);
  right = right.substr(0, word_bytes_max);
  row before_last{};
  row last{};
  row now{};
  for (std::size_t j = 0; j <= right.size(); ++j) {
    last[j] = static_cast<unsigned>(j);
  }
  for (std::size_t i = 1; i <= left.size(); ++i) {
    now[0] = static_cast<unsigned>(i);
    for (std::size_t j = 1; j <= right.size(); ++j) {
      const bool same = left[i - 1] == right[j - 1];
      now[j] =
        std::min({last[j] + 1, now[j - 1] + 1, last[j - 1] + (same ? 0u : 1u)});
      const bool swapped = i > 1 && j > 1 && left[i - 1] == right[j - 2]
                           && left[i - 2] == right[j - 1];
      if (swapped) {
        now[j] = std::min(now[j], before_last[j - 2] + 1);
      }
    }
    before_last = last;
    last = now;
  }
  return last[right.size()];
}

std::string closest(std::string_view word,
                    std::span<const std::string> candidates) {
  const std::string* best = nullptr;
  unsigned least = distance_max + 1;
  for (const auto& candidate : candidates) {
    const auto distance = edit_distance(word, candidate);
    if (distance < least && distance < word.size()) {
      least = distance;
      best = &candidate;
    }
  }
  if (best != nullptr) {
    return *best;
  }
  const auto begins = [word](const std::string& candidate) {
    return word.size() > 1 && candidate.starts_with(word);
  };
  const auto first = std::find_if(candidates.begin(), candidates.end(), begins);
  const bool only = first != candidates.end()
                    && std::none_of(first + 1, candidates.end(), begins);
  return only ? *first : std::string{};
}

std::string alternatives(std::span<const std::string> names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) {
      text += i + 1 == names.size() ? " or " : ", ";
    }
    text += names[i];
  }
  return text;
}

std::string advice(std::string_view word,
                   std::span<const std::string> candidates) {
  const auto meant = closest(word, candidates);
  return meant.empty() ? "use " + alternatives(candidates)
                       : "did you mean " + meant + "?";
}

} // namespace libsig
