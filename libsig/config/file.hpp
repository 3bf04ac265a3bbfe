#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "libsig/core/error.hpp"

namespace libsig::config {

/// Bytes of a configuration file.
inline constexpr std::size_t file_bytes_max = 1u << 20;

/// Parts of one dotted key of a file.
inline constexpr std::size_t key_parts_max = 64;

/// A file that was read.
struct file_text {
  /// Its name, for places.
  std::string name;
  std::string text;
};

/// Reads a file of at most `file_bytes_max`. `errc::io`, placed at the file,
/// when it cannot be read; `errc::too_large` when it is longer.
[[nodiscard]] result<file_text> read_file(const std::string& name);

/// Refuses a text of TOML with dotted keys of more than `key_parts_max` parts:
/// the library that parses it makes a table of each and visits them
/// recursively. Such a text is `errc::too_deep`, placed at `NAME:line`. Linear.
[[nodiscard]] result<void> guard_toml(std::string_view text,
                                      const std::string& name);

} // namespace libsig::config
