#include "libsig/codec/guard.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <string>
#include <utility>

namespace {

using clock = std::chrono::steady_clock;

constexpr std::size_t document_bytes = 1u << 20;
constexpr std::size_t rounds = 51;

/// A document as events have them: objects of short members, some text with
/// escapes and beyond ASCII, whole numbers and fractions.
std::string make_document() {
  std::string text = "[";
  for (std::size_t index = 0; text.size() < document_bytes; ++index) {
    text += R"({"file":"src/module/unit_)" + std::to_string(index)
            + R"(.cpp","line":)" + std::to_string(index * 7 % 4099)
            + R"(,"confidence":0.)" + std::to_string(index % 97)
            + R"(,"done":true,"summary":"A query is built from \"input\";)"
              " gr\xC3\xB6\xC3\x9F"
              R"(er als erlaubt","tags":["a","b",null]},)";
  }
  text.back() = ']';
  return text;
}

/// The median speed of a function that reads the document, in MB/s.
template <class Function>
double median_speed(const std::string& text, Function read) {
  std::array<double, rounds> seconds{};
  for (auto& each : seconds) {
    const auto begin = clock::now();
    if (!read(text)) {
      return 0;
    }
    each = std::chrono::duration<double>(clock::now() - begin).count();
  }
  std::ranges::nth_element(seconds, seconds.begin() + rounds / 2);
  return static_cast<double>(text.size()) / 1e6 / seconds[rounds / 2];
}

} // namespace

/// How fast the guard reads a text beside the library that builds its document,
/// in the same run; one JSON line.
int main() {
  const auto text = make_document();
  const libsig::codec::json_limits bounds{.members_max = 10'000'000};
  const auto guard = median_speed(text, [&](const std::string& document) {
    return libsig::codec::guard_json(document, bounds).has_value();
  });
  const auto parse = median_speed(text, [](const std::string& document) {
    return !nlohmann::json::parse(document).empty();
  });
  std::printf(R"({"bench":"json_guard","bytes":%zu,"rounds":%zu,)"
              R"("guard_mb_s":%.1f,"parse_mb_s":%.1f,"ratio":%.2f})"
              "\n",
              text.size(), rounds, guard, parse, guard / parse);
  return guard > 0 && parse > 0 ? 0 : 1;
}
