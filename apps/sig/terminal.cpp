#include "apps/sig/terminal.hpp"

#include <algorithm>
#include <charconv>
#include <exception>
#include <system_error>

#include <sys/ioctl.h>
#include <unistd.h>

#include "apps/sig/descriptor.hpp"
#include "libsig/report/report.hpp"

namespace libsig::sig {

namespace {

constexpr unsigned width_default = 80;
constexpr unsigned width_min = 40;
constexpr unsigned width_max = 1'000;

/// The longest line that standard error gets; a name may have megabytes.
constexpr std::size_t talk_bytes_max = 4'000;

unsigned reported_width(int number) noexcept {
  winsize size{};
  return ::ioctl(number, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0u;
}

} // namespace

bool may_colour(bool is_terminal, const terminal_environment& says) noexcept {
  return is_terminal && says.no_color.empty() && says.term != "dumb";
}

unsigned choose_width(bool is_terminal, unsigned reported,
                      std::string_view columns) noexcept {
  if (!is_terminal) {
    return width_default;
  }
  unsigned stated = 0;
  const auto* const end = columns.data() + columns.size();
  const auto [rest, problem] = std::from_chars(columns.data(), end, stated);
  const bool whole = problem == std::errc{} && rest == end;
  if (whole && stated >= width_min && stated <= width_max) {
    return stated;
  }
  return reported == 0 ? width_default
                       : std::clamp(reported, width_min, width_max);
}

terminal look_at_terminal(const terminal_environment& says) {
  terminal seen;
  seen.input_is_terminal = ::isatty(STDIN_FILENO) == 1;
  seen.output_is_terminal = ::isatty(STDOUT_FILENO) == 1;
  seen.error_is_terminal = ::isatty(STDERR_FILENO) == 1;
  seen.colour = may_colour(seen.output_is_terminal, says);
  seen.width = choose_width(seen.output_is_terminal,
                            reported_width(STDOUT_FILENO), says.columns);
  seen.error_width = choose_width(seen.error_is_terminal,
                                  reported_width(STDERR_FILENO), says.columns);
  return seen;
}

std::string talk_line(std::string_view text) {
  auto line = "sig: " + report::printable(text.substr(0, talk_bytes_max));
  if (text.size() > talk_bytes_max) {
    line += " ...";
  }
  return line + "\n";
}

void talk(std::string_view text) noexcept {
  try {
    [[maybe_unused]] const auto lost =
      write_all(STDERR_FILENO, talk_line(text));
  } catch (const std::exception&) {
    // Without memory for a line there is nothing left to say it with.
  }
}

} // namespace libsig::sig
