#include "libsig/route/table.hpp"

#include <algorithm>
#include <span>
#include <string>

#include "libsig/core/limits.hpp"
#include "libsig/route/internal/chains.hpp"
#include "libsig/route/internal/trie.hpp"
#include "libsig/route/internal/walk.hpp"

namespace libsig::route {

class table::impl {
public:
  result<route_id> add(const pattern& where, route::target to, int priority) {
    if (routes_.full() || patterns_.full())
      return fail(errc::overloaded, "the route table is full");
    const auto node = patterns_.insert(where);
    const auto slot = routes_.add(patterns_.routes_of(node), node,
                                  static_cast<std::uint32_t>(to), priority);
    return route_id{routes_.id_of(slot)};
  }

  bool remove(route_id id) {
    const auto slot = routes_.find(static_cast<std::uint64_t>(id));
    if (!slot)
      return false;
    const auto node = routes_.rank_of(*slot).node;
    routes_.remove(patterns_.routes_of(node), *slot);
    patterns_.prune(node);
    return true;
  }

  void match(std::string_view type, std::vector<route::match>& out) const {
    internal::found_list found;
    internal::walk(patterns_, type, found);
    if (found.size() > 1)
      std::sort(found.begin(), found.end(),
                [](const auto& a, const auto& b) { return a.shape < b.shape; });
    for (const auto* at = found.begin(); at != found.end();) {
      const auto* next = at + 1;
      while (next != found.end() && next->shape == at->shape)
        ++next;
      if (next - at == 1)
        append(at->routes, out);
      else
        append_merged({at, next}, out);
      at = next;
    }
  }

  [[nodiscard]] std::size_t size() const noexcept { return routes_.size(); }

private:
  void append(std::uint32_t slot, std::vector<route::match>& out) const {
    for (; slot != internal::chains::none; slot = routes_[slot].next)
      out.push_back(answer(slot));
  }

  /// Patterns of one shape: priority and registration decide across them.
  void append_merged(std::span<const internal::found> patterns,
                     std::vector<route::match>& out) const {
    internal::scratch<std::uint32_t, 64> slots;
    for (const auto& each : patterns)
      for (auto slot = each.routes; slot != internal::chains::none;
           slot = routes_[slot].next)
        slots.push_back(slot);
    std::sort(slots.begin(), slots.end(), [this](auto a, auto b) {
      const auto& left = routes_.rank_of(a);
      const auto& right = routes_.rank_of(b);
      return left.priority != right.priority ? left.priority > right.priority
                                             : left.sequence < right.sequence;
    });
    for (const auto slot : slots)
      out.push_back(answer(slot));
  }

  [[nodiscard]] route::match answer(std::uint32_t slot) const {
    return {route_id{routes_.id_of(slot)}, route::target{routes_[slot].target}};
  }

  internal::trie patterns_;
  internal::chains routes_;
};

table::table() : impl_(std::make_unique<impl>()) {}

table::table(table&&) noexcept = default;

table& table::operator=(table&&) noexcept = default;

table::table(const table& other)
  : impl_(other.impl_ ? std::make_unique<impl>(*other.impl_) : nullptr) {}

table& table::operator=(const table& other) {
  if (this != &other)
    *this = table(other);
  return *this;
}

table::~table() = default;

result<route_id> table::add(const pattern& where, route::target to,
                            int priority) {
  if (priority < -limits::route_priority_max
      || priority > limits::route_priority_max)
    return fail(error(errc::invalid_argument, "the priority "
                                                + std::to_string(priority)
                                                + " of a route is out of range")
                  .mend("choose one from -100 to 100"));
  return impl_->add(where, to, priority);
}

bool table::remove(route_id id) { return impl_->remove(id); }

void table::match(std::string_view type, std::vector<route::match>& out) const {
  impl_->match(type, out);
}

std::size_t table::size() const noexcept { return impl_->size(); }

} // namespace libsig::route
