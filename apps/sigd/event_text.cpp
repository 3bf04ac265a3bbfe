#include "apps/sigd/event_text.hpp"

#include <utility>

#include "libsig/codec/cloudevents.hpp"
#include "libsig/redact/redact.hpp"

namespace libsig::sigd {

std::size_t data_bytes(const signal& what) {
  if (what.data().absent()) {
    return 0;
  }
  const auto* const bytes = what.data().bytes();
  return bytes != nullptr ? bytes->size() : what.data().json_text().size();
}

void append_listed_event(const signal& what, bool clear, std::string& out,
                         std::size_t data_bytes_max) {
  const auto bytes = data_bytes(what);
  if (bytes > data_bytes_max) {
    std::string text;
    codec::append_event_without_data(what, text);
    text.pop_back();
    text += ",\"dataomitted\":" + std::to_string(bytes) + '}';
    out += clear ? std::move(text)
                 : redact::redact_json(text).value_or(std::move(text));
  } else if (clear) {
    codec::append_event(what, out);
  } else {
    redact::append_redacted_event(what, out);
  }
}

} // namespace libsig::sigd
