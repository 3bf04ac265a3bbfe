#include "libsig/access/source.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "libsig/core/percent.hpp"

namespace libsig::access {

namespace {

constexpr std::string_view request_type = "review.request";
constexpr std::string_view agents = "/agents/";
constexpr std::string_view identities = "/identities/";

[[nodiscard]] bool lies_below(std::string_view source,
                              std::string_view prefix) noexcept {
  return source.size() > prefix.size() && source.starts_with(prefix)
         && source[prefix.size()] == '/';
}

/// A source may be written in many ways; what is decoded once is compared.
[[nodiscard]] std::string decoded(std::string_view source) {
  auto text = percent_decode(source);
  return text ? *std::move(text) : std::string{source};
}

/// The source as the node writes it, when it is the caller's own.
[[nodiscard]] std::optional<std::string> own(const std::string& plain,
                                             const caller& by) {
  if (!by.name()) {
    return plain == "/system" ? std::optional{plain} : std::nullopt;
  }
  if (plain == std::string{agents} + *by.name()) {
    return by.own_source();
  }
  if (plain == std::string{identities} + *by.name()) {
    return by.mail_source();
  }
  return std::nullopt;
}

} // namespace

source_rule::source_rule(std::string review_prefix)
  : review_prefix_{std::move(review_prefix)} {}

bool source_rule::is_guarded(std::string_view source) const {
  const auto guards = [this](std::string_view text) {
    return text == "/system" || text.starts_with(agents)
           || text.starts_with(identities) || lies_below(text, review_prefix_)
           || lies_below(text, review_prefix_default);
  };
  return guards(source) || guards(decoded(source));
}

result<source_decision> source_rule::decide(const draft& stated,
                                            const caller& by,
                                            path_kind came) const {
  const bool is_request = stated.type == request_type;
  if (stated.source.empty()) {
    if (came == path_kind::event) {
      return fail(error(errc::invalid_signal, "is required, found nothing")
                    .at("/source")
                    .mend("a CloudEvent brings its own source"));
    }
    return source_decision{is_request ? review_prefix_ + "/reviews"
                           : came == path_kind::mail ? by.mail_source()
                                                     : by.own_source(),
                           {}};
  }
  const auto& claim = stated.source;
  if (!is_guarded(claim) || by.may_state_any_source()
      || (is_request && claim == review_prefix_ + "/reviews"
          && by.may(scope::review))) {
    return source_decision{claim, {}};
  }
  if (auto written = own(decoded(claim), by)) {
    return source_decision{*std::move(written), {}};
  }
  if (by.has(grant::claim_source)) {
    return source_decision{
      came == path_kind::mail ? by.mail_source() : by.own_source(), claim};
  }
  return fail(error(errc::forbidden, "the source is not the caller's own")
                .at("/source")
                .mend("leave it out, state " + by.own_source()
                      + ", or use a token with the grant claim_source"));
}

} // namespace libsig::access
