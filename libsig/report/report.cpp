#include "libsig/report/report.hpp"

#include <array>

#include "libsig/report/internal/formats.hpp"

namespace libsig::report {

namespace {

constexpr std::array<std::string_view, 6> format_names{
  "pretty", "json", "sarif", "markdown", "github", "rdjson"};

} // namespace

std::string_view to_string(format value) noexcept {
  const auto index = static_cast<std::size_t>(value);
  return index < format_names.size() ? format_names[index] : "";
}

std::optional<format> parse_format(std::string_view text) {
  for (std::size_t index = 0; index < format_names.size(); ++index) {
    if (format_names[index] == text) {
      return static_cast<format>(index);
    }
  }
  return std::nullopt;
}

std::string make_report(format which, const subject& of, const options& how) {
  switch (which) {
  case format::pretty:
    return make_pretty(of, how);
  case format::json:
    return make_json(of);
  case format::sarif:
    return make_sarif(of, how);
  case format::markdown:
    return make_markdown(of);
  case format::github:
    return make_github(of);
  case format::rdjson:
    return make_rdjson(of);
  }
  return {};
}

} // namespace libsig::report
