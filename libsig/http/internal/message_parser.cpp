#include "libsig/http/internal/message_parser.hpp"

#include <algorithm>
#include <limits>

#include <boost/beast/http/basic_parser.hpp>

namespace libsig::http::internal {

namespace {

namespace beast_http = boost::beast::http;
using beast_text = boost::beast::string_view;
using boost::beast::error_code;

/// Longer lines of chunks, with their extensions, and trailers are malformed.
constexpr std::size_t chunk_line_bytes = 8u << 10;

[[nodiscard]] std::string_view view(beast_text text) noexcept {
  return {text.data(), text.size()};
}

/// Takes what Beast's parser finds.
class beast_parser final : public beast_http::basic_parser<true> {
public:
  request* head = nullptr;
  body_sink* sink = nullptr;
  std::size_t fields_max = 0;
  bool too_many = false;
  bool stopped = false;
  bool in_head = true;

private:
  void on_request_impl(beast_http::verb, beast_text method, beast_text target,
                       int version, error_code&) override {
    head->method = view(method);
    head->target = view(target);
    head->version_1_1 = version == 11;
  }

  void on_response_impl(int, beast_text, int, error_code&) override {}

  void on_field_impl(beast_http::field, beast_text name, beast_text value,
                     error_code& reason) override {
    if (!in_head) {
      // Trailers are read and dropped.
      return;
    }
    if (head->fields.size() == fields_max) {
      too_many = true;
      reason = beast_http::error::header_limit;
      return;
    }
    head->fields.add(view(name), view(value));
  }

  void on_header_impl(error_code&) override { in_head = false; }

  void on_body_init_impl(const boost::optional<std::uint64_t>&,
                         error_code&) override {}

  std::size_t on_body_impl(beast_text part, error_code& reason) override {
    return take(part, reason);
  }

  void on_chunk_header_impl(std::uint64_t, beast_text, error_code&) override {}

  std::size_t on_chunk_body_impl(std::uint64_t, beast_text part,
                                 error_code& reason) override {
    return take(part, reason);
  }

  void on_finish_impl(error_code&) override {}

  std::size_t take(beast_text part, error_code& reason) {
    if (!sink->on_body(view(part))) {
      stopped = true;
      reason = beast_http::error::body_limit;
    }
    return part.size();
  }
};

} // namespace

/// The parser of the present message.
class message_parser::reader {
public:
  std::optional<beast_parser> now;
  std::optional<std::uint64_t> length;
};

message_parser::message_parser(std::size_t head_bytes, std::size_t fields)
  : reader_{std::make_unique<reader>()}, head_bytes_{head_bytes}, fields_{
                                                                    fields} {}

message_parser::~message_parser() = default;

void message_parser::start() {
  auto& parser = reader_->now.emplace();
  parser.fields_max = fields_;
  // Its users bound the body. No limit at all would refuse every length, which
  // Beast 1.74 takes for larger than none.
  parser.body_limit(std::numeric_limits<std::uint64_t>::max());
  // Counted here, so that the bound is exact; Beast's own only ends its search.
  parser.header_limit(static_cast<std::uint32_t>(head_bytes_ + 64));
  parser.eager(false);
  reader_->length.reset();
  head_used_ = 0;
}

namespace {

[[nodiscard]] parse_status status_of(const error_code& reason,
                                     bool too_many) noexcept {
  if (reason == beast_http::error::header_limit || too_many) {
    return parse_status::too_large;
  }
  return reason == beast_http::error::bad_version ? parse_status::bad_version
                                                  : parse_status::malformed;
}

/// What could be read in two ways is not read.
[[nodiscard]] parse_status check_framing(const request& head) noexcept {
  const auto codings = head.fields.count("Transfer-Encoding");
  const auto lengths = head.fields.count("Content-Length");
  if (codings > 1 || lengths > 1 || (codings == 1 && lengths == 1)
      || (codings == 1 && !head.version_1_1)) {
    return parse_status::malformed;
  }
  if (codings == 1
      && !equal_ignoring_case(trimmed(*head.fields.find("Transfer-Encoding")),
                              "chunked")) {
    return parse_status::bad_coding;
  }
  if (lengths == 1) {
    const auto digits = *head.fields.find("Content-Length");
    if (digits.empty() || digits.size() > 18
        || digits.find_first_not_of("0123456789") != std::string_view::npos) {
      return parse_status::malformed;
    }
  }
  const auto hosts = head.fields.count("Host");
  return hosts > 1 || (hosts == 0 && head.version_1_1) ? parse_status::malformed
                                                       : parse_status::head;
}

} // namespace

parse_step message_parser::read_head(std::string_view bytes, request& into) {
  auto& parser = *reader_->now;
  parser.head = &into;
  error_code reason;
  const auto used =
    parser.put(boost::asio::const_buffer{bytes.data(), bytes.size()}, reason);
  head_used_ += used;
  if (!reason && parser.is_header_done()) {
    if (head_used_ > head_bytes_) {
      return {parse_status::too_large, used};
    }
    if (const auto length = parser.content_length()) {
      reader_->length = *length;
    }
    return {check_framing(into), used};
  }
  if (reason && reason != beast_http::error::need_more) {
    return {status_of(reason, parser.too_many), used};
  }
  // As many bytes as are allowed are there and the end is not among them.
  if (head_used_ + (bytes.size() - used) >= head_bytes_) {
    return {parse_status::too_large, used};
  }
  return {parse_status::more, used};
}

parse_step message_parser::read_body(std::string_view bytes, body_sink& into) {
  auto& parser = *reader_->now;
  parser.sink = &into;
  parser.eager(true);
  std::size_t used = 0;
  while (!parser.is_done() && used < bytes.size()) {
    error_code reason;
    const auto step = parser.put(
      boost::asio::const_buffer{bytes.data() + used, bytes.size() - used},
      reason);
    used += step;
    if (parser.stopped) {
      return {parse_status::stopped, used};
    }
    if (reason == beast_http::error::need_more) {
      break;
    }
    if (reason) {
      return {parse_status::malformed, used};
    }
  }
  if (parser.is_done()) {
    return {parse_status::complete, used};
  }
  // Parts of a body are always used; what is left is a line of a chunk.
  return {bytes.size() - used > chunk_line_bytes ? parse_status::malformed
                                                 : parse_status::more,
          used};
}

bool message_parser::complete() const noexcept {
  return reader_->now && reader_->now->is_done();
}

bool message_parser::has_body() const noexcept {
  return !reader_->now->is_done();
}

std::optional<std::uint64_t> message_parser::content_length() const noexcept {
  return reader_->length;
}

bool message_parser::keep_alive() const noexcept {
  return reader_->now->keep_alive();
}

} // namespace libsig::http::internal
