#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "libsig/subscription/mailbox.hpp"
#include "libsig/subscription/requests.hpp"

namespace libsig::subscription {

/// What a call may see, by type; asked once for each.
class sight {
public:
  explicit sight(const next_request& of) : may_read_{of.may_read} {}

  [[nodiscard]] bool sees(const item& what) {
    if (!may_read_) {
      return true;
    }
    const auto [at, is_new] = known_.try_emplace(what.type.get(), false);
    if (is_new) {
      at->second = may_read_(*what.type);
    }
    return at->second;
  }

  /// Whether one of the items is seen.
  [[nodiscard]] bool sees_any(const mailbox::some& of) {
    return std::ranges::any_of(
      of, [this](const auto& one) { return sees(*one.second); });
  }

private:
  const std::function<bool(std::string_view)>& may_read_;
  std::unordered_map<const std::string*, bool> known_;
};

} // namespace libsig::subscription
