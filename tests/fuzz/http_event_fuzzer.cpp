// A message of CloudEvents over HTTP: lines of `name: value` up to an empty
// line, then the body. What is read in binary mode is written and read again:
// it must be taken and stay the same.

#include "libsig/codec/cloudevents.hpp"
#include "libsig/codec/http_event.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace {

using libsig::codec::http_field;

[[nodiscard]] std::vector<http_field> take_fields(std::string_view& text) {
  std::vector<http_field> made;
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.empty()) {
      break;
    }
    const auto colon = line.find(": ");
    if (colon != std::string_view::npos) {
      made.push_back({line.substr(0, colon), line.substr(colon + 2)});
    }
  }
  return made;
}

void require(bool held) {
  if (!held) {
    std::abort();
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  std::string_view rest{reinterpret_cast<const char*>(data), size};
  const auto fields = take_fields(rest);
  static_cast<void>(libsig::codec::http_mode_of(fields));
  const auto read = libsig::codec::read_binary_event(fields, std::string{rest});
  if (!read) {
    require(!read.error().message().empty());
    return 0;
  }
  const auto sent = libsig::codec::to_binary_event(*read);
  std::vector<http_field> again;
  for (const auto& each : sent.fields) {
    // Media types are the client's own header field, as it came.
    require(each.name == "Content-Type"
            || each.value.find_first_of("\r\n") == std::string::npos);
    again.push_back({each.name, each.value});
  }
  auto repeated = libsig::codec::read_binary_event(again, sent.body);
  require(repeated.has_value());
  std::string one;
  std::string other;
  repeated->data_content_type = read->data_content_type;
  libsig::codec::append_event(*read, one);
  libsig::codec::append_event(*repeated, other);
  require(one == other);
  return 0;
}
