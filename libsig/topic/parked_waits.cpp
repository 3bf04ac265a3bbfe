#include "libsig/topic/parked_waits.hpp"

namespace libsig::topic {

namespace {

/// The share of a bound of topics or bytes that one caller has.
constexpr std::size_t caller_share = 10;

/// About what a request occupies.
[[nodiscard]] std::size_t bytes_of(const wait_request& what) {
  auto bytes = sizeof(what) + what.owner.tenant.capacity()
               + what.owner.consumer.capacity()
               + what.owner.conversation.capacity() + what.caller.capacity();
  for (const auto& topic : what.topics) {
    bytes += sizeof(topic) + topic.capacity();
  }
  for (const auto& [topic, text] : what.last_ids) {
    bytes +=
      64 + sizeof(topic) + topic.capacity() + sizeof(text) + text.capacity();
  }
  return bytes;
}

[[nodiscard]] tl::unexpected<error> refusal(std::string_view what) {
  return fail(error(errc::overloaded, std::string{what})
                .mend("wait for fewer at a time"));
}

} // namespace

result<parked_waits::handle> parked_waits::add(parked_wait what) {
  // The bounds are of what is asked, also while it is queued.
  const auto topics = what.what->topics.size();
  const auto bytes = bytes_of(*what.what);
  auto name = what.what->owner.tenant + '/' + what.what->caller;
  const auto caller = callers_.try_emplace(std::move(name)).first;
  if (auto room = check_room(caller->second, topics, bytes); !room) {
    if (caller->second.waits == 0) {
      callers_.erase(caller);
    }
    return fail(std::move(room).error());
  }
  for (auto* const sum : {&caller->second, &total_}) {
    ++sum->waits;
    sum->topics += topics;
    sum->bytes += bytes;
  }
  if (free_waits_.empty()) {
    free_waits_.push_back(static_cast<std::uint32_t>(waits_.size()));
    waits_.emplace_back();
  }
  const auto which = free_waits_.back();
  free_waits_.pop_back();
  auto& slot = waits_[which];
  slot.what = std::move(what);
  slot.caller = &*caller;
  by_who_.emplace(static_cast<std::uint64_t>(slot.what.who), which);
  by_deadline_.emplace(slot.what.deadline, which);
  const auto& asked = *slot.what.what;
  slot.around.resize(slot.what.places.size());
  for (std::uint32_t at = 0; at < slot.around.size(); ++at) {
    if (slot.what.places[at].held == 0) {
      enter({which, at}, topic_of(asked.owner.tenant, asked.topics[at]));
    }
  }
  return which;
}

result<void> parked_waits::check_room(const tally& of, std::size_t topics,
                                      std::size_t bytes) const {
  if (total_.waits >= bounds_.waits_max) {
    return refusal("too many waits are parked");
  }
  if (of.waits >= bounds_.caller_waits_max) {
    return refusal("the caller has too many parked waits");
  }
  if (total_.topics + topics > bounds_.topics_max
      || total_.bytes + bytes > bounds_.bytes_max) {
    return refusal("parked waits have too many topics");
  }
  if (of.topics + topics > bounds_.topics_max / caller_share
      || of.bytes + bytes > bounds_.bytes_max / caller_share) {
    return refusal("the caller's parked waits have too many topics");
  }
  return {};
}

parked_wait parked_waits::remove(handle which) {
  auto& slot = waits_[which];
  for (std::uint32_t at = 0; at < slot.around.size(); ++at) {
    leave({which, at});
  }
  by_who_.erase(static_cast<std::uint64_t>(slot.what.who));
  by_deadline_.erase({slot.what.deadline, which});
  const auto topics = slot.what.what->topics.size();
  const auto bytes = bytes_of(*slot.what.what);
  for (auto* const sum : {&slot.caller->second, &total_}) {
    --sum->waits;
    sum->topics -= topics;
    sum->bytes -= bytes;
  }
  if (slot.caller->second.waits == 0) {
    callers_.erase(callers_.find(slot.caller->first));
  }
  auto taken = std::move(slot.what);
  slot = {};
  free_waits_.push_back(which);
  return taken;
}

void parked_waits::hold(handle which, std::uint32_t place,
                        std::uint64_t sequence) {
  auto& what = waits_[which].what;
  what.places[place].held = sequence;
  --what.missing;
  leave({which, place});
}

std::optional<parked_waits::handle>
parked_waits::find(actor::request_id who) const {
  const auto found = by_who_.find(static_cast<std::uint64_t>(who));
  return found == by_who_.end() ? std::nullopt : std::optional{found->second};
}

std::optional<parked_waits::handle> parked_waits::next(handle from) const {
  while (from < waits_.size() && waits_[from].what.what == nullptr) {
    ++from;
  }
  return from < waits_.size() ? std::optional{from} : std::nullopt;
}

void parked_waits::find_woken(std::string_view tenant, std::string_view topic,
                              std::uint64_t sequence,
                              std::vector<woken>& out) const {
  const auto found = by_topic_.find({tenant, topic});
  if (found == by_topic_.end()) {
    return;
  }
  auto at = topics_[found->second].first;
  while (!at.empty()) {
    const auto& slot = waits_[at.wait];
    if (slot.what.places[at.place].at.sequence < sequence) {
      out.push_back({at.wait, at.place});
    }
    at = slot.around[at.place].next;
  }
}

std::optional<parked_waits::handle> parked_waits::first_due() const {
  return by_deadline_.empty() ? std::nullopt
                              : std::optional{by_deadline_.begin()->second};
}

std::uint32_t parked_waits::topic_of(std::string_view tenant,
                                     std::string_view topic) {
  if (const auto found = by_topic_.find({tenant, topic});
      found != by_topic_.end()) {
    return found->second;
  }
  if (free_topics_.empty()) {
    free_topics_.push_back(static_cast<std::uint32_t>(topics_.size()));
    topics_.emplace_back();
  }
  const auto made = free_topics_.back();
  free_topics_.pop_back();
  auto& slot = topics_[made];
  slot.tenant = tenant;
  slot.topic = topic;
  by_topic_.emplace(topic_name{slot.tenant, slot.topic}, made);
  return made;
}

void parked_waits::enter(const link& what, std::uint32_t topic) {
  auto& list = topics_[topic];
  auto& place = around(what);
  place.topic = topic;
  place.previous = list.last;
  if (list.last.empty()) {
    list.first = what;
  } else {
    around(list.last).next = what;
  }
  list.last = what;
}

void parked_waits::leave(const link& what) {
  auto& place = around(what);
  if (place.topic == none) {
    return;
  }
  auto& list = topics_[place.topic];
  (place.previous.empty() ? list.first : around(place.previous).next) =
    place.next;
  (place.next.empty() ? list.last : around(place.next).previous) =
    place.previous;
  if (list.first.empty()) {
    by_topic_.erase({list.tenant, list.topic});
    list = {};
    free_topics_.push_back(place.topic);
  }
  place = {};
}

} // namespace libsig::topic
