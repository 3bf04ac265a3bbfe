#include "libsig/route/internal/trie.hpp"

#include <cstring>
#include <limits>
#include <utility>

#include "libsig/core/limits.hpp"

namespace libsig::route::internal {

namespace {

constexpr std::size_t nodes_max = std::numeric_limits<std::int32_t>::max();
constexpr std::size_t texts_max = std::numeric_limits<std::int32_t>::max();

/// Texts that nothing refers to are kept up to this many bytes.
constexpr std::size_t texts_unused_min = 4096;

static_assert(limits::pattern_bytes_max
              <= std::numeric_limits<std::uint16_t>::max());

constexpr bool is_root(std::uint32_t at) noexcept { return at < 3; }

} // namespace

bool trie::full() const noexcept {
  return nodes_.size() + limits::pattern_segments_max > nodes_max
         || texts_.size() + limits::pattern_bytes_max > texts_max;
}

std::uint32_t trie::insert(const pattern& where) {
  auto at = root_of(where.separator());
  auto below_many = false;
  for (const auto& next : where.segments()) {
    at = child_of(at, next, below_many);
    below_many = below_many || next.kind == pattern::kind::many;
  }
  return at;
}

void trie::prune(std::uint32_t at) {
  while (!is_root(at)) {
    const auto& last = nodes_[at];
    if (last.routes != chains::none || last.literals || last.one != 0
        || last.many != 0)
      return;
    const auto parent = last.parent;
    detach(at);
    release(at);
    at = parent;
  }
}

std::string_view trie::text_of(const node& of) const noexcept {
  if (of.text_size <= of.text.size())
    return {of.text.data(), of.text_size};
  std::uint32_t from = 0;
  std::memcpy(&from, of.text.data(), sizeof from);
  return {texts_.data() + from, of.text_size};
}

std::uint32_t trie::child_of(std::uint32_t parent, const pattern::segment& next,
                             bool below_many) {
  std::uint32_t child = 0;
  switch (next.kind) {
  case pattern::kind::literal:
    child = literal_child(parent, next.text, hash_(next.text));
    break;
  case pattern::kind::one:
    child = nodes_[parent].one;
    break;
  case pattern::kind::many:
    child = nodes_[parent].many;
    break;
  }
  return child != 0 ? child : make_node(parent, next, below_many);
}

std::uint32_t trie::make_node(std::uint32_t parent,
                              const pattern::segment& next, bool below_many) {
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(nodes_.size()));
    nodes_.emplace_back();
    links_.emplace_back();
  }
  const auto made = free_.back();
  free_.pop_back();
  auto& fresh = nodes_[made] = node{};
  fresh.parent = parent;
  links_[made] = {0, 0, next.kind};
  write_text(fresh, next.text);
  if (next.kind == pattern::kind::many && below_many) {
    fresh.repeatable = true;
    if (free_repeat_numbers_.empty())
      free_repeat_numbers_.push_back(repeat_numbers_++);
    links_[made].repeat_number = free_repeat_numbers_.back();
    free_repeat_numbers_.pop_back();
  }
  attach(parent, made);
  return made;
}

void trie::attach(std::uint32_t parent, std::uint32_t child) {
  auto& above = nodes_[parent];
  switch (links_[child].kind) {
  case pattern::kind::literal:
    edges_.insert(segment_hash::edge(parent, hash_(text_of(nodes_[child]))),
                  child);
    above.literals = ++links_[parent].literals > 0;
    break;
  case pattern::kind::one:
    above.one = child;
    break;
  case pattern::kind::many:
    above.many = child;
    break;
  }
}

void trie::detach(std::uint32_t child) {
  const auto parent = nodes_[child].parent;
  auto& above = nodes_[parent];
  switch (links_[child].kind) {
  case pattern::kind::literal:
    edges_.erase(segment_hash::edge(parent, hash_(text_of(nodes_[child]))),
                 child);
    above.literals = --links_[parent].literals > 0;
    break;
  case pattern::kind::one:
    above.one = 0;
    break;
  case pattern::kind::many:
    above.many = 0;
    break;
  }
}

void trie::write_text(node& into, std::string_view text) {
  into.text_size = static_cast<std::uint16_t>(text.size());
  if (text.size() <= into.text.size()) {
    std::memcpy(into.text.data(), text.data(), text.size());
    return;
  }
  const auto from = static_cast<std::uint32_t>(texts_.size());
  std::memcpy(into.text.data(), &from, sizeof from);
  texts_.append(text);
}

void trie::release(std::uint32_t gone) {
  auto& at = nodes_[gone];
  if (at.text_size > at.text.size())
    texts_unused_ += at.text_size;
  if (at.repeatable)
    free_repeat_numbers_.push_back(links_[gone].repeat_number);
  at = node{};
  free_.push_back(gone);
  if (texts_unused_ > texts_unused_min && texts_unused_ * 2 > texts_.size())
    compact_texts();
}

void trie::compact_texts() {
  const auto old = std::move(texts_);
  texts_.clear();
  for (auto& at : nodes_) {
    if (at.text_size <= at.text.size())
      continue;
    std::uint32_t from = 0;
    std::memcpy(&from, at.text.data(), sizeof from);
    write_text(at, std::string_view(old).substr(from, at.text_size));
  }
  texts_unused_ = 0;
}

} // namespace libsig::route::internal
