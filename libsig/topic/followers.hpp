#pragma once

#include <cstddef>
#include <functional>
#include <iterator>
#include <list>
#include <string>
#include <unordered_map>
#include <utility>

#include "libsig/core/keyed_hash.hpp"

namespace libsig::topic {

/// Who is parked, by what it waits for. Coming, going and waking cost the same
/// for each, however many others there are. Not synchronised.
template <class Who, class Hash = std::hash<Who>>
class followers {
public:
  // -- mutators ---------------------------------------------------------------

  /// Parks somebody, who is not parked yet, under a name.
  void add(Who who, std::string name) {
    auto& list = *lists_.try_emplace(std::move(name)).first;
    list.second.push_back(who);
    places_.emplace(std::move(who), place{&list, std::prev(list.second.end())});
  }

  /// Takes one out; false when it is not parked.
  bool remove(const Who& who) {
    const auto found = places_.find(who);
    if (found == places_.end()) {
      return false;
    }
    const auto [list, at] = found->second;
    places_.erase(found);
    list->second.erase(at);
    if (list->second.empty()) {
      lists_.erase(lists_.find(list->first));
    }
    return true;
  }

  /// Takes out all of a name, in the order in which they came.
  [[nodiscard]] std::list<Who> take(const std::string& name) {
    std::list<Who> taken;
    if (const auto found = lists_.find(name); found != lists_.end()) {
      taken.swap(found->second);
      lists_.erase(found);
    }
    for (const auto& who : taken) {
      places_.erase(who);
    }
    return taken;
  }

  // -- observers --------------------------------------------------------------

  [[nodiscard]] std::size_t size() const noexcept { return places_.size(); }

  /// Names under which somebody is parked.
  [[nodiscard]] std::size_t names() const noexcept { return lists_.size(); }

private:
  using lists = std::unordered_map<std::string, std::list<Who>, keyed_hash>;

  struct place {
    /// Stays where it is as long as somebody is in it.
    typename lists::value_type* list;
    typename std::list<Who>::iterator at;
  };

  lists lists_;
  std::unordered_map<Who, place, Hash> places_;
};

} // namespace libsig::topic
