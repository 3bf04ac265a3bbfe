#pragma once

#include <cstddef>
#include <cstdint>
#include <random>

namespace libsig::sim {

/// All chance of a simulation: the same numbers from the same seed on every
/// platform, since nothing but the engine's own output is used (the standard's
/// distributions differ between libraries).
class dice {
public:
  explicit dice(std::uint64_t seed) : engine_{seed} {}

  [[nodiscard]] std::uint64_t word() { return engine_(); }

  /// A number below `end`, which is not 0. The bias of the remainder is of no
  /// consequence here.
  [[nodiscard]] std::size_t below(std::size_t end) {
    return static_cast<std::size_t>(engine_() % end);
  }

  /// A number of `first..last`, both included.
  [[nodiscard]] std::size_t between(std::size_t first, std::size_t last) {
    return first + below(last - first + 1);
  }

  /// True so many times in a thousand.
  [[nodiscard]] bool per_mille(std::size_t times) {
    return below(1000) < times;
  }

  [[nodiscard]] bool percent(std::size_t times) { return below(100) < times; }

  template <class List>
  [[nodiscard]] auto& pick(List& from) {
    return from[below(from.size())];
  }

private:
  std::mt19937_64 engine_;
};

} // namespace libsig::sim
