#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <unordered_set>

#include "libsig/metrics/histogram.hpp"

/// What a node counts and measures, and how it says so. Knows nothing of what
/// is measured.
namespace libsig::metrics {

/// A dimension of a metric. The name is a constant of the program
/// (`[a-z_]+`, not `le`); the value any text of a bounded set.
struct label {
  std::string_view name;
  std::string_view value;
};

using labels = std::initializer_list<label>;

/// Metrics as Prometheus reads them: the text format, version 0.0.4.
///
/// Families are written one after the other, each once, its samples behind it:
///
///     writer.begin(text_writer::kind::counter, "signals", "Signals kept.");
///     writer.sample(12);
///
/// writes `libsig_signals_total 12` with the lines that go before it. Names are
/// constants of the program (`[a-z_]+`), end in their unit (seconds, bytes)
/// when they have one, and get the prefix `libsig_`, counters `_total` at the
/// end. One thread uses a writer.
class text_writer {
public:
  // -- types ------------------------------------------------------------------

  enum class kind : std::uint8_t { counter, gauge, histogram };

  // -- constants --------------------------------------------------------------

  static constexpr std::string_view media_type =
    "text/plain; version=0.0.4; charset=utf-8";

  /// Samples of one family (a whole histogram is one); labels are few, so that
  /// more of them are a mistake.
  static constexpr std::size_t samples_max = 1'000;

  // -- mutators ---------------------------------------------------------------

  /// Begins a family. `help` is one sentence.
  void begin(kind what, std::string_view name, std::string_view help);

  /// A sample of a counter or a gauge. It is left out, and counted, when the
  /// family has one with the same labels in the same order, or `samples_max`.
  void sample(std::uint64_t value, labels of);
  void sample(std::int64_t value, labels of);
  void sample(double value, labels of);

  /// A sample without labels.
  template <class Number>
  void sample(Number value) {
    sample(value, {});
  }

  /// The sample of a histogram of seconds.
  void sample(const histogram& value, labels of);

  void sample(const histogram& value) { sample(value, {}); }

  // -- observers --------------------------------------------------------------

  [[nodiscard]] const std::string& text() const noexcept { return text_; }

  /// Samples that were left out.
  [[nodiscard]] std::size_t left_out() const noexcept { return left_out_; }

private:
  [[nodiscard]] bool take(labels of);
  void line(std::string_view suffix, std::string_view bound,
            std::string_view value);

  std::string text_;
  std::string name_;
  /// The labels of the sample at hand, as they stand between the braces.
  std::string labels_;
  std::unordered_set<std::string> taken_;
  std::size_t left_out_ = 0;
};

} // namespace libsig::metrics
