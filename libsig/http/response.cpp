#include "libsig/http/response.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include <nlohmann/json.hpp>

namespace libsig::http {

namespace {

struct phrase {
  unsigned status;
  std::string_view text;
};

constexpr std::array phrases{
  phrase{100, "Continue"},
  phrase{200, "OK"},
  phrase{201, "Created"},
  phrase{202, "Accepted"},
  phrase{204, "No Content"},
  phrase{301, "Moved Permanently"},
  phrase{302, "Found"},
  phrase{303, "See Other"},
  phrase{304, "Not Modified"},
  phrase{307, "Temporary Redirect"},
  phrase{308, "Permanent Redirect"},
  phrase{400, "Bad Request"},
  phrase{401, "Unauthorized"},
  phrase{403, "Forbidden"},
  phrase{404, "Not Found"},
  phrase{405, "Method Not Allowed"},
  phrase{406, "Not Acceptable"},
  phrase{408, "Request Timeout"},
  phrase{409, "Conflict"},
  phrase{410, "Gone"},
  phrase{412, "Precondition Failed"},
  phrase{413, "Content Too Large"},
  phrase{415, "Unsupported Media Type"},
  phrase{417, "Expectation Failed"},
  phrase{421, "Misdirected Request"},
  phrase{422, "Unprocessable Content"},
  phrase{429, "Too Many Requests"},
  phrase{431, "Request Header Fields Too Large"},
  phrase{499, "Client Closed Request"},
  phrase{500, "Internal Server Error"},
  phrase{501, "Not Implemented"},
  phrase{502, "Bad Gateway"},
  phrase{503, "Service Unavailable"},
  phrase{504, "Gateway Timeout"},
  phrase{505, "HTTP Version Not Supported"},
  phrase{507, "Insufficient Storage"},
};

} // namespace

response make_response(unsigned status, std::string_view media_type,
                       std::string body) {
  response made;
  made.status = status;
  made.fields.add("Content-Type", media_type);
  made.body = std::move(body);
  return made;
}

std::string problem_json(const problem& what) {
  nlohmann::ordered_json members{
    {"type", what.type},
    {"title",
     what.title.empty() ? std::string{reason_phrase(what.status)} : what.title},
    {"status", what.status},
    {"detail", what.detail},
  };
  if (!what.pointer.empty()) {
    members["pointer"] = what.pointer;
  }
  return members.dump(-1, ' ', false,
                      nlohmann::ordered_json::error_handler_t::replace);
}

response make_problem(const problem& what) {
  return make_response(what.status, "application/problem+json",
                       problem_json(what));
}

response make_problem(const problem& what,
                      std::chrono::milliseconds retry_after) {
  auto made = make_problem(what);
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(retry_after);
  made.fields.add("Retry-After",
                  std::to_string(std::max<long long>(seconds.count(), 1)));
  return made;
}

std::string_view reason_phrase(unsigned status) noexcept {
  const auto found = std::ranges::find(phrases, status, &phrase::status);
  return found == phrases.end() ? "Unknown" : found->text;
}

bool is_sane_request_id(std::string_view id) noexcept {
  return !id.empty() && id.size() <= 128
         && std::ranges::all_of(
           id, [](char letter) { return letter >= ' ' && letter < '\x7F'; });
}

std::string to_http_date(wall_time time) {
  constexpr std::array<const char*, 7> days{"Sun", "Mon", "Tue", "Wed",
                                            "Thu", "Fri", "Sat"};
  constexpr std::array<const char*, 12> months{"Jan", "Feb", "Mar", "Apr",
                                               "May", "Jun", "Jul", "Aug",
                                               "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{
    std::chrono::floor<std::chrono::seconds>(time - day)};
  std::array<char, 64> text{};
  const int size = std::snprintf(
    text.data(), text.size(), "%s, %02u %s %04d %02d:%02d:%02d GMT",
    days[std::chrono::weekday{day}.c_encoding()],
    static_cast<unsigned>(date.day()),
    months[static_cast<unsigned>(date.month()) - 1],
    static_cast<int>(date.year()), static_cast<int>(clock.hours().count()),
    static_cast<int>(clock.minutes().count()),
    static_cast<int>(clock.seconds().count()));
  return {text.data(), static_cast<std::size_t>(std::max(size, 0))};
}

} // namespace libsig::http
