#include "apps/hub/journal_view.hpp"

#include <utility>

namespace libsig::hub {

result<signal_ptr> journal_view::next(std::string_view tenant,
                                      std::string_view topic,
                                      std::uint64_t after) const {
  // Retention may take a body between the two questions; each round goes
  // forward, so that there are no more of them than signals of the topic.
  for (;;) {
    const auto found = log_.next_in({tenant, topic}, after);
    if (!found) {
      return fail(found.error());
    }
    if (!*found) {
      return signal_ptr{};
    }
    auto what = log_.find(**found);
    if (!what || *what) {
      return what;
    }
    after = **found;
  }
}

result<signal_ptr> journal_view::last(std::string_view tenant,
                                      std::string_view topic) const {
  // The same race; a body that is gone does not come back, so that each round
  // has an older one.
  std::uint64_t before = 0;
  for (;;) {
    const auto found = log_.last_in({tenant, topic});
    if (!found) {
      return fail(found.error());
    }
    if (!*found || **found == before) {
      return signal_ptr{};
    }
    auto what = log_.find(**found);
    if (!what || *what) {
      return what;
    }
    before = **found;
  }
}

result<std::optional<std::uint64_t>>
journal_view::find(std::string_view tenant, std::string_view topic,
                   std::string_view id) const {
  return log_.find_in({tenant, topic}, id);
}

std::uint64_t journal_view::end() const { return log_.last_sequence(); }

std::uint64_t journal_view::complete_from() const {
  return log_.complete_from();
}

result<std::uint64_t> journal_view::at(wall_time time) const {
  return log_.sequence_at(time);
}

std::uint64_t journal_view::epoch() const noexcept { return log_.epoch(); }

} // namespace libsig::hub
