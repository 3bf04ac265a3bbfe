#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "libsig/http/request.hpp"

namespace libsig::http::internal {

/// Who takes the parts of a body.
class body_sink {
public:
  virtual ~body_sink() = default;

  /// False when no more is wanted; reading then ends with `stopped`.
  [[nodiscard]] virtual bool on_body(std::string_view part) = 0;
};

enum class parse_status : std::uint8_t {
  more,        ///< all that can be read was read
  head,        ///< the head is complete
  complete,    ///< the message is complete
  malformed,   ///< 400
  bad_version, ///< 505
  bad_coding,  ///< 501: a transfer coding other than `chunked`
  too_large,   ///< 431
  stopped,     ///< the sink wants no more
};

struct parse_step {
  parse_status status = parse_status::more;
  /// Bytes that need not be given again.
  std::size_t used = 0;
};

/// Reads requests, one by one. What RFC 9112 leaves to the server is refused
/// when two readers could see different messages in it: a repeated or listed
/// length, a length beside a transfer coding, a transfer coding other than
/// `chunked`, more or less than one `Host`.
class message_parser {
public:
  message_parser(std::size_t head_bytes, std::size_t fields);
  ~message_parser();

  message_parser(const message_parser&) = delete;
  message_parser& operator=(const message_parser&) = delete;

  /// Begins with the next message.
  void start();

  /// Goes on with the head: fills method, target, version and fields. Bytes
  /// that were not used are given again with those that follow.
  [[nodiscard]] parse_step read_head(std::string_view bytes, request& into);

  /// Goes on with the body, after `head`. The same rule for bytes.
  [[nodiscard]] parse_step read_body(std::string_view bytes, body_sink& into);

  /// Whether all of the message was read.
  [[nodiscard]] bool complete() const noexcept;

  /// After `head`: whether a body follows, and its length unless it is chunked.
  [[nodiscard]] bool has_body() const noexcept;
  [[nodiscard]] std::optional<std::uint64_t> content_length() const noexcept;

  /// After `head`: whether the client wants the connection kept.
  [[nodiscard]] bool keep_alive() const noexcept;

private:
  class reader;

  std::unique_ptr<reader> reader_;
  std::size_t head_bytes_;
  std::size_t fields_;
  std::size_t head_used_ = 0;
};

} // namespace libsig::http::internal
