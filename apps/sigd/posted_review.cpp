#include "apps/sigd/posted_review.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <string_view>
#include <utility>
#include <vector>

#include "apps/sigd/event_fields.hpp"
#include "apps/sigd/query.hpp"
#include "apps/sigd/typed_signal.hpp"
#include "libsig/codec/cloudevents.hpp"
#include "libsig/codec/http_event.hpp"
#include "libsig/core/in_quotes.hpp"
#include "libsig/core/limits.hpp"
#include "libsig/core/utf8.hpp"
#include "libsig/http/router.hpp"
#include "libsig/review/make_request.hpp"
#include "libsig/review/signals.hpp"

namespace libsig::sigd {

namespace {

/// The members of the query that stand in the event, by their pointers.
constexpr std::array<std::pair<std::string_view, std::string_view>, 13>
  names_by_pointer{{{"/data/review_id", "review_id"},
                    {"/data/labels", "label"},
                    {"/data/intent", "intent"},
                    {"/data/risk_factor", "risk_factor"},
                    {"/data/metadata/author", "author"},
                    {"/data/metadata/branch", "branch"},
                    {"/data/metadata/repo", "repo"},
                    {"/data/metadata/options/include", "include"},
                    {"/data/metadata/options/exclude", "exclude"},
                    {"/data/metadata/options/only", "only"},
                    {"/data/metadata/options/skip", "skip"},
                    {"/data/metadata/options/timeout_ms", "timeout"},
                    {"/id", "Idempotency-Key"}}};

/// An error of the contract with the name of what stated its cause; a body that
/// is a diff has no pointers.
[[nodiscard]] error place_at_name(error why) {
  for (const auto& [pointer, name] : names_by_pointer) {
    const auto rest = why.place().starts_with(pointer)
                        ? why.place().substr(pointer.size())
                        : std::string{"-"};
    if (rest.empty() || rest.front() == '/') {
      return std::move(why).at('\'' + std::string{name} + '\'');
    }
  }
  return why;
}

[[nodiscard]] error wrong(std::string_view name, std::string rule) {
  return error(errc::invalid_argument,
               '\'' + std::string{name} + "' " + std::move(rule));
}

void read_text(const http::request& from, std::string_view name,
               std::optional<std::string>& into) {
  if (const auto value = from.query_value(name)) {
    into = std::string{*value};
  }
}

void read_list(const http::request& from, std::string_view name,
               std::optional<std::vector<std::string>>& into) {
  for (const auto& one : from.query) {
    if (one.name == name) {
      if (!into) {
        into.emplace();
      }
      into->push_back(one.value);
    }
  }
}

[[nodiscard]] result<void> read_risk(const http::request& from,
                                     review::request_attributes& into) {
  const auto stated = from.query_value("risk_factor");
  if (!stated) {
    return {};
  }
  double value = 0;
  const auto* const end = stated->data() + stated->size();
  const auto read = std::from_chars(stated->data(), end, value);
  if (read.ec != std::errc{} || read.ptr != end || !std::isfinite(value)) {
    return fail(wrong("risk_factor", "must be a number in 0..1"));
  }
  into.risk_factor = value;
  return {};
}

/// What the query says of a diff.
[[nodiscard]] result<review::request_attributes>
read_attributes(const http::request& from) {
  review::request_attributes said;
  read_list(from, "label", said.labels);
  read_list(from, "include", said.include);
  read_list(from, "exclude", said.exclude);
  read_list(from, "only", said.only);
  read_list(from, "skip", said.skip);
  read_text(from, "intent", said.intent);
  read_text(from, "author", said.author);
  read_text(from, "branch", said.branch);
  read_text(from, "repo", said.repo);
  if (auto risk = read_risk(from, said); !risk) {
    return fail(std::move(risk).error());
  }
  if (const auto mode = from.query_value("filter_mode")) {
    said.filter_mode = review::parse_filter_mode(*mode);
    if (!said.filter_mode) {
      return fail(wrong("filter_mode", "must be 'added', 'diff_context', "
                                       "'file' or 'nofilter'"));
    }
  }
  auto timeout =
    duration_of_query(from, "timeout", limits::review_deadline_max);
  if (!timeout) {
    return fail(std::move(timeout).error());
  }
  said.timeout = *timeout;
  return said;
}

/// The id of the event of a diff.
[[nodiscard]] result<std::string> event_id_of(const http::request& from,
                                              id_source& ids, wall_time now) {
  auto key = idempotency_key(from);
  if (!key) {
    return fail(std::move(key).error());
  }
  return *key ? std::move(**key) : ids.next(now);
}

[[nodiscard]] result<posted_review> read_diff(http::request& from,
                                              const posting& with) {
  if (from.body.size() > limits::diff_bytes_max) {
    return fail(error(errc::too_large, "a diff may have at most 64 MiB"));
  }
  const auto said = read_attributes(from);
  if (!said) {
    return fail(said.error());
  }
  auto id = event_id_of(from, with.ids, with.now);
  if (!id) {
    return fail(std::move(id).error());
  }
  posted_review made;
  made.event.id = std::move(*id);
  made.review_id =
    std::string{from.query_value("review_id").value_or(made.event.id)};
  made.event.type = review::request_type;
  made.event.source = review::reviews_source(with.source_prefix);
  made.event.subject = review::review_subject(made.review_id);
  made.event.data = event_data::decoded(review::make_request(
    {made.review_id, std::move(from.body), std::nullopt}, *said));
  return made;
}

[[nodiscard]] result<posted_review> read_event(http::request& from,
                                               codec::http_mode mode) {
  // What a query says of a diff, an event says itself.
  constexpr std::array names{query_parameter{"wait", {}}};
  if (auto known = check_query(from, names); !known) {
    return fail(std::move(known).error());
  }
  auto event =
    mode == codec::http_mode::structured
      ? codec::read_event(from.body)
      : codec::read_binary_event(fields_of(from), std::move(from.body));
  if (!event) {
    return fail(std::move(event).error());
  }
  if (event->type != review::request_type) {
    return fail(
      error(errc::invalid_signal, "the event is a " + in_quotes(event->type))
        .at("/type")
        .mend("a review starts with a 'review.request'"));
  }
  if (event->id.empty()) {
    return fail(
      error(errc::invalid_signal, "is required, found nothing").at("/id"));
  }
  posted_review made;
  made.event = std::move(*event);
  return made;
}

/// Checks the event with its contract, and what the pipeline knows beside.
[[nodiscard]] result<void> check(posted_review& posted, const posting& with) {
  auto checked = with.contracts.validate(std::move(posted.event));
  if (!checked) {
    return fail(std::move(checked).error());
  }
  posted.event = std::move(*checked).take();
  const auto* const asked = posted.event.data.peek<review::request>();
  if (asked == nullptr) {
    return fail(errc::internal, "the contract left the request undecoded");
  }
  posted.review_id = asked->review_id;
  return review::check_specialists(asked->options, with.specialists);
}

} // namespace

result<std::optional<posted_review>> read_posted_review(http::request& received,
                                                        const posting& with) {
  static const std::vector<std::string> diff_types{"text/x-diff"};
  const auto mode = codec::http_mode_of(fields_of(received));
  const bool is_event =
    mode == codec::http_mode::structured || mode == codec::http_mode::binary;
  const auto media_type =
    received.fields.find("Content-Type").value_or(std::string_view{});
  if (!is_event
      && (mode == codec::http_mode::batch
          || !http::accepts_media_type(diff_types, media_type))) {
    return std::nullopt;
  }
  auto made = is_event ? read_event(received, mode) : read_diff(received, with);
  if (!made) {
    return fail(std::move(made).error());
  }
  if (auto checked = check(*made, with); !checked) {
    return fail(is_event ? std::move(checked).error()
                         : place_at_name(std::move(checked).error()));
  }
  return std::move(*made);
}

} // namespace libsig::sigd
