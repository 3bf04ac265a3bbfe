#pragma once

#include <span>
#include <string>

#include "libsig/core/error.hpp"

namespace libsig::publish {

/// A file that a publisher is to write.
struct file_claim {
  std::string publisher;
  std::string path;
};

/// Checks, before anything is written, that no publisher would destroy what
/// others keep: `invalid_argument`, with the publisher and the path, for a path
/// in the data folder, however it leads there; one that another publisher
/// writes, or puts its files aside at; and one at which something else than a
/// regular file with one name stands. `data` need not exist yet.
[[nodiscard]] result<void> check_file_claims(const std::string& data,
                                             std::span<const file_claim> all);

} // namespace libsig::publish
