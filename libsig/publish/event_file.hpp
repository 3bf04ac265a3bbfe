#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "libsig/core/limits.hpp"
#include "libsig/journal/journal.hpp"
#include "libsig/publish/sink.hpp"

namespace libsig::publish {

/// The log as a file.
struct event_file_options {
  /// Such as `<data>/signals/events.jsonl`; the folder is made, mode 0700.
  std::string path;
  /// A file that would grow beyond is put aside as `events-<sequence>.jsonl`,
  /// with the sequence of its first line, and a new one is begun.
  std::uint64_t bytes_max = limits::line_file_bytes_max;
  /// Of those that were put aside; the oldest ones go.
  unsigned kept = limits::line_files_kept;
};

/// A view of the log with a line for each signal that the sink is given, in the
/// shape of document 001 (see `append_event_line`).
///
/// The log is what counts, and the file can be lost: `state` holds the length
/// and the hash of what was written, so that a start finds out whether the file
/// is the one that was left. What was appended after the state was saved is
/// compared with what is to be written, and kept where it is the same, so that
/// no line stands there twice and no torn line stays. Where anything else is
/// found, or the file was removed, moved or written by others meanwhile, it is
/// made anew from the log: from its first line on, where that is known, or with
/// the newest signals that fit.
///
/// `log` must outlive it.
[[nodiscard]] std::unique_ptr<sink>
make_event_file(event_file_options how, const journal::journal& log);

} // namespace libsig::publish
