// How fast is a diff parsed, and how far is that from looking at its bytes?

#include "libsig/review/diff.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>

namespace {

constexpr std::size_t files = 2'000;
constexpr std::size_t bytes_per_file = 5'000;
constexpr std::size_t runs = 15;

/// Pseudorandom numbers, the same in every run.
class numbers {
public:
  std::size_t below(std::size_t bound) {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return static_cast<std::size_t>(state_ >> 33) % bound;
  }

private:
  std::uint64_t state_ = 1;
};

/// A hunk as edits to source code have it: three lines of context around
/// removed and added ones, 0..79 bytes each.
std::string make_hunk(numbers& random, std::size_t start) {
  std::string body;
  const auto add_lines = [&](char mark, std::size_t count) {
    for (std::size_t index = 0; index < count; ++index) {
      body += mark;
      body.append(random.below(80), 'x');
      body += '\n';
    }
  };
  const auto removed = random.below(6);
  const auto added = 1 + random.below(10);
  add_lines(' ', 3);
  add_lines('-', removed);
  add_lines('+', added);
  add_lines(' ', 3);
  return "@@ -" + std::to_string(start) + ',' + std::to_string(removed + 6)
         + " +" + std::to_string(start) + ',' + std::to_string(added + 6)
         + " @@ void function()\n" + body;
}

std::string make_diff() {
  numbers random;
  std::string diff;
  for (std::size_t file = 0; file < files; ++file) {
    const auto name = "folder/file_" + std::to_string(file) + ".cpp";
    const auto limit = diff.size() + bytes_per_file;
    diff += "diff --git a/" + name + " b/" + name
            + "\nindex 1234567..89abcde 100644\n--- a/" + name + "\n+++ b/"
            + name + '\n';
    for (std::size_t start = 1; diff.size() < limit; start += 100)
      diff += make_hunk(random, start);
  }
  return diff;
}

std::size_t count_lines(const std::string& text) {
  std::size_t lines = 0;
  const char* at = text.data();
  const char* end = at + text.size();
  while (at != end) {
    const auto left = static_cast<std::size_t>(end - at);
    const void* found = std::memchr(at, '\n', left);
    if (found == nullptr)
      break;
    at = static_cast<const char*>(found) + 1;
    ++lines;
  }
  return lines;
}

/// The median rate of several runs in MB/s.
template <class Function>
double median_rate(std::size_t bytes, Function function) {
  std::array<double, runs> rates{};
  for (auto& rate : rates) {
    const auto start = std::chrono::steady_clock::now();
    function();
    const std::chrono::duration<double> passed =
      std::chrono::steady_clock::now() - start;
    rate = static_cast<double>(bytes) / 1e6 / passed.count();
  }
  std::ranges::sort(rates);
  return rates[runs / 2];
}

} // namespace

int main() {
  const auto text = std::make_shared<const std::string>(make_diff());
  std::size_t found = 0;
  std::size_t lines = 0;
  const double parse = median_rate(text->size(), [&] {
    const auto parsed = libsig::review::change_set::parse(text);
    found = parsed ? parsed->files().size() : 0;
  });
  const double memchr =
    median_rate(text->size(), [&] { lines = count_lines(*text); });
  std::printf("{\"bench\":\"diff_parse\",\"bytes\":%zu,\"files\":%zu,"
              "\"lines\":%zu,\"runs\":%zu,\"parse_mb_per_s\":%.0f,"
              "\"memchr_mb_per_s\":%.0f,\"ratio\":%.3f}\n",
              text->size(), found, lines, runs, parse, memchr, parse / memchr);
  return found == files ? 0 : 1;
}
