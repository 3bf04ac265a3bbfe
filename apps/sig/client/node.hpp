#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "apps/sig/client/connection.hpp"
#include "apps/sig/client/transport.hpp"
#include "apps/sig/outcome.hpp"

namespace libsig::sig::client {

/// One call of a node's surface.
struct call {
  std::string method = "GET";
  /// The path and the query, encoded.
  std::string target = {};
  std::string_view body = {};
  /// Of the body.
  std::string media_type = {};
  /// Fields beside those that every call has, whole lines.
  std::vector<std::string> fields = {};
  /// Whether done twice is the same as done once.
  bool repeatable = true;
  std::size_t answer_bytes_max = 64u << 20;
  /// Beside the patience of the connection, for answers that are waited for.
  std::chrono::milliseconds longer{0};
};

/// How a node's client waits, and what ends its work early.
struct pacing {
  /// Waits; false when it was interrupted.
  std::function<bool(std::chrono::milliseconds)> wait;
  interruptions interrupted_by;
};

/// The pacing of a process that nothing interrupts but its end.
[[nodiscard]] pacing plain_pacing();

/// A node as a caller sees it. Every call names the caller, declines its mail
/// and is bounded in bytes and time. One thread uses it.
///
/// A call that the node puts off (429, 503 with `Retry-After`) is made again,
/// a few times, and so is a repeatable one whose connection was lost; one that
/// reached nobody is not.
class node {
public:
  // -- constructors -----------------------------------------------------------

  [[nodiscard]] static outcome<node> make(connection with, pacing how);

  // -- mutators ---------------------------------------------------------------

  /// Makes a call; an answer that is no success is a refusal.
  [[nodiscard]] outcome<answer> ask(const call& what);

  /// Makes a call once, whatever comes back.
  [[nodiscard]] tl::expected<answer, failure> try_once(const call& what);

  /// Opens a stream and hands it on as it comes, until it ends. The stream may
  /// be silent for so long at most.
  [[nodiscard]] tl::expected<answer, failure>
  stream(const call& what, std::chrono::seconds silence_max,
         const transport::receiver& to);

  /// Waits as its pacing does.
  [[nodiscard]] bool wait(std::chrono::milliseconds time) const {
    return pacing_.wait(time);
  }

  // -- observers --------------------------------------------------------------

  [[nodiscard]] const connection& with() const noexcept { return with_; }

private:
  node(connection with, pacing how, transport by)
    : with_{std::move(with)}, pacing_{std::move(how)}, transport_{
                                                         std::move(by)} {}

  [[nodiscard]] request make_request(const call& what) const;

  connection with_;
  pacing pacing_;
  transport transport_;
};

/// A path of segments, each encoded: `/v1/reviews` and `a/b` make
/// `/v1/reviews/a%2Fb`.
[[nodiscard]] std::string path_of(std::string_view parent,
                                  std::string_view segment);

/// Appends `?name=value` or `&name=value`, encoded.
void append_query(std::string& target, std::string_view name,
                  std::string_view value);

} // namespace libsig::sig::client
