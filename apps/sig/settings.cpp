#include "apps/sig/settings.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <system_error>
#include <utility>

#include "libsig/config/units.hpp"
#include "libsig/core/in_quotes.hpp"
#include "libsig/core/limits.hpp"
#include "libsig/core/suggest.hpp"
#include "libsig/core/utf8.hpp"

namespace libsig::sig {

namespace {

template <class T>
using choice = std::pair<std::string_view, T>;

constexpr std::array<choice<fail_level>, 5> fail_levels{
  {{"none", fail_level::none},
   {"any", fail_level::any},
   {"low", fail_level::low},
   {"medium", fail_level::medium},
   {"high", fail_level::high}}};

constexpr std::array<choice<progress_mode>, 3> progress_modes{
  {{"auto", progress_mode::automatic},
   {"plain", progress_mode::plain},
   {"none", progress_mode::none}}};

constexpr std::array<choice<review::filter_mode>, 4> filter_modes{
  {{"added", review::filter_mode::added},
   {"diff_context", review::filter_mode::diff_context},
   {"file", review::filter_mode::file},
   {"nofilter", review::filter_mode::nofilter}}};

constexpr std::array<choice<report::format>, 6> formats{
  {{"pretty", report::format::pretty},
   {"json", report::format::json},
   {"sarif", report::format::sarif},
   {"markdown", report::format::markdown},
   {"github", report::format::github},
   {"rdjson", report::format::rdjson}}};

/// Names by which standard output can be opened, too.
constexpr std::array<std::string_view, 4> standard_output_names{
  "-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"};

template <class T, std::size_t Count>
result<T> choose(const std::array<choice<T>, Count>& choices,
                 std::string_view text, std::string_view what) {
  const auto found =
    std::find_if(choices.begin(), choices.end(),
                 [text](const auto& one) { return one.first == text; });
  if (found != choices.end()) {
    return found->second;
  }
  std::vector<std::string> names;
  for (const auto& one : choices) {
    names.emplace_back(one.first);
  }
  return fail(error{errc::invalid_argument,
                    in_quotes(text) + " is no " + std::string{what}}
                .mend(advice(text, names)));
}

template <class T>
void take(std::optional<T>& first, const std::optional<T>& second) {
  if (!first) {
    first = second;
  }
}

} // namespace

review_settings merge(review_settings first, const review_settings& second) {
  take(first.labels, second.labels);
  take(first.intent, second.intent);
  take(first.risk_factor, second.risk_factor);
  take(first.author, second.author);
  take(first.branch, second.branch);
  take(first.repo, second.repo);
  take(first.filter_mode, second.filter_mode);
  take(first.include, second.include);
  take(first.exclude, second.exclude);
  take(first.only, second.only);
  take(first.skip, second.skip);
  take(first.fail_level, second.fail_level);
  take(first.outputs, second.outputs);
  take(first.progress, second.progress);
  take(first.quiet, second.quiet);
  take(first.timeout, second.timeout);
  take(first.source_prefix, second.source_prefix);
  return first;
}

result<void> check_outputs(const std::vector<output_target>& outputs) {
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (outputs[i].file != outputs[j].file) {
        continue;
      }
      const bool standard = outputs[i].file.empty();
      const auto where =
        standard ? std::string{"standard output"} : outputs[i].file;
      return fail(
        error{errc::invalid_argument,
              "two formats, " + std::string{report::to_string(outputs[j].which)}
                + " and " + std::string{report::to_string(outputs[i].which)}
                + ", on " + where}
          .mend("send one of them to a file with NAME=FILE"));
    }
  }
  return {};
}

result<fail_level> parse_fail_level(std::string_view text) {
  return choose(fail_levels, text, "fail level");
}

result<progress_mode> parse_progress_mode(std::string_view text) {
  return choose(progress_modes, text, "way to show progress");
}

result<review::filter_mode> parse_filter_mode(std::string_view text) {
  return choose(filter_modes, text, "filter mode");
}

result<output_target> parse_output(std::string_view text) {
  const auto equals = text.find('=');
  const auto which = choose(formats, text.substr(0, equals), "format");
  if (!which) {
    return fail(which.error());
  }
  if (equals == text.npos) {
    return output_target{*which, {}};
  }
  const auto file = text.substr(equals + 1);
  if (file.empty()) {
    return fail(
      error{errc::invalid_argument, in_quotes(text) + " names no file"}.mend(
        "write NAME=FILE, or NAME alone for standard output"));
  }
  const bool standard =
    std::find(standard_output_names.begin(), standard_output_names.end(), file)
    != standard_output_names.end();
  return output_target{*which, standard ? std::string{} : std::string{file}};
}

result<double> parse_risk_factor(std::string_view text) {
  const auto* const end = text.data() + text.size();
  double value = 0.0;
  const auto [rest, problem] = std::from_chars(text.data(), end, value);
  // The comparison is written so that it refuses NaN.
  if (problem != std::errc{} || rest != end
      || !(value >= 0.0 && value <= 1.0)) {
    return fail(
      error{errc::invalid_argument, in_quotes(text) + " is no number in 0..1"}
        .mend("write one such as 0.5"));
  }
  return value;
}

result<std::chrono::milliseconds> parse_timeout(std::string_view text) {
  constexpr std::chrono::milliseconds least{1};
  return config::parse_duration_within(text, least,
                                       limits::review_deadline_max);
}

result<std::string> parse_text(std::string_view text, std::size_t bytes_max) {
  if (text.size() > bytes_max) {
    return fail(errc::invalid_argument,
                "has " + std::to_string(text.size()) + " bytes, "
                  + std::to_string(bytes_max) + " at most");
  }
  if (!is_utf8(text)) {
    return fail(errc::invalid_argument, "is not UTF-8");
  }
  return std::string{text};
}

} // namespace libsig::sig
