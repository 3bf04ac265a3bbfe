#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "libsig/core/descriptor.hpp"
#include "libsig/core/error.hpp"

namespace libsig::sig {

/// How a write ended.
enum class write_outcome : std::uint8_t {
  done,
  reader_gone, ///< nobody reads the pipe any more
  failed,      ///< `errno` says why
};

/// Makes standard input, output and error safe: those that are closed get a
/// descriptor on which reading or writing fails, so that no file opened later
/// takes their place; a write to a pipe without reader is an error and no
/// signal. To be called first, once.
void prepare_standard_descriptors() noexcept;

/// Writes all bytes, waiting where a non-blocking descriptor is full.
[[nodiscard]] write_outcome write_all(int to, std::string_view bytes) noexcept;

/// Reads to the end, but no more than `bytes_max` bytes: one byte more is
/// `errc::too_large` at once, without reading on. `errc::io` otherwise.
[[nodiscard]] result<std::string> read_all(int from, std::size_t bytes_max);

/// Reads a whole file, `-` being standard input. Errors are placed at the name.
[[nodiscard]] result<std::string> read_file(const std::string& name,
                                            std::size_t bytes_max);

/// The system's sentence for `errno`.
[[nodiscard]] std::string system_reason(int number);

/// A number of bytes for people: `64 MiB`, `3 bytes`.
[[nodiscard]] std::string bytes_text(std::size_t bytes);

} // namespace libsig::sig
