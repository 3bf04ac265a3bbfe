#include "libsig/schema/registry.hpp"

#include "libsig/codec/guard.hpp"
#include "libsig/codec/json_document.hpp"
#include "libsig/schema/internal/schema_evaluation.hpp"
#include "libsig/schema/internal/schema_flattener.hpp"

#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>

#include <exception>
#include <fstream>
#include <limits>
#include <utility>

namespace libsig::schema {

namespace {

using nlohmann::json;

/// The contract that a JSON Schema states.
class json_schema final : public contract {
public:
  json_schema(std::unique_ptr<const valijson::Schema> schema,
              internal::regex_set expressions)
    : schema_{std::move(schema)}, expressions_{std::move(expressions)} {}

  [[nodiscard]] result<accepted> accept(const draft& signal) const override;

private:
  std::unique_ptr<const valijson::Schema> schema_;
  internal::regex_set expressions_;
};

result<accepted> json_schema::accept(const draft& signal) const {
  if (signal.data.which() != event_data::kind::json) {
    return fail(errc::schema_violation, signal.data.absent()
                                          ? "data is required, found nothing"
                                          : "data must be JSON, found bytes");
  }
  const std::string text = signal.data.json_text();
  // Whoever took the signal in has counted its bytes and members; here the
  // depth matters, to which documents are compared and destroyed.
  constexpr auto any = std::numeric_limits<std::size_t>::max();
  const codec::json_limits bounds{.bytes_max = any, .members_max = any};
  if (const auto guarded = codec::guard_json(text, bounds); !guarded) {
    return fail(guarded.error());
  }
  const auto document = codec::parse_json(text);
  if (!document) {
    return fail(document.error());
  }
  internal::schema_evaluation evaluation{expressions_};
  if (const auto checked = evaluation.run(*schema_, *document); !checked) {
    return fail(checked.error());
  }
  return accepted{};
}

[[nodiscard]] tl::unexpected<error> no_schema(const error& cause) {
  return fail(
    error(errc::invalid_argument, "the text is no JSON Schema").because(cause));
}

/// Lets the library read a flat schema.
[[nodiscard]] result<std::unique_ptr<const valijson::Schema>>
read_schema(const json& flat) {
  try {
    auto schema = std::make_unique<valijson::Schema>();
    valijson::SchemaParser parser{valijson::SchemaParser::kDraft7};
    parser.populateSchema(valijson::adapters::NlohmannJsonAdapter{flat},
                          *schema);
    return schema;
  } catch (const std::exception& problem) {
    return no_schema(error(errc::invalid_argument, problem.what()));
  }
}

} // namespace

result<std::shared_ptr<const contract>>
json_schema_contract(std::string_view schema_text) {
  if (const auto guarded = codec::guard_json(schema_text); !guarded) {
    return no_schema(guarded.error());
  }
  const auto document = codec::parse_json(schema_text);
  if (!document) {
    return no_schema(document.error());
  }
  internal::schema_flattener flattener{*document};
  const auto flat = flattener.flatten();
  if (!flat) {
    return fail(flat.error());
  }
  auto schema = read_schema(*flat);
  if (!schema) {
    return fail(std::move(schema).error());
  }
  return std::make_shared<const json_schema>(*std::move(schema),
                                             flattener.take_expressions());
}

result<std::shared_ptr<const contract>>
json_schema_contract_from_file(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  // One byte more than allowed tells a file at the limit from a longer one.
  std::string text(limits::event_bytes_max + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!file.is_open() || file.bad()) {
    return fail(error(errc::io, "the JSON Schema cannot be read").at(path));
  }
  text.resize(static_cast<std::size_t>(file.gcount()));
  auto made = json_schema_contract(text);
  if (!made) {
    return fail(error(errc::invalid_argument, "the JSON Schema is not valid")
                  .at(path)
                  .because(made.error()));
  }
  return made;
}

} // namespace libsig::schema
