#include "libsig/journal/internal/memory_topics.hpp"

#include "libsig/journal/internal/topic_mark.hpp"

#include <algorithm>

namespace libsig::journal::internal {

namespace {

[[nodiscard]] topic_name topic_of(const signal& what) {
  return {what.tenant(), what.type()};
}

} // namespace

digest memory_topics::key_of(const topic_name& topic) const {
  return keys_.of({topic.tenant, topic.type});
}

std::uint64_t memory_topics::name_of(const topic_name& topic,
                                     std::string_view id) const {
  return keys_.of({topic.tenant, topic.type, id}).words[0];
}

const memory_topics::sequences*
memory_topics::find(const topic_name& topic) const {
  const auto found = topics_.find(key_of(topic));
  return found == topics_.end() ? nullptr : &found->second;
}

memory_topics::sequences& memory_topics::at(const topic_name& topic) {
  const auto [found, is_new] = topics_.try_emplace(key_of(topic));
  if (is_new) {
    ++counts_[std::string{topic.tenant}];
  }
  return found->second;
}

void memory_topics::add(const signal& what) {
  if (has_topic(what)) {
    const auto topic = topic_of(what);
    at(topic).kept.push_back(what.sequence());
    names_.emplace(name_of(topic, what.id()), what.sequence());
  }
}

void memory_topics::add_held(const signal& what) {
  if (has_topic(what)) {
    const auto topic = topic_of(what);
    at(topic).held.insert(what.sequence());
    names_.emplace(name_of(topic, what.id()), what.sequence());
  }
}

/// Takes a signal's id, and its topic if nothing of it is left.
void memory_topics::forget(const signal& what, topic_map::iterator where) {
  names_.erase({name_of(topic_of(what), what.id()), what.sequence()});
  if (!where->second.empty()) {
    return;
  }
  topics_.erase(where);
  const auto counted = counts_.find(what.tenant());
  if (--counted->second == 0) {
    counts_.erase(counted);
  }
}

void memory_topics::evict(const signal& what, bool held) {
  const auto found =
    has_topic(what) ? topics_.find(key_of(topic_of(what))) : topics_.end();
  if (found == topics_.end()) {
    return;
  }
  auto& [kept, begin, holds] = found->second;
  // The room in front is given back once it is half of all.
  ++begin;
  if (2 * begin >= kept.size()) {
    kept.erase(kept.begin(), kept.begin() + static_cast<std::ptrdiff_t>(begin));
    begin = 0;
  }
  if (held) {
    holds.insert(what.sequence());
  } else {
    forget(what, found);
  }
}

void memory_topics::release(const signal& what) {
  const auto found =
    has_topic(what) ? topics_.find(key_of(topic_of(what))) : topics_.end();
  if (found != topics_.end() && found->second.held.erase(what.sequence()) > 0) {
    forget(what, found);
  }
}

bool memory_topics::knows(const topic_name& topic) const {
  return find(topic) != nullptr;
}

std::size_t memory_topics::count(std::string_view tenant) const {
  const auto found = counts_.find(tenant);
  return found == counts_.end() ? 0 : found->second;
}

std::optional<std::uint64_t> memory_topics::next(const topic_name& topic,
                                                 std::uint64_t after) const {
  const auto* const found = find(topic);
  if (found == nullptr) {
    return std::nullopt;
  }
  const auto held = found->held.upper_bound(after);
  if (held != found->held.end()) {
    return *held;
  }
  const auto first =
    found->kept.begin() + static_cast<std::ptrdiff_t>(found->begin);
  const auto kept = std::upper_bound(first, found->kept.end(), after);
  return kept == found->kept.end() ? std::nullopt : std::optional{*kept};
}

std::optional<std::uint64_t>
memory_topics::last(const topic_name& topic) const {
  const auto* const found = find(topic);
  if (found == nullptr) {
    return std::nullopt;
  }
  return found->begin < found->kept.size() ? found->kept.back()
                                           : *found->held.rbegin();
}

std::optional<std::uint64_t>
memory_topics::next_named(const topic_name& topic, std::string_view id,
                          std::uint64_t after) const {
  const auto name = name_of(topic, id);
  const auto found = names_.upper_bound({name, after});
  return found != names_.end() && found->first == name
           ? std::optional{found->second}
           : std::nullopt;
}

} // namespace libsig::journal::internal
