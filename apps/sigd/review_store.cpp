#include "apps/sigd/review_store.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "libsig/core/limits.hpp"
#include "libsig/core/pattern.hpp"
#include "libsig/core/row_key.hpp"
#include "libsig/review/signals.hpp"

namespace libsig::sigd {

namespace {

/// Rows that one page looks at, and that are read at once.
constexpr std::size_t rows_scanned_max = 65'536;
constexpr std::size_t rows_per_read = 256;

/// Records of the log behind the request of an open review in which its
/// assignments and results are looked for.
constexpr std::size_t open_scanned_max = 16'384;

[[nodiscard]] std::uint64_t number_of(std::string_view text) {
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

/// The rows of one table that belong to a tenant, the newest first.
class row_walk {
public:
  /// A table of which nothing is wanted is not read.
  row_walk(const journal::journal& of, std::string_view table,
           const review_query& what, bool wanted)
    : log_{of}, table_{table}, tenant_{what.tenant},
      position_{what.before ? row_key_behind(what.tenant, *what.before)
                            : row_key_before(what.tenant)},
      ended_{!wanted} {}

  /// The row at hand; null at the end. Stays until `step`.
  [[nodiscard]] result<const journal::keyed_write*> peek() {
    if (at_ == rows_.size() && !ended_) {
      auto some = log_.read_rows(table_, position_, rows_per_read);
      if (!some) {
        return fail(std::move(some).error());
      }
      ended_ = some->size() < rows_per_read;
      rows_ = std::move(*some);
      at_ = 0;
      if (!rows_.empty()) {
        position_ = rows_.back().key;
      }
    }
    if (at_ == rows_.size() || key()->tenant != tenant_) {
      return nullptr;
    }
    return &rows_[at_];
  }

  void step() { ++at_; }

private:
  /// What is no key belongs to nobody.
  [[nodiscard]] std::optional<row_key> key() const {
    const auto read = read_row_key(rows_[at_].key);
    return read ? read : row_key{};
  }

  const journal::journal& log_;
  std::string_view table_;
  std::string_view tenant_;
  std::string position_;
  std::vector<journal::keyed_write> rows_;
  std::size_t at_ = 0;
  bool ended_;
};

[[nodiscard]] std::optional<listed_review>
listed(const journal::keyed_write& row, bool open, const review_query& what) {
  const auto key = read_row_key(row.key);
  listed_review made;
  made.review_id = key->name;
  made.sequence = key->sequence;
  if (open) {
    made.opened = wall_time{std::chrono::milliseconds{
      static_cast<std::int64_t>(number_of(row.value.value_or(std::string{})))}};
    return what.open ? std::optional{std::move(made)} : std::nullopt;
  }
  made.closed = review::read_record(row.value.value_or(std::string{}));
  if (!made.closed) {
    return std::nullopt;
  }
  made.opened = made.closed->opened;
  const bool failed = made.closed->status == review::review_status::failed;
  return (failed ? what.failed : what.complete) ? std::optional{std::move(made)}
                                                : std::nullopt;
}

/// The row of one signal; nothing when it has none.
[[nodiscard]] result<std::optional<journal::keyed_write>>
find_row(const journal::journal& of, std::string_view table,
         const row_key& key) {
  auto rows =
    of.read_rows(table, row_key_behind(key.tenant, key.sequence + 1), 1);
  if (!rows) {
    return fail(std::move(rows).error());
  }
  if (rows->empty() || rows->front().key != to_string(key)) {
    return std::nullopt;
  }
  return std::move(rows->front());
}

/// Puts an assignment into the record of an open review. One that is handed
/// out again after a restart takes the place of the first.
void note_assignment(const signal& what, review::review_record& into) {
  const auto work = what.data().as<review::assignment>();
  if (!work || into.assignments.size() >= 2 * limits::specialists_max) {
    return;
  }
  for (auto& one : into.assignments) {
    if (one.agent == work->agent && one.attempt == work->attempt) {
      one.assigned = what.recorded_time();
      return;
    }
    if (one.agent == work->agent
        && one.state == review::assignment_state::pending) {
      one.state = review::assignment_state::crashed;
      one.answered = what.recorded_time();
    }
  }
  auto& made = into.assignments.emplace_back();
  made.agent = work->agent;
  made.attempt = work->attempt;
  made.assigned = what.recorded_time();
}

void note_result(const signal& what, review::review_record& into) {
  const auto answer = what.data().as<review::review_result>();
  if (!answer) {
    return;
  }
  bool known = false;
  for (auto& one : into.assignments) {
    if (one.agent != answer->agent) {
      continue;
    }
    known = true;
    if (one.state == review::assignment_state::pending) {
      one.state = review::assignment_state::done;
      one.answered = what.recorded_time();
      one.result = what.sequence();
      return;
    }
  }
  ++(known ? into.duplicate_results : into.foreign_results);
}

/// What the log says of an open review.
[[nodiscard]] result<review::review_record>
read_open(const journal::journal& of, const row_key& key, wall_time opened) {
  journal::query what;
  what.after = key.sequence;
  what.limit = 8 * limits::specialists_max;
  what.scanned_max = open_scanned_max;
  for (const auto& type :
       {std::string{review::result_type},
        std::string{review::assignment_type_prefix} + ".**"}) {
    auto parsed = pattern::parse(type);
    if (!parsed) {
      return fail(std::move(parsed).error());
    }
    what.types.push_back(std::move(*parsed));
  }
  const auto subject = review::review_subject(key.name);
  what.only = [&](const signal& one) {
    return one.tenant() == key.tenant && one.subject() == subject;
  };
  const auto found = of.read_page(what);
  if (!found) {
    return fail(found.error());
  }
  review::review_record made;
  made.opened = opened;
  for (const auto& one : found->signals) {
    if (one->type() == review::result_type) {
      note_result(*one, made);
    } else {
      note_assignment(*one, made);
    }
  }
  std::ranges::sort(made.assignments, [](const auto& left, const auto& right) {
    return std::pair{std::string_view{left.agent}, left.attempt}
           < std::pair{std::string_view{right.agent}, right.attempt};
  });
  return made;
}

[[nodiscard]] result<std::optional<known_review>>
read_closed(const journal::journal& of, const row_key& key) {
  const auto row = find_row(of, review::closed_reviews_table, key);
  if (!row) {
    return fail(row.error());
  }
  auto record = *row
                  ? review::read_record((*row)->value.value_or(std::string{}))
                  : std::nullopt;
  if (!record) {
    return std::nullopt;
  }
  const auto late = find_row(of, review::late_results_table, key);
  if (!late) {
    return fail(late.error());
  }
  known_review made;
  made.sequence = key.sequence;
  made.record = std::move(*record);
  made.late_results =
    *late ? number_of((*late)->value.value_or(std::string{})) : 0;
  return made;
}

/// The sequence of the review's request; nothing when there is none.
[[nodiscard]] result<std::optional<std::uint64_t>>
find_request(const journal::journal& of, std::string_view tenant,
             std::string_view review_id) {
  return of.find_claim(tenant, review::request_type,
                       review::claim_of_review(review_id));
}

// -- retention ----------------------------------------------------------------

/// The first tenant behind a position; nothing when there is none.
[[nodiscard]] result<std::optional<std::string>>
next_tenant(const journal::journal& of,
            const std::optional<std::string>& after) {
  const auto rows = of.read_rows(review::closed_reviews_table, after, 1);
  if (!rows) {
    return fail(rows.error());
  }
  if (rows->empty()) {
    return std::nullopt;
  }
  const auto& key = rows->front().key;
  return key.substr(0, key.find('/'));
}

[[nodiscard]] bool is_expired(const journal::keyed_write& row,
                              wall_time cutoff) {
  const auto record = review::read_record(row.value.value_or(std::string{}));
  // Nobody can do anything with a row that is no record.
  return !record || record->closed < cutoff;
}

/// The highest sequence such that it and all older ones of the tenant are
/// expired, as good as the order of closing is that of the requests.
[[nodiscard]] result<std::uint64_t> find_boundary(const journal::journal& of,
                                                  const std::string& tenant,
                                                  wall_time cutoff) {
  std::uint64_t low = 0;
  std::uint64_t high = of.last_sequence();
  while (low < high) {
    const auto middle = low + (high - low + 1) / 2;
    const auto rows = of.read_rows(review::closed_reviews_table,
                                   row_key_behind(tenant, middle + 1), 1);
    if (!rows) {
      return fail(rows.error());
    }
    const auto key =
      rows->empty() ? std::nullopt : read_row_key(rows->front().key);
    const bool others = !key || key->tenant != tenant;
    if (others || is_expired(rows->front(), cutoff)) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}

} // namespace

result<review_page> list_reviews(const journal::journal& of,
                                 const review_query& what) {
  // The open ones are read first: one that is closed meanwhile then is in both
  // rather than in none.
  row_walk open{of, review::open_reviews_table, what, what.open};
  row_walk closed{of, review::closed_reviews_table, what,
                  what.complete || what.failed};
  review_page made;
  for (std::size_t scanned = 0;; ++scanned) {
    const auto one = open.peek();
    const auto other = closed.peek();
    if (!one || !other) {
      return fail(!one ? one.error() : other.error());
    }
    if (*one == nullptr && *other == nullptr) {
      return made;
    }
    const bool both =
      *one != nullptr && *other != nullptr && (*one)->key == (*other)->key;
    const bool is_open = !both && *one != nullptr
                         && (*other == nullptr || (*one)->key < (*other)->key);
    const auto& row = is_open ? **one : **other;
    const auto sequence = read_row_key(row.key)->sequence;
    if (auto shown = listed(row, is_open, what)) {
      made.reviews.push_back(std::move(*shown));
    }
    if (is_open || both) {
      open.step();
    }
    if (!is_open) {
      closed.step();
    }
    if (made.reviews.size() == what.limit || scanned + 1 == rows_scanned_max) {
      const auto left = open.peek();
      const auto right = closed.peek();
      if (!left || !right || *left != nullptr || *right != nullptr) {
        made.next = sequence;
      }
      return made;
    }
  }
}

result<std::optional<known_review>> find_review(const journal::journal& of,
                                                std::string_view tenant,
                                                std::string_view review_id) {
  const auto sequence = find_request(of, tenant, review_id);
  if (!sequence) {
    return fail(sequence.error());
  }
  if (!*sequence) {
    return std::nullopt;
  }
  const row_key key{tenant, **sequence, review_id};
  const auto open = find_row(of, review::open_reviews_table, key);
  if (!open) {
    return fail(open.error());
  }
  auto closed = read_closed(of, key);
  if (!closed || *closed || !*open) {
    return closed;
  }
  const wall_time opened{std::chrono::milliseconds{static_cast<std::int64_t>(
    number_of((*open)->value.value_or(std::string{})))}};
  auto record = read_open(of, key, opened);
  if (!record) {
    return fail(std::move(record).error());
  }
  known_review made;
  made.sequence = **sequence;
  made.record = std::move(*record);
  made.open = true;
  return made;
}

result<signal_ptr> find_summary(const journal::journal& of,
                                std::string_view tenant,
                                std::string_view review_id) {
  const auto sequence = find_request(of, tenant, review_id);
  if (!sequence) {
    return fail(sequence.error());
  }
  if (!*sequence) {
    return signal_ptr{};
  }
  const auto closed = read_closed(of, {tenant, **sequence, review_id});
  if (!closed) {
    return fail(closed.error());
  }
  return *closed ? of.find((*closed)->record.summary) : signal_ptr{};
}

result<std::vector<journal::keyed_write>>
expired_reviews(const journal::journal& of, wall_time cutoff,
                std::size_t limit) {
  std::vector<journal::keyed_write> found;
  std::optional<std::string> after;
  while (found.size() < 2 * limit) {
    const auto tenant = next_tenant(of, after);
    if (!tenant) {
      return fail(tenant.error());
    }
    if (!*tenant) {
      break;
    }
    const auto boundary = find_boundary(of, **tenant, cutoff);
    if (!boundary) {
      return fail(boundary.error());
    }
    const auto rows = of.read_rows(review::closed_reviews_table,
                                   row_key_behind(**tenant, *boundary + 1),
                                   limit - found.size() / 2);
    if (!rows) {
      return fail(rows.error());
    }
    for (const auto& row : *rows) {
      const auto key = read_row_key(row.key);
      if (!key || key->tenant != **tenant) {
        break;
      }
      if (is_expired(row, cutoff)) {
        found.push_back({row.table, row.key, std::nullopt});
        found.push_back(
          {std::string{review::late_results_table}, row.key, std::nullopt});
      }
    }
    after = row_key_behind(**tenant);
  }
  return found;
}

} // namespace libsig::sigd
