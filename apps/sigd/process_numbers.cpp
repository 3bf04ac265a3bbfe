#include "apps/sigd/process_numbers.hpp"

#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>

#include <sys/resource.h>
#include <unistd.h>

namespace libsig::sigd {

namespace {

/// Entries of a folder.
[[nodiscard]] std::uint64_t entries_of(const char* folder) {
  std::error_code failed;
  std::uint64_t count = 0;
  for (std::filesystem::directory_iterator at{folder, failed}, end;
       !failed && at != end; at.increment(failed)) {
    ++count;
  }
  return count;
}

[[nodiscard]] std::chrono::microseconds time_of(const timeval& of) {
  return std::chrono::seconds{of.tv_sec}
         + std::chrono::microseconds{of.tv_usec};
}

} // namespace

process_numbers read_process_numbers() {
  process_numbers made;
  const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  std::uint64_t pages = 0;
  std::uint64_t resident = 0;
  if (std::ifstream{"/proc/self/statm"} >> pages >> resident) {
    made.virtual_bytes = pages * page;
    made.resident_bytes = resident * page;
  }
  // The one through which they are counted is among them.
  const auto descriptors = entries_of("/proc/self/fd");
  made.descriptors_open = descriptors > 0 ? descriptors - 1 : 0;
  made.threads = entries_of("/proc/self/task");
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    made.descriptors_max = limit.rlim_cur;
  }
  rusage used{};
  if (::getrusage(RUSAGE_SELF, &used) == 0) {
    made.processor_time = time_of(used.ru_utime) + time_of(used.ru_stime);
  }
  return made;
}

} // namespace libsig::sigd
