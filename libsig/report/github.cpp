#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libsig/report/internal/facts.hpp"
#include "libsig/report/internal/formats.hpp"
#include "libsig/report/internal/text.hpp"

namespace libsig::report {

namespace {

using review::severity;

// A step shows so many annotations of one kind and drops the others silently.
constexpr std::size_t annotations_max = 10;

// Of the notices, the totals and the count of what was left out.
constexpr std::size_t closing_notices = 2;

constexpr std::size_t message_columns_max = 2'000;

enum class level : std::uint8_t { error, warning, notice };

constexpr std::array<std::string_view, 3> level_names{"error", "warning",
                                                      "notice"};

level level_of(severity value) noexcept {
  switch (value) {
  case severity::high:
    return level::error;
  case severity::medium:
    return level::warning;
  case severity::low:
  case severity::none:
    break;
  }
  return level::notice;
}

/// A percent sign would start an escape; a line feed would end the command.
/// Nothing else means anything in a message.
std::string message_text(std::string_view printable_text) {
  std::string out;
  for (const auto byte : printable_text) {
    if (byte == '%') {
      out += "%25";
    } else {
      out += byte;
    }
  }
  return out;
}

/// In a property, the marks that end it as well.
std::string property_text(std::string_view printable_text) {
  std::string out;
  for (const auto byte : printable_text) {
    switch (byte) {
    case '%':
      out += "%25";
      break;
    case ':':
      out += "%3A";
      break;
    case ',':
      out += "%2C";
      break;
    default:
      out += byte;
    }
  }
  return out;
}

std::string clipped(std::string_view text) {
  return clip(text, message_columns_max, "…", tabs::escape);
}

/// Workflow commands, of each kind no more than are shown.
class commands {
public:
  /// A sentence about the review as a whole; never left out.
  void put(level kind, std::string_view title, std::string_view text) {
    ++used_[static_cast<std::size_t>(kind)];
    begin(kind);
    out_ += " title=" + property_text(title)
            + "::" + message_text(clipped(text)) + '\n';
  }

  void put(const review::finding& what) {
    const auto kind = level_of(what.severity);
    const auto reserved = kind == level::notice ? closing_notices : 0;
    auto& used = used_[static_cast<std::size_t>(kind)];
    if (used + reserved >= annotations_max) {
      ++left_out_;
      return;
    }
    ++used;
    begin(kind);
    out_ += " file=" + property_text(printable(what.file));
    put_lines(what);
    out_ += ",title=";
    out_ += property_text(to_string(what.severity));
    out_ += "%3A " + property_text(clipped(rule_of(what))) + "::";
    put_message(what);
    out_ += '\n';
  }

  [[nodiscard]] std::size_t left_out() const noexcept { return left_out_; }

  [[nodiscard]] std::string take() && { return std::move(out_); }

private:
  void begin(level kind) {
    out_ += "::";
    out_ += level_names[static_cast<std::size_t>(kind)];
  }

  void put_lines(const review::finding& what) {
    if (!what.line) {
      return;
    }
    const auto last = std::max(*what.line, what.end_line.value_or(0));
    out_ += ",line=" + std::to_string(*what.line)
            + ",endLine=" + std::to_string(last);
  }

  void put_message(const review::finding& what) {
    out_ += message_text(clipped(what.summary));
    if (what.recommendation && !what.recommendation->empty()) {
      out_ += "%0A" + message_text(clipped(*what.recommendation));
    }
  }

  std::string out_;
  std::array<std::size_t, 3> used_{};
  std::size_t left_out_ = 0;
};

std::string joined(const std::vector<std::string>& sentences) {
  std::string out;
  for (const auto& sentence : sentences) {
    out += sentence + ". ";
  }
  out.pop_back();
  return out;
}

std::string totals(const review::summary& summary) {
  const auto& coverage = summary.coverage;
  auto out = severity_text(summary) + " in "
             + counted(coverage.files_changed, "file") + ", "
             + std::to_string(coverage.files_full) + " looked at in full, "
             + duration_text(summary.duration_ms);
  if (coverage.held_back > 0) {
    out += ", " + counted(coverage.held_back, "finding") + " held back";
  }
  return out;
}

} // namespace

std::string make_github(const subject& of) {
  const auto& summary = *of.summary;
  const auto verdict = judge(summary);
  commands out;
  if (!verdict.whole()) {
    out.put(level::error, headline(verdict), joined(verdict.shortfalls));
  }
  for (const auto& finding : summary.findings) {
    out.put(finding);
  }
  if (out.left_out() > 0) {
    out.put(level::notice, "review",
            counted(out.left_out(), "more finding")
              + " not shown here (10 annotations of a kind are)");
  }
  out.put(level::notice, headline(verdict), totals(summary));
  return std::move(out).take();
}

} // namespace libsig::report
