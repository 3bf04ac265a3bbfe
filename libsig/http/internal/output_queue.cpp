#include "libsig/http/internal/output_queue.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace libsig::http::internal {

output_queue::piece& output_queue::next() {
  if (first_ == pieces_.size()) {
    pieces_.clear();
    first_ = 0;
  }
  return pieces_.emplace_back();
}

std::string& output_queue::text() {
  if (!empty()) {
    piece& last = pieces_.back();
    if (!last.shared && !last.of_stream && last.own.size() < joined_bytes) {
      return last.own;
    }
  }
  piece& made = next();
  made.own = std::exchange(spare_, {});
  made.own.clear();
  return made.own;
}

void output_queue::append(std::string bytes) {
  if (bytes.size() <= joined_bytes) {
    text() += bytes;
  } else {
    next().own = std::move(bytes);
  }
}

void output_queue::append(chunk bytes) {
  if (bytes->size() <= joined_bytes) {
    text() += *bytes;
  } else {
    next().shared = std::move(bytes);
  }
}

void output_queue::append(stream_item item) {
  piece& made = next();
  made.shared = std::move(item.bytes);
  made.of_stream = true;
  made.position = item.position;
}

void output_queue::end_of(std::shared_ptr<exchange> answer) {
  pieces_.back().ends.push_back(std::move(answer));
}

void output_queue::forget_chunks() {
  const std::size_t kept = sent_ > 0 ? first_ + 1 : first_;
  const auto begin = pieces_.begin() + static_cast<std::ptrdiff_t>(kept);
  pieces_.erase(
    std::remove_if(begin, pieces_.end(),
                   [](const piece& each) { return each.of_stream; }),
    pieces_.end());
}

void output_queue::advance(std::size_t bytes, output_done& done) {
  sent_ += bytes;
  while (!empty() && sent_ >= pieces_[first_].bytes().size()) {
    piece& sent = pieces_[first_];
    sent_ -= sent.bytes().size();
    if (sent.of_stream) {
      ++done.chunks;
      done.bytes += sent.bytes().size();
      done.position = sent.position;
    }
    std::ranges::move(sent.ends, std::back_inserter(done.answers));
    if (sent.own.capacity() > spare_.capacity()
        && sent.own.capacity() <= joined_bytes) {
      spare_.swap(sent.own);
    }
    sent = {};
    ++first_;
  }
  if (empty()) {
    pieces_.clear();
    first_ = 0;
  } else if (first_ > pieces_at_once) {
    pieces_.erase(pieces_.begin(),
                  pieces_.begin() + static_cast<std::ptrdiff_t>(first_));
    first_ = 0;
  }
}

std::vector<std::shared_ptr<exchange>> output_queue::clear() {
  std::vector<std::shared_ptr<exchange>> left;
  for (; first_ < pieces_.size(); ++first_) {
    std::ranges::move(pieces_[first_].ends, std::back_inserter(left));
  }
  std::vector<piece>{}.swap(pieces_);
  std::string{}.swap(spare_);
  first_ = 0;
  sent_ = 0;
  return left;
}

std::uint64_t output_queue::begun_position() const noexcept {
  return !empty() && sent_ > 0 && pieces_[first_].of_stream
           ? pieces_[first_].position
           : 0;
}

std::span<const std::string_view> output_queue::gather(
  std::array<std::string_view, pieces_at_once>& into) const noexcept {
  const auto count = std::min(pieces(), into.size());
  for (std::size_t at = 0; at < count; ++at) {
    into[at] = pieces_[first_ + at].bytes();
  }
  if (count > 0) {
    into[0].remove_prefix(sent_);
  }
  return {into.data(), count};
}

} // namespace libsig::http::internal
