#include "libsig/review/glob.hpp"

#include <bitset>
#include <functional>
#include <numeric>
#include <optional>

#include "libsig/review/pipeline.hpp"

namespace libsig::review {

namespace {

using byte_set = std::bitset<256>;

std::size_t index_of(char byte) noexcept {
  return static_cast<unsigned char>(byte);
}

byte_set any_but_slash() { return byte_set{}.set().reset(index_of('/')); }

/// What a state does besides stepping on.
enum class stay : std::uint8_t { no, within_segment, anywhere };

/// A state and the bytes that lead from it to the next one.
struct state {
  byte_set step;
  /// Instead of `step`, when it is one byte, as it mostly is.
  std::optional<char> literal;
  stay stays = stay::no;
  bool skip = false;
};

/// Reads the text of a glob into a row of states.
class glob_reader {
public:
  explicit glob_reader(std::string_view text) : text_{text} {}

  void read() {
    if (text_.find('/') == std::string_view::npos) {
      add_folders();
    } else if (text_.front() == '/') {
      text_.remove_prefix(1);
    }
    while (at_ < text_.size()) {
      read_one();
    }
    finish();
  }

  [[nodiscard]] const std::vector<state>& states() const noexcept {
    return states_;
  }

  /// This state and all behind it accept.
  [[nodiscard]] std::size_t first_accepting() const noexcept {
    return first_accepting_;
  }

private:
  state& last() noexcept { return states_.back(); }

  void add(const byte_set& step) {
    last().step = step;
    states_.emplace_back();
  }

  void add(char literal) {
    last().literal = literal;
    states_.emplace_back();
  }

  /// Zero or more whole segments, each with its slash.
  void add_folders() {
    last().stays = stay::anywhere;
    last().skip = true;
    add('/');
  }

  void read_one() {
    const char byte = text_[at_];
    switch (byte) {
    case '*':
      read_stars();
      return;
    case '?':
      ++at_;
      wild_ = true;
      add(any_but_slash());
      return;
    case '[':
      if (read_class()) {
        wild_ = true;
        return;
      }
      break;
    case '\\':
      at_ += at_ + 1 < text_.size() ? 1 : 0;
      break;
    default:
      break;
    }
    const char literal = text_[at_++];
    wild_ = literal == '/' ? false : wild_;
    add(literal);
  }

  /// A run of stars: two that are a whole segment span segments.
  void read_stars() {
    const std::size_t from = at_;
    while (at_ < text_.size() && text_[at_] == '*') {
      ++at_;
    }
    wild_ = true;
    const bool starts = from == 0 || text_[from - 1] == '/';
    if (at_ - from != 2 || !starts) {
      stay_in_segment();
    } else if (at_ == text_.size()) {
      // What ends in `/**` wants at least one byte below the folder.
      if (from != 0) {
        add(byte_set{}.set());
      }
      last().stays = stay::anywhere;
    } else if (text_[at_] == '/') {
      ++at_;
      wild_ = false;
      read_folders();
    } else {
      stay_in_segment();
    }
  }

  void stay_in_segment() { last().stays = stay::within_segment; }

  /// `**/`, where one right behind another says nothing new.
  void read_folders() {
    const std::size_t count = states_.size();
    if (count >= 2 && states_[count - 2].skip) {
      return;
    }
    add_folders();
  }

  /// A class in brackets; false when it is not closed.
  bool read_class() {
    std::size_t at = at_ + 1;
    const bool negated =
      at < text_.size() && (text_[at] == '!' || text_[at] == '^');
    at += negated ? 1 : 0;
    byte_set members;
    for (bool first = true; at < text_.size(); first = false) {
      if (text_[at] == ']' && !first) {
        at_ = at + 1;
        add((negated ? ~members : members) & any_but_slash());
        return true;
      }
      at = read_range(at, members);
    }
    return false;
  }

  /// One byte or range of a class; returns where the next one begins.
  std::size_t read_range(std::size_t at, byte_set& members) const {
    const auto take = [this](std::size_t& where) {
      where += text_[where] == '\\' && where + 1 < text_.size() ? 1 : 0;
      return index_of(text_[where++]);
    };
    const std::size_t from = take(at);
    std::size_t to = from;
    if (at + 1 < text_.size() && text_[at] == '-' && text_[at + 1] != ']') {
      ++at;
      to = take(at);
    }
    for (std::size_t byte = from; byte <= to; ++byte) {
      members.set(byte);
    }
    return at;
  }

  /// Adds what a name of a folder matches below itself.
  void finish() {
    first_accepting_ = states_.size() - 1;
    if (text_.ends_with('/')) {
      add(byte_set{}.set());
      first_accepting_ = states_.size() - 1;
      last().stays = stay::anywhere;
    } else if (!wild_) {
      add('/');
      last().stays = stay::anywhere;
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  /// Whether the segment that is being read has a wildcard.
  bool wild_ = false;
  std::vector<state> states_ = std::vector<state>(1);
  std::size_t first_accepting_ = 0;
};

void set_bit(std::vector<std::uint64_t>& bits, std::size_t index) {
  bits[index / 64] |= std::uint64_t{1} << (index % 64);
}

} // namespace

glob::glob(std::string_view text) {
  if (text.empty()) {
    return;
  }
  glob_reader reader{text};
  reader.read();
  const std::vector<state>& states = reader.states();
  words_ = (states.size() + 63) / 64;
  step_.assign(words_ * 256, 0);
  for (auto* bits : {&stay_any_, &stay_segment_, &skip_, &accept_, &start_}) {
    bits->assign(words_, 0);
  }
  for (std::size_t index = 0; index < states.size(); ++index) {
    const state& each = states[index];
    const word bit = word{1} << (index % 64);
    if (each.literal) {
      step_[index_of(*each.literal) * words_ + index / 64] |= bit;
    }
    for (std::size_t byte = 0; each.step.any() && byte < 256; ++byte) {
      step_[byte * words_ + index / 64] |= each.step.test(byte) ? bit : 0;
    }
    if (each.stays != stay::no) {
      set_bit(each.stays == stay::anywhere ? stay_any_ : stay_segment_, index);
    }
    if (each.skip) {
      set_bit(skip_, index);
    }
  }
  for (auto at = reader.first_accepting(); at < states.size(); ++at) {
    set_bit(accept_, at);
  }
  set_bit(start_, 0);
  if (states.front().skip) {
    set_bit(start_, 1);
  }
}

bool glob::matches(std::string_view path) const {
  if (words_ == 0) {
    return false;
  }
  std::vector<word> now = start_;
  for (const char byte : path) {
    const word* const step = &step_[index_of(byte) * words_];
    const bool slash = byte == '/';
    word carry = 0;
    word skip_carry = 0;
    word alive = 0;
    for (std::size_t at = 0; at < words_; ++at) {
      const word stepping = now[at] & step[at];
      const word entered = (stepping << 1) | carry;
      carry = stepping >> 63;
      const word skipping = entered & skip_[at];
      const word staying =
        now[at] & (stay_any_[at] | (slash ? 0 : stay_segment_[at]));
      now[at] = entered | staying | (skipping << 1) | skip_carry;
      skip_carry = skipping >> 63;
      alive |= now[at];
    }
    if (alive == 0) {
      return false;
    }
  }
  const auto both = [](word one, word other) { return (one & other) != 0; };
  return std::inner_product(now.begin(), now.end(), accept_.begin(), false,
                            std::logical_or{}, both);
}

bool glob_matches(std::string_view text, std::string_view path) {
  return glob{text}.matches(path);
}

} // namespace libsig::review
