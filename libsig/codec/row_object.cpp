#include "libsig/codec/row_object.hpp"

#include "libsig/codec/json_document.hpp"

#include <charconv>
#include <utility>

#include <nlohmann/json.hpp>

namespace libsig::codec {

std::optional<row_object> row_object::read(std::string_view text,
                                           const json_limits& bounds) {
  if (!guard_json(text, bounds)) {
    return std::nullopt;
  }
  auto read = parse_json(text);
  if (!read || !read->is_object()) {
    return std::nullopt;
  }
  return row_object{std::make_unique<nlohmann::json>(*std::move(read))};
}

row_object::row_object(std::unique_ptr<nlohmann::json> of) noexcept
  : object_{std::move(of)} {}

row_object::row_object(row_object&& other) noexcept = default;

row_object& row_object::operator=(row_object&& other) noexcept = default;

row_object::~row_object() = default;

std::string row_object::text(const char* name) const {
  const auto found = object_->find(name);
  return found != object_->end() && found->is_string()
           ? found->get<std::string>()
           : std::string{};
}

std::optional<std::int64_t> row_object::whole(const char* name) const {
  const auto found = object_->find(name);
  return found != object_->end() && found->is_number_integer()
           ? std::optional{found->get<std::int64_t>()}
           : std::nullopt;
}

std::optional<std::uint64_t> row_object::digits(const char* name) const {
  const auto found = text(name);
  std::uint64_t value = 0;
  const auto* const end = found.data() + found.size();
  const auto read = std::from_chars(found.data(), end, value);
  return read.ec == std::errc{} && read.ptr == end ? std::optional{value}
                                                   : std::nullopt;
}

} // namespace libsig::codec
