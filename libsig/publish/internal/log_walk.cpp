#include "libsig/publish/internal/log_walk.hpp"

#include "libsig/core/reserved.hpp"
#include "libsig/journal/query.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace libsig::publish::internal {

namespace {

/// What is fetched at once, and its bytes.
constexpr std::size_t fetched_max = 1'024;
constexpr std::size_t fetched_bytes_max = 4u << 20;

/// Whether a publisher with these patterns sends signals of the type.
[[nodiscard]] bool is_asked_for(const std::vector<pattern>& types,
                                std::string_view type) {
  const bool internal = is_internal_type(type);
  if (types.empty()) {
    return !internal;
  }
  return std::ranges::any_of(types, [&](const pattern& one) {
    const auto& first = one.segments().front();
    const bool names_it =
      first.kind == pattern::kind::literal && first.text == "internal";
    return (!internal || names_it) && one.matches(type);
  });
}

} // namespace

void gap_count::see(std::uint64_t sequence) {
  if (sequence > accounted_) {
    pass(sequence - 1);
    accounted_ = sequence;
  }
}

void gap_count::pass(std::uint64_t sequence) {
  if (sequence <= accounted_) {
    return;
  }
  found_.first = found_.count == 0 ? accounted_ + 1 : found_.first;
  found_.last = sequence;
  found_.count += sequence - accounted_;
  accounted_ = sequence;
}

void log_walk::begin(std::uint64_t position, std::uint64_t settled) {
  position_ = position;
  fetched_to_ = position;
  settled_ = std::max(position, settled);
  accounted_ = settled_;
  reader_ = with_.recent.join(with_.bell, position);
}

void log_walk::leave() {
  if (reader_) {
    with_.recent.leave(*reader_);
  }
}

bool log_walk::wants(const signal& what) const {
  return !what.has_receiver() && (!how_.tenant || what.tenant() == *how_.tenant)
         && is_asked_for(how_.types, what.type());
}

result<bool> log_walk::fetch() {
  const auto recent = with_.recent.take(*reader_, position_, fetched_max);
  if (!recent) {
    return fetch_from_log();
  }
  if (recent->empty()) {
    return false;
  }
  std::ranges::copy_if(*recent, std::back_inserter(waiting_),
                       [this](const signal_ptr& one) { return wants(*one); });
  fetched_to_ = recent->back()->sequence();
  accounted_ = std::max(accounted_, fetched_to_);
  if (recent->size() < fetched_max) {
    not_before_ = with_.time->steady_now() + how_.gather;
  }
  return true;
}

/// Whether bodies are gone that it should have seen.
bool log_walk::misses_some() const {
  return std::max(position_, accounted_) + 1 < with_.log.complete_from();
}

result<bool> log_walk::fetch_from_log() {
  const auto last = with_.log.last_sequence();
  if (last <= position_) {
    return false;
  }
  fetched_to_ = position_;
  if (!misses_some()) {
    const auto read = read_page(nullptr);
    if (!read) {
      return fail(read.error());
    }
    // Retention may have come in between; then it is read once more.
    if (!misses_some()) {
      stand_at_end_of(*read, last);
      accounted_ = std::max(accounted_, fetched_to_);
      return true;
    }
  }
  gap_count missed{std::max(position_, accounted_)};
  const auto read = read_page(&missed);
  if (!read) {
    return fail(read.error());
  }
  stand_at_end_of(*read, std::max(last, missed.accounted()));
  missed.pass(fetched_to_);
  accounted_ = missed.accounted();
  lost_ = missed.found();
  return true;
}

/// A page that counts what is missing has to look at each signal, also at those
/// of types that nobody asks for.
result<journal::page> log_walk::read_page(gap_count* missed) const {
  journal::query what;
  what.after = position_;
  if (missed == nullptr) {
    what.types = how_.types;
  }
  what.limit = fetched_max;
  what.bytes_max = fetched_bytes_max;
  what.only = [this, missed](const signal& one) {
    if (missed != nullptr) {
      missed->see(one.sequence());
    }
    return wants(one);
  };
  return with_.log.read_page(what);
}

void log_walk::stand_at_end_of(const journal::page& read, std::uint64_t last) {
  waiting_.assign(read.signals.begin(), read.signals.end());
  fetched_to_ = read.next.value_or(last);
  if (!waiting_.empty()) {
    fetched_to_ = std::max(fetched_to_, waiting_.back()->sequence());
  }
}

bool log_walk::pass_others() {
  if (!waiting_.empty() || fetched_to_ <= position_) {
    return false;
  }
  position_ = fetched_to_;
  return true;
}

void log_walk::pass(std::size_t count) {
  if (count == 0) {
    return;
  }
  position_ = waiting_[count - 1]->sequence();
  waiting_.erase(waiting_.begin(),
                 waiting_.begin() + static_cast<std::ptrdiff_t>(count));
  if (waiting_.empty()) {
    // Behind the last one may be some for others.
    position_ = std::max(position_, fetched_to_);
  }
}

std::uint64_t log_walk::settled() const noexcept {
  return std::max(settled_, waiting_.empty()
                              ? fetched_to_
                              : waiting_.front()->sequence() - 1);
}

void log_walk::go_back(std::uint64_t after) {
  settled_ = settled();
  // What was fetched and is not done may be gone when it is fetched again.
  accounted_ = settled_;
  position_ = after;
  fetched_to_ = after;
  waiting_.clear();
}

lost_bodies log_walk::take_lost() { return std::exchange(lost_, {}); }

} // namespace libsig::publish::internal
