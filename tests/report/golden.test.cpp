#include "tests/report/golden.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <vector>

namespace libsig::report::golden {

namespace {

// Lines around the first difference that a failure shows.
constexpr std::size_t lines_before = 3;
constexpr std::size_t lines_shown = 12;

std::string read(const std::filesystem::path& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  std::istringstream in{std::string{text}};
  for (std::string line; std::getline(in, line);) {
    lines.push_back(printable(line));
  }
  return lines;
}

void append_lines(std::string& out, char mark,
                  const std::vector<std::string>& lines, std::size_t from) {
  const auto end = std::min(lines.size(), from + lines_shown);
  for (auto index = from; index < end; ++index) {
    out += mark;
    out += std::to_string(index + 1) + ": " + lines[index] + '\n';
  }
}

std::string difference(std::string_view expected, std::string_view actual) {
  const auto known = lines_of(expected);
  const auto seen = lines_of(actual);
  const auto first = static_cast<std::size_t>(
    std::distance(known.begin(), std::ranges::mismatch(known, seen).in1));
  const auto from = first - std::min(first, lines_before);
  std::ostringstream head;
  head << "first difference in line " << first + 1 << " (- known, + seen)\n";
  auto out = head.str();
  append_lines(out, '-', known, from);
  append_lines(out, '+', seen, from);
  return out + "LIBSIG_UPDATE_GOLDEN=1 accepts what is seen\n";
}

} // namespace

void check(std::string_view name, std::string_view text) {
  const auto path =
    std::filesystem::path{LIBSIG_SOURCE_DIR} / "tests/golden/report" / name;
  const char* update = std::getenv("LIBSIG_UPDATE_GOLDEN");
  if (update != nullptr && std::string_view{update} == "1") {
    std::ofstream{path, std::ios::binary} << text;
    return;
  }
  BOOST_REQUIRE_MESSAGE(std::filesystem::exists(path), path.string()
                                                         << " does not exist");
  const auto expected = read(path);
  BOOST_CHECK_MESSAGE(expected == text,
                      name << ": " << difference(expected, text));
}

void check_samples(format which, const options& how, std::string_view variant) {
  for (const auto& [name, made] : samples::all()) {
    auto file = std::string{name} + std::string{variant} + '.';
    file += to_string(which);
    check(file, make_report(which, made.as_subject(), how));
  }
}

} // namespace libsig::report::golden
