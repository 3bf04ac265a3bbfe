#include "libsig/codec/engine_source.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "libsig/codec/json_text.hpp"
#include "libsig/codec/object_view.hpp"
#include "libsig/core/in_quotes.hpp"
#include "libsig/core/names.hpp"
#include "libsig/core/percent.hpp"
#include "libsig/core/trim.hpp"

namespace libsig::codec {

namespace {

constexpr std::string_view system_source = "/system";

/// A kind, its name, and what its sources begin with.
struct kind_names {
  source_kind kind;
  std::string_view name;
  std::string_view root;
};

constexpr std::array<kind_names, 4> kinds{{
  {source_kind::system, "system", system_source},
  {source_kind::agent, "agent", "/agents"},
  {source_kind::webhook, "webhook", "/webhooks"},
  {source_kind::process, "process", "/processes"},
}};

[[nodiscard]] const kind_names& names_of(source_kind what) noexcept {
  return *std::ranges::find(kinds, what, &kind_names::kind);
}

[[nodiscard]] bool may_lack_id(source_kind what) noexcept {
  return what == source_kind::webhook || what == source_kind::process;
}

/// The id at the end of a source, when `source_of` wrote it.
[[nodiscard]] std::optional<std::string> id_at(std::string_view source,
                                               const kind_names& of) {
  if (source.size() <= of.root.size() + 1 || source[of.root.size()] != '/') {
    return std::nullopt;
  }
  auto id = percent_decode(source.substr(of.root.size() + 1));
  return id && source_of({of.kind, *id}) == source ? id : std::nullopt;
}

[[nodiscard]] tl::unexpected<error> refuse(std::string_view member,
                                           std::string what) {
  return fail(
    error(errc::invalid_argument, std::move(what)).at(std::string{member}));
}

/// A member that must be a string; nothing when it is absent or null.
[[nodiscard]] result<std::optional<std::string>>
text_of(const std::vector<object_member>& members, std::string_view name) {
  const auto found = std::ranges::find(members, name, &object_member::name);
  if (found == members.end() || found->value == "null") {
    return std::nullopt;
  }
  auto text = string_of(found->value);
  if (!text) {
    return refuse('/' + std::string{name},
                  "must be a string, found "
                    + std::string{type_name_of(found->value)});
  }
  return std::string{trim(*text)};
}

[[nodiscard]] result<engine_source> make_source(const kind_names& of,
                                                std::string id) {
  if (of.kind == source_kind::system && !id.empty()) {
    return refuse("/id", "a source of the type 'system' has no id");
  }
  if (of.kind == source_kind::agent && id.empty()) {
    return refuse("/id", "a source of the type 'agent' needs an id");
  }
  if (of.kind == source_kind::agent) {
    if (auto named = check_name(id); !named) {
      return fail(std::move(named).error().at("/id"));
    }
  }
  return engine_source{of.kind, std::move(id)};
}

} // namespace

std::string_view to_string(source_kind what) noexcept {
  return names_of(what).name;
}

std::string source_of(const engine_source& what) {
  std::string made{names_of(what.kind).root};
  if (what.kind != source_kind::system && !what.id.empty()) {
    made += '/';
    append_percent_encoded(made, what.id);
  }
  return made;
}

engine_source engine_source_of(std::string_view source) {
  for (const auto& one : kinds) {
    if (source == one.root
        && (one.kind == source_kind::system || may_lack_id(one.kind))) {
      return {one.kind};
    }
    if (one.kind == source_kind::system) {
      continue;
    }
    if (auto id = id_at(source, one)) {
      return {one.kind, *std::move(id)};
    }
  }
  return {source_kind::process, std::string{source}};
}

void append_engine_source(const engine_source& what, std::string& out) {
  out += "{\"type\":\"";
  out += to_string(what.kind);
  out += '"';
  if (!what.id.empty()) {
    out += ",\"id\":";
    append_json_string(out, what.id);
  }
  out += '}';
}

result<engine_source> read_engine_source(std::string_view json) {
  const auto members = read_object(json);
  if (!members) {
    return fail(members.error());
  }
  for (const auto& one : *members) {
    if (one.name != "type" && one.name != "id") {
      return refuse({}, "a source has no member " + in_quotes(one.name));
    }
  }
  const auto type = text_of(*members, "type");
  auto id = text_of(*members, "id");
  if (!type || !id) {
    return fail(type ? id.error() : type.error());
  }
  if (!*type) {
    return refuse("/type", "is required, found nothing");
  }
  const auto* const known =
    std::ranges::find(kinds, std::string_view{**type}, &kind_names::name);
  if (known == kinds.end()) {
    return refuse("/type", "there is no source of the type " + in_quotes(**type)
                             + "; it is system, agent, webhook or process");
  }
  return make_source(*known, std::move(*id).value_or(""));
}

} // namespace libsig::codec
