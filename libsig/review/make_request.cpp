#include "libsig/review/make_request.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "libsig/codec/json_text.hpp"
#include "libsig/core/in_quotes.hpp"
#include "libsig/core/suggest.hpp"
#include "libsig/core/utf8.hpp"

namespace libsig::review {

namespace {

/// The part of the metadata that is not read back, as JSON with its names in
/// order.
[[nodiscard]] std::string metadata_text(const request_attributes& said,
                                        std::optional<wall_time> now) {
  std::string text{"{"};
  const auto add = [&text](std::string_view name, std::string_view value) {
    text += text.size() > 1 ? "," : "";
    codec::append_json_string(text, name);
    text += ':';
    codec::append_json_string(text, value);
  };
  const std::pair<std::string_view, const std::optional<std::string>*>
    members[]{
      {"author", &said.author}, {"branch", &said.branch}, {"repo", &said.repo}};
  for (const auto& [name, value] : members) {
    if (*value) {
      add(name, **value);
    }
  }
  if (now) {
    add("timestamp", to_rfc3339(*now));
  }
  return text + "}";
}

[[nodiscard]] bool among(std::span<const std::string> names,
                         const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

} // namespace

std::shared_ptr<request> make_request(request_parts parts,
                                      const request_attributes& said) {
  auto made = std::make_shared<request>();
  made->review_id = std::move(parts.review_id);
  made->diff_is_bytes = !is_utf8(parts.diff);
  made->diff = std::make_shared<const std::string>(std::move(parts.diff));
  made->stated.labels = said.labels.has_value();
  made->labels = said.labels.value_or(std::vector<std::string>{});
  made->stated.intent = said.intent.has_value();
  made->intent = said.intent.value_or(made->intent);
  made->stated.risk_factor = said.risk_factor.has_value();
  made->risk_factor = said.risk_factor.value_or(made->risk_factor);
  made->stated.metadata = true;
  made->metadata = metadata_text(said, parts.now);
  state_options(made->options, said);
  return made;
}

void state_options(request_options& options, const request_attributes& said) {
  options.include = said.include.value_or(std::move(options.include));
  options.exclude = said.exclude.value_or(std::move(options.exclude));
  options.only = said.only.value_or(std::move(options.only));
  options.skip = said.skip.value_or(std::move(options.skip));
  options.mode = said.filter_mode.value_or(options.mode);
  options.timeout = said.timeout ? said.timeout : options.timeout;
}

result<void> check_specialists(const request_options& options,
                               std::span<const std::string> specialists) {
  const std::pair<std::string_view, const std::vector<std::string>*> lists[]{
    {"only", &options.only}, {"skip", &options.skip}};
  for (const auto& [list, names] : lists) {
    for (std::size_t at = 0; at < names->size(); ++at) {
      const auto& name = (*names)[at];
      if (!among(specialists, name)) {
        return fail(error{errc::schema_violation,
                          "there is no specialist " + in_quotes(name)}
                      .at("/data/metadata/options/" + std::string{list} + '/'
                          + std::to_string(at))
                      .mend(advice(name, specialists)));
      }
    }
  }
  const bool somebody =
    std::ranges::any_of(specialists, [&](const std::string& name) {
      return (options.only.empty() || among(options.only, name))
             && !among(options.skip, name);
    });
  if (!somebody) {
    return fail(error{errc::schema_violation, "leaves no specialist to ask"}
                  .at("/data/metadata/options/skip")
                  .mend("skip fewer of them"));
  }
  return {};
}

} // namespace libsig::review
