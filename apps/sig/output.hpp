#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "libsig/core/error.hpp"

namespace libsig::sig {

/// A text and the file that shall hold it.
struct file_output {
  std::string file;
  std::string text;
};

/// Files about to be replaced: their new texts are written, safe on disk beside
/// them, and take their places together or not at all.
///
/// A link is followed: the file it names is replaced, the link stays. What is
/// no regular file (a device, a pipe) is written to first at `commit`, since it
/// cannot be put back.
class staged_files {
public:
  /// Writes all texts beside their targets. `errc::io`, placed at the file;
  /// then nothing is left behind.
  [[nodiscard]] static result<staged_files>
  prepare(const std::vector<file_output>& outputs);

  staged_files(staged_files&&) noexcept = default;
  staged_files& operator=(staged_files&&) = delete;
  staged_files(const staged_files&) = delete;
  staged_files& operator=(const staged_files&) = delete;

  /// Removes what was not committed.
  ~staged_files();

  /// Lets the texts take their places. When one cannot, those before it are
  /// put back and the error is placed at its file; `errc::stopped` when the
  /// reader of a pipe went away.
  [[nodiscard]] result<void> commit();

private:
  /// One target and the file that stands beside it.
  struct entry {
    std::string file;   ///< as the user named it
    std::string target; ///< with links followed
    std::string beside; ///< holds the new text, after `place` the old one
    bool existed = false;
    bool exchanged = false;
  };

  staged_files() = default;

  [[nodiscard]] result<void> stage(const file_output& output);
  [[nodiscard]] static result<void> place(entry& one);
  void put_back() noexcept;

  std::vector<entry> entries_;
  std::vector<file_output> direct_; ///< to devices and pipes
  std::size_t placed_ = 0;
};

/// Writes a text to standard output. `errc::io`, and `errc::stopped` when its
/// reader went away.
[[nodiscard]] result<void> write_standard_output(std::string_view text);

} // namespace libsig::sig
