#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsig/core/pattern.hpp"
#include "libsig/route/table.hpp"

namespace libsig::sigd {

/// Who waits for which types: what a signal costs is in the number of those
/// whose pattern matches it, not in the number of those who wait. Not
/// synchronised.
template <class Item>
class live_index {
public:
  // -- mutators ---------------------------------------------------------------

  /// Adds an item under a pattern, null for all types. Not to be added twice.
  void add(const std::shared_ptr<Item>& item, const pattern* wants) {
    auto& group = group_of(wants == nullptr ? every_type() : *wants);
    item->place_in_index = {group.target, group.items.size()};
    group.items.push_back(item);
    ++size_;
  }

  /// Takes an item out that was added.
  void remove(Item& item) {
    const auto [target, place] = item.place_in_index;
    auto& group = *by_target_[target];
    group.items[place] = std::move(group.items.back());
    group.items[place]->place_in_index = {target, place};
    group.items.pop_back();
    --size_;
    if (group.items.empty()) {
      routes_.remove(group.route);
      by_target_[target] = nullptr;
      free_.push_back(target);
      groups_.erase(groups_.find(group.name));
    }
  }

  /// Takes all out and gives them.
  [[nodiscard]] std::vector<std::shared_ptr<Item>> take_all() {
    std::vector<std::shared_ptr<Item>> all;
    all.reserve(size_);
    for (auto& [name, group] : groups_) {
      all.insert(all.end(), group.items.begin(), group.items.end());
    }
    *this = {};
    return all;
  }

  // -- observers --------------------------------------------------------------

  /// Calls `with` for each item whose pattern matches the type, once.
  template <class Call>
  void for_each(std::string_view type, Call with) {
    matches_.clear();
    routes_.match(type, matches_);
    for (const auto& one : matches_) {
      for (const auto& item :
           by_target_[static_cast<std::size_t>(one.target)]->items) {
        with(item);
      }
    }
  }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }

private:
  /// All items of one pattern.
  struct same_pattern {
    std::string name;
    std::size_t target = 0;
    route::route_id route{};
    std::vector<std::shared_ptr<Item>> items;
  };

  [[nodiscard]] static const pattern& every_type() {
    static const auto all = *pattern::parse("**");
    return all;
  }

  [[nodiscard]] same_pattern& group_of(const pattern& wants) {
    // The type `a*` and the pattern `*` may have one text.
    auto name = (wants.is_literal() ? '=' : '~') + wants.text();
    auto& made = groups_[name];
    if (!made.items.empty()) {
      return made;
    }
    made.name = std::move(name);
    if (free_.empty()) {
      made.target = by_target_.size();
      by_target_.push_back(&made);
    } else {
      made.target = free_.back();
      free_.pop_back();
      by_target_[made.target] = &made;
    }
    // A pattern that was parsed, without a priority, is never refused.
    made.route = *routes_.add(wants, static_cast<route::target>(made.target));
    return made;
  }

  route::table routes_;
  // Groups stay where they are: a map's members do not move.
  std::map<std::string, same_pattern, std::less<>> groups_;
  std::vector<same_pattern*> by_target_;
  std::vector<std::size_t> free_;
  std::vector<route::match> matches_;
  std::size_t size_ = 0;
};

/// Where an item of a `live_index` stands in it; its own business.
struct index_place {
  std::size_t target = 0;
  std::size_t place = 0;
};

} // namespace libsig::sigd
