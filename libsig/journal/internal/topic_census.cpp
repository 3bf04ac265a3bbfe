#include "libsig/journal/internal/topic_census.hpp"

#include <utility>

namespace libsig::journal::internal {

void topic_census::append(member& one) noexcept {
  one.before = last_;
  (last_ == nullptr ? first_ : last_->behind) = &one;
  last_ = &one;
}

void topic_census::unlink(member& one) noexcept {
  (one.before == nullptr ? first_ : one.before->behind) = one.behind;
  (one.behind == nullptr ? last_ : one.behind->before) = one.before;
  one.before = nullptr;
  one.behind = nullptr;
}

void topic_census::erase(const member& one) {
  const auto counted = counts_.find(one.tenant);
  if (--counted->second == 0) {
    counts_.erase(counted);
  }
  const auto topic = one.topic;
  members_.erase(topic);
}

void topic_census::touch(std::uint64_t topic, std::uint64_t tenant,
                         std::uint64_t sequence) {
  const auto [found, is_new] = members_.try_emplace(topic);
  auto& one = found->second;
  if (is_new) {
    one.topic = topic;
    one.tenant = tenant;
    ++counts_[tenant];
  } else if (in_order(one)) {
    unlink(one);
  }
  one.last = sequence;
  append(one);
}

void topic_census::hold(std::uint64_t topic) {
  const auto found = members_.find(topic);
  if (found != members_.end()) {
    ++found->second.held;
  }
}

void topic_census::release(std::uint64_t topic, std::uint64_t end) {
  const auto found = members_.find(topic);
  if (found == members_.end() || found->second.held == 0) {
    return;
  }
  auto& one = found->second;
  if (--one.held == 0 && one.last < end) {
    if (in_order(one)) {
      unlink(one);
    }
    erase(one);
  }
}

void topic_census::expire(std::uint64_t end) {
  while (first_ != nullptr && first_->last < end) {
    auto& one = *first_;
    unlink(one);
    if (one.held == 0) {
      erase(one);
    }
  }
}

void topic_census::clear() {
  members_.clear();
  counts_.clear();
  first_ = nullptr;
  last_ = nullptr;
}

const topic_census::member* topic_census::find(std::uint64_t topic) const {
  const auto found = members_.find(topic);
  return found == members_.end() ? nullptr : &found->second;
}

std::size_t topic_census::count(std::uint64_t tenant) const {
  const auto found = counts_.find(tenant);
  return found == counts_.end() ? 0 : found->second;
}

} // namespace libsig::journal::internal
