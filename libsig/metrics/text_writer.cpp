#include "libsig/metrics/text_writer.hpp"

#include <array>
#include <charconv>
#include <cmath>

#include "libsig/core/utf8.hpp"

namespace libsig::metrics {

namespace {

constexpr std::string_view prefix = "libsig_";

[[nodiscard]] std::string_view name_of(text_writer::kind what) noexcept {
  switch (what) {
  case text_writer::kind::counter:
    return "counter";
  case text_writer::kind::gauge:
    return "gauge";
  case text_writer::kind::histogram:
    return "histogram";
  }
  return "untyped";
}

/// Backslashes and line ends would end the line, quotes a label's value.
void append_escaped(std::string& out, std::string_view text, bool in_quotes) {
  for (const char each : text) {
    if (each == '\\') {
      out += "\\\\";
    } else if (each == '\n') {
      out += "\\n";
    } else if (each == '"' && in_quotes) {
      out += "\\\"";
    } else {
      out += each;
    }
  }
}

/// The shortest text that reads as the number.
template <class Number>
[[nodiscard]] std::string number_text(Number value) {
  std::array<char, 32> room{};
  const auto end =
    std::to_chars(room.data(), room.data() + room.size(), value).ptr;
  return {room.data(), end};
}

[[nodiscard]] std::string double_text(double value) {
  if (std::isnan(value)) {
    return "NaN";
  }
  if (std::isinf(value)) {
    return value > 0 ? "+Inf" : "-Inf";
  }
  return number_text(value);
}

[[nodiscard]] std::string seconds_text(std::chrono::nanoseconds time) {
  return double_text(static_cast<double>(time.count()) / 1e9);
}

} // namespace

void text_writer::begin(kind what, std::string_view name,
                        std::string_view help) {
  taken_.clear();
  name_ = prefix;
  name_ += name;
  if (what == kind::counter) {
    name_ += "_total";
  }
  text_ += "# HELP " + name_ + ' ';
  append_escaped(text_, help, false);
  text_ += "\n# TYPE " + name_ + ' ';
  text_ += name_of(what);
  text_ += '\n';
}

bool text_writer::take(labels of) {
  labels_.clear();
  for (const auto& each : of) {
    if (!labels_.empty()) {
      labels_ += ',';
    }
    labels_ += each.name;
    labels_ += "=\"";
    append_escaped(labels_, to_utf8_lossy(each.value), true);
    labels_ += '"';
  }
  if (taken_.size() == samples_max || !taken_.insert(labels_).second) {
    ++left_out_;
    return false;
  }
  return true;
}

void text_writer::line(std::string_view suffix, std::string_view bound,
                       std::string_view value) {
  text_ += name_;
  text_ += suffix;
  if (!labels_.empty() || !bound.empty()) {
    text_ += '{';
    text_ += labels_;
    if (!bound.empty()) {
      text_ += labels_.empty() ? "le=\"" : ",le=\"";
      text_ += bound;
      text_ += '"';
    }
    text_ += '}';
  }
  text_ += ' ';
  text_ += value;
  text_ += '\n';
}

void text_writer::sample(std::uint64_t value, labels of) {
  if (take(of)) {
    line({}, {}, number_text(value));
  }
}

void text_writer::sample(std::int64_t value, labels of) {
  if (take(of)) {
    line({}, {}, number_text(value));
  }
}

void text_writer::sample(double value, labels of) {
  if (take(of)) {
    line({}, {}, double_text(value));
  }
}

void text_writer::sample(const histogram& value, labels of) {
  if (!take(of)) {
    return;
  }
  std::uint64_t below = 0;
  for (std::size_t bucket = 0; bucket < histogram::buckets_max; ++bucket) {
    below += value.count(bucket);
    line("_bucket", seconds_text(histogram::bound(bucket)), number_text(below));
  }
  below += value.count(histogram::buckets_max);
  line("_bucket", "+Inf", number_text(below));
  line("_sum", {}, seconds_text(value.sum()));
  line("_count", {}, number_text(below));
}

} // namespace libsig::metrics
