#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "libsig/core/error.hpp"
#include "libsig/core/limits.hpp"
#include "libsig/publish/sink.hpp"

namespace libsig::publish {

/// A file of redacted CloudEvents.
struct file_options {
  std::string path;
  /// From which on it is put aside as `<path>.1`, the older ones moving up.
  std::uint64_t bytes_max = limits::line_file_bytes_max;
  /// Of those that were put aside; the oldest one goes.
  unsigned kept = limits::line_files_kept;
};

/// Appends each signal as one line of JSON, a redacted CloudEvent. A file that
/// somebody moved away or cut is made anew, or gone on with.
[[nodiscard]] std::unique_ptr<sink> make_file_sink(file_options how);

/// Writes the same lines to a descriptor that is not ours, such as standard
/// output. A reader that takes nothing holds only this publisher up.
[[nodiscard]] std::unique_ptr<sink> make_descriptor_sink(int descriptor);

} // namespace libsig::publish
