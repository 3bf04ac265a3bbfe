#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "libsig/core/time.hpp"
#include "libsig/http/fields.hpp"

namespace libsig::http {

/// An answer. The server adds `Content-Length`, `Date`, `X-Request-Id` and,
/// where it is due, `Connection`; what is given of these is left out.
struct response {
  unsigned status = 200;
  http::fields fields;
  std::string body;
  /// In place of `body` when not null: bytes that many answers share.
  std::shared_ptr<const std::string> shared_body;
  /// Whether the connection ends behind the answer.
  bool close = false;
  /// How long it is held back, for those who fail on purpose. Of what
  /// `application::admit` answers alone; it costs no thread, and a server that
  /// drains sends it at once. Kept within one `server_options::tick`.
  std::chrono::milliseconds held_back{0};

  /// The body, whichever it is.
  [[nodiscard]] std::string_view content() const noexcept {
    return shared_body ? std::string_view{*shared_body}
                       : std::string_view{body};
  }
};

/// An answer with a body of a media type.
[[nodiscard]] response
make_response(unsigned status, std::string_view media_type, std::string body);

/// What went wrong with a request (RFC 9457).
struct problem {
  unsigned status = 500;
  /// One sentence about this case.
  std::string detail;
  /// The JSON pointer to what is wrong in the body; empty when there is none.
  std::string pointer;
  /// Empty for the status's own phrase.
  std::string title;
  /// A URI that names the kind of problem.
  std::string type = "about:blank";
};

/// The members of a problem as one JSON object. `pointer` stands there when it
/// is not empty; bytes that are not UTF-8 become U+FFFD.
[[nodiscard]] std::string problem_json(const problem& what);

/// The answer of media type `application/problem+json`.
[[nodiscard]] response make_problem(const problem& what);

/// The same with `Retry-After`, for 429 and 503. Rounded up to whole seconds.
[[nodiscard]] response make_problem(const problem& what,
                                    std::chrono::milliseconds retry_after);

/// The phrase of a status, such as `Not Found`; `Unknown` when it has none.
[[nodiscard]] std::string_view reason_phrase(unsigned status) noexcept;

/// Whether a client's `X-Request-Id` is taken over: 1 to 128 printable
/// characters of ASCII.
[[nodiscard]] bool is_sane_request_id(std::string_view id) noexcept;

/// A time as `Date` has it: `Sun, 06 Nov 1994 08:49:37 GMT`.
[[nodiscard]] std::string to_http_date(wall_time time);

} // namespace libsig::http
