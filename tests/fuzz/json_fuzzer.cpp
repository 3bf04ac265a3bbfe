#include "libsig/codec/cloudevents.hpp"
#include "libsig/codec/guard.hpp"
#include "libsig/codec/json_text.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace libsig;

void require(bool holds) {
  if (!holds) {
    std::abort();
  }
}

std::string written(const draft& what) {
  std::string text;
  codec::append_event(what, text);
  return text;
}

/// The canonical text of what the guard lets through exists and is its own.
void check_canonical(std::string_view text) {
  const bool guarded = codec::guard_json(text).has_value();
  const auto canonical = codec::canonical_json(text);
  require(canonical.has_value() == guarded);
  if (canonical) {
    const auto again = codec::canonical_json(*canonical);
    require(again.has_value() && *again == *canonical);
  }
}

/// An event that was read is written as one that reads the same.
void check_event(std::string_view text) {
  const auto read = codec::read_event(text);
  if (!read) {
    require(!read.error().message().empty());
    return;
  }
  const auto first = written(*read);
  require(first.find('\n') == std::string::npos);
  const auto again = codec::read_event(first);
  require(again.has_value());
  require(again->id == read->id && again->type == read->type
          && again->source == read->source && again->time == read->time
          && again->extensions == read->extensions
          && again->data.which() == read->data.which());
  require(written(*again) == first);
}

} // namespace

/// Whatever bytes come, the guard, the canonical text and the codec of events
/// keep their promises to each other.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string text{data, data + size};
  check_canonical(text);
  check_event(text);
  static_cast<void>(codec::read_batch(text));
  return 0;
}
