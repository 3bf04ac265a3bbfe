#include "apps/sig/request.hpp"

#include <array>
#include <string_view>
#include <utility>

#include "libsig/codec/cloudevents.hpp"
#include "libsig/core/in_quotes.hpp"
#include "libsig/review/contracts.hpp"
#include "libsig/review/make_request.hpp"
#include "libsig/review/pipeline.hpp"
#include "libsig/schema/registry.hpp"

namespace libsig::sig {

namespace {

/// The contract of requests alone: the others would only cost time.
result<schema::registry> request_contract() {
  schema::registry contracts;
  auto added = review::add_contracts(contracts);
  if (!added) {
    return fail(added.error());
  }
  return contracts;
}

/// The parts of a request, and the options that state them.
constexpr std::array<std::pair<std::string_view, std::string_view>, 12>
  options_by_pointer{{{"/review_id", "--review-id"},
                      {"/labels", "--label"},
                      {"/intent", "--intent"},
                      {"/risk_factor", "--risk-factor"},
                      {"/metadata/author", "--author"},
                      {"/metadata/branch", "--branch"},
                      {"/metadata/repo", "--repo"},
                      {"/metadata/options/include", "--include"},
                      {"/metadata/options/exclude", "--exclude"},
                      {"/metadata/options/only", "--only"},
                      {"/metadata/options/skip", "--skip"},
                      {"/metadata/options/timeout_ms", "--timeout"}}};

} // namespace

asked_review make_request(request_parts parts,
                          const review_settings& settings) {
  auto made = review::make_request(
    {std::move(parts.review_id), std::move(parts.diff), parts.now}, settings);
  std::string source;
  if (settings.source_prefix) {
    source = review::reviews_source(*settings.source_prefix);
  }
  return {std::move(made), {}, std::move(source)};
}

result<asked_review> read_request(std::string_view event,
                                  const std::string& place) {
  const auto placed = [&place](error reason, std::string_view prefix) {
    const auto where = std::string{prefix} + reason.place();
    return std::move(reason).at(where.empty() ? place : place + ": " + where);
  };
  auto draft = codec::read_event(event);
  if (!draft) {
    return fail(placed(std::move(draft).error(), {}));
  }
  if (draft->type != review::request_type) {
    return fail(
      error{errc::invalid_signal, "the event is a " + in_quotes(draft->type)}
        .at(place + ": /type")
        .mend("a review starts with a 'review.request'"));
  }
  const auto contracts = request_contract();
  if (!contracts) {
    return fail(contracts.error());
  }
  auto valid = contracts->validate(std::move(*draft));
  if (!valid) {
    return fail(placed(std::move(valid).error(), {}));
  }
  auto checked = std::move(*valid).take();
  auto asked = checked.data.as<review::request>();
  if (asked == nullptr) {
    return fail(
      error{errc::internal, "the contract left the request undecoded"});
  }
  return asked_review{std::move(asked), std::move(checked.id),
                      std::move(checked.source)};
}

result<std::shared_ptr<const review::request>>
with_scope(std::shared_ptr<const review::request> asked) {
  if (asked->scope) {
    return asked;
  }
  auto scope = review::make_scope(*asked);
  if (!scope) {
    return fail(std::move(scope).error());
  }
  auto parsed = std::make_shared<review::request>(*asked);
  parsed->scope = std::move(*scope);
  return parsed;
}

void override_options(asked_review& request, const review_settings& settings) {
  auto options = request.asked->options;
  review::state_options(options, settings);
  if (options == request.asked->options) {
    return;
  }
  auto changed = std::make_shared<review::request>(*request.asked);
  changed->options = std::move(options);
  changed->stated.metadata = true;
  request.asked = std::move(changed);
}

result<void> check_specialists(const review::request_options& options,
                               std::span<const std::string> specialists) {
  auto known = review::check_specialists(options, specialists);
  return known ? known : fail(place_at_option(std::move(known).error()));
}

error place_at_option(error reason) {
  for (const auto& [pointer, option] : options_by_pointer) {
    const auto at = reason.place().find(pointer);
    if (at == std::string::npos) {
      continue;
    }
    const auto rest =
      std::string_view{reason.place()}.substr(at + pointer.size());
    if (rest.empty() || rest.front() == '/') {
      return std::move(reason).at(std::string{option});
    }
  }
  return reason;
}

} // namespace libsig::sig
