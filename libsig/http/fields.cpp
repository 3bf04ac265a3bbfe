#include "libsig/http/fields.hpp"

#include <algorithm>

namespace libsig::http {

namespace {

[[nodiscard]] char lower(char letter) noexcept {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32)
                                        : letter;
}

} // namespace

bool equal_ignoring_case(std::string_view left,
                         std::string_view right) noexcept {
  return left.size() == right.size()
         && std::equal(
           left.begin(), left.end(), right.begin(),
           [](char one, char other) { return lower(one) == lower(other); });
}

std::string_view trimmed(std::string_view text) noexcept {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) {
    return {};
  }
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

void fields::add(std::string_view name, std::string_view value) {
  if (entries_.empty()) {
    // Most messages fit, so that they need one allocation each.
    entries_.reserve(12);
    text_.reserve(320);
  }
  entry made;
  made.at = static_cast<std::uint32_t>(text_.size());
  made.name_size = static_cast<std::uint32_t>(name.size());
  made.value_size = static_cast<std::uint32_t>(value.size());
  text_.append(name).append(value);
  entries_.push_back(made);
}

void fields::set(std::string_view name, std::string_view value) {
  remove(name);
  add(name, value);
}

void fields::remove(std::string_view name) {
  // The text stays: fields are few and removed before they are sent.
  std::erase_if(entries_, [&](const entry& each) {
    return equal_ignoring_case(
      std::string_view{text_}.substr(each.at, each.name_size), name);
  });
}

void fields::clear() noexcept {
  text_.clear();
  entries_.clear();
}

field fields::operator[](std::size_t at) const noexcept {
  const entry& found = entries_[at];
  const std::string_view text{text_};
  return {text.substr(found.at, found.name_size),
          text.substr(found.at + found.name_size, found.value_size)};
}

std::optional<std::string_view>
fields::find(std::string_view name) const noexcept {
  for (std::size_t at = 0; at < entries_.size(); ++at) {
    // Compared by length first, since most names differ in it.
    if (entries_[at].name_size == name.size()) {
      const field each = (*this)[at];
      if (equal_ignoring_case(each.name, name)) {
        return each.value;
      }
    }
  }
  return std::nullopt;
}

std::size_t fields::count(std::string_view name) const noexcept {
  std::size_t found = 0;
  for (std::size_t at = 0; at < entries_.size(); ++at) {
    found += equal_ignoring_case((*this)[at].name, name) ? 1 : 0;
  }
  return found;
}

std::vector<std::string_view> fields::find_all(std::string_view name) const {
  std::vector<std::string_view> found;
  for (std::size_t at = 0; at < entries_.size(); ++at) {
    const field each = (*this)[at];
    if (equal_ignoring_case(each.name, name)) {
      found.push_back(each.value);
    }
  }
  return found;
}

bool fields::lists(std::string_view name,
                   std::string_view element) const noexcept {
  for (std::size_t at = 0; at < entries_.size(); ++at) {
    const field each = (*this)[at];
    if (!equal_ignoring_case(each.name, name)) {
      continue;
    }
    std::string_view rest = each.value;
    while (!rest.empty()) {
      const auto comma = std::min(rest.find(','), rest.size());
      if (equal_ignoring_case(trimmed(rest.substr(0, comma)), element)) {
        return true;
      }
      rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
  }
  return false;
}

} // namespace libsig::http
