#include "apps/sigd/dead_letters_api.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "apps/sigd/event_text.hpp"
#include "apps/sigd/problem.hpp"
#include "apps/sigd/query.hpp"
#include "libsig/codec/json_text.hpp"
#include "libsig/core/id.hpp"
#include "libsig/core/limits.hpp"
#include "libsig/core/pattern.hpp"
#include "libsig/core/reserved.hpp"
#include "libsig/core/time.hpp"

namespace libsig::sigd {

namespace {

constexpr std::string_view json_type = "application/json";
constexpr std::uint64_t page_max = 1'000;
constexpr std::uint64_t page_default = 100;

/// Whether the caller may know of the letter, whose signal is null when it is
/// gone. The path is an administrator's, and names what is internal as well as
/// all else.
[[nodiscard]] bool shows(const access::caller& to,
                         const journal::dead_letter& what,
                         const signal_ptr& of) {
  if (what.tenant != to.tenant()) {
    return false;
  }
  if (!of) {
    return true;
  }
  static const auto internal = pattern::parse("internal.**");
  return to.may_see(*of, is_internal_type(of->type()) ? &*internal : nullptr);
}

void append_letter(const journal::dead_letter& what, const signal_ptr& of,
                   bool clear, std::string& out) {
  out += "{\"id\":";
  codec::append_json_string(out, what.id);
  out += ",\"signal\":";
  if (of) {
    append_listed_event(*of, clear, out);
  } else {
    out += "null";
  }
  out += ",\"target\":";
  codec::append_json_string(out, what.target);
  out += ",\"reason\":";
  codec::append_json_string(out, what.reason);
  out += ",\"attempts\":";
  codec::append_json_integer(out, what.attempts);
  out += ",\"at\":\"" + to_rfc3339(what.at) + "\"}";
}

struct page_request {
  std::string after;
  std::size_t limit = page_default;
};

[[nodiscard]] result<page_request> read_page(const http::request& received) {
  const auto limit = whole_of_query(received, "limit").value_or(page_default);
  const auto after = received.query_value("after").value_or("");
  if (!after.empty() && !time_of_uuid7(after)) {
    return fail(error(errc::invalid_argument, "'after' is no cursor of ours"));
  }
  return page_request{std::string{after}, static_cast<std::size_t>(limit)};
}

/// Answers how one more try went.
void answer_redrive(const std::string& id, const result<void>& done,
                    http::responder& answer) {
  if (!done && done.error().code() != errc::io) {
    answer.answer(refusal(done.error()));
    return;
  }
  std::string body{"{\"id\":"};
  codec::append_json_string(body, id);
  body += ",\"delivered\":";
  if (done) {
    body += "true}";
  } else {
    body += "false,\"reason\":";
    codec::append_json_string(body, done.error().detail());
    body += '}';
  }
  answer.answer(http::make_response(200, json_type, std::move(body)));
}

} // namespace

operations dead_letters_api::operations() {
  return {{.method = "GET",
           .path = "/v1/dead-letters",
           .name = "list_dead_letters",
           .summary = "Lists what could not be delivered, and why.",
           .scope = access::scope::admin,
           .query = {whole_number("limit", "how many at most", 1, page_max),
                     {"after", "where the page before ended"}},
           .handle =
             [this](auto&& received, const auto& by, auto&& answer) {
               list(received, by, std::move(answer));
             }},
          {.method = "POST",
           .path = "/v1/dead-letters/{id}/redrive",
           .name = "redrive_dead_letter",
           .summary = "Tries once more to deliver a dead letter.",
           .scope = access::scope::admin,
           .handle =
             [this](auto&& received, const auto& by, auto&& answer) {
               redrive(received, by, std::move(answer));
             }},
          {.method = "DELETE",
           .path = "/v1/dead-letters/{id}",
           .name = "delete_dead_letter",
           .summary = "Forgets a dead letter.",
           .scope = access::scope::admin,
           .success = 204,
           .answers = {},
           .handle = [this](auto&& received, const auto& by, auto&& answer) {
             remove(received, by, std::move(answer));
           }}};
}

void dead_letters_api::list(const http::request& received,
                            const access::caller& by,
                            http::responder answer) const {
  const auto asked = read_page(received);
  if (!asked) {
    answer.answer(refusal(asked.error()));
    return;
  }
  std::string body{"{\"dead_letters\":["};
  const auto begin = body.size();
  // What the caller does not see counts as well, so that a page is bounded.
  const auto found = letters_.list(asked->after, asked->limit);
  std::string last;
  // Of the signals that were read, though lists leave out most of the large.
  std::size_t read = 0;
  for (const auto& one : found) {
    if (std::max(body.size(), read) > limits::page_bytes_max) {
      break;
    }
    last = one.id;
    const auto of = letters_.signal_of(one);
    if (!of) {
      answer.answer(refusal(of.error()));
      return;
    }
    read += *of ? data_bytes(**of) : 0;
    if (shows(by, one, *of)) {
      body += body.size() == begin ? "" : ",";
      append_letter(one, *of, by.sees_secrets(), body);
    }
  }
  const bool more = !last.empty() && !letters_.list(last, 1).empty();
  body += "],\"next\":" + (more ? "\"" + last + "\"" : "null") + "}";
  answer.answer(http::make_response(200, json_type, std::move(body)));
}

/// The letter that the path names, if the caller may know of it.
result<std::string> dead_letters_api::id_for(const http::request& received,
                                             const access::caller& by) const {
  std::string id{received.parameter("id")};
  if (const auto found = letters_.find(id)) {
    const auto of = letters_.signal_of(*found);
    if (!of) {
      return fail(of.error());
    }
    if (shows(by, *found, *of)) {
      return id;
    }
  }
  return fail(errc::not_found, "there is no dead letter of this id");
}

/// The same for one that is to be changed, which needs its row written.
result<std::string>
dead_letters_api::id_to_change(const http::request& received,
                               const access::caller& by) const {
  auto id = id_for(received, by);
  if (id && !writable_()) {
    return fail(errc::storage_full, "the log takes nothing now");
  }
  return id;
}

void dead_letters_api::redrive(const http::request& received,
                               const access::caller& by,
                               http::responder answer) {
  const auto id = id_to_change(received, by);
  if (!id) {
    answer.answer(refusal(id.error()));
    return;
  }
  // The callback is copied on its way, a responder cannot be.
  const auto waiting = std::make_shared<http::responder>(std::move(answer));
  letters_.redrive(*id, [id = *id, waiting](const result<void>& done) {
    answer_redrive(id, done, *waiting);
  });
}

void dead_letters_api::remove(const http::request& received,
                              const access::caller& by,
                              http::responder answer) {
  const auto id = id_to_change(received, by);
  if (!id) {
    answer.answer(refusal(id.error()));
    return;
  }
  const auto waiting = std::make_shared<http::responder>(std::move(answer));
  letters_.remove(*id, [waiting](const result<void>& done) {
    if (!done) {
      waiting->answer(refusal(done.error()));
      return;
    }
    http::response gone;
    gone.status = 204;
    waiting->answer(std::move(gone));
  });
}

} // namespace libsig::sigd
