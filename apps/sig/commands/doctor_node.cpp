#include "apps/sig/commands/doctor.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <system_error>
#include <utility>

#include "apps/sig/client/problem.hpp"
#include "apps/sig/descriptor.hpp"
#include "apps/sig/help.hpp"
#include "apps/sig/json_view.hpp"

namespace libsig::sig {

namespace {

using std::chrono::milliseconds;

/// `Date` has whole seconds, and the answer takes its time.
constexpr std::chrono::seconds skew_warned{5};

constexpr double disk_bytes_warned = 1024.0 * 1024.0 * 1024.0;
constexpr double disk_bytes_failed = 64.0 * 1024.0 * 1024.0;

constexpr std::size_t reasons_bytes_max = 1'000;

using attempt = tl::expected<client::answer, client::failure>;

attempt get(client::node& whom, std::string target) {
  client::call what;
  what.target = std::move(target);
  return whom.try_once(what);
}

bool succeeded(const attempt& got) noexcept {
  return got && got->status >= 200 && got->status < 300;
}

std::string why(const attempt& got, const client::node& whom) {
  const auto refused = got ? client::refusal_of(*got, whom.with())
                           : client::refusal_of(got.error(), whom.with());
  return refused.reason.message();
}

/// Why it is not ready, as the node tells it: reasons, or a line of text.
std::string reasons_of(const client::answer& got) {
  std::string text;
  if (check_answer(got.body)) {
    for (const auto one :
         elements_of(member_of(got.body, "reasons").value_or(""))) {
      text += text.empty() ? "" : ", ";
      text += string_of(one).value_or(one_line(one));
    }
    text = text.empty() ? text_of(got.body, "detail") : text;
  } else {
    text = got.body.substr(0, got.body.find('\n'));
  }
  text.resize(std::min(text.size(), reasons_bytes_max));
  return text.empty() ? "not ready" : text;
}

check_result check_ready(client::node& whom) {
  const auto got = get(whom, "/readyz");
  if (succeeded(got)) {
    return {"ready", health::ok, "takes requests"};
  }
  return {"ready", health::fail,
          got && got->status == 503 ? reasons_of(*got) : why(got, whom)};
}

check_result check_token(client::node& whom) {
  const auto& with = whom.with();
  const auto got = get(whom, "/v1/signals?limit=1");
  const auto who = with.identity.empty() ? std::string{"no name"}
                                         : "the name " + with.identity;
  const auto token = with.token.empty() ? std::string{"no token"}
                                        : "the token of " + with.token_origin;
  if (succeeded(got)) {
    const bool bare =
      !with.token.empty() && !with.address.secure && !with.address.loopback;
    return {"token", bare ? health::warn : health::ok,
            bare ? token + " goes over the network unencrypted; use https"
                 : "admitted with " + token + " and " + who};
  }
  if (got && got->status == 403) {
    return {"token", health::warn,
            "known, but may not read the log: " + why(got, whom)};
  }
  return {"token", health::fail, why(got, whom),
          got && got->status < 500 ? exit_status::usage
                                   : exit_status::infrastructure};
}

std::optional<check_result> check_version(client::node& whom) {
  const auto got = get(whom, "/openapi.json");
  if (!succeeded(got) || !check_answer(got->body)) {
    return std::nullopt;
  }
  const auto theirs =
    text_of(member_of(got->body, "info").value_or(""), "version");
  if (theirs.empty()) {
    return std::nullopt;
  }
  const bool same = theirs == version();
  return check_result{"version", same ? health::ok : health::warn,
                      same ? "both are " + theirs
                           : "the node is " + theirs + ", this is "
                               + std::string{version()}};
}

std::optional<check_result> check_clock(const client::answer& got,
                                        wall_time now) {
  const auto theirs = client::parse_http_date(got.date);
  if (!theirs) {
    return std::nullopt;
  }
  const auto skew = std::chrono::duration_cast<std::chrono::seconds>(
    std::chrono::abs(*theirs - now));
  const bool far = skew > skew_warned;
  return check_result{"clock", far ? health::warn : health::ok,
                      far ? "the node's is " + std::to_string(skew.count())
                              + " s " + (*theirs > now ? "ahead" : "behind")
                          : "the node's agrees to "
                              + std::to_string(skew_warned.count()) + " s"};
}

std::optional<check_result> check_disk(client::node& whom) {
  const auto got = get(whom, "/metrics");
  if (!succeeded(got)) {
    return std::nullopt;
  }
  const auto free = sample_of(got->body, "libsig_disk_free_bytes");
  if (!free || !std::isfinite(*free) || *free < 0.0) {
    return std::nullopt;
  }
  const auto state = *free < disk_bytes_failed   ? health::fail
                     : *free < disk_bytes_warned ? health::warn
                                                 : health::ok;
  const auto mebibytes =
    static_cast<std::uint64_t>(std::min(*free / (1u << 20), 1e15));
  return check_result{"disk", state,
                      std::to_string(mebibytes) + " MiB are free"};
}

} // namespace

std::vector<check_result> check_node(client::node& whom, const clock& time) {
  std::vector<check_result> all;
  const auto& with = whom.with();
  const auto begin = time.steady_now();
  const auto alive = get(whom, "/livez");
  if (!succeeded(alive)) {
    const auto status = alive ? client::refusal_of(*alive, with).status
                              : client::refusal_of(alive.error(), with).status;
    all.push_back({"node", health::fail, why(alive, whom), status});
    return all;
  }
  const auto took =
    std::chrono::duration_cast<milliseconds>(time.steady_now() - begin);
  all.push_back({"node", health::ok,
                 with.address.base + " (" + with.address_origin
                   + ") answers in " + std::to_string(took.count()) + " ms"});
  const auto add = [&all](std::optional<check_result> one) {
    if (one) {
      all.push_back(std::move(*one));
    }
  };
  add(check_ready(whom));
  add(check_token(whom));
  add(check_version(whom));
  add(check_clock(*alive, time.wall_now()));
  add(check_disk(whom));
  return all;
}

std::optional<double> sample_of(std::string_view metrics,
                                std::string_view name) {
  for (std::size_t at = 0; at < metrics.size();) {
    const auto end = std::min(metrics.find('\n', at), metrics.size());
    auto line = metrics.substr(at, end - at);
    at = end + 1;
    if (!line.starts_with(name) || line.size() <= name.size()
        || line[name.size()] != ' ') {
      continue;
    }
    line.remove_prefix(name.size() + 1);
    double value = 0.0;
    const auto [rest, problem] =
      std::from_chars(line.data(), line.data() + line.size(), value);
    return problem == std::errc{} ? std::optional{value} : std::nullopt;
  }
  return std::nullopt;
}

} // namespace libsig::sig
