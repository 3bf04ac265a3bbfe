#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "libsig/core/error.hpp"
#include "libsig/core/time.hpp"
#include "libsig/review/signals.hpp"
#include "libsig/review/types.hpp"

/// Requests made of a diff and what is said beside it: by the command line, by
/// a query.
namespace libsig::review {

/// What may be said of a request beside its diff. Absent is not said.
struct request_attributes {
  std::optional<std::vector<std::string>> labels;
  std::optional<std::string> intent;
  std::optional<double> risk_factor;
  std::optional<std::string> author;
  std::optional<std::string> branch;
  std::optional<std::string> repo;
  std::optional<review::filter_mode> filter_mode;
  std::optional<std::vector<std::string>> include;
  std::optional<std::vector<std::string>> exclude;
  std::optional<std::vector<std::string>> only;
  std::optional<std::vector<std::string>> skip;
  std::optional<std::chrono::milliseconds> timeout;
};

/// What a request is made of besides.
struct request_parts {
  std::string review_id;
  std::string diff;
  /// Stands in the metadata as `timestamp`; nothing where the same request must
  /// be the same data whenever it is made.
  std::optional<wall_time> now;
};

/// Makes a request; nothing is checked, which is the contract's work. Bytes
/// that are not UTF-8 are marked.
[[nodiscard]] std::shared_ptr<request>
make_request(request_parts parts, const request_attributes& said);

/// Puts what is said of scope and time into the options; the rest stays as it
/// is.
void state_options(request_options& options, const request_attributes& said);

/// Whether every name in `only` and `skip` is one of the specialists, and one
/// of them is left to ask. `errc::schema_violation` at the JSON pointer in the
/// event otherwise.
[[nodiscard]] result<void>
check_specialists(const request_options& options,
                  std::span<const std::string> specialists);

} // namespace libsig::review
