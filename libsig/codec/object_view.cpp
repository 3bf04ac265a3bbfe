#include "libsig/codec/object_view.hpp"

#include <utility>

#include "libsig/codec/internal/json_string.hpp"
#include "libsig/codec/internal/json_walker.hpp"

namespace libsig::codec {

namespace {

using internal::json_kind;

/// Keeps what stands in the outermost value.
class outermost_parts {
public:
  void on_open(json_kind) noexcept { ++depth_; }

  void on_name(std::string_view inside, bool escaped) {
    if (depth_ != 1) {
      return;
    }
    name_.clear();
    if (escaped) {
      internal::append_unescaped(name_, inside);
    } else {
      name_ = inside;
    }
  }

  void on_scalar(json_kind, std::string_view text) { add(text); }

  void on_close(json_kind, std::string_view text) {
    --depth_;
    add(text);
  }

  [[nodiscard]] std::vector<object_member> take() { return std::move(all_); }

private:
  void add(std::string_view text) {
    if (depth_ == 1) {
      all_.push_back({name_, text});
    }
  }

  std::vector<object_member> all_;
  std::string name_;
  std::size_t depth_ = 0;
};

[[nodiscard]] json_kind kind_of(std::string_view text) noexcept {
  const auto at = text.find_first_not_of(" \t\r\n");
  switch (at == std::string_view::npos ? 'n' : text[at]) {
  case '{':
    return json_kind::object;
  case '[':
    return json_kind::array;
  case '"':
    return json_kind::string;
  case 't':
  case 'f':
    return json_kind::boolean;
  case 'n':
    return json_kind::null;
  default:
    return json_kind::number;
  }
}

[[nodiscard]] result<std::vector<object_member>>
read_parts(std::string_view text, const json_limits& bounds, json_kind wanted) {
  if (text.size() > bounds.bytes_max) {
    return fail(errc::too_large,
                "more than " + std::to_string(bounds.bytes_max) + " bytes");
  }
  outermost_parts parts;
  internal::json_walker walker{text, bounds, parts};
  const auto end = walker.walk(0);
  if (!end) {
    return fail(end.error());
  }
  if (auto ended = internal::require_end(text, *end); !ended) {
    return fail(std::move(ended).error());
  }
  if (const auto found = kind_of(text); found != wanted) {
    return fail(errc::invalid_argument,
                "must be an " + std::string{to_string(wanted)} + ", found "
                  + std::string{to_string(found)});
  }
  return parts.take();
}

} // namespace

result<std::vector<object_member>> read_object(std::string_view text,
                                               const json_limits& bounds) {
  return read_parts(text, bounds, json_kind::object);
}

result<std::vector<std::string_view>> read_array(std::string_view text,
                                                 const json_limits& bounds) {
  auto parts = read_parts(text, bounds, json_kind::array);
  if (!parts) {
    return fail(std::move(parts).error());
  }
  std::vector<std::string_view> elements;
  elements.reserve(parts->size());
  for (const auto& one : *parts) {
    elements.push_back(one.value);
  }
  return elements;
}

std::optional<std::string> string_of(std::string_view json) {
  if (!json.starts_with('"')) {
    return std::nullopt;
  }
  return internal::unquoted(json);
}

std::string_view type_name_of(std::string_view json) noexcept {
  return to_string(kind_of(json));
}

} // namespace libsig::codec
