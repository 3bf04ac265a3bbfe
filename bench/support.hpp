#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <utility>
#include <vector>

#include "libsig/core/error.hpp"

/// What the benchmarks share.
namespace bench {

[[nodiscard]] inline double
seconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin)
    .count();
}

[[nodiscard]] inline double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

/// The value below which so many of 100 lie.
[[nodiscard]] inline double percentile(std::vector<double>& values,
                                       double of_100) {
  std::ranges::sort(values);
  const auto at = static_cast<std::size_t>(
    of_100 / 100.0 * static_cast<double>(values.size() - 1));
  return values[at];
}

/// The number in an argument, or the default.
[[nodiscard]] inline std::size_t argument(int argc, char** argv, int index,
                                          std::size_t otherwise) {
  if (argc <= index) {
    return otherwise;
  }
  return static_cast<std::size_t>(std::strtoull(argv[index], nullptr, 10));
}

/// The value, or the end of the benchmark: what fails measures nothing.
template <class T>
T expect(libsig::result<T> got) {
  if (!got) {
    std::fprintf(stderr, "benchmark failed: %s\n",
                 got.error().message().c_str());
    std::exit(1);
  }
  if constexpr (!std::is_void_v<T>) {
    return std::move(*got);
  }
}

} // namespace bench
