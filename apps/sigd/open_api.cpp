#include "apps/sigd/open_api.hpp"

#include <array>
#include <cctype>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "apps/sigd/path_family.hpp"
#include "libsig/http/response.hpp"

namespace libsig::sigd {

namespace {

// Members stand as they are written, for people.
using json = nlohmann::ordered_json;

constexpr std::string_view problem_type = "application/problem+json";

/// A status that refusals have, and when.
struct refusal_kind {
  unsigned status;
  std::string_view when;
};

constexpr std::array refusals{
  refusal_kind{400, "Something in the request is wrong; `pointer` says where."},
  refusal_kind{401, "There is no token, or a wrong one."},
  refusal_kind{403,
               "The caller may not: a scope, a grant or a name is missing."},
  refusal_kind{404, "There is no such thing."},
  refusal_kind{409, "The id is known with other content."},
  refusal_kind{413, "The body is too large."},
  refusal_kind{415, "The media type is not taken."},
  refusal_kind{429, "Over capacity or quota; come back later."},
  refusal_kind{503, "The node is not ready or is ending."},
  refusal_kind{507, "There is no space left."},
};

[[nodiscard]] std::string key_of(unsigned status) {
  return std::to_string(status);
}

/// Whether an operation may answer so.
[[nodiscard]] bool answers(const operation& one, unsigned status) {
  const bool open = one.handle_anybody != nullptr;
  const bool changes = one.method != "GET";
  switch (status) {
  case 404:
    return one.path.find('{') != std::string_view::npos;
  case 409:
  case 507:
    return changes;
  case 413:
  case 415:
    return one.body_limit > 0;
  case 503:
    return !open || one.name == "readyz";
  default:
    return !open;
  }
}

[[nodiscard]] json schema_of(const query_parameter& one) {
  json made;
  switch (one.is) {
  case query_parameter::kind::text:
    made["type"] = "string";
    break;
  case query_parameter::kind::whole:
    made["type"] = "integer";
    made["minimum"] = one.least;
    made["maximum"] = one.most;
    break;
  }
  return one.repeats ? json{{"type", "array"}, {"items", std::move(made)}}
                     : made;
}

[[nodiscard]] json parameters_of(const operation& one) {
  json all = json::array();
  auto path = one.path;
  for (auto at = path.find('{'); at != std::string_view::npos;
       at = path.find('{')) {
    path.remove_prefix(at + 1);
    all.push_back({{"name", path.substr(0, path.find('}'))},
                   {"in", "path"},
                   {"required", true},
                   {"schema", {{"type", "string"}, {"minLength", 1}}}});
  }
  for (const auto& each : one.query) {
    all.push_back({{"name", each.name},
                   {"in", "query"},
                   {"description", each.summary},
                   {"schema", schema_of(each)}});
  }
  return all;
}

[[nodiscard]] json body_of(const operation& one) {
  json content;
  for (const auto type : one.media_types) {
    content[std::string{type}] = json::object();
  }
  if (content.empty()) {
    content["*/*"] = json::object();
  }
  return {
    {"description", "At most " + std::to_string(one.body_limit) + " bytes."},
    {"content", std::move(content)}};
}

/// What refusals of a family are called before their status.
[[nodiscard]] std::string prefix_of(path_family family) {
  return family == path_family::engine ? "engine_" : "";
}

[[nodiscard]] json responses_of(const operation& one) {
  const auto refused =
    "#/components/responses/" + prefix_of(family_of(one.path));
  json all;
  json success{{"description", http::reason_phrase(one.success)}};
  if (!one.answers.empty()) {
    success["content"][std::string{one.answers}] = json::object();
  }
  all[key_of(one.success)] = std::move(success);
  for (const auto& each : refusals) {
    if (answers(one, each.status)) {
      all[key_of(each.status)]["$ref"] = refused + key_of(each.status);
    }
  }
  all["default"]["$ref"] = refused + "default";
  return all;
}

/// What a path is about: its segment behind the version.
[[nodiscard]] std::string tag_of(std::string_view path) {
  constexpr std::string_view version = "/v1/";
  if (!path.starts_with(version)) {
    return "operations";
  }
  path.remove_prefix(version.size());
  return std::string{path.substr(0, path.find('/'))};
}

[[nodiscard]] json operation_of(const operation& one) {
  json made{{"operationId", one.name},
            {"summary", one.summary},
            {"tags", {tag_of(one.path)}}};
  if (one.handle_anybody) {
    made["security"] = json::array();
  } else {
    json scopes = json::array();
    if (one.scope) {
      scopes.push_back(access::to_string(*one.scope));
    }
    made["security"] = json::array({{{"bearer", std::move(scopes)}}});
  }
  if (auto parameters = parameters_of(one); !parameters.empty()) {
    made["parameters"] = std::move(parameters);
  }
  if (one.body_limit > 0) {
    made["requestBody"] = body_of(one);
  }
  made["responses"] = responses_of(one);
  return made;
}

[[nodiscard]] json problem_schema() {
  const json text{{"type", "string"}};
  return {{"type", "object"},
          {"required", {"type", "title", "status", "detail"}},
          {"properties",
           {{"type", text},
            {"title", text},
            {"status", {{"type", "integer"}}},
            {"detail", text},
            {"pointer",
             {{"type", "string"},
              {"description", "A JSON pointer to what is wrong."}}}}}};
}

/// A problem with document 001's members before it.
[[nodiscard]] json engine_problem_schema() {
  const json own{
    {"type", "object"},
    {"required", {"ok", "error"}},
    {"properties",
     {{"ok", {{"const", false}}}, {"error", {{"type", "string"}}}}}};
  return {{"allOf", {{{"$ref", "#/components/schemas/problem"}}, own}}};
}

[[nodiscard]] json refusal_of(path_family family, std::string_view when) {
  json made{{"description", when}};
  made["content"][std::string{problem_type}]["schema"]["$ref"] =
    "#/components/schemas/" + prefix_of(family) + "problem";
  return made;
}

void add_refusals(path_family family, json& to) {
  const auto prefix = prefix_of(family);
  for (const auto& each : refusals) {
    auto& made = to[prefix + key_of(each.status)] =
      refusal_of(family, each.when);
    if (each.status == 429 || each.status == 503) {
      made["headers"]["Retry-After"] = {{"description", "Seconds."},
                                        {"schema", {{"type", "integer"}}}};
    }
  }
  to[prefix + "default"] = refusal_of(family, "Any other refusal.");
}

[[nodiscard]] json components() {
  json responses;
  add_refusals(path_family::plain, responses);
  add_refusals(path_family::engine, responses);
  json made;
  made["securitySchemes"]["bearer"] = {
    {"type", "http"},
    {"scheme", "bearer"},
    {"description", "A token of the configuration, with the scopes that an "
                    "operation names. A node without tokens answers everybody "
                    "on its own machine."}};
  made["schemas"]["problem"] = problem_schema();
  made["schemas"]["engine_problem"] = engine_problem_schema();
  made["responses"] = std::move(responses);
  return made;
}

} // namespace

std::string open_api_text(const operations& all, std::string_view version) {
  json made{{"openapi", "3.1.0"},
            {"info",
             {{"title", "sigd"},
              {"version", version},
              {"description",
               "A node that keeps signals, reviews changes and streams both. "
               "Every answer has an X-Request-Id; every refusal is a problem "
               "(RFC 9457), below /v1/engine with `ok` and `error` beside."}}},
            {"servers", {{{"url", "/"}}}}};
  auto& paths = made["paths"] = json::object();
  for (const auto& one : all) {
    std::string method{one.method};
    for (auto& letter : method) {
      letter = static_cast<char>(std::tolower(letter));
    }
    paths[std::string{one.path}][method] = operation_of(one);
  }
  made["components"] = components();
  return made.dump(2) + '\n';
}

} // namespace libsig::sigd
