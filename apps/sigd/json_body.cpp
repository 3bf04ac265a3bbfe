#include "apps/sigd/json_body.hpp"

#include <algorithm>
#include <utility>

#include "apps/sigd/query.hpp"
#include "libsig/codec/json_pointer.hpp"
#include "libsig/core/suggest.hpp"

namespace libsig::sigd {

namespace {

[[nodiscard]] std::string found(std::string_view value) {
  return ", found " + std::string{codec::type_name_of(value)};
}

[[nodiscard]] bool is_blank(std::string_view text) noexcept {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

/// The error at the member, before what it says of a place within.
[[nodiscard]] tl::unexpected<error> inside(std::string_view name, error why) {
  std::string place;
  codec::append_pointer_token(place, name);
  place += why.place();
  return fail(std::move(why).at(std::move(place)));
}

} // namespace

tl::unexpected<error> refuse_member(std::string_view name, std::string rule) {
  return inside(name, error(errc::invalid_argument, std::move(rule)));
}

tl::unexpected<error> refuse_member(std::string_view name,
                                    std::string_view inner, std::string rule) {
  std::string place;
  codec::append_pointer_token(place, inner);
  return inside(
    name, error(errc::invalid_argument, std::move(rule)).at(std::move(place)));
}

result<json_body> json_body::read(std::string_view text,
                                  std::initializer_list<std::string_view> known,
                                  const codec::json_limits& bounds) {
  if (is_blank(text)) {
    return json_body{{}};
  }
  auto members = codec::read_object(text, bounds);
  if (!members) {
    return fail(std::move(members).error());
  }
  for (const auto& one : *members) {
    if (std::ranges::find(known, one.name) == known.end()) {
      const auto meant =
        closest(one.name, std::vector<std::string>(known.begin(), known.end()));
      auto why = refuse_member(one.name, "is no member here");
      return meant.empty() ? std::move(why)
                           : fail(std::move(why).value().mend("did you mean "
                                                              + meant + "?"));
    }
  }
  return json_body{std::move(*members)};
}

std::optional<std::string_view>
json_body::raw(std::string_view name) const noexcept {
  const auto at =
    std::ranges::find(members_, name, &codec::object_member::name);
  return at == members_.end() ? std::nullopt : std::optional{at->value};
}

std::optional<std::string_view>
json_body::raw_or_null(std::string_view name) const noexcept {
  const auto stated = raw(name);
  return stated == "null" ? std::nullopt : stated;
}

result<std::optional<std::string>>
json_body::text(std::string_view name) const {
  const auto stated = raw_or_null(name);
  if (!stated) {
    return std::nullopt;
  }
  auto value = codec::string_of(*stated);
  if (!value) {
    return refuse_member(name, "must be a string" + found(*stated));
  }
  return value;
}

result<std::optional<std::size_t>>
json_body::choice(std::string_view name,
                  std::initializer_list<std::string_view> words) const {
  const auto stated = raw(name);
  if (!stated) {
    return std::nullopt;
  }
  const auto value = codec::string_of(*stated);
  const auto* const at = std::ranges::find(words, value.value_or(""));
  if (!value || at == words.end()) {
    return refuse_member(name, "must be "
                                 + alternatives(std::vector<std::string>(
                                   words.begin(), words.end()))
                                 + (value ? std::string{} : found(*stated)));
  }
  return static_cast<std::size_t>(at - words.begin());
}

result<std::optional<std::uint64_t>>
json_body::whole(std::string_view name, std::uint64_t least,
                 std::uint64_t most) const {
  const auto stated = raw(name);
  if (!stated) {
    return std::nullopt;
  }
  const auto value = read_number(*stated);
  if (!value || *value < least || *value > most) {
    const bool number = codec::type_name_of(*stated) == "number";
    return refuse_member(name, "must be a whole number of "
                                 + std::to_string(least) + " to "
                                 + std::to_string(most)
                                 + (number ? std::string{} : found(*stated)));
  }
  return value;
}

result<std::optional<bool>> json_body::truth(std::string_view name) const {
  const auto stated = raw(name);
  if (!stated) {
    return std::nullopt;
  }
  if (*stated != "true" && *stated != "false") {
    return refuse_member(name, "must be true or false" + found(*stated));
  }
  return *stated == "true";
}

result<std::optional<std::vector<std::string>>>
json_body::texts(std::string_view name) const {
  const auto stated = raw(name);
  if (!stated) {
    return std::nullopt;
  }
  const auto elements = codec::read_array(*stated);
  if (!elements) {
    return inside(name, elements.error());
  }
  std::vector<std::string> made;
  made.reserve(elements->size());
  for (const auto one : *elements) {
    auto value = codec::string_of(one);
    if (!value) {
      return refuse_member(name, std::to_string(made.size()),
                           "must be a string" + found(one));
    }
    made.push_back(std::move(*value));
  }
  return made;
}

result<std::vector<std::pair<std::string, std::string>>>
json_body::texts_by_name(std::string_view name) const {
  std::vector<std::pair<std::string, std::string>> made;
  const auto stated = raw_or_null(name);
  if (!stated) {
    return made;
  }
  auto members = codec::read_object(*stated);
  if (!members) {
    return inside(name, members.error());
  }
  made.reserve(members->size());
  for (auto& one : *members) {
    auto value =
      one.value == "null" ? std::string{} : codec::string_of(one.value);
    if (!value) {
      return refuse_member(name, one.name,
                           "must be a string" + found(one.value));
    }
    made.emplace_back(std::move(one.name), std::move(*value));
  }
  return made;
}

} // namespace libsig::sigd
