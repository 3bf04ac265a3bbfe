#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>

#include "libsig/core/keyed_hash.hpp"

namespace libsig::subscription {

/// A text that many hold and nobody changes.
using text_ptr = std::shared_ptr<const std::string>;

/// Gives equal texts one place in memory: a type or a pattern stands in every
/// item that waits. What nobody holds any more goes by and by. Not
/// synchronised.
class text_pool {
public:
  /// The text; equal ones are the same object while somebody holds it.
  [[nodiscard]] text_ptr get(std::string_view text) {
    if (const auto found = texts_.find(text); found != texts_.end()) {
      return *found;
    }
    if (texts_.size() >= sweep_at_) {
      std::erase_if(texts_,
                    [](const text_ptr& one) { return one.use_count() == 1; });
      sweep_at_ = std::max(sweep_min, 2 * texts_.size());
    }
    return *texts_.insert(std::make_shared<const std::string>(text)).first;
  }

  [[nodiscard]] std::size_t size() const noexcept { return texts_.size(); }

private:
  static constexpr std::size_t sweep_min = 1'024;

  struct hash {
    using is_transparent = void;

    [[nodiscard]] std::size_t operator()(std::string_view text) const noexcept {
      return keyed(text);
    }

    [[nodiscard]] std::size_t operator()(const text_ptr& text) const noexcept {
      return keyed(*text);
    }

    keyed_hash keyed;
  };

  struct equal {
    using is_transparent = void;

    [[nodiscard]] static std::string_view view(std::string_view text) {
      return text;
    }

    [[nodiscard]] static std::string_view view(const text_ptr& text) {
      return *text;
    }

    template <class Left, class Right>
    [[nodiscard]] bool operator()(const Left& left, const Right& right) const {
      return view(left) == view(right);
    }
  };

  std::unordered_set<text_ptr, hash, equal> texts_;
  /// The size at which those that nobody holds are looked for.
  std::size_t sweep_at_ = sweep_min;
};

} // namespace libsig::subscription
