#pragma once

#include <cstddef>
#include <vector>

#include "libsig/codec/http_event.hpp"
#include "libsig/http/request.hpp"

namespace libsig::sigd {

/// The fields of a request as the codec reads them: views into the request.
[[nodiscard]] inline std::vector<codec::http_field>
fields_of(const http::request& received) {
  std::vector<codec::http_field> made;
  made.reserve(received.fields.size());
  for (std::size_t at = 0; at < received.fields.size(); ++at) {
    const auto one = received.fields[at];
    made.push_back({one.name, one.value});
  }
  return made;
}

} // namespace libsig::sigd
