#include "libsig/journal/internal/topic_lookup.hpp"

#include <limits>

namespace libsig::journal::internal {

/// Asks the index in one turn. It may name what is in quarantine, or the record
/// of another topic whose hash is the same; neither fits.
template <class Ask>
result<topic_lookup::candidate> topic_lookup::ask(std::string_view type,
                                                  bool& lost, Ask question) {
  const turns::reading turn{turns_};
  auto& index = writer_.topics();
  if (index.gave_up()) {
    lost = true;
    return fail(errc::io, "the index by topic is lost");
  }
  const auto sequence = question(index, writer_.state().tail);
  if (!sequence) {
    if (index.damaged()) {
      index.give_up();
      lost = true;
    }
    return fail(sequence.error());
  }
  if (!*sequence) {
    return candidate{};
  }
  const auto fits = reader_.has_type(**sequence, type);
  if (!fits && !data_.damaged()) {
    return fail(fits.error());
  }
  return candidate{*sequence, fits && *fits};
}

topic_lookup::answer topic_lookup::next(const topic_name& topic,
                                        std::uint64_t after, bool& lost) {
  const auto key = keys_.topic(topic.tenant, topic.type);
  for (;;) {
    const auto found =
      ask(topic.type, lost, [&](auto& index, std::uint64_t end) {
        return index.next(key, after, end);
      });
    if (!found || !found->sequence || found->fits) {
      return found ? answer{found->sequence} : fail(found.error());
    }
    after = *found->sequence;
  }
}

topic_lookup::answer topic_lookup::last(const topic_name& topic, bool& lost) {
  const auto key = keys_.topic(topic.tenant, topic.type);
  std::uint64_t before = std::numeric_limits<std::int64_t>::max();
  for (;;) {
    const auto found =
      ask(topic.type, lost, [&](auto& index, std::uint64_t end) {
        return index.previous(key, before, end);
      });
    if (!found || !found->sequence || found->fits) {
      return found ? answer{found->sequence} : fail(found.error());
    }
    before = *found->sequence;
  }
}

/// Whether the record is what the index took it for.
result<bool> topic_lookup::is_named(std::uint64_t sequence,
                                    const topic_name& topic,
                                    std::string_view id) {
  const auto found = [&] {
    const turns::reading turn{turns_};
    auto one = reader_.find(sequence);
    // What cannot be read is not it.
    return one || !data_.damaged() ? std::move(one)
                                   : result<std::optional<record>>{};
  }();
  if (!found || !*found) {
    return found ? result<bool>{false} : fail(found.error());
  }
  const auto made = decode(**found, {});
  return made && (*made)->id() == id && is_in(topic, **made);
}

topic_lookup::answer topic_lookup::find(const topic_name& topic,
                                        std::string_view id, bool& lost) {
  const auto key = keys_.name(topic.tenant, topic.type, id);
  std::uint64_t after = 0;
  for (;;) {
    const auto found =
      ask(topic.type, lost, [&](auto& index, std::uint64_t end) {
        return index.next_named(key, after, end);
      });
    if (!found || !found->sequence) {
      return found ? answer{found->sequence} : fail(found.error());
    }
    after = *found->sequence;
    const auto named =
      found->fits ? is_named(after, topic, id) : result<bool>{false};
    if (!named || *named) {
      return named ? answer{after} : fail(named.error());
    }
  }
}

} // namespace libsig::journal::internal
