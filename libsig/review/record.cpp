#include "libsig/review/record.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <concepts>
#include <utility>

#include "libsig/core/limits.hpp"

namespace libsig::review {

namespace {

// A line for the review, one for each assignment, and the summary's sequence.
// The parts of a line are apart by tabs, which no name has.
constexpr char line_end = '\n';
constexpr char part_end = '\t';

/// The first part of a record, so that a later form can be told from this one.
constexpr std::uint64_t form = 1;

constexpr std::array<std::pair<assignment_state, std::string_view>, 4>
  state_names{{{assignment_state::pending, "pending"},
               {assignment_state::done, "done"},
               {assignment_state::crashed, "crashed"},
               {assignment_state::timed_out, "timed_out"}}};

[[nodiscard]] std::optional<assignment_state>
parse_state(std::string_view text) {
  for (const auto& [value, name] : state_names) {
    if (name == text) {
      return value;
    }
  }
  return std::nullopt;
}

// -- writing ------------------------------------------------------------------

template <std::integral Integer>
void append_number(std::string& out, Integer value) {
  std::array<char, 24> digits{};
  const auto end =
    std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out.append(digits.data(), end);
}

void append_time(std::string& out, wall_time time) {
  append_number(out, time.time_since_epoch().count());
}

void append_assignment(std::string& out, const assignment_record& what) {
  out.append(what.agent) += part_end;
  append_number(out, what.attempt);
  out += part_end;
  out.append(to_string(what.state)) += part_end;
  append_time(out, what.assigned);
  out += part_end;
  if (what.answered) {
    append_time(out, *what.answered);
  }
  out += part_end;
  append_number(out, what.result);
  out += line_end;
}

// -- reading ------------------------------------------------------------------

/// Cuts the text at the next separator; what stood before it.
[[nodiscard]] std::optional<std::string_view> cut(std::string_view& text,
                                                  char separator) {
  const auto end = text.find(separator);
  if (end == std::string_view::npos) {
    return std::nullopt;
  }
  const auto part = text.substr(0, end);
  text.remove_prefix(end + 1);
  return part;
}

template <std::integral Integer>
[[nodiscard]] std::optional<Integer> read_number(std::string_view text) {
  Integer value = 0;
  const auto* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  if (read.ec != std::errc{} || read.ptr != end) {
    return std::nullopt;
  }
  return value;
}

/// The parts of a line as they are asked for; once one is wrong, all are.
class line_reader {
public:
  explicit line_reader(std::string_view line) : rest_{line} {}

  [[nodiscard]] std::string_view text() {
    const auto part = cut(rest_, part_end);
    right_ = right_ && part.has_value();
    return part.value_or(std::string_view{});
  }

  template <std::integral Integer>
  [[nodiscard]] Integer number() {
    return checked(read_number<Integer>(text()));
  }

  [[nodiscard]] wall_time time() {
    return wall_time{
      std::chrono::milliseconds{number<std::chrono::milliseconds::rep>()}};
  }

  [[nodiscard]] std::optional<wall_time> maybe_time() {
    const auto part = text();
    if (part.empty()) {
      return std::nullopt;
    }
    return wall_time{std::chrono::milliseconds{
      checked(read_number<std::chrono::milliseconds::rep>(part))}};
  }

  template <class Value>
  [[nodiscard]] Value checked(std::optional<Value> value) {
    right_ = right_ && value.has_value();
    return value.value_or(Value{});
  }

  /// Whether all was there, and nothing else.
  [[nodiscard]] bool ended_well() const { return right_ && rest_.empty(); }

private:
  std::string_view rest_;
  bool right_ = true;
};

/// A line whose last part has its end as well.
[[nodiscard]] std::string closed_line(std::string_view line) {
  std::string made{line};
  made += part_end;
  return made;
}

[[nodiscard]] bool read_head(std::string_view line, review_record& into) {
  const auto whole = closed_line(line);
  line_reader from{whole};
  const bool known = from.number<std::uint64_t>() == form;
  into.opened = from.time();
  into.closed = from.time();
  into.status = from.checked(parse_review_status(from.text()));
  into.severity = from.checked(parse_severity(from.text()));
  into.duplicate_results = from.number<std::uint64_t>();
  into.foreign_results = from.number<std::uint64_t>();
  return known && from.ended_well();
}

[[nodiscard]] bool read_assignment(std::string_view line,
                                   assignment_record& into) {
  const auto whole = closed_line(line);
  line_reader from{whole};
  into.agent = from.text();
  into.attempt = from.number<std::uint32_t>();
  into.state = from.checked(parse_state(from.text()));
  into.assigned = from.time();
  into.answered = from.maybe_time();
  into.result = from.number<std::uint64_t>();
  return from.ended_well();
}

} // namespace

std::string claim_of_review(std::string_view review_id) {
  std::string made{"review:"};
  made.append(review_id);
  return made;
}

std::string_view to_string(assignment_state value) noexcept {
  return state_names[static_cast<std::size_t>(value)].second;
}

std::string begin_record(const review_record& what) {
  std::string out;
  out.reserve(64 + 80 * what.assignments.size());
  append_number(out, form);
  out += part_end;
  append_time(out, what.opened);
  out += part_end;
  append_time(out, what.closed);
  out += part_end;
  out.append(to_string(what.status)) += part_end;
  out.append(to_string(what.severity)) += part_end;
  append_number(out, what.duplicate_results);
  out += part_end;
  append_number(out, what.foreign_results);
  out += line_end;
  for (const auto& one : what.assignments) {
    append_assignment(out, one);
  }
  return out;
}

std::optional<review_record> read_record(std::string_view text) {
  review_record made;
  const auto head = cut(text, line_end);
  if (!head || !read_head(*head, made)) {
    return std::nullopt;
  }
  // A specialist has two assignments at most.
  while (made.assignments.size() < 2 * limits::specialists_max) {
    const auto line = cut(text, line_end);
    if (!line) {
      break;
    }
    if (!read_assignment(*line, made.assignments.emplace_back())) {
      return std::nullopt;
    }
  }
  const auto summary = read_number<std::uint64_t>(text);
  if (!summary) {
    return std::nullopt;
  }
  made.summary = *summary;
  return made;
}

} // namespace libsig::review
