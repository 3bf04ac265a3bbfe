// Texts in which clients state positions of topics and where waits start: what
// is read is written the same again, and each position has one text.

#include "libsig/topic/cursor.hpp"
#include "libsig/topic/start.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

/// Of the log that wrote the seeds.
constexpr std::uint64_t epoch = 0x0123456789abcdef;

void require(bool holds) {
  if (!holds) {
    std::abort();
  }
}

void read_position(std::string_view text) {
  using namespace libsig::topic;
  const auto read = read_cursor(text, epoch);
  if (!read) {
    return;
  }
  require(text.size() <= cursor_bytes_max);
  require(to_cursor(*read, epoch) == text);
  require(!read_cursor(text, epoch + 1));
}

void read_start(std::string_view text) {
  using namespace libsig::topic;
  const auto read = parse_start(text);
  if (!read) {
    require(!read.error().message().empty() && !read.error().remedy().empty());
    return;
  }
  const auto again = parse_start(to_string(*read));
  require(again.has_value());
  require(again->is == read->is && again->sequence == read->sequence
          && again->time == read->time);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  read_position(text);
  read_start(text);
  return 0;
}
