#include "libsig/http/internal/connection.hpp"

#include "libsig/http/internal/worker.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <exception>
#include <utility>

namespace libsig::http::internal {

namespace {

// Reads, writes and rounds of one event, so that a busy client does not starve
// the others.
constexpr int reads_at_once = 8;
constexpr int writes_at_once = 16;
constexpr int rounds_at_once = 16;

// The first status of an answer that refuses.
constexpr unsigned first_refusal = 400;

[[nodiscard]] bool is_token(std::string_view name) noexcept {
  return !name.empty()
         && name.find_first_not_of("!#$%&'*+-.^_`|~0123456789"
                                   "abcdefghijklmnopqrstuvwxyz"
                                   "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
              == std::string_view::npos;
}

/// What the server says itself.
[[nodiscard]] bool is_own_field(std::string_view name) noexcept {
  constexpr std::array<std::string_view, 6> own{
    "Connection", "Content-Length",    "Date",
    "Keep-Alive", "Transfer-Encoding", "X-Request-Id"};
  return std::ranges::any_of(own, [name](std::string_view each) {
    return equal_ignoring_case(each, name);
  });
}

void append_field(std::string& out, std::string_view name,
                  std::string_view value) {
  out.append(name).append(": ");
  const auto begin = out.size();
  out.append(value);
  for (auto at = begin; at < out.size(); ++at) {
    const auto byte = static_cast<unsigned char>(out[at]);
    if ((byte < 0x20 && byte != '\t') || byte == 0x7F) {
      out[at] = ' ';
    }
  }
  out.append("\r\n");
}

void append_number(std::string& out, std::size_t number) {
  std::array<char, 24> digits{};
  const auto end =
    std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), end);
}

[[nodiscard]] bool has_no_body(unsigned status) noexcept {
  return status < 200 || status == 204 || status == 304;
}

} // namespace

connection::connection(worker& home, std::unique_ptr<transport> way,
                       connection_origin origin)
  : home_{home}, transport_{std::move(way)}, peer_{std::move(origin.from)},
    id_{origin.id}, tls_{origin.tls} {}

connection::~connection() = default;

// -- events -------------------------------------------------------------------

void connection::start() {
  since_ = last_write_ = pace_since_ = home_.now();
  on_readable();
}

void connection::on_readable() {
  read_waits_ = false;
  if (closed()) {
    return;
  }
  home_.look_at_clock();
  if (phase_ == phase::handshake && !shake_hands()) {
    return;
  }
  for (int reads = 0; reads < reads_at_once && wants_read(); ++reads) {
    const auto got = transport_->read(home_.scratch());
    if (got.status == io_status::failed) {
      close();
      return;
    }
    if (got.status == io_status::ended) {
      on_input_end();
      break;
    }
    if (got.status == io_status::blocked) {
      break;
    }
    take({home_.scratch().data(), got.bytes});
    if (closed() || !got.more) {
      break;
    }
  }
  pump();
}

void connection::on_writable() {
  write_waits_ = false;
  home_.look_at_clock();
  pump();
}

void connection::on_answer(exchange& answered) {
  if (answered.lost) {
    answered.finish(false);
    return;
  }
  answered.ready = true;
  home_.pump_later(shared_from_this());
}

void connection::on_stream() { home_.pump_later(shared_from_this()); }

void connection::pump() {
  pump_waits_ = false;
  bool more = true;
  for (int rounds = 0; more && !closed(); ++rounds) {
    if (rounds == rounds_at_once) {
      home_.pump_later(shared_from_this());
      break;
    }
    stage_answers();
    stage_chunks();
    write_out();
    more = !closed() && resume_input();
    // A stream goes on until it has nothing more or the client takes nothing.
    more =
      more || (stream_ && output_.empty() && !closing_ && stream_has_more_);
  }
  settle();
}

void connection::drain() {
  if (closed() || phase_ == phase::linger) {
    return;
  }
  if (stream_) {
    stream_end_ = stream_end::stopped;
    stream_->finish();
    return;
  }
  if (idle() || phase_ == phase::handshake) {
    close();
  } else if (release_held(steady_time::max())) {
    pump();
  }
}

void connection::close() {
  if (closed()) {
    return;
  }
  phase_ = phase::closed;
  const auto self = shared_from_this();
  home_.forget_deadline(*this);
  transport_->close();
  for (const auto& each : output_.clear()) {
    each->finish(false);
  }
  lose(pipeline_);
  if (const auto coming = std::exchange(coming_, nullptr)) {
    coming->finish(false);
  }
  if (streamed_) {
    const bool by_us = closing_ || stream_end_ != stream_end::finished;
    stream_->end(by_us ? stream_end_ : stream_end::gone);
    streamed_->finish(false);
    home_.server().streams.fetch_sub(1);
  }
  home_.remove(*this);
}

void connection::lose(std::deque<std::shared_ptr<exchange>>& from) {
  std::deque<std::shared_ptr<exchange>> lost;
  lost.swap(from);
  for (const auto& each : lost) {
    each->lost = true;
    each->tell_gone();
    // Nobody else ends one that was held back.
    if (each->ready || each->held_until) {
      each->finish(false);
    }
  }
}

// -- output -------------------------------------------------------------------

void connection::stage_answers() {
  while (!closing_ && !stream_ && !pipeline_.empty()
         && pipeline_.front()->ready) {
    const auto answered = std::move(pipeline_.front());
    pipeline_.pop_front();
    if (output_.empty()) {
      begin_output();
    }
    if (answered->is_stream()) {
      start_stream(answered);
    } else if (answered->interim) {
      output_.text() += "HTTP/1.1 100 Continue\r\n\r\n";
    } else {
      stage(answered);
    }
  }
  if (closing_ || stream_) {
    lose(pipeline_);
  }
}

void connection::stage(const std::shared_ptr<exchange>& answered) {
  response& given = answered->given();
  if (given.status >= first_refusal) {
    shape(*answered);
  }
  const bool last =
    answered->last || given.close
    || (home_.server().draining.load() && pipeline_.empty() && !current_);
  append_head(*answered, last);
  const auto content = given.content();
  const auto bytes = content.size();
  const auto status = given.status;
  if (!answered->is_head && !has_no_body(status)) {
    if (given.shared_body) {
      output_.append(given.shared_body);
    } else {
      output_.append(std::move(given.body));
    }
  }
  output_.end_of(answered);
  record(*answered, status, bytes);
  if (last) {
    closing_ = true;
    phase_ = phase::ended;
  }
}

void connection::shape(exchange& answered) const {
  auto& server = home_.server();
  try {
    server.what.shape_refusal(answered.target, answered.given());
  } catch (const std::exception& thrown) {
    server.trouble(error(errc::internal, thrown.what())
                     .at("request " + answered.request_id));
  }
}

void connection::append_head(exchange& answered, bool last) {
  const response& given = answered.given();
  std::string& out = output_.text();
  out += "HTTP/1.1 ";
  append_number(out, given.status);
  out += ' ';
  out.append(reason_phrase(given.status)).append("\r\n");
  for (std::size_t at = 0; at < given.fields.size(); ++at) {
    const field each = given.fields[at];
    if (is_token(each.name) && !is_own_field(each.name)) {
      append_field(out, each.name, each.value);
    }
  }
  if (!answered.is_stream() && !has_no_body(given.status)) {
    out += "Content-Length: ";
    append_number(out, given.content().size());
    out += "\r\n";
  }
  out.append("Date: ").append(home_.date()).append("\r\n");
  append_field(out, "X-Request-Id", answered.request_id);
  if (last) {
    out += "Connection: close\r\n";
  } else if (!answered.version_1_1) {
    out += "Connection: keep-alive\r\n";
  }
  out += "\r\n";
}

void connection::record(const exchange& answered, unsigned status,
                        std::size_t bytes) const {
  if (home_.server().seen == nullptr) {
    return;
  }
  answer_record made;
  made.request_id = answered.request_id;
  made.method = answered.method;
  made.target = answered.target;
  made.route = answered.route;
  made.status = status;
  made.body_bytes = bytes;
  made.duration = home_.now() - answered.first_byte;
  made.peer = peer_->address;
  home_.server().seen->on_answer(made);
}

void connection::begin_output() {
  last_write_ = pace_since_ = home_.now();
  pace_bytes_ = 0;
}

void connection::count_taken(std::size_t bytes) {
  last_write_ = home_.now();
  pace_bytes_ += bytes;
  const auto& limits = home_.limits();
  // A span ends with what is due in it: what was taken beyond that is not to be
  // lived on later.
  if (time_for(pace_bytes_, limits.write_rate) >= limits.write_stall) {
    pace_since_ = last_write_;
    pace_bytes_ = 0;
  }
}

void connection::write_out() {
  if (write_waits_) {
    return;
  }
  output_done done;
  std::array<std::string_view, output_queue::pieces_at_once> pieces;
  for (int writes = 0; !output_.empty(); ++writes) {
    if (writes == writes_at_once) {
      home_.pump_later(shared_from_this());
      break;
    }
    const auto wrote = transport_->write(output_.gather(pieces));
    if (wrote.status == io_status::blocked) {
      write_waits_ = true;
      transport_->when_writable(shared_from_this());
      break;
    }
    if (wrote.status != io_status::done) {
      on_written(done);
      close();
      return;
    }
    count_taken(wrote.bytes);
    output_.advance(wrote.bytes, done);
  }
  on_written(done);
}

void connection::on_written(output_done& done) {
  if (stream_ && done.chunks > 0) {
    position_ = done.position;
    stream_->sent(done.bytes, done.chunks);
    stream_->tell_written(done.position);
  }
  for (const auto& each : done.answers) {
    answered_ = std::max(answered_, each->number);
    each->finish(true);
  }
}

void connection::settle() {
  if (closed()) {
    return;
  }
  if (output_.empty() && pipeline_.empty() && !pump_waits_) {
    if (closing_ || phase_ == phase::ended) {
      end_output();
    } else if (input_ended_ && !stream_) {
      close();
    }
    if (closed()) {
      return;
    }
  }
  if (wants_read() && !read_waits_) {
    read_waits_ = true;
    if (transport_->pending()) {
      home_.read_later(shared_from_this());
    } else {
      transport_->when_readable(shared_from_this());
    }
  }
  set_deadline();
}

void connection::end_output() {
  if (phase_ == phase::linger) {
    return;
  }
  if (streamed_) {
    stream_->end(stream_end_);
    streamed_->finish(true);
    streamed_.reset();
    stream_.reset();
    home_.server().streams.fetch_sub(1);
  }
  if (input_ended_) {
    close();
    return;
  }
  transport_->end_writing();
  phase_ = phase::linger;
  since_ = home_.now();
  current_.reset();
  coming_.reset();
  std::string{}.swap(backlog_);
}

} // namespace libsig::http::internal
