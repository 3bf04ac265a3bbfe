#include "libsig/review/contracts.hpp"

#include <algorithm>
#include <utility>

#include "libsig/codec/json_document.hpp"
#include "libsig/codec/json_text.hpp"
#include "libsig/core/limits.hpp"
#include "libsig/core/names.hpp"
#include "libsig/core/utf8.hpp"
#include "libsig/review/internal/read_payloads.hpp"
#include "libsig/review/pipeline.hpp"
#include "libsig/review/record.hpp"

#include <nlohmann/json.hpp>

namespace libsig::review {

namespace {

using schema::accepted;

tl::unexpected<error> refuse(std::string_view member, std::string rule) {
  std::string place = internal::data_pointer;
  place += member;
  return fail(
    error(errc::schema_violation, std::move(rule)).at(std::move(place)));
}

/// The document of data that came as text.
result<nlohmann::json> document_of(const event_data& data) {
  if (data.which() != event_data::kind::json) {
    return refuse("", data.absent() ? "must be an object, found nothing"
                                    : "must be an object, found bytes");
  }
  // Data that are decoded as something else are read as their text.
  return data.bytes() != nullptr ? codec::parse_json(*data.bytes())
                                 : codec::parse_json(data.json_text());
}

// -- what decoded payloads must keep ------------------------------------------

result<void> check_text_of_name(std::string_view member, std::string_view text,
                                result<void> (*rule)(std::string_view)) {
  auto checked = rule(text);
  if (!checked) {
    return refuse(member, checked.error().detail());
  }
  return {};
}

bool is_share(double value) { return value >= 0.0 && value <= 1.0; }

result<void> check_list(std::string_view member,
                        const std::vector<std::string>& list,
                        std::size_t count_max, std::size_t bytes_max) {
  if (list.size() > count_max) {
    return refuse(member, "must have at most " + std::to_string(count_max)
                            + " elements, found array");
  }
  for (const auto& each : list) {
    if (each.size() > bytes_max) {
      return refuse(member, "must hold texts of at most "
                              + std::to_string(bytes_max)
                              + " bytes, found a longer string");
    }
  }
  return {};
}

result<void> check_options(const request& what) {
  const request_options& options = what.options;
  const struct {
    std::string_view member;
    const std::vector<std::string>& list;
    std::size_t count_max;
    std::size_t bytes_max;
  } lists[]{
    {"/labels", what.labels, limits::labels_max, limits::label_bytes_max},
    {"/metadata/options/include", options.include, limits::globs_max,
     limits::glob_bytes_max},
    {"/metadata/options/exclude", options.exclude, limits::globs_max,
     limits::glob_bytes_max},
    {"/metadata/options/only", options.only, limits::labels_max,
     limits::name_bytes_max},
    {"/metadata/options/skip", options.skip, limits::labels_max,
     limits::name_bytes_max},
    {"/metadata/hot_functions", what.hot_functions, limits::hot_functions_max,
     limits::label_bytes_max},
  };
  for (const auto& each : lists) {
    auto checked =
      check_list(each.member, each.list, each.count_max, each.bytes_max);
    if (!checked) {
      return checked;
    }
  }
  if (options.timeout
      && (options.timeout->count() < 1
          || *options.timeout > limits::review_deadline_max)) {
    return refuse("/metadata/options/timeout_ms",
                  "must lie in 1..86400000, found number");
  }
  return {};
}

result<void> check(const request& what) {
  if (auto named =
        check_text_of_name("/review_id", what.review_id, check_review_id);
      !named) {
    return named;
  }
  if (!what.diff) {
    return refuse("/diff", "is required, found nothing");
  }
  if (what.intent.size() > limits::label_bytes_max) {
    return refuse("/intent", "must have at most 256 bytes, found string");
  }
  if (!is_share(what.risk_factor)) {
    return refuse("/risk_factor", "must lie in 0..1, found number");
  }
  return check_options(what);
}

result<void> check(const assignment& what) {
  if (auto named =
        check_text_of_name("/review_id", what.review_id, check_review_id);
      !named) {
    return named;
  }
  if (what.attempt == 0) {
    return refuse("/attempt", "must be >= 1, found number");
  }
  return check_text_of_name("/agent", what.agent, check_name);
}

/// Payloads are written by merging this text with what stands decoded, so that
/// it must be an object in that form.
result<void> check_metadata(const std::string& text) {
  if (text == "{}") {
    return {};
  }
  const auto canonical = codec::canonical_json(text);
  if (!canonical || *canonical != text || !text.starts_with('{')) {
    return refuse("/metadata", "must be a canonical object, found other text");
  }
  return {};
}

result<void> check(const review_result& what) {
  if (auto named =
        check_text_of_name("/review_id", what.review_id, check_review_id);
      !named) {
    return named;
  }
  if (!is_share(what.confidence)) {
    return refuse("/confidence", "must lie in 0..1, found number");
  }
  const auto wrong = std::find_if(
    what.findings.begin(), what.findings.end(), [](const finding& each) {
      return each.type.empty() || !is_share(each.confidence.value_or(1.0));
    });
  if (wrong != what.findings.end()) {
    return refuse("/findings/" + std::to_string(wrong - what.findings.begin()),
                  "must have a type and a confidence in 0..1, found object");
  }
  if (auto kept = check_metadata(what.metadata); !kept) {
    return kept;
  }
  return check_text_of_name("/agent", what.agent, check_name);
}

result<void> check(const summary& what) {
  return check_text_of_name("/review_id", what.review_id, check_review_id);
}

result<void> check(const history& what) {
  if (auto named =
        check_text_of_name("/review_id", what.review_id, check_review_id);
      !named) {
    return named;
  }
  return check_text_of_name("/agent", what.agent, check_name);
}

// -- contracts ----------------------------------------------------------------

/// A payload that is checked where it is decoded, and read where it is not.
template <class T, class Read>
result<accepted> accept_as(const event_data& data, Read read) {
  if (const auto* const decoded = data.peek<T>()) {
    if (auto kept = check(*decoded); !kept) {
      return fail(std::move(kept).error());
    }
    return accepted{};
  }
  auto document = document_of(data);
  if (!document) {
    return fail(std::move(document).error());
  }
  auto made = read(*std::move(document));
  if (!made) {
    return fail(std::move(made).error());
  }
  return accepted{
    data.with_decoded(std::make_shared<const T>(*std::move(made))), {}};
}

template <class T, result<T> (*Read)(nlohmann::json)>
class answer_contract final : public schema::contract {
public:
  result<accepted> accept(const draft& signal) const override {
    return accept_as<T>(signal.data, Read);
  }
};

template <class T, result<T> (*Read)(const nlohmann::json&)>
class plain_contract final : public schema::contract {
public:
  result<accepted> accept(const draft& signal) const override {
    return accept_as<T>(signal.data, Read);
  }
};

class request_contract final : public schema::contract {
public:
  result<accepted> accept(const draft& signal) const override {
    const event_data& data = signal.data;
    if (const auto* const decoded = data.peek<request>()) {
      return accept_decoded(data, *decoded);
    }
    auto document = document_of(data);
    if (!document) {
      return fail(std::move(document).error());
    }
    auto made = internal::read_request(*std::move(document));
    if (!made) {
      return fail(std::move(made).error());
    }
    return complete(data, *std::move(made));
  }

private:
  static std::string claim_of(const request& what) {
    return claim_of_review(what.review_id);
  }

  /// The summary is owed from the moment the request is in the log.
  static open_row row_of(const request& what) {
    // The assignments, and the results that they cause.
    constexpr unsigned hops_to_results = 2;
    return {std::string{open_reviews_table}, what.review_id, hops_to_results};
  }

  /// The way of requests that are made in this process: nothing is parsed that
  /// was parsed before, and nothing copied that is complete.
  static result<accepted> accept_decoded(const event_data& data,
                                         const request& what) {
    if (auto kept = check(what); !kept) {
      return fail(std::move(kept).error());
    }
    const bool shows_bytes = what.diff_is_bytes || is_utf8(*what.diff);
    if (what.scope && shows_bytes && what.metadata == "{}") {
      return accepted{{}, claim_of(what), row_of(what)};
    }
    request made = what;
    made.diff_is_bytes = !shows_bytes || what.diff_is_bytes;
    auto canonical = codec::canonical_json(what.metadata);
    if (!canonical || !canonical->starts_with('{')) {
      return refuse("/metadata", "must be an object, found other text");
    }
    made.metadata = *std::move(canonical);
    return complete(data, std::move(made));
  }

  /// Parses the diff, unless that was done.
  static result<accepted> complete(const event_data& data, request made) {
    if (!made.scope) {
      auto scope = make_scope(made);
      if (!scope) {
        return fail(std::move(scope).error());
      }
      made.scope = *std::move(scope);
    }
    auto claim = claim_of(made);
    auto row = row_of(made);
    return accepted{
      data.with_decoded(std::make_shared<const request>(std::move(made))),
      std::move(claim), std::move(row)};
  }
};

} // namespace

result<void> add_contracts(schema::registry& to) {
  using result_contract =
    answer_contract<review_result, &internal::read_result>;
  using summary_contract = answer_contract<summary, &internal::read_summary>;
  using history_contract = plain_contract<history, &internal::read_history>;
  const std::pair<std::string_view, std::shared_ptr<const schema::contract>>
    all[]{
      {request_type, std::make_shared<request_contract>()},
      {result_type, std::make_shared<result_contract>()},
      {summary_type, std::make_shared<summary_contract>()},
      {history_type, std::make_shared<history_contract>()},
    };
  for (const auto& [type, rule] : all) {
    if (auto added = to.add(std::string{type}, rule); !added) {
      return added;
    }
  }
  return {};
}

std::shared_ptr<const schema::contract> assignment_contract() {
  using contract = plain_contract<assignment, &internal::read_assignment>;
  return std::make_shared<contract>();
}

} // namespace libsig::review
