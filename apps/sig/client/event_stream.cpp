#include "apps/sig/client/event_stream.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <system_error>
#include <utility>

namespace libsig::sig::client {

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

/// A longer wait than this is nobody's to ask for.
constexpr std::uint32_t retry_max_ms = 60'000;

/// An id is a sequence; a longer one is kept out of our requests.
constexpr std::size_t id_bytes_max = 256;

} // namespace

result<bool> event_stream_reader::read(std::string_view piece,
                                       const receiver& to) {
  while (!piece.empty()) {
    if (std::exchange(after_return_, false) && piece.front() == '\n') {
      piece.remove_prefix(1);
      continue;
    }
    const auto end = piece.find_first_of("\r\n");
    const auto part = piece.substr(0, end);
    if (part.size() > bytes_max_ - line_.size()) {
      return fail(errc::too_large, "an event of the stream is longer than "
                                     + std::to_string(bytes_max_) + " bytes");
    }
    line_.append(part);
    if (end == piece.npos) {
      return true;
    }
    after_return_ = piece[end] == '\r';
    piece.remove_prefix(end + 1);
    if (const auto more = end_line(to); !more || !*more) {
      return more;
    }
  }
  return true;
}

void event_stream_reader::restart() {
  line_.clear();
  name_.clear();
  data_.clear();
  has_data_ = false;
  after_return_ = false;
  at_start_ = true;
}

result<bool> event_stream_reader::end_line(const receiver& to) {
  const auto whole = std::exchange(line_, {});
  std::string_view line{whole};
  if (std::exchange(at_start_, false) && line.starts_with(byte_order_mark)) {
    line.remove_prefix(byte_order_mark.size());
  }
  if (!line.empty()) {
    const auto colon = line.find(':');
    auto value =
      colon == line.npos ? std::string_view{} : line.substr(colon + 1);
    if (value.starts_with(' ')) {
      value.remove_prefix(1);
    }
    if (auto read = read_field(line.substr(0, colon), value); !read) {
      return fail(std::move(read).error());
    }
    return true;
  }
  stream_event made;
  auto name = std::exchange(name_, {});
  if (!name.empty()) {
    made.name = std::move(name);
  }
  made.data = std::exchange(data_, {});
  made.id = last_id_;
  return !std::exchange(has_data_, false) || to(made);
}

result<void> event_stream_reader::read_field(std::string_view name,
                                             std::string_view value) {
  if (name == "data") {
    if (value.size() + 1 > bytes_max_ - data_.size()) {
      return fail(errc::too_large, "an event of the stream is longer than "
                                     + std::to_string(bytes_max_) + " bytes");
    }
    data_ += has_data_ ? "\n" : "";
    data_ += value;
    has_data_ = true;
  } else if (name == "event") {
    name_ = value;
  } else if (name == "id") {
    const bool usable = value.size() <= id_bytes_max
                        && value.find_first_not_of("0123456789") == value.npos;
    if (usable) {
      last_id_ = value;
    }
  } else if (name == "retry") {
    std::uint32_t stated = 0;
    const auto* const end = value.data() + value.size();
    const auto [rest, problem] = std::from_chars(value.data(), end, stated);
    if (!value.empty() && problem == std::errc{} && rest == end) {
      retry_ = std::chrono::milliseconds{std::min(stated, retry_max_ms)};
    }
  }
  // Everything else is a comment or nobody's, says the standard.
  return {};
}

} // namespace libsig::sig::client
