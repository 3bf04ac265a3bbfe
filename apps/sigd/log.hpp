#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string_view>
#include <variant>

namespace libsig::sigd {

/// How serious a line is; as a threshold, what is written at least.
enum class log_level : std::uint8_t { debug, info, warning, error, off };

/// How a line looks: `2026-01-02T03:04:05.678Z info ready pid=7`, or an object
/// of JSON with `time`, `level`, `event` and the fields.
enum class log_format : std::uint8_t { text, json };

[[nodiscard]] std::optional<log_level>
log_level_of(std::string_view name) noexcept;

[[nodiscard]] std::optional<log_format>
log_format_of(std::string_view name) noexcept;

/// How and where lines are written.
struct log_options {
  log_level level = log_level::info;
  log_format format = log_format::text;
  /// Lines begin with the priority that systemd's journal reads, `<6>`; those
  /// of text leave out the time and the level then, which the journal has.
  bool journal = false;
  /// Stays the caller's.
  int descriptor = 2;
};

/// Whether a descriptor is the stream that `JOURNAL_STREAM` names by device and
/// inode, so that what is written to it goes to systemd's journal.
[[nodiscard]] bool is_journal(int descriptor,
                              std::string_view journal_stream) noexcept;

/// One fact of a line. A value under a secret's name is not written.
struct log_field {
  /// A constant of the program: `[a-z_]+`.
  std::string_view name;
  std::variant<std::string_view, std::int64_t, std::uint64_t, bool> value;
};

/// What an operator reads of a running node: one line for each event, without
/// anybody's payload. Text from outside is cut at `field_bytes_max` and
/// escaped, so that it cannot make a line or steer a terminal.
///
/// Lines wait in a bounded queue for a thread of their own, so that a reader
/// that is slow or gone delays nobody: the oldest are dropped then, counted,
/// and said to be. Any thread.
class logger {
public:
  static constexpr std::size_t field_bytes_max = 512;
  static constexpr std::size_t lines_max = 2'048;

  // -- constructors -----------------------------------------------------------

  explicit logger(const log_options& how);

  logger(const logger&) = delete;
  logger& operator=(const logger&) = delete;

  /// Writes what waits; gives up on a reader that takes nothing for a second.
  ~logger();

  // -- mutators ---------------------------------------------------------------

  /// Writes a line. `event` is a constant of the program in words with `_`.
  void write(log_level level, std::string_view event,
             std::initializer_list<log_field> fields) noexcept;

  void set_level(log_level level) noexcept;

  // -- observers --------------------------------------------------------------

  /// Whether lines of the level are written; to be asked where a line costs
  /// something to make.
  [[nodiscard]] bool takes(log_level level) const noexcept;

  /// Lines that were dropped.
  [[nodiscard]] std::uint64_t dropped() const noexcept;

private:
  struct implementation;

  std::unique_ptr<implementation> made_;
};

} // namespace libsig::sigd
