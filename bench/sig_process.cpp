// How long does `sig review` take as a whole process, and how much memory: for
// a diff of 2 KiB, and for one of 10 MB in 2,000 files?
//
// Reference: `git apply --numstat` on the same diff, which only counts lines.

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/support.hpp"

namespace {

struct figures {
  double milliseconds;
  double megabytes;
};

/// Runs a program with the file as its standard input and its output thrown
/// away.
[[nodiscard]] figures run(const std::vector<std::string>& command,
                          const std::string& input) {
  std::vector<char*> arguments;
  for (const auto& one : command) {
    arguments.push_back(const_cast<char*>(one.c_str()));
  }
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, 0, input.c_str(), O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&files, 2, "/dev/null", O_WRONLY, 0);
  const auto begin = std::chrono::steady_clock::now();
  pid_t child = 0;
  if (posix_spawnp(&child, arguments[0], &files, nullptr, arguments.data(),
                   environ)
      != 0) {
    std::perror(arguments[0]);
    std::exit(1);
  }
  int status = 0;
  rusage used{};
  wait4(child, &status, 0, &used);
  posix_spawn_file_actions_destroy(&files);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    std::fprintf(stderr, "benchmark failed: %s\n", arguments[0]);
    std::exit(1);
  }
  return {bench::seconds_since(begin) * 1e3,
          static_cast<double>(used.ru_maxrss) / 1024.0};
}

/// A diff of so many files with so many added lines each.
void write_diff(const std::string& path, int files, int lines) {
  auto* const to = std::fopen(path.c_str(), "w");
  if (to == nullptr) {
    std::perror(path.c_str());
    std::exit(1);
  }
  constexpr std::array endings{"py", "js", "go", "java", "rb", "php"};
  for (int file = 0; file < files; ++file) {
    const auto* const ending = endings[static_cast<std::size_t>(file) % 6];
    std::fprintf(to,
                 "diff --git a/src/file%d.%s b/src/file%d.%s\n"
                 "--- a/src/file%d.%s\n+++ b/src/file%d.%s\n@@ -1,1 +1,%d @@\n"
                 " first line\n",
                 file, ending, file, ending, file, ending, file, ending,
                 lines + 1);
    for (int line = 0; line < lines; ++line) {
      if (line % 50 == 7) {
        std::fprintf(to,
                     "+    db.execute(\"SELECT * FROM t WHERE id = \" + "
                     "name%d)\n",
                     line);
      } else {
        std::fprintf(to, "+    total = total + values[%d] * factor(%d)\n", line,
                     line);
      }
    }
  }
  std::fclose(to);
}

[[nodiscard]] long size_of(const std::string& path) {
  auto* const file = std::fopen(path.c_str(), "r");
  std::fseek(file, 0, SEEK_END);
  const long size = std::ftell(file);
  std::fclose(file);
  return size;
}

void measure(const char* name, const std::string& diff, double target_ms,
             double target_mb) {
  constexpr int runs = 9;
  std::vector<double> ours;
  std::vector<double> memory;
  std::vector<double> reference;
  for (int one = 0; one < runs; ++one) {
    const auto review = run({SIG_PROGRAM, "review", "--quiet"}, diff);
    ours.push_back(review.milliseconds);
    memory.push_back(review.megabytes);
    reference.push_back(
      run({"git", "apply", "--numstat", "-"}, diff).milliseconds);
  }
  std::printf("{\"bench\":\"sig_process\",\"case\":\"%s\",\"diff_bytes\":%ld,"
              "\"git_apply_numstat_ms\":%.1f,\"sig_review_ms\":%.1f,"
              "\"ratio\":%.2f,\"target_ms\":%.0f,\"peak_mb\":%.1f,"
              "\"target_mb\":%.0f}\n",
              name, size_of(diff), bench::median(reference),
              bench::median(ours),
              bench::median(ours) / bench::median(reference), target_ms,
              bench::median(memory), target_mb);
}

} // namespace

int main() {
  std::array<char, 32> folder{"/tmp/sig_process.XXXXXX"};
  if (mkdtemp(folder.data()) == nullptr) {
    std::perror("mkdtemp");
    return 1;
  }
  const std::string base{folder.data()};
  const auto small = base + "/small.diff";
  const auto large = base + "/large.diff";
  write_diff(small, 2, 20);
  write_diff(large, 2'000, 115);
  measure("2 KiB", small, 40, 300);
  measure("10 MB, 2,000 files", large, 2'000, 300);
  unlink(small.c_str());
  unlink(large.c_str());
  rmdir(base.c_str());
}
