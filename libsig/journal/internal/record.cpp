#include "libsig/journal/internal/record.hpp"

#include "libsig/core/limits.hpp"
#include "libsig/journal/internal/stable_key.hpp"

#include <limits>
#include <optional>
#include <utility>
#include <variant>

namespace libsig::journal {

/// Makes the proof that a stored signal was valid; the store's alone.
class restorer {
public:
  [[nodiscard]] static valid_draft restore(draft&& stored) {
    return valid_draft{std::move(stored)};
  }
};

} // namespace libsig::journal

namespace libsig::journal::internal {

namespace {

constexpr char format = 1;

/// Which attributes that may be absent are there.
enum presence : unsigned char {
  has_subject = 1,
  has_time = 2,
  has_content_type = 4,
  has_schema = 8,
};

enum value_kind : char {
  value_false = 0,
  value_true = 1,
  value_integer = 2,
  value_text = 3,
};

class writer {
public:
  void byte(char value) { out_.push_back(value); }

  void number(std::uint64_t value) {
    while (value >= 0x80) {
      out_.push_back(static_cast<char>(value | 0x80));
      value >>= 7;
    }
    out_.push_back(static_cast<char>(value));
  }

  void text(std::string_view value) {
    number(value.size());
    out_ += value;
  }

  void text(const std::optional<std::string>& value) {
    if (value) {
      text(std::string_view{*value});
    }
  }

  void value(const extension::value_type& of) {
    if (const auto* truth = std::get_if<bool>(&of)) {
      byte(*truth ? value_true : value_false);
    } else if (const auto* integer = std::get_if<std::int32_t>(&of)) {
      byte(value_integer);
      number(static_cast<std::uint32_t>(*integer));
    } else {
      byte(value_text);
      text(std::string_view{std::get<std::string>(of)});
    }
  }

  [[nodiscard]] std::string& out() noexcept { return out_; }

private:
  std::string out_;
};

/// Reads what a writer wrote. Beyond the end, or at what nobody writes, it
/// fails once and gives nothing from there on.
class reader {
public:
  explicit reader(std::string_view bytes) noexcept : left_{bytes} {}

  [[nodiscard]] unsigned char byte() {
    if (left_.empty()) {
      ok_ = false;
      return 0;
    }
    const auto value = static_cast<unsigned char>(left_.front());
    left_.remove_prefix(1);
    return value;
  }

  [[nodiscard]] std::uint64_t number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const auto part = byte();
      value |= static_cast<std::uint64_t>(part & 0x7f) << shift;
      if (part < 0x80) {
        return value;
      }
    }
    ok_ = false;
    return 0;
  }

  [[nodiscard]] std::string text() {
    const auto size = number();
    if (!ok_ || size > left_.size()) {
      ok_ = false;
      return {};
    }
    std::string value{left_.substr(0, size)};
    left_.remove_prefix(size);
    return value;
  }

  [[nodiscard]] std::optional<std::string> text_if(bool there) {
    return there ? std::optional{text()} : std::nullopt;
  }

  [[nodiscard]] extension::value_type value() {
    switch (byte()) {
    case value_false:
      return false;
    case value_true:
      return true;
    case value_integer:
      return static_cast<std::int32_t>(static_cast<std::uint32_t>(number()));
    case value_text:
      return text();
    default:
      ok_ = false;
      return false;
    }
  }

  [[nodiscard]] std::string_view rest() const noexcept { return left_; }

  [[nodiscard]] bool ok() const noexcept { return ok_; }

private:
  std::string_view left_;
  bool ok_ = true;
};

[[nodiscard]] char presence_of(const draft& what) {
  int flags = 0;
  flags |= what.subject ? int{has_subject} : 0;
  flags |= what.time ? int{has_time} : 0;
  flags |= what.data_content_type ? int{has_content_type} : 0;
  flags |= what.data_schema ? int{has_schema} : 0;
  return static_cast<char>(flags);
}

void write_data(writer& out, const event_data& data) {
  out.byte(static_cast<char>(data.which()));
  if (data.bytes() != nullptr) {
    out.out() += *data.bytes();
  } else {
    data.append_json(out.out());
  }
}

[[nodiscard]] bool read_extensions(reader& in, draft& into) {
  const auto count = in.number();
  // Foreign ones are bounded, the node's own stand beside them.
  if (!in.ok() || count > 2 * limits::extensions_max) {
    return false;
  }
  into.extensions.reserve(count);
  for (std::uint64_t number = 0; number < count && in.ok(); ++number) {
    auto name = in.text();
    into.extensions.push_back({std::move(name), in.value()});
  }
  return in.ok();
}

[[nodiscard]] bool read_data(reader& in, draft& into) {
  const auto kind = in.byte();
  const auto rest = in.rest();
  switch (static_cast<event_data::kind>(kind)) {
  case event_data::kind::absent:
    return in.ok() && rest.empty();
  case event_data::kind::json:
    into.data = event_data::json(std::string{rest});
    return !rest.empty();
  case event_data::kind::binary:
    into.data = event_data::binary(std::string{rest});
    return true;
  }
  return false;
}

[[nodiscard]] bool read_attributes(reader& in, draft& into, stamp& by) {
  const unsigned present = in.byte();
  into.id = in.text();
  into.source = in.text();
  into.subject = in.text_if((present & has_subject) != 0);
  into.time = in.text_if((present & has_time) != 0);
  into.data_content_type = in.text_if((present & has_content_type) != 0);
  into.data_schema = in.text_if((present & has_schema) != 0);
  into.causation_id = in.text();
  const auto hops = in.number();
  if (hops > std::numeric_limits<std::uint32_t>::max()) {
    return false;
  }
  by.hops = static_cast<std::uint32_t>(hops);
  by.tenant = in.text();
  by.on_behalf_of = in.text();
  return in.ok();
}

} // namespace

std::string encode_body(const signal& what) {
  const auto& from = what.attributes();
  const auto& by = what.stamped();
  writer out;
  const auto* const bytes = from.data.bytes();
  out.out().reserve(256 + (bytes == nullptr ? 0 : bytes->size()));
  out.byte(format);
  out.byte(presence_of(from));
  out.text(std::string_view{from.id});
  out.text(std::string_view{from.source});
  out.text(from.subject);
  out.text(from.time);
  out.text(from.data_content_type);
  out.text(from.data_schema);
  out.text(std::string_view{from.causation_id});
  out.number(by.hops);
  out.text(std::string_view{by.tenant});
  out.text(std::string_view{by.on_behalf_of});
  out.number(from.extensions.size());
  for (const auto& one : from.extensions) {
    out.text(std::string_view{one.name});
    out.value(one.value);
  }
  write_data(out, from.data);
  return std::move(out.out());
}

std::uint64_t bytes_sum_of(std::string_view type,
                           std::string_view body) noexcept {
  return checksum({checksum(type), checksum(body)});
}

std::uint64_t sum_of(std::uint64_t bytes_sum, const record& rest) noexcept {
  return checksum({bytes_sum, rest.sequence,
                   static_cast<std::uint64_t>(rest.recorded), rest.total});
}

bool intact(const record& what) noexcept {
  return sum_of(bytes_sum_of(what.type, what.body), what) == what.sum;
}

result<std::shared_ptr<signal>> decode(const record& what, const decoder& by) {
  if (!intact(what)) {
    return fail(errc::io, "its checksum does not fit");
  }
  reader in{what.body};
  if (in.byte() != format) {
    return fail(errc::io, "its format is unknown");
  }
  draft made;
  stamp marks;
  made.type = what.type;
  if (!read_attributes(in, made, marks) || !read_extensions(in, made)
      || !read_data(in, made)) {
    return fail(errc::io, "its bytes are no signal");
  }
  marks.sequence = what.sequence;
  marks.recorded_time = wall_time{std::chrono::milliseconds{what.recorded}};
  if (by) {
    made.data = by(made);
  }
  return std::make_shared<signal>(restorer::restore(std::move(made)),
                                  std::move(marks));
}

} // namespace libsig::journal::internal
