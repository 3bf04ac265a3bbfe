// Runs a fuzz target over the files below the given folders, for builds
// without libFuzzer. A folder without a file is a failure: it would be a test
// that tests nothing.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <vector>

// The name and the signature are libFuzzer's.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size);

namespace {

namespace files = std::filesystem;

std::vector<files::path> files_below(const files::path& folder) {
  std::vector<files::path> found;
  for (const auto& entry : files::recursive_directory_iterator(folder))
    if (entry.is_regular_file())
      found.push_back(entry.path());
  std::ranges::sort(found);
  return found;
}

void run(const files::path& seed) {
  std::ifstream stream(seed, std::ios::binary);
  stream.exceptions(std::ios::badbit);
  if (!stream)
    throw files::filesystem_error("cannot read", seed, {});
  const std::vector<std::uint8_t> bytes{std::istreambuf_iterator<char>(stream),
                                        {}};
  // The last line of the output names the seed that ends the program.
  std::printf("%s\n", seed.c_str());
  std::fflush(stdout);
  LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
}

int run_all(std::span<char*> folders) {
  if (folders.empty()) {
    std::fputs("usage: fuzz_<name> FOLDER...\n", stderr);
    return 2;
  }
  for (const auto* folder : folders) {
    const auto seeds = files_below(folder);
    if (seeds.empty()) {
      std::fprintf(stderr, "no seed below %s\n", folder);
      return 1;
    }
    for (const auto& seed : seeds)
      run(seed);
  }
  return 0;
}

} // namespace

int main(int argc, char** argv) {
  try {
    return run_all(std::span(argv, static_cast<std::size_t>(argc)).subspan(1));
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "%s\n", failure.what());
    return 1;
  }
}
