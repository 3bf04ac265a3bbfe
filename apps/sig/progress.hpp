#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "apps/sig/local_review.hpp"
#include "apps/sig/settings.hpp"

namespace libsig::sig {

/// What is known of a running review, as text. Names are shown escaped.
class progress_board {
public:
  explicit progress_board(std::size_t files) : files_{files} {}

  void set(std::string_view specialist, specialist_progress state);

  /// All in one line of at most `width` columns, without a line feed.
  [[nodiscard]] std::string line(std::chrono::milliseconds elapsed,
                                 unsigned width) const;

private:
  std::size_t files_;
  std::vector<std::pair<std::string, specialist_progress>> states_;
};

/// The plain line for one change, without a line feed.
[[nodiscard]] std::string progress_text(std::string_view specialist,
                                        specialist_progress state);

/// How progress is shown in fact.
enum class progress_style : std::uint8_t { none, plain, live };

[[nodiscard]] progress_style choose_style(progress_mode mode, bool quiet,
                                          bool is_terminal,
                                          std::string_view term) noexcept;

/// Shows the progress of one review on standard error while it exists; a live
/// line is erased at the end.
class progress_display {
public:
  progress_display(progress_style style, std::size_t files, unsigned width);
  progress_display(const progress_display&) = delete;
  progress_display& operator=(const progress_display&) = delete;
  ~progress_display();

  /// Notes a change; callable from any thread.
  void set(std::string_view specialist, specialist_progress state);

private:
  void redraw_until_closed();

  progress_style style_;
  unsigned width_;
  std::chrono::steady_clock::time_point start_;
  // The thread that redraws and the runtime's threads share the board. No
  // actor owns it: the display must show that time passes even when the
  // runtime is stuck.
  std::mutex mutex_;
  std::condition_variable changed_;
  progress_board board_;
  bool closed_ = false;
  std::thread redraws_;
};

} // namespace libsig::sig
