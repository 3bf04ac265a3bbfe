#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "apps/sig/exit_status.hpp"
#include "libsig/core/error.hpp"
#include "libsig/report/report.hpp"
#include "libsig/review/make_request.hpp"
#include "libsig/review/types.hpp"

namespace libsig::sig {

/// How the progress of a review is shown on standard error.
enum class progress_mode : std::uint8_t {
  automatic, ///< a live line on a terminal, else plain lines
  plain,
  none,
};

/// One report and where it goes.
struct output_target {
  report::format which = report::format::pretty;
  /// A file's name; empty is standard output.
  std::string file;

  friend bool operator==(const output_target&, const output_target&) = default;
};

/// What both the command line and a configuration file may say of a review.
/// Absent is not said.
struct review_settings : review::request_attributes {
  std::optional<libsig::sig::fail_level> fail_level;
  std::optional<std::vector<output_target>> outputs;
  std::optional<progress_mode> progress;
  std::optional<bool> quiet;
  /// The first part of the sources of signals; only in files.
  std::optional<std::string> source_prefix;
};

/// What `first` says, and what only `second` says.
[[nodiscard]] review_settings merge(review_settings first,
                                    const review_settings& second);

/// Whether the outputs can stand beside each other: one on standard output, one
/// in each file.
[[nodiscard]] result<void>
check_outputs(const std::vector<output_target>& outputs);

// -- reading one value; errors are `errc::invalid_argument` without a place ---

[[nodiscard]] result<libsig::sig::fail_level>
parse_fail_level(std::string_view text);
[[nodiscard]] result<progress_mode> parse_progress_mode(std::string_view text);
[[nodiscard]] result<review::filter_mode>
parse_filter_mode(std::string_view text);

/// `NAME` or `NAME=FILE`, where `-` is standard output.
[[nodiscard]] result<output_target> parse_output(std::string_view text);

/// A number in 0..1.
[[nodiscard]] result<double> parse_risk_factor(std::string_view text);

/// The time that a review or an answer may take: up to
/// `limits::review_deadline_max`, and not none.
[[nodiscard]] result<std::chrono::milliseconds>
parse_timeout(std::string_view text);

/// A text that a request may carry: UTF-8, and not longer than `bytes_max`.
[[nodiscard]] result<std::string> parse_text(std::string_view text,
                                             std::size_t bytes_max);

} // namespace libsig::sig
