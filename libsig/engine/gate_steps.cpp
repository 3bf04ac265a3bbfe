#include "libsig/engine/gate.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "libsig/core/reserved.hpp"
#include "libsig/engine/internal/work.hpp"

namespace libsig::engine {

namespace {

/// Where an emission of a step stands among the entries of its transaction,
/// when some were left out; beyond all of them when it is one of these.
[[nodiscard]] std::size_t place_of(std::size_t emission,
                                   const std::vector<std::size_t>& left_out) {
  const auto before = std::ranges::lower_bound(left_out, emission);
  return before != left_out.end() && *before == emission
           ? std::numeric_limits<std::size_t>::max()
           : emission - static_cast<std::size_t>(before - left_out.begin());
}

/// A type that the actor's spec does not name needs a pattern that covers it.
[[nodiscard]] result<void> may_emit(const actor::emission& what,
                                    const origin& by) {
  if (by.matches(what.type, what.emit_reserved)) {
    return {};
  }
  if (by.matches(what.type, true)) {
    return fail(error(errc::reserved_type, "it emits " + what.type)
                  .at("actor " + by.name())
                  .mend("look at the right of whoever wants it, and set "
                        "emit_reserved"));
  }
  return fail(error(errc::not_declared, "it emits " + what.type)
                .at("actor " + by.name())
                .mend("declare the type in the actor's emits"));
}

/// An emission that was refused, as much of it as makes a signal; null when
/// nothing does.
[[nodiscard]] signal_ptr letter_of(const draft& what, stamp marks) {
  const schema::registry free_of_contracts;
  auto whole = free_of_contracts.validate(what);
  if (!whole) {
    draft least;
    least.id = what.id;
    least.source = what.source;
    least.type = what.type;
    whole = free_of_contracts.validate(std::move(least));
  }
  return whole ? std::make_shared<signal>(*std::move(whole), std::move(marks))
               : nullptr;
}

/// Why an emission was refused of which no signal could be made.
[[nodiscard]] error naming(const draft& what, const error& why) {
  return error(why.code(), "it emits " + what.type + ", id " + what.id)
    .because(why);
}

} // namespace

result<void> gate::commit(const origin& by, const signal_ptr& cause,
                          actor::step what, hand_in when, rows_handler then) {
  if (what.emissions.empty() && what.writes.empty()) {
    return {};
  }
  work item;
  item.by = &by;
  item.rows_done = std::move(then);
  item.what.entries.reserve(what.emissions.size());
  const auto now = options_.time->wall_now();
  std::vector<std::size_t> left_out;
  for (std::size_t at = 0; at < what.emissions.size(); ++at) {
    const auto made = take(std::move(what.emissions[at]), by, cause, now, item);
    if (!made) {
      return fail(made.error());
    }
    if (!*made) {
      left_out.push_back(at);
    }
  }
  item.what.writes.reserve(what.writes.size());
  for (auto& write : what.writes) {
    auto& row = item.what.writes.emplace_back(
      journal::keyed_write{std::move(write.table), std::move(write.key),
                           std::move(write.value), write.keeps});
    if (write.names_emission) {
      row.names_entry = place_of(*write.names_emission, left_out);
    }
  }
  submit(std::move(item), when);
  return {};
}

/// Makes an entry of one emission; false when it became a dead letter instead.
result<bool> gate::take(actor::emission&& what, const origin& by,
                        const signal_ptr& cause, wall_time now, work& into) {
  const auto& because = what.cause ? what.cause : cause;
  if (because && because->hops() >= limits::hops_max) {
    dead_letter(
      by.name(), because,
      error(errc::hops_exceeded,
            "its effects would be hop " + std::to_string(because->hops() + 1)));
    return false;
  }
  stamp marks;
  marks.hops = because ? because->hops() + 1 : 0;
  marks.tenant = !what.tenant.empty() ? std::move(what.tenant)
                 : because            ? because->tenant()
                                      : options_.tenant;
  marks.on_behalf_of = std::move(what.on_behalf_of);
  const auto refusable = what.may_be_refused;
  auto made = emit(what, by, because, now, marks, into.what);
  if (made) {
    into.what.entries.back().refusable = refusable;
    return true;
  }
  if (refusable) {
    const auto letter = letter_of(what, std::move(marks));
    dead_letter(by.name(), letter,
                letter ? made.error() : naming(what, made.error()));
    return false;
  }
  if (made.error().code() == errc::hops_exceeded) {
    dead_letter(by.name(), because, made.error());
    return false;
  }
  return fail(std::move(made).error());
}

/// Completes one emission from what the gate knows of its actor and cause; it
/// is moved from when there is no error.
result<void> gate::emit(actor::emission& what, const origin& by,
                        const signal_ptr& cause, wall_time now, stamp marks,
                        journal::transaction& into) const {
  vouched sure;
  sure.type = by.names(what.type);
  if (what.id.empty()) {
    what.id = options_.ids->next(now);
    sure.id = true;
  }
  if (what.source.empty()) {
    what.source = by.source();
    sure.source = by.plain_source();
  }
  if (what.causation_id.empty() && cause) {
    what.causation_id = cause->id();
    sure.causation_id = true;
  }
  if (!sure.type) {
    if (auto allowed = may_emit(what, by); !allowed) {
      return allowed;
    }
  }
  return admit(std::move(what), sure, std::move(marks), into);
}

} // namespace libsig::engine
