#include "libsig/publish/event_file.hpp"

#include "libsig/codec/row_object.hpp"
#include "libsig/journal/query.hpp"
#include "libsig/publish/event_line.hpp"
#include "libsig/publish/internal/line_file.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include <dirent.h>
#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>

namespace libsig::publish {

namespace {

constexpr std::size_t lines_at_once = 1'024;
/// What is held before it is appended.
constexpr std::size_t text_bytes_max = 1u << 20;

/// The hash of a text that grows, which can be asked for at any length.
class running_hash {
public:
  running_hash() {
    crypto_generichash_init(&state_, nullptr, 0, crypto_generichash_BYTES);
  }

  void add(std::string_view bytes) {
    crypto_generichash_update(
      &state_, reinterpret_cast<const unsigned char*>(bytes.data()),
      bytes.size());
  }

  [[nodiscard]] std::string digits() const {
    auto copy = state_;
    std::array<unsigned char, crypto_generichash_BYTES> sum{};
    crypto_generichash_final(&copy, sum.data(), sum.size());
    std::string made(2 * sum.size() + 1, '\0');
    sodium_bin2hex(made.data(), made.size(), sum.data(), sum.size());
    made.pop_back();
    return made;
  }

private:
  crypto_generichash_state state_;
};

/// What is remembered of the file.
struct file_state {
  /// The sequence of its first line.
  std::uint64_t first = 0;
  std::uint64_t size = 0;
  std::string hash;
};

[[nodiscard]] std::string text_of(const file_state& what) {
  return "{\"first\":\"" + std::to_string(what.first) + "\",\"size\":\""
         + std::to_string(what.size) + "\",\"hash\":\"" + what.hash + "\"}";
}

[[nodiscard]] std::optional<file_state> read_state(std::string_view text) {
  const auto read = codec::row_object::read(text);
  if (!read) {
    return std::nullopt;
  }
  return file_state{read->digits("first").value_or(0),
                    read->digits("size").value_or(0), read->text("hash")};
}

constexpr std::string_view aside_prefix = "events-";
constexpr std::string_view aside_suffix = ".jsonl";
constexpr std::size_t aside_digits = 20;

/// Names that sort as the sequences do.
[[nodiscard]] std::string aside_name(std::uint64_t first) {
  const auto digits = std::to_string(first);
  std::string made{aside_prefix};
  made.append(aside_digits - digits.size(), '0');
  return made.append(digits).append(aside_suffix);
}

[[nodiscard]] bool is_aside_name(std::string_view name) {
  if (name.size() != aside_prefix.size() + aside_digits + aside_suffix.size()
      || !name.starts_with(aside_prefix) || !name.ends_with(aside_suffix)) {
    return false;
  }
  return std::ranges::all_of(
    name.substr(aside_prefix.size(), aside_digits),
    [](char each) { return each >= '0' && each <= '9'; });
}

class event_file final : public sink {
public:
  event_file(event_file_options how, const journal::journal& log)
    : how_{std::move(how)}, log_{log}, file_{how_.path, true} {}

  [[nodiscard]] delivery deliver(std::span<const signal_ptr> signals) override;

  [[nodiscard]] std::uint64_t resume(std::uint64_t after,
                                     std::string_view state) override;

  void at_end() override;

  [[nodiscard]] std::size_t batch_max() const noexcept override {
    return lines_at_once;
  }

  [[nodiscard]] std::string state() const override {
    return text_of({first_, position_, hash_.digits()});
  }

private:
  /// Lines that are on their way into the file.
  struct pending {
    std::string text;
    std::size_t count = 0;
  };

  [[nodiscard]] bool matches(const file_state& was);
  [[nodiscard]] result<void> begin_anew();
  [[nodiscard]] std::uint64_t start_of_view() const;
  [[nodiscard]] result<void> take(const signal& what, pending& lines,
                                  std::size_t& done);
  [[nodiscard]] result<bool> stands_there(const std::string& line);
  [[nodiscard]] result<void> flush(pending& lines, std::size_t& done);
  [[nodiscard]] result<void> rotate();
  void remove_oldest() const;

  const event_file_options how_;
  const journal::journal& log_;
  internal::line_file file_;
  /// Up to here the file is what it should be; behind may stand what was
  /// written before the process ended.
  std::uint64_t position_ = 0;
  /// Of the file up to the position.
  running_hash hash_;
  /// The sequence of the first line, or of what was that before the file was
  /// lost.
  std::uint64_t first_ = 0;
};

/// Whether the file still begins with what was left, which is then hashed.
bool event_file::matches(const file_state& was) {
  if (was.size > file_.size()) {
    return false;
  }
  running_hash found;
  for (std::uint64_t at = 0; at < was.size;) {
    const auto most = std::min<std::uint64_t>(was.size - at, text_bytes_max);
    const auto bytes = file_.read(at, static_cast<std::size_t>(most));
    if (!bytes || bytes->empty()) {
      return false;
    }
    found.add(*bytes);
    at += bytes->size();
  }
  if (found.digits() != was.hash) {
    return false;
  }
  hash_ = found;
  position_ = was.size;
  return true;
}

std::uint64_t event_file::resume(std::uint64_t after, std::string_view state) {
  const auto was = state.empty() ? std::nullopt : read_state(state);
  if (was) {
    first_ = was->first;
    if (after <= log_.last_sequence() && file_.open() && matches(*was)) {
      return after;
    }
  }
  // What cannot be opened or emptied now is when something is delivered.
  static_cast<void>(begin_anew());
  return start_of_view();
}

/// Behind which signal the file begins when it is made anew.
std::uint64_t event_file::start_of_view() const {
  if (first_ > 0 && first_ <= log_.last_sequence()) {
    return first_ - 1;
  }
  // Some room is left for what comes.
  const auto most = how_.bytes_max - how_.bytes_max / 8;
  std::uint64_t bytes = 0;
  std::string line;
  journal::query newest;
  newest.order = journal::order::descending;
  newest.limit = lines_at_once;
  while (true) {
    const auto page = log_.read_page(newest);
    if (!page) {
      return newest.before.value_or(1) - 1;
    }
    for (const auto& one : page->signals) {
      line.clear();
      append_event_line(*one, line);
      bytes += line.size() + 1;
      if (bytes > most) {
        return one->sequence();
      }
    }
    if (!page->next) {
      return 0;
    }
    newest.before = page->next;
  }
}

/// What was lost is known by the position until the file is there again, so
/// that a try that fails forgets nothing, nor a state that is saved after it.
result<void> event_file::begin_anew() {
  if (auto done = file_.open(); !done) {
    return done;
  }
  if (auto done = file_.truncate(0); !done) {
    file_.close();
    return done;
  }
  position_ = 0;
  hash_ = {};
  return {};
}

delivery event_file::deliver(std::span<const signal_ptr> signals) {
  delivery made;
  const auto fail_with = [&](const error& why) {
    made.outcome = outcome::again;
    made.reason = why.message();
    return made;
  };
  if (!file_.intact()) {
    const bool lost_lines = position_ > 0;
    if (auto done = begin_anew(); !done) {
      return fail_with(done.error());
    }
    if (lost_lines) {
      made.outcome = outcome::rewind;
      made.after = start_of_view();
      made.reason = "the file was removed or changed";
      return made;
    }
  }
  pending lines;
  for (const auto& one : signals) {
    if (auto done = take(*one, lines, made.done); !done) {
      return fail_with(done.error());
    }
  }
  if (auto done = flush(lines, made.done); !done) {
    return fail_with(done.error());
  }
  return made;
}

/// Puts one line into the file or behind those that are on their way there.
result<void> event_file::take(const signal& what, pending& lines,
                              std::size_t& done) {
  std::string line;
  append_event_line(what, line);
  line += '\n';
  if (position_ + lines.text.size() > 0
      && position_ + lines.text.size() + line.size() > how_.bytes_max) {
    if (auto flushed = flush(lines, done); !flushed) {
      return flushed;
    }
    if (auto rotated = rotate(); !rotated) {
      return rotated;
    }
  }
  if (position_ + lines.text.size() == 0) {
    first_ = what.sequence();
  }
  const auto there = stands_there(line);
  if (!there) {
    return fail(there.error());
  }
  if (*there) {
    position_ += line.size();
    hash_.add(line);
    ++done;
    return {};
  }
  lines.text += line;
  ++lines.count;
  return lines.text.size() < text_bytes_max ? result<void>{}
                                            : flush(lines, done);
}

/// Whether the line stands at the position already. Where something else does,
/// the file is cut off there.
result<bool> event_file::stands_there(const std::string& line) {
  if (position_ >= file_.size()) {
    return false;
  }
  const auto bytes = file_.read(position_, line.size());
  if (!bytes) {
    return fail(bytes.error());
  }
  if (*bytes == line) {
    return true;
  }
  if (auto cut = file_.truncate(position_); !cut) {
    return fail(std::move(cut).error());
  }
  return false;
}

result<void> event_file::flush(pending& lines, std::size_t& done) {
  if (lines.count == 0) {
    return {};
  }
  if (auto written = file_.append(lines.text); !written) {
    return written;
  }
  position_ += lines.text.size();
  hash_.add(lines.text);
  done += lines.count;
  lines = {};
  return {};
}

/// The name says what is in it, so that a file that is written once more after
/// a crash replaces itself.
result<void> event_file::rotate() {
  if (auto cut =
        position_ < file_.size() ? file_.truncate(position_) : result<void>{};
      !cut) {
    return cut;
  }
  if (auto done = file_.rename_to(aside_name(first_)); !done) {
    return done;
  }
  // Its lines stand elsewhere, whether it can be opened again now or not.
  position_ = 0;
  hash_ = {};
  remove_oldest();
  return begin_anew();
}

void event_file::remove_oldest() const {
  struct close_folder {
    void operator()(DIR* what) const noexcept { ::closedir(what); }
  };
  // A descriptor of its own, which the listing closes.
  const std::unique_ptr<DIR, close_folder> listing{::fdopendir(::openat(
    file_.folder_descriptor(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC))};
  std::vector<std::string> names;
  while (const auto* const one = listing ? ::readdir(listing.get()) : nullptr) {
    if (is_aside_name(one->d_name)) {
      names.emplace_back(one->d_name);
    }
  }
  std::ranges::sort(names);
  for (std::size_t at = 0; at + how_.kept < names.size(); ++at) {
    ::unlinkat(file_.folder_descriptor(), names[at].c_str(), 0);
  }
}

void event_file::at_end() {
  if (position_ < file_.size() && file_.intact()) {
    // If it cannot be cut now, the next line does it.
    static_cast<void>(file_.truncate(position_));
  }
}

} // namespace

std::unique_ptr<sink> make_event_file(event_file_options how,
                                      const journal::journal& log) {
  return std::make_unique<event_file>(std::move(how), log);
}

} // namespace libsig::publish
