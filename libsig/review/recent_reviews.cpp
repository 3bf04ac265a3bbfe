#include "libsig/review/recent_reviews.hpp"

#include <utility>

namespace libsig::review {

std::string recent_reviews::name_of(std::string_view tenant,
                                    std::string_view review_id) {
  std::string made;
  made.reserve(tenant.size() + 1 + review_id.size());
  made.append(tenant) += '/';
  made.append(review_id);
  return made;
}

void recent_reviews::add(std::string_view tenant, std::string_view review_id,
                         std::string record_key) {
  if (most_ == 0) {
    return;
  }
  if (ring_.empty()) {
    ring_.reserve(most_);
  }
  const auto at = next_;
  next_ = (next_ + 1) % most_;
  if (at == ring_.size()) {
    ring_.emplace_back();
  } else if (const auto old = places_.find(ring_[at].name);
             old != places_.end() && old->second == at) {
    places_.erase(old);
  }
  auto& one = ring_[at];
  auto name = name_of(tenant, review_id);
  // The index must not point to a name that goes.
  places_.erase(name);
  one = {std::move(name), std::move(record_key), 0};
  places_.emplace(one.name, at);
}

std::optional<late_result> recent_reviews::count(std::string_view tenant,
                                                 std::string_view review_id) {
  const auto found = places_.find(name_of(tenant, review_id));
  if (found == places_.end()) {
    return std::nullopt;
  }
  auto& one = ring_[found->second];
  return late_result{one.record_key, ++one.late};
}

} // namespace libsig::review
