#include "libsig/schedule/book.hpp"

#include <algorithm>
#include <tuple>

namespace libsig::schedule {

namespace {

using position_view =
  std::tuple<wall_time, std::string_view, std::string_view, std::string_view>;

[[nodiscard]] position_view view_of(const scheduled_row& row) noexcept {
  return {row.deliver_at, row.what.type, row.id, row.what.source};
}

[[nodiscard]] position_view view_of(const row_position& of) noexcept {
  return {of.deliver_at, of.type, of.id, of.source};
}

/// Bytes of the data as far as they are there: decoded data is counted when it
/// is written.
[[nodiscard]] std::size_t data_bytes(const scheduled_row& row) noexcept {
  const auto* const bytes = row.what.data.bytes();
  return bytes == nullptr ? 0 : bytes->size();
}

/// When the first of some rows is due.
template <class Rows>
[[nodiscard]] std::optional<wall_time> first_of(const Rows& rows) {
  return rows.empty() ? std::nullopt
                      : std::optional{(*rows.begin())->row.deliver_at};
}

[[nodiscard]] bool same_data(const event_data& left, const event_data& right) {
  if (left.which() != right.which()) {
    return false;
  }
  return left.which() == event_data::kind::binary
           ? *left.bytes() == *right.bytes()
           : left.json_text() == right.json_text();
}

[[nodiscard]] bool same_signal(const scheduled_row& left,
                               const scheduled_row& right) {
  return left.deliver_at == right.deliver_at
         && left.what.type == right.what.type
         && left.repeat_key == right.repeat_key
         && left.on_behalf_of == right.on_behalf_of
         && left.what.subject == right.what.subject
         && left.what.extensions == right.what.extensions
         && same_data(left.what.data, right.what.data);
}

} // namespace

bool book::by_position::operator()(const entry_pointer& left,
                                   const entry_pointer& right) const noexcept {
  return view_of(left->row) < view_of(right->row);
}

bool book::by_position::operator()(const entry_pointer& left,
                                   const row_position& right) const noexcept {
  return view_of(left->row) < view_of(right);
}

bool book::by_position::operator()(const row_position& left,
                                   const entry_pointer& right) const noexcept {
  return view_of(left) < view_of(right->row);
}

bool book::by_position::operator()(const entry_pointer& left,
                                   const entry& right) const noexcept {
  return view_of(left->row) < view_of(right.row);
}

bool book::by_position::operator()(const entry& left,
                                   const entry_pointer& right) const noexcept {
  return view_of(left.row) < view_of(right->row);
}

// -- mutators
// ------------------------------------------------------------------

result<book::placed> book::put(std::string_view tenant, scheduled_row&& row) {
  auto into = tenants_.try_emplace(std::string{tenant}).first;
  auto& rows = into->second;
  placed done;
  if (const auto same = rows.by_id.find({row.id, row.what.source});
      same != rows.by_id.end()) {
    const auto& there = same->second->row;
    if (!same_signal(there, row)) {
      return fail(error(errc::duplicate_conflict,
                        "a different signal of this source and id is scheduled")
                    .mend("schedule it again unchanged, or under a new id"));
    }
    done.row = &there;
    done.duplicate = true;
    return done;
  }
  const entry* before = nullptr;
  if (!row.repeat_key.empty()) {
    const auto found = rows.by_repeat_key.find({row.what.type, row.repeat_key});
    before = found == rows.by_repeat_key.end() ? nullptr : found->second;
  }
  if (auto room =
        check_room(rows, row, before == nullptr ? nullptr : &before->row);
      !room) {
    drop_if_empty(into);
    return fail(std::move(room).error());
  }
  if (before != nullptr) {
    done.replaced = extract(into, rows.rows.find(*before));
  }
  done.row = insert(into, std::move(row));
  return done;
}

void book::restore(std::string_view tenant, scheduled_row&& row) {
  const auto into = tenants_.try_emplace(std::string{tenant}).first;
  const auto& rows = into->second;
  if (!rows.by_id.contains({row.id, row.what.source})
      && (row.repeat_key.empty()
          || !rows.by_repeat_key.contains({row.what.type, row.repeat_key}))) {
    insert(into, std::move(row));
  }
}

std::vector<scheduled_row> book::cancel(const cancel_request& what) {
  std::vector<scheduled_row> gone;
  const auto from = tenants_.find(what.tenant);
  if (from == tenants_.end()) {
    return gone;
  }
  const auto may = [&](const scheduled_row& row) {
    return !what.may_cancel || what.may_cancel(row);
  };
  std::vector<const entry*> found;
  if (!what.id.empty()) {
    const auto& ids = from->second.by_id;
    for (auto at = ids.lower_bound({what.id, {}});
         at != ids.end() && at->first.first == what.id; ++at) {
      found.push_back(at->second);
    }
  } else if (const auto one =
               from->second.by_repeat_key.find({what.type, what.repeat_key});
             one != from->second.by_repeat_key.end()) {
    found.push_back(one->second);
  }
  for (const auto* const one : found) {
    if (may(one->row)) {
      gone.push_back(extract(from, from->second.rows.find(*one)));
    }
  }
  drop_if_empty(from);
  return gone;
}

std::vector<book::taken> book::take_due(wall_time now, std::size_t most) {
  std::vector<taken> due;
  while (due.size() < most && !firsts_.empty()
         && firsts_.begin()->first <= now) {
    const auto of = tenants_.find(firsts_.begin()->second);
    due.push_back({of->first, extract(of, of->second.rows.begin())});
    drop_if_empty(of);
  }
  return due;
}

// -- observers
// -----------------------------------------------------------------

std::optional<wall_time> book::next_due() const {
  return firsts_.empty() ? std::nullopt : std::optional{firsts_.begin()->first};
}

list_reply book::list(const list_request& what) const {
  list_reply made;
  const auto of = tenants_.find(what.tenant);
  if (of == tenants_.end()) {
    return made;
  }
  const auto& rows = of->second.rows;
  auto at = what.after ? rows.upper_bound(*what.after) : rows.begin();
  const auto most = std::min(what.limit, limits::schedule_page_max);
  for (; at != rows.end() && made.rows.size() < most; ++at) {
    made.rows.push_back((*at)->row);
  }
  made.more = at != rows.end();
  return made;
}

// -- leaves
// --------------------------------------------------------------------

/// Whether one row more has room when another one goes (null for none).
result<void> book::check_room(const tenant_rows& in, const scheduled_row& more,
                              const scheduled_row* less) const {
  if (less == nullptr && in.rows.size() >= bounds_.rows_max) {
    return fail(error(errc::overloaded, std::to_string(bounds_.rows_max)
                                          + " signals are scheduled")
                  .mend("cancel some, or schedule again later"));
  }
  const auto freed = less == nullptr ? 0 : data_bytes(*less);
  if (in.bytes - freed + data_bytes(more) > bounds_.bytes_max) {
    return fail(
      error(errc::overloaded, "the data of what is scheduled has more than "
                                + std::to_string(bounds_.bytes_max) + " bytes")
        .mend("cancel some, or schedule again later"));
  }
  return {};
}

const scheduled_row* book::insert(tenants::iterator into, scheduled_row&& row) {
  auto& rows = into->second;
  const auto first = first_of(rows.rows);
  auto& made =
    **rows.rows.insert(std::make_unique<entry>(entry{std::move(row)})).first;
  const auto& kept = made.row;
  made.by_id =
    rows.by_id.emplace(name_pair{kept.id, kept.what.source}, &made).first;
  if (!kept.repeat_key.empty()) {
    made.by_repeat_key =
      rows.by_repeat_key
        .emplace(name_pair{kept.what.type, kept.repeat_key}, &made)
        .first;
  }
  rows.bytes += data_bytes(kept);
  ++size_;
  note_first(into, first);
  return &kept;
}

scheduled_row book::extract(tenants::iterator from, ordered::iterator at) {
  auto& rows = from->second;
  const auto first = first_of(rows.rows);
  const auto gone = std::move(rows.rows.extract(at).value());
  // The names in the indexes are views into the row.
  rows.by_id.erase(gone->by_id);
  if (!gone->row.repeat_key.empty()) {
    rows.by_repeat_key.erase(gone->by_repeat_key);
  }
  rows.bytes -= data_bytes(gone->row);
  --size_;
  note_first(from, first);
  return std::move(gone->row);
}

void book::drop_if_empty(tenants::iterator which) {
  if (which->second.rows.empty()) {
    tenants_.erase(which);
  }
}

/// Keeps the first time of a tenant, which was `before`.
void book::note_first(tenants::iterator of, std::optional<wall_time> before) {
  const auto now = first_of(of->second.rows);
  if (now == before) {
    return;
  }
  if (before) {
    firsts_.erase({*before, of->first});
  }
  if (now) {
    firsts_.emplace(*now, of->first);
  }
}

} // namespace libsig::schedule
