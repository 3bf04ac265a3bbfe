#include "libsig/review/checks/hot_names.hpp"

#include <algorithm>

namespace libsig::review::checks {

namespace {

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\r\n&");
  if (begin == std::string_view::npos)
    return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

bool is_digits(std::string_view text) {
  return !text.empty()
         && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// Without its arity `/2` and its parameters `(a, b)`.
std::string_view bare(std::string_view name) {
  name = trimmed(name.substr(0, name.find('(')));
  const auto slash = name.rfind('/');
  if (slash != std::string_view::npos && slash > 0
      && is_digits(name.substr(slash + 1)))
    name = name.substr(0, slash);
  return name;
}

constexpr std::string_view separators = ".:#/\\>";

hot_names::entry parse(std::string_view whole) {
  const auto name = bare(whole);
  const auto cut = name.find_last_of(separators);
  if (cut == std::string_view::npos)
    return {name, {}, whole};
  auto owner = name.substr(0, cut);
  while (!owner.empty()
         && (separators.find(owner.back()) != std::string_view::npos
             || owner.back() == '-'))
    owner.remove_suffix(1);
  const auto before = owner.find_last_of(separators);
  if (before != std::string_view::npos)
    owner = owner.substr(before + 1);
  return {name.substr(cut + 1), owner, whole};
}

struct by_last {
  bool operator()(const hot_names::entry& a, const hot_names::entry& b) const {
    return a.last < b.last;
  }
  bool operator()(const hot_names::entry& a, std::string_view b) const {
    return a.last < b;
  }
  bool operator()(std::string_view a, const hot_names::entry& b) const {
    return a < b.last;
  }
};

bool by_name(const hot_names::entry& a, const hot_names::entry& b) {
  return a.last != b.last ? a.last < b.last : a.owner < b.owner;
}

bool same_name(const hot_names::entry& a, const hot_names::entry& b) {
  return a.last == b.last && a.owner == b.owner;
}

char fold(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32)
                                        : letter;
}

} // namespace

hot_names::hot_names(std::span<const std::string> names) {
  names = names.first(std::min(names.size(), names_max));
  for (const auto& name : names)
    if (const auto parsed = parse(name); !parsed.last.empty())
      entries_.push_back(parsed);
  for (const auto& each : entries_)
    lengths_ |= std::uint64_t{1} << (each.last.size() % 64);
  std::stable_sort(entries_.begin(), entries_.end(), by_name);
  entries_.erase(std::unique(entries_.begin(), entries_.end(), same_name),
                 entries_.end());
}

std::span<const hot_names::entry> hot_names::find(std::string_view last) const {
  if ((lengths_ >> (last.size() % 64) & 1) == 0)
    return {};
  const auto range =
    std::equal_range(entries_.begin(), entries_.end(), last, by_last{});
  return {range.first, range.second};
}

bool same_owner(std::string_view spelled, std::string_view owner) {
  std::size_t place = 0;
  for (const char letter : owner) {
    if (letter == '_')
      continue;
    while (place < spelled.size()
           && (spelled[place] == '_' || spelled[place] == '$'
               || spelled[place] == '@'))
      ++place;
    if (place == spelled.size() || fold(spelled[place]) != fold(letter))
      return false;
    ++place;
  }
  return place == spelled.size();
}

} // namespace libsig::review::checks
