#include "apps/sig/client/problem.hpp"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "libsig/codec/guard.hpp"
#include "libsig/codec/json_document.hpp"

namespace libsig::sig::client {

namespace {

constexpr std::size_t detail_bytes_max = 1'000;
constexpr std::size_t pointer_bytes_max = 200;
constexpr std::size_t problem_bytes_max = 256u << 10;

/// What we read of a problem; empty where it says nothing.
struct problem_text {
  std::string title;
  std::string detail;
  std::string pointer;
};

std::string text_of(const nlohmann::json& object, const char* name,
                    std::size_t bytes_max) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_string()) {
    return {};
  }
  auto text = found->get<std::string>();
  if (text.size() > bytes_max) {
    text.resize(bytes_max);
    text += " ...";
  }
  return text;
}

problem_text read_problem(const answer& got) {
  const bool is_json = got.media_type.find("json") != std::string::npos;
  if (!is_json || got.body.size() > problem_bytes_max
      || !codec::guard_json(got.body)) {
    return {};
  }
  const auto read = codec::parse_json(got.body);
  if (!read || !read->is_object()) {
    return {};
  }
  return {text_of(*read, "title", pointer_bytes_max),
          text_of(*read, "detail", detail_bytes_max),
          text_of(*read, "pointer", pointer_bytes_max)};
}

errc code_of(unsigned status) noexcept {
  switch (status) {
  case 401:
    return errc::unauthorized;
  case 403:
    return errc::forbidden;
  case 404:
    return errc::not_found;
  case 409:
    return errc::duplicate_conflict;
  case 413:
    return errc::too_large;
  case 429:
    return errc::overloaded;
  case 507:
    return errc::storage_full;
  default:
    return status >= 400 && status < 500 ? errc::invalid_argument : errc::io;
  }
}

std::string remedy_of(const answer& got, const connection& with) {
  if (got.status == 401) {
    return with.token.empty() ? "state a token with SIGD_TOKEN or --token-file"
                              : "the token is that of " + with.token_origin;
  }
  const bool later = got.status == 429 || got.status == 503;
  if (later && got.retry_after) {
    return "try again in " + std::to_string(got.retry_after->count()) + " s";
  }
  return {};
}

} // namespace

refusal refusal_of(const answer& got, const connection& with) {
  const auto said = read_problem(got);
  const bool refused =
    got.status >= 400 && got.status < 500 && got.status != 429;
  const bool redirect = got.status >= 300 && got.status < 400;
  auto status = std::to_string(got.status);
  if (!said.title.empty()) {
    status += ' ' + said.title;
  }
  std::string detail;
  if (redirect) {
    detail = "answers with a redirect (" + status + "), which is not followed";
  } else if (said.detail.empty()) {
    detail = "the node answers " + status;
  } else {
    detail = said.detail + " (" + status + ')';
  }
  auto reason =
    error{code_of(got.status), std::move(detail)}.mend(remedy_of(got, with));
  if (!said.pointer.empty()) {
    reason = std::move(reason).at(said.pointer);
  } else if (!refused) {
    reason = std::move(reason).at(with.address.base);
  }
  return {std::move(reason),
          refused ? exit_status::usage : exit_status::infrastructure};
}

refusal refusal_of(const failure& why, const connection& with) {
  const auto code = why.reason.code();
  const auto& detail = why.reason.detail();
  const auto placed = [&](std::string text, std::string remedy) {
    return error{code, std::move(text)}
      .at(with.address.base)
      .mend(std::move(remedy));
  };
  switch (why.fault) {
  case fault::unreachable:
    return {placed("no node answers (" + detail + ")",
                   "start one with sigd, or name another with --url"),
            exit_status::infrastructure};
  case fault::untrusted:
    return {placed("the node cannot be trusted (" + detail + ")",
                   with.authorities.empty()
                     ? "check the URL, or name the node's authority with "
                       "--ca-file"
                     : "the authority is that of " + with.authorities_origin),
            exit_status::infrastructure};
  case fault::timed_out:
    return {placed("no answer within " + std::to_string(with.patience.count())
                     + " ms",
                   "--timeout allows more"),
            exit_status::timed_out};
  case fault::lost:
    return {
      placed("the connection was lost before the answer (" + detail + ")", {}),
      exit_status::infrastructure};
  case fault::too_large:
  case fault::interrupted:
  case fault::internal:
    break;
  }
  return {placed(detail, {}), exit_status::infrastructure};
}

} // namespace libsig::sig::client
