#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsig/core/error.hpp"
#include "libsig/core/time.hpp"

namespace libsig::sig::client {

/// One request over HTTP.
struct request {
  std::string method = "GET";
  std::string url;
  /// Whole lines, `Name: value`.
  std::vector<std::string> fields;
  std::string_view body;
  /// The authorities (PEM) to trust in place of the system's; empty for those.
  std::string_view authorities;
  /// Bytes of the answer that are taken; one more ends it.
  std::size_t answer_bytes_max = 1u << 20;
  /// Until there is a connection.
  std::chrono::milliseconds connect_within{5'000};
  /// Until all of the answer is there; none when zero.
  std::chrono::milliseconds answer_within{0};
  /// For how long nothing may come; none when zero. Whole seconds count.
  std::chrono::seconds silence_max{0};
};

/// What came back.
struct answer {
  unsigned status = 0;
  std::string media_type;
  std::string body;
  /// `Retry-After` in seconds; a date there counts as nothing.
  std::optional<std::chrono::seconds> retry_after;
  /// `Date` and `Server`, empty when they are not there.
  std::string date;
  std::string server;
};

/// Why there is no answer.
enum class fault : std::uint8_t {
  unreachable, ///< no connection: nothing was sent
  untrusted,   ///< the other side could not show who it is
  lost,        ///< the connection ended before the answer did
  timed_out,
  too_large,
  interrupted, ///< from outside, or by the receiver of a stream
  internal,
};

struct failure {
  client::fault fault;
  /// Without the place.
  error reason;
};

/// What ends a request from outside.
struct interruptions {
  /// Asked about once a second, and when the descriptor can be read; what is
  /// under way ends when it says no. None asks nobody.
  std::function<bool()> keep_going;
  int descriptor = -1;
};

/// Sends requests over connections that are kept. One thread uses it.
///
/// Certificates are verified, redirects not followed, no proxy is asked (the
/// node is named, and the token is for it alone), answers are not unpacked.
class transport {
public:
  /// Takes a piece of a stream; false ends it.
  using receiver = std::function<bool(std::string_view)>;

  // -- constructors -----------------------------------------------------------

  [[nodiscard]] static result<transport> make(interruptions by);

  transport(transport&&) noexcept;
  transport& operator=(transport&&) noexcept;
  ~transport();

  // -- mutators ---------------------------------------------------------------

  /// Sends the request and takes the answer, whatever its status.
  [[nodiscard]] tl::expected<answer, failure> perform(const request& what);

  /// The same, but hands the body of an answer of media type
  /// `text/event-stream` with status 200 to the receiver as it comes, without
  /// a bound on all of it.
  [[nodiscard]] tl::expected<answer, failure> stream(const request& what,
                                                     const receiver& to);

private:
  struct state;

  explicit transport(std::unique_ptr<state> made) noexcept;

  std::unique_ptr<state> state_;
};

/// Reads a time as `Date` has it; nothing when it is none.
[[nodiscard]] std::optional<wall_time> parse_http_date(const std::string& text);

} // namespace libsig::sig::client
