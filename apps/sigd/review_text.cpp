#include "apps/sigd/review_text.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "apps/sigd/event_text.hpp"
#include "libsig/codec/cloudevents.hpp"
#include "libsig/codec/json_text.hpp"
#include "libsig/core/percent.hpp"
#include "libsig/redact/redact.hpp"
#include "libsig/review/signals.hpp"

namespace libsig::sigd {

namespace {

constexpr std::string_view json_type = "application/json";

/// The node that the specialists of this one run on.
constexpr std::string_view own_node = "local";

/// Appends a member and its name; the object has others already.
void append_member(std::string& out, std::string_view name,
                   std::string_view text) {
  out.append(",\"").append(name).append("\":");
  codec::append_json_string(out, text);
}

void append_time(std::string& out, std::string_view name,
                 const std::optional<wall_time>& time) {
  if (time) {
    append_member(out, name, to_rfc3339(*time));
  } else {
    out.append(",\"").append(name).append("\":null");
  }
}

[[nodiscard]] std::string_view
state_of(const std::optional<review::review_record>& closed) {
  return closed ? to_string(closed->status) : std::string_view{"open"};
}

void append_event(const signal& what, const access::caller& by,
                  std::string& out) {
  if (by.sees_secrets()) {
    codec::append_event(what, out);
  } else {
    redact::append_redacted_event(what, out);
  }
}

/// The signal, if it is kept and the caller may see its type.
[[nodiscard]] result<signal_ptr> seen(const journal::journal& of,
                                      std::uint64_t sequence,
                                      const access::caller& by) {
  auto found =
    sequence == 0 ? result<signal_ptr>{signal_ptr{}} : of.find(sequence);
  if (found && *found
      && !by.may_type(access::scope::review, (*found)->type())) {
    return signal_ptr{};
  }
  return found;
}

/// How an event is appended.
using event_form = void (*)(const signal& what, const access::caller& by,
                            std::string& out);

/// As lists do: a request may hold a diff of many megabytes.
void append_listed(const signal& what, const access::caller& by,
                   std::string& out) {
  append_listed_event(what, by.sees_secrets(), out);
}

[[nodiscard]] result<void> append_one(const journal::journal& of,
                                      std::string_view name,
                                      std::uint64_t sequence,
                                      const access::caller& by,
                                      event_form append, std::string& out) {
  const auto found = seen(of, sequence, by);
  if (!found) {
    return fail(found.error());
  }
  out.append(",\"").append(name).append("\":");
  if (*found) {
    append(**found, by, out);
  } else {
    out += "null";
  }
  return {};
}

/// The results that count, in order of arrival.
[[nodiscard]] result<void> append_results(const journal::journal& of,
                                          const review::review_record& record,
                                          const access::caller& by,
                                          std::string& out) {
  std::vector<std::uint64_t> sequences;
  for (const auto& one : record.assignments) {
    if (one.result != 0) {
      sequences.push_back(one.result);
    }
  }
  std::ranges::sort(sequences);
  out += ",\"results\":[";
  for (const auto sequence : sequences) {
    const auto found = seen(of, sequence, by);
    if (!found) {
      return fail(found.error());
    }
    if (*found) {
      out += out.back() == '[' ? "" : ",";
      append_listed(**found, by, out);
    }
  }
  out += ']';
  return {};
}

void append_assignments(const review::review_record& record, std::string& out) {
  out += ",\"assignments\":[";
  for (const auto& one : record.assignments) {
    out += out.back() == '[' ? "" : ",";
    out += "{\"agent\":";
    codec::append_json_string(out, one.agent);
    out += ",\"attempt\":" + std::to_string(one.attempt);
    append_member(out, "node", own_node);
    append_time(out, "assigned", one.assigned);
    append_time(out, "answered", one.answered);
    append_member(out, "outcome", to_string(one.state));
    out += '}';
  }
  out += ']';
}

} // namespace

http::response review_receipt(std::string_view review_id,
                              const journal::receipt& got) {
  std::string body{"{\"review_id\":"};
  codec::append_json_string(body, review_id);
  append_member(body, "id", got.id);
  append_member(body, "source", got.source);
  append_member(body, "sequence", std::to_string(got.sequence));
  body += got.duplicate ? ",\"duplicate\":true}" : ",\"duplicate\":false}";
  auto made = http::make_response(202, json_type, std::move(body));
  std::string path{"/v1/reviews/"};
  append_percent_encoded(path, review_id);
  made.fields.set("Location", path);
  return made;
}

http::response summary_answer(const signal& summary, const access::caller& by) {
  std::string body;
  append_event(summary, by, body);
  return http::make_response(200, "application/cloudevents+json",
                             std::move(body));
}

std::string page_text(const review_page& what) {
  std::string out{"{\"reviews\":["};
  for (const auto& one : what.reviews) {
    out += out.back() == '[' ? "{\"review_id\":" : ",{\"review_id\":";
    codec::append_json_string(out, one.review_id);
    append_member(out, "state", state_of(one.closed));
    if (one.closed) {
      append_member(out, "severity", to_string(one.closed->severity));
    } else {
      out += ",\"severity\":null";
    }
    append_time(out, "opened", one.opened);
    append_time(out, "closed",
                one.closed ? std::optional{one.closed->closed} : std::nullopt);
    out += '}';
  }
  out += "],\"next\":";
  out += what.next ? '"' + std::to_string(*what.next) + '"' : "null";
  out += '}';
  return out;
}

result<std::string> review_text(const journal::journal& of,
                                std::string_view review_id,
                                const known_review& what,
                                const access::caller& by) {
  const auto& record = what.record;
  std::string out{"{\"review_id\":"};
  codec::append_json_string(out, review_id);
  append_member(out, "state", what.open ? "open" : to_string(record.status));
  append_time(out, "opened", record.opened);
  append_time(out, "closed",
              what.open ? std::nullopt : std::optional{record.closed});
  if (auto done =
        append_one(of, "request", what.sequence, by, append_listed, out);
      !done) {
    return fail(std::move(done).error());
  }
  if (auto done = append_results(of, record, by, out); !done) {
    return fail(std::move(done).error());
  }
  // Whole: it is what a client that asks again waits for.
  if (auto done =
        append_one(of, "summary", record.summary, by, append_event, out);
      !done) {
    return fail(std::move(done).error());
  }
  append_assignments(record, out);
  out += ",\"ignored_results\":{\"late\":" + std::to_string(what.late_results)
         + ",\"duplicate\":" + std::to_string(record.duplicate_results)
         + ",\"foreign\":" + std::to_string(record.foreign_results) + "}}";
  return out;
}

} // namespace libsig::sigd
