#pragma once

#include <string>

#include "libsig/report/report.hpp"

/// One maker per format, each in a file of its own. All but `make_json` need a
/// summary.
namespace libsig::report {

[[nodiscard]] std::string make_pretty(const subject& of, const options& how);
[[nodiscard]] std::string make_json(const subject& of);
[[nodiscard]] std::string make_sarif(const subject& of, const options& how);
[[nodiscard]] std::string make_markdown(const subject& of);
[[nodiscard]] std::string make_github(const subject& of);
[[nodiscard]] std::string make_rdjson(const subject& of);

/// Appends JSON text with its invisible characters escaped: DEL, C1, direction
/// overrides, zero-width ones. They can only stand inside strings, so the value
/// stays the same.
void append_visible_json(std::string& out, std::string_view json);

} // namespace libsig::report
