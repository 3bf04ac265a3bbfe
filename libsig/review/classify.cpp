#include <algorithm>
#include <string>
#include <string_view>

#include "libsig/review/pipeline.hpp"

namespace libsig::review {

namespace {

constexpr std::uint64_t fast_files_max = 50;
constexpr double deep_risk_min = 0.5;

/// Compares with a lower-case text, ASCII letters of any case.
bool equals_in_any_case(std::string_view text, std::string_view lower) {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(),
                    [](char one, char other) {
                      const bool upper = one >= 'A' && one <= 'Z';
                      return (upper ? one - 'A' + 'a' : one) == other;
                    });
}

bool asks_for_depth(const std::string& label) {
  return equals_in_any_case(label, "security")
         || equals_in_any_case(label, "performance");
}

/// The number as JSON and people write it, without trailing zeros.
std::string shown(double number) {
  std::string text = std::to_string(number);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) {
    text.pop_back();
  }
  return text;
}

} // namespace

classification classify(const request& asked, std::uint64_t files) {
  files = std::max(files, asked.files_changed.value_or(0));
  if (asked.intent == "hotfix") {
    return {decision_path::fast_path,
            "The intent is hotfix, which always takes the fast path."};
  }
  if (files > fast_files_max) {
    return {decision_path::deep_review,
            "The change has " + std::to_string(files)
              + " files, more than the 50 of the fast path."};
  }
  const auto label =
    std::find_if(asked.labels.begin(), asked.labels.end(), asks_for_depth);
  if (label != asked.labels.end()) {
    return {decision_path::deep_review,
            "The label " + *label + " asks for a deep review."};
  }
  if (asked.risk_factor >= deep_risk_min) {
    return {decision_path::deep_review, "The risk factor "
                                          + shown(asked.risk_factor)
                                          + " is at least 0.5."};
  }
  return {decision_path::fast_path,
          "No rule asks for a deep review of this change."};
}

} // namespace libsig::review
