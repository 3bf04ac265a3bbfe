#include "apps/sig/client/log.hpp"

#include <algorithm>
#include <utility>

#include "apps/sig/json_view.hpp"

namespace libsig::sig::client {

namespace {

constexpr std::string_view signals_path = "/v1/signals";

std::string target_of(const log_query& what) {
  std::string target{signals_path};
  append_query(target, "limit", std::to_string(what.limit));
  const std::pair<std::string_view, const std::string*> parts[]{
    {"type", &what.type}, {"after", &what.after}, {"before", &what.before}};
  for (const auto& [name, value] : parts) {
    if (!value->empty()) {
      append_query(target, name, *value);
    }
  }
  if (what.newest_first) {
    append_query(target, "order", "desc");
  }
  return target;
}

refusal strange(const node& from, error reason) {
  return {std::move(reason).at(from.with().address.base),
          exit_status::infrastructure};
}

/// The first signal behind a position; empty when there is none.
outcome<std::string> first_behind(node& from, std::uint64_t position) {
  log_query what;
  what.after = std::to_string(position);
  what.limit = 1;
  std::string found;
  const auto read =
    read_log(from, what, [&found](const std::string& event) -> outcome<bool> {
      found = event;
      return false;
    });
  if (!read) {
    return refuse(read.error());
  }
  return found;
}

} // namespace

outcome<log_page> read_page(node& from, const log_query& what) {
  call page;
  page.target = target_of(what);
  auto got = from.ask(page);
  if (!got) {
    return refuse(std::move(got).error());
  }
  if (auto safe = check_answer(got->body); !safe) {
    return refuse(strange(from, std::move(safe).error()));
  }
  log_page made;
  bool complete = false;
  for (const auto& [name, value] : members_of(got->body)) {
    if (name == "signals") {
      const auto found = elements_of(value);
      made.signals.assign(found.begin(), found.end());
      complete = true;
    } else if (name == "next") {
      made.next = string_of(value);
    }
  }
  if (!complete) {
    return refuse(
      strange(from, error{errc::io, "the answer is no page of a log"}));
  }
  return made;
}

outcome<void> read_log(node& from, log_query what, const signal_receiver& to) {
  for (;;) {
    auto page = read_page(from, what);
    if (!page) {
      return refuse(std::move(page).error());
    }
    for (const auto& event : page->signals) {
      const auto more = to(event);
      if (!more) {
        return refuse(more.error());
      }
      if (!*more) {
        return {};
      }
    }
    auto& position = what.newest_first ? what.before : what.after;
    if (!page->next) {
      return {};
    }
    if (*page->next == position) {
      return refuse(
        strange(from, error{errc::io, "the log does not go on at its cursor"}));
    }
    position = std::move(*page->next);
  }
}

outcome<std::vector<std::string>> newest_signals(node& from, log_query what,
                                                 std::size_t count) {
  std::vector<std::string> found;
  if (count == 0) {
    return found;
  }
  what.newest_first = true;
  what.limit = std::min(count, page_signals_max);
  const auto read = read_log(from, std::move(what),
                             [&](const std::string& event) -> outcome<bool> {
                               found.push_back(event);
                               return found.size() < count;
                             });
  if (!read) {
    return refuse(read.error());
  }
  std::ranges::reverse(found);
  return found;
}

outcome<std::uint64_t> last_sequence(node& from) {
  const auto found = newest_signals(from, {}, 1);
  if (!found) {
    return refuse(found.error());
  }
  return found->empty() ? 0 : number_of(found->front(), "sequence").value_or(0);
}

outcome<std::uint64_t> position_before(node& from, wall_time time) {
  const auto last = last_sequence(from);
  if (!last) {
    return refuse(last.error());
  }
  const auto wanted = time - clock_step_max;
  std::uint64_t low = 0;
  std::uint64_t high = *last;
  while (low < high) {
    const auto middle = low + (high - low) / 2;
    const auto next = first_behind(from, middle);
    if (!next) {
      return refuse(next.error());
    }
    const auto recorded = recorded_time_of(*next);
    if (next->empty() || !recorded || *recorded >= wanted) {
      high = middle;
    } else {
      const auto found = number_of(*next, "sequence").value_or(0);
      low = std::clamp(found, middle + 1, high);
    }
  }
  return low;
}

outcome<std::string> with_data(node& from, std::string event) {
  const auto omitted = member_of(event, "dataomitted");
  const auto sequence = number_of(event, "sequence");
  if (!omitted || !sequence) {
    return event;
  }
  call one;
  one.target = path_of(signals_path, std::to_string(*sequence));
  one.answer_bytes_max = 192u << 20;
  auto got = from.ask(one);
  if (!got) {
    // Its body may have been retired since the page was read.
    return got.error().reason.code() == errc::not_found
             ? outcome<std::string>{std::move(event)}
             : refuse(std::move(got).error());
  }
  if (auto safe = check_answer(got->body); !safe) {
    return refuse(strange(from, std::move(safe).error()));
  }
  return std::move(got->body);
}

std::optional<wall_time> recorded_time_of(std::string_view event) {
  return parse_rfc3339(text_of(event, "recordedtime"));
}

} // namespace libsig::sig::client
