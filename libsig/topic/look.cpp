#include "libsig/topic/look.hpp"

#include <algorithm>

namespace libsig::topic {

namespace {

/// Up to here bodies may have been retired.
[[nodiscard]] std::uint64_t retired_up_to(const log_view& log) {
  const auto from = log.complete_from();
  return from == 0 ? 0 : from - 1;
}

/// The position before a sequence, whose reader knows what is gone.
[[nodiscard]] position before(const log_view& log, std::uint64_t sequence) {
  const auto place = sequence == 0 ? 0 : sequence - 1;
  const auto end = log.end();
  return {place, place > end ? end : std::max(place, retired_up_to(log))};
}

} // namespace

result<std::optional<position>> position_of(const topic_log& in,
                                            std::string_view text) {
  if (const auto read = read_cursor(text, in.log.epoch())) {
    // A log that was cut at its end gives its sequences again to others.
    // Nobody knows of what was retired behind the end.
    const auto end = in.log.end();
    return std::min(read->sequence, read->known) <= end
             ? std::optional{position{read->sequence,
                                      std::min(read->known, end)}}
             : std::nullopt;
  }
  const auto found = in.log.find(in.tenant, in.topic, text);
  if (!found) {
    return fail(found.error());
  }
  return *found ? std::optional{behind(**found)} : std::nullopt;
}

bool is_complete(const log_view& log, const position& at) {
  return std::max(at.sequence, at.known) >= retired_up_to(log);
}

result<position> begin_at(const topic_log& in, const start_position& from) {
  switch (from.is) {
  case start_position::kind::latest: {
    // What is committed after this is behind the end, so that it is not missed
    // when there is no message yet.
    const auto end = in.log.end();
    const auto last = in.log.last(in.tenant, in.topic);
    if (!last) {
      return fail(last.error());
    }
    return *last ? before(in.log, (*last)->sequence()) : behind(end);
  }
  case start_position::kind::earliest:
    return before(in.log, 0);
  case start_position::kind::fresh:
    return behind(in.log.end());
  case start_position::kind::sequence:
    return before(in.log, from.sequence);
  case start_position::kind::time: {
    const auto first = in.log.at(from.time);
    if (!first) {
      return fail(first.error());
    }
    return before(in.log, *first);
  }
  }
  return fail(errc::internal, "a start of no kind");
}

result<sight> look(const topic_log& in, const position& from) {
  // In this order: a message that is committed meanwhile stands behind the end
  // that was read, and one that is retired meanwhile makes it incomplete.
  const auto end = in.log.end();
  auto next = in.log.next(in.tenant, in.topic, from.sequence);
  if (!next) {
    return fail(std::move(next).error());
  }
  sight seen;
  seen.message = *std::move(next);
  seen.complete = is_complete(in.log, from);
  seen.up_to = from.sequence > end ? position{from.sequence, end} : behind(end);
  return seen;
}

result<oldest_message> find_oldest(const topic_log& in) {
  const auto end = in.log.end();
  const auto first = in.log.next(in.tenant, in.topic, 0);
  if (!first) {
    return fail(first.error());
  }
  oldest_message found;
  auto place = behind(end);
  if (*first) {
    found.id = (*first)->id();
    place = before(in.log, (*first)->sequence());
  }
  found.cursor = to_cursor(place, in.log.epoch());
  return found;
}

result<std::string> name_of(const topic_log& in, const position& at) {
  auto text = to_cursor(at, in.log.epoch());
  if (at.sequence == 0
      || (at.known > at.sequence
          && !is_complete(in.log, behind(at.sequence)))) {
    return text;
  }
  const auto message = in.log.next(in.tenant, in.topic, at.sequence - 1);
  if (!message) {
    return fail(message.error());
  }
  if (!*message || (*message)->sequence() != at.sequence) {
    return text;
  }
  const auto first = in.log.find(in.tenant, in.topic, (*message)->id());
  if (!first) {
    return fail(first.error());
  }
  return *first == at.sequence ? (*message)->id() : std::move(text);
}

} // namespace libsig::topic
