#include "apps/sig/json_argument.hpp"

#include <utility>

#include "apps/sig/descriptor.hpp"
#include "libsig/codec/guard.hpp"
#include "libsig/core/limits.hpp"

namespace libsig::sig {

result<std::string> json_argument(const std::string& value,
                                  std::string_view place) {
  auto text = result<std::string>{value};
  if (value == "-") {
    text = read_file("-", limits::event_bytes_max);
  } else if (value.starts_with('@')) {
    text = read_file(value.substr(1), limits::event_bytes_max);
  }
  if (!text) {
    return text;
  }
  if (auto safe = codec::guard_json(*text); !safe) {
    const auto inner = safe.error().place();
    std::string at{place};
    return fail(std::move(safe).error().at(
      inner.empty() ? std::move(at) : std::move(at) + ": " + inner));
  }
  return text;
}

} // namespace libsig::sig
