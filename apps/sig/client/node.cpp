#include "apps/sig/client/node.hpp"

#include <algorithm>

#include <poll.h>

#include "apps/sig/client/problem.hpp"
#include "libsig/core/percent.hpp"

namespace libsig::sig::client {

namespace {

using std::chrono::milliseconds;

/// Calls in place of one: the first, and repetitions.
constexpr int tries_max = 5;

/// A node that wants to be left alone for longer is told to the user.
constexpr std::chrono::seconds put_off_max{10};

constexpr milliseconds first_pause{200};

constexpr milliseconds connect_max{5'000};

bool is_success(unsigned status) noexcept {
  return status >= 200 && status < 300;
}

bool is_put_off(const answer& got) noexcept {
  return (got.status == 429 || got.status == 503) && got.retry_after
         && *got.retry_after <= put_off_max;
}

} // namespace

pacing plain_pacing() {
  return {[](milliseconds time) {
            ::poll(nullptr, 0, static_cast<int>(time.count()));
            return true;
          },
          {}};
}

outcome<node> node::make(connection with, pacing how) {
  auto by = transport::make(how.interrupted_by);
  if (!by) {
    return refuse_fault(std::move(by).error());
  }
  return node{std::move(with), std::move(how), std::move(*by)};
}

request node::make_request(const call& what) const {
  request made;
  made.method = what.method;
  made.url = with_.address.base + what.target;
  made.body = what.body;
  made.authorities = with_.authorities;
  made.answer_bytes_max = what.answer_bytes_max;
  made.connect_within = std::min(connect_max, with_.patience);
  made.answer_within = with_.patience + what.longer;
  made.fields = {"Accept: application/json, application/cloudevents+json, "
                 "application/problem+json, text/plain",
                 "Sig-Mail: no"};
  if (!what.media_type.empty()) {
    made.fields.push_back("Content-Type: " + what.media_type);
  } else if (what.method == "POST") {
    // The library would name a form otherwise.
    made.fields.emplace_back("Content-Type:");
  }
  if (!with_.token.empty()) {
    made.fields.push_back("Authorization: Bearer " + with_.token);
  }
  if (!with_.identity.empty()) {
    std::string line{"Sig-Identity: "};
    append_field_value(line, with_.identity);
    made.fields.push_back(std::move(line));
  }
  made.fields.insert(made.fields.end(), what.fields.begin(), what.fields.end());
  return made;
}

tl::expected<answer, failure> node::try_once(const call& what) {
  return transport_.perform(make_request(what));
}

tl::expected<answer, failure> node::stream(const call& what,
                                           std::chrono::seconds silence_max,
                                           const transport::receiver& to) {
  auto made = make_request(what);
  made.fields.front() = "Accept: text/event-stream";
  made.answer_within = milliseconds{0};
  made.silence_max = silence_max;
  return transport_.stream(made, to);
}

outcome<answer> node::ask(const call& what) {
  auto pause = first_pause;
  for (int tried = 1;; ++tried) {
    auto got = try_once(what);
    const bool last = tried == tries_max;
    if (got && is_success(got->status)) {
      return std::move(*got);
    }
    if (got && (last || !is_put_off(*got))) {
      return refuse(refusal_of(*got, with_));
    }
    if (!got
        && (last || !what.repeatable || got.error().fault != fault::lost)) {
      return refuse(refusal_of(got.error(), with_));
    }
    const auto time =
      got ? std::max(pause, milliseconds{*got->retry_after}) : pause;
    if (!wait(time)) {
      return refuse_fault(error{errc::stopped, "interrupted"});
    }
    pause *= 2;
  }
}

std::string path_of(std::string_view parent, std::string_view segment) {
  std::string path{parent};
  path += '/';
  append_percent_encoded(path, segment);
  return path;
}

void append_query(std::string& target, std::string_view name,
                  std::string_view value) {
  target += target.find('?') == target.npos ? '?' : '&';
  append_percent_encoded(target, name);
  target += '=';
  append_percent_encoded(target, value);
}

} // namespace libsig::sig::client
