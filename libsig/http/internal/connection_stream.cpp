#include "libsig/http/internal/connection.hpp"
#include "libsig/http/internal/worker.hpp"

#include <utility>

namespace libsig::http::internal {

void connection::start_stream(const std::shared_ptr<exchange>& answered) {
  streamed_ = answered;
  stream_ = answered->stream();
  const auto& options = stream_->options();
  position_ = options.position;
  response& head = answered->given();
  head.status = options.status;
  head.fields = options.fields;
  if (!head.fields.contains("Content-Type")) {
    head.fields.add("Content-Type", "text/event-stream");
  }
  if (!head.fields.contains("Cache-Control")) {
    head.fields.add("Cache-Control", "no-store");
  }
  append_head(*answered, true);
  record(*answered, options.status, 0);
  head = {};
  home_.server().streams.fetch_add(1);
  // From here on only the end of the input is of interest: what was read and
  // the means to parse it are given back.
  phase_ = phase::streaming;
  current_.reset();
  coming_.reset();
  parser_.reset();
  if (answered->is_head) {
    closing_ = true;
  }
}

void connection::stage_chunks() {
  stream_has_more_ = false;
  if (!stream_ || closing_) {
    return;
  }
  // Asked even when nothing more is wanted, so that a cut is seen at once and
  // the next write wakes this again.
  const std::size_t wanted =
    output_.pieces() > 1 ? 0 : output_queue::pieces_at_once;
  std::deque<stream_item> items;
  switch (stream_->take(items, wanted)) {
  case stream_state::next::nothing:
    return;
  case stream_state::next::finished:
    closing_ = true;
    return;
  case stream_state::next::cut:
    cut_stream();
    return;
  case stream_state::next::taken:
    stream_has_more_ = true;
    break;
  }
  if (output_.empty()) {
    begin_output();
  }
  for (auto& item : items) {
    output_.append(std::move(item));
  }
}

void connection::cut_stream() {
  home_.server().streams_cut.fetch_add(1);
  output_.forget_chunks();
  const auto begun = output_.begun_position();
  stream_end_ = stream_end::cut;
  closing_ = true;
  auto words = stream_->last_words(begun > 0 ? begun : position_);
  if (!words.empty()) {
    output_.append(std::move(words));
  }
}

} // namespace libsig::http::internal
