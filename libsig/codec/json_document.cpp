#include "libsig/codec/json_document.hpp"

#include <nlohmann/json.hpp>

namespace libsig::codec {

result<nlohmann::json> parse_json(std::string_view text) {
  try {
    return nlohmann::json::parse(text);
  } catch (const nlohmann::json::exception& problem) {
    return fail(errc::invalid_json, problem.what());
  }
}

std::string_view type_name(const nlohmann::json& value) noexcept {
  // Types that only binary formats know do not come out of a text.
  return value.type_name();
}

} // namespace libsig::codec
