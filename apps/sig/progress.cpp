#include "apps/sig/progress.hpp"

#include <algorithm>

#include <unistd.h>

#include "apps/sig/descriptor.hpp"
#include "apps/sig/terminal.hpp"
#include "libsig/report/report.hpp"

namespace libsig::sig {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds redraw_interval{100};
constexpr std::string_view erase_line = "\r\x1b[K";

std::string_view state_text(specialist_progress state) noexcept {
  switch (state) {
  case specialist_progress::running:
    return "running";
  case specialist_progress::done:
    return "done";
  case specialist_progress::failed:
    return "failed";
  case specialist_progress::timed_out:
    return "timed out";
  case specialist_progress::skipped:
    return "skipped";
  }
  return "";
}

std::string seconds_text(milliseconds elapsed) {
  const auto tenths = elapsed.count() / 100;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
}

/// Without the word that all of them end with; two fit into 80 columns then.
std::string_view short_name(std::string_view specialist) noexcept {
  constexpr std::string_view ending = "_specialist";
  return specialist.ends_with(ending) && specialist != ending
           ? specialist.substr(0, specialist.size() - ending.size())
           : specialist;
}

std::string files_text(std::size_t files) {
  if (files == 0) {
    return "reviewing";
  }
  return "reviewing " + std::to_string(files)
         + (files == 1 ? " file" : " files");
}

} // namespace

void progress_board::set(std::string_view specialist,
                         specialist_progress state) {
  const auto known =
    std::find_if(states_.begin(), states_.end(),
                 [&](const auto& one) { return one.first == specialist; });
  if (known != states_.end()) {
    known->second = state;
  } else {
    states_.emplace_back(specialist, state);
  }
}

std::string progress_board::line(milliseconds elapsed, unsigned width) const {
  auto text = files_text(files_);
  const auto time = "  " + seconds_text(elapsed);
  for (const auto& [name, state] : states_) {
    const auto part = "  " + report::printable(short_name(name)) + " "
                      + std::string{state_text(state)};
    // The names are ASCII but for those of actors that others wrote, where a
    // byte is never less than a column.
    if (text.size() + part.size() + time.size() > width) {
      break;
    }
    text += part;
  }
  text += time;
  return text.size() > width ? text.substr(0, width) : text;
}

std::string progress_text(std::string_view specialist,
                          specialist_progress state) {
  return std::string{specialist} + ": " + std::string{state_text(state)};
}

progress_style choose_style(progress_mode mode, bool quiet, bool is_terminal,
                            std::string_view term) noexcept {
  if (quiet || mode == progress_mode::none) {
    return progress_style::none;
  }
  const bool live =
    mode == progress_mode::automatic && is_terminal && term != "dumb";
  return live ? progress_style::live : progress_style::plain;
}

progress_display::progress_display(progress_style style, std::size_t files,
                                   unsigned width)
  : style_{style}, width_{width}, start_{std::chrono::steady_clock::now()},
    board_{files} {
  if (style_ == progress_style::live) {
    redraws_ = std::thread{[this] { redraw_until_closed(); }};
  }
}

progress_display::~progress_display() {
  if (style_ != progress_style::live) {
    return;
  }
  {
    const std::lock_guard lock{mutex_};
    closed_ = true;
  }
  changed_.notify_all();
  redraws_.join();
}

void progress_display::set(std::string_view specialist,
                           specialist_progress state) {
  switch (style_) {
  case progress_style::none:
    return;
  case progress_style::plain:
    talk(progress_text(specialist, state));
    return;
  case progress_style::live:
    break;
  }
  {
    const std::lock_guard lock{mutex_};
    board_.set(specialist, state);
  }
  changed_.notify_all();
}

void progress_display::redraw_until_closed() {
  std::unique_lock lock{mutex_};
  while (!closed_) {
    const auto elapsed = std::chrono::duration_cast<milliseconds>(
      std::chrono::steady_clock::now() - start_);
    // One column stays free: a terminal breaks the line behind the last one.
    const auto text =
      std::string{erase_line} + board_.line(elapsed, width_ - 1);
    [[maybe_unused]] const auto lost = write_all(STDERR_FILENO, text);
    changed_.wait_for(lock, redraw_interval);
  }
  [[maybe_unused]] const auto lost = write_all(STDERR_FILENO, erase_line);
}

} // namespace libsig::sig
