#include "libsig/report/internal/json_stream.hpp"

#include <algorithm>
#include <utility>

#include "libsig/codec/json_text.hpp"
#include "libsig/report/internal/formats.hpp"

namespace libsig::report {

namespace {

constexpr std::size_t indent_columns = 2;

} // namespace

void json_stream::close() {
  const auto last = levels_.back();
  levels_.pop_back();
  if (!last.empty) {
    start_line();
  }
  out_ += last.closing;
}

void json_stream::key(std::string_view name) {
  text(name);
  out_ += ": ";
  after_key_ = true;
}

void json_stream::text(std::string_view value) {
  begin_value();
  const auto start = out_.size();
  codec::append_json_string(out_, value);
  const auto is_plain = [](char byte) { return byte >= ' ' && byte <= '~'; };
  const auto written = std::string_view{out_}.substr(start);
  if (!std::ranges::all_of(written, is_plain)) {
    const std::string quoted{written};
    out_.resize(start);
    append_visible_json(out_, quoted);
  }
}

void json_stream::integer(std::uint64_t value) {
  begin_value();
  codec::append_json_integer(out_, value);
}

void json_stream::number(double value) {
  begin_value();
  codec::append_json_number(out_, value);
}

void json_stream::json(std::string_view value) {
  begin_value();
  while (!value.empty()) {
    const auto end = std::min(value.find('\n'), value.size());
    append_visible_json(out_, value.substr(0, end));
    value.remove_prefix(std::min(end + 1, value.size()));
    if (!value.empty()) {
      start_line();
    }
  }
}

void json_stream::member(std::string_view name, std::string_view value) {
  key(name);
  text(value);
}

std::string json_stream::take() && {
  out_ += '\n';
  return std::move(out_);
}

void json_stream::open(char opening, char closing) {
  begin_value();
  out_ += opening;
  levels_.push_back({closing, true});
}

void json_stream::begin_value() {
  if (std::exchange(after_key_, false) || levels_.empty()) {
    return;
  }
  if (!std::exchange(levels_.back().empty, false)) {
    out_ += ',';
  }
  start_line();
}

void json_stream::start_line() {
  out_ += '\n';
  out_.append(levels_.size() * indent_columns, ' ');
}

} // namespace libsig::report
