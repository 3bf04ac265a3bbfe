#include "libsig/journal/internal/store_writer.hpp"

// Who has a signal's identity and its claim: what makes repeats visible.
namespace libsig::journal::internal {

/// Answers a signal for which there is no room: a repeat is one even so.
result<void> store_writer::answer_refused(entry& candidate,
                                          const ready_record& ready) {
  const auto first = find_key(ready.identity);
  if (!first) {
    return fail(first.error());
  }
  if (*first) {
    return answer_repeat(candidate, **first, ready);
  }
  if (!candidate.claim.empty()) {
    const auto answered = answer_claim(candidate, ready);
    if (!answered || *answered) {
      return answered ? result<void>{} : fail(answered.error());
    }
  }
  candidate.verdict = verdict::refused;
  return {};
}

/// Takes the identity for the entry, or says in it who has it. Writing first
/// and looking only when that fails costs a new signal one look at the index.
result<bool> store_writer::take_key(entry& candidate,
                                    const ready_record& ready) {
  const auto bind = [&](statement& to) -> statement& {
    to.bind(1, view_of(ready.identity))
      .bind(2, state_.last + 1)
      .bind(3, milliseconds_of(candidate.what->recorded_time()))
      .bind(4, ready.address);
    return ready.data ? to.bind(5, *ready.data) : to.bind_nothing(5);
  };
  if (auto put = bind(put_key_).run(); !put) {
    return fail(put.error());
  }
  if (data_.changes() > 0) {
    return true;
  }
  const auto first = find_key(ready.identity);
  if (!first) {
    return fail(first.error());
  }
  if (!*first) {
    // It is there, but to be forgotten.
    if (auto put = bind(replace_key_).run(); !put) {
      return fail(put.error());
    }
    return true;
  }
  if (auto done = answer_repeat(candidate, **first, ready); !done) {
    return fail(done.error());
  }
  return false;
}

result<std::optional<store_writer::known>>
store_writer::find_key(const stable_keys::digest& digest) {
  const reset_after end{find_key_};
  const auto row = find_key_.bind(1, view_of(digest)).step();
  if (!row) {
    return fail(row.error());
  }
  if (!*row
      || retention_.is_forgotten(state_, find_key_.number(0),
                                 find_key_.integer(1), now_)) {
    return std::nullopt;
  }
  return known{find_key_.number(0), find_key_.number(2),
               find_key_.maybe_number(3)};
}

/// What is known of the data of the first one: its hash, or its body while that
/// is there.
result<std::optional<std::uint64_t>> store_writer::data_of(const known& first) {
  if (first.data) {
    return first.data;
  }
  const reset_after end{find_signal_};
  const auto row = find_signal_.bind(1, first.sequence).step();
  if (!row) {
    return fail(row.error());
  }
  if (*row) {
    if (const auto one = decode(record_of(find_signal_), how_.decode)) {
      return keys_.data(**one);
    }
  }
  return std::nullopt;
}

result<void> store_writer::answer_repeat(entry& candidate, const known& first,
                                         const ready_record& ready) {
  candidate.receipt.id = candidate.what->id();
  candidate.receipt.source = candidate.what->source();
  candidate.receipt.sequence = first.sequence;
  const auto known_data = data_of(first);
  if (!known_data) {
    return fail(known_data.error());
  }
  const auto data = ready.data ? *ready.data : keys_.data(*candidate.what);
  const bool same_data = known_data->value_or(data) == data;
  if (first.address != ready.address
      || (!candidate.claim.empty() && !same_data)) {
    candidate.verdict = verdict::conflict;
    return {};
  }
  candidate.verdict = verdict::duplicate;
  candidate.receipt.duplicate = true;
  candidate.receipt.differs = !same_data;
  return {};
}

/// Says in the entry who has its claim; whether anybody does.
result<bool> store_writer::answer_claim(entry& candidate,
                                        const ready_record& ready) {
  const reset_after end{find_claim_};
  const auto row = find_claim_.bind(1, view_of(ready.claim)).step();
  if (!row) {
    return fail(row.error());
  }
  if (!*row
      || retention_.is_forgotten(state_, find_claim_.number(0),
                                 find_claim_.integer(1), now_)) {
    return false;
  }
  candidate.receipt.sequence = find_claim_.number(0);
  candidate.receipt.id = find_claim_.bytes(3);
  candidate.receipt.source = find_claim_.bytes(4);
  const bool same = find_claim_.number(2) == ready.data;
  candidate.verdict = same ? verdict::duplicate : verdict::conflict;
  candidate.receipt.duplicate = same;
  return true;
}

/// Takes the identity and the claim for the entry, or says in it who has them.
result<bool> store_writer::take_claim(entry& candidate,
                                      const ready_record& ready) {
  const auto first = find_key(ready.identity);
  if (!first) {
    return fail(first.error());
  }
  if (*first) {
    auto done = answer_repeat(candidate, **first, ready);
    return done ? result<bool>{false} : fail(done.error());
  }
  const auto& what = *candidate.what;
  const auto bind = [&](statement& to) -> statement& {
    return to.bind(1, view_of(ready.claim))
      .bind(2, state_.last + 1)
      .bind(3, milliseconds_of(what.recorded_time()))
      .bind(4, ready.data.value_or(0))
      .bind(5, what.id())
      .bind(6, what.source());
  };
  if (auto put = bind(put_claim_).run(); !put) {
    return fail(put.error());
  }
  if (data_.changes() == 0) {
    const auto answered = answer_claim(candidate, ready);
    if (!answered) {
      return fail(answered.error());
    }
    if (*answered) {
      return false;
    }
    if (auto put = bind(replace_claim_).run(); !put) {
      return fail(put.error());
    }
  }
  return take_key(candidate, ready);
}

} // namespace libsig::journal::internal
