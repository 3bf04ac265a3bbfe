#pragma once

#include "libsig/codec/json_forward.hpp"
#include "libsig/core/error.hpp"
#include "libsig/schema/internal/regex_set.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace libsig::schema::internal {

/// Checks a JSON Schema (draft 7) and rewrites it so that every subschema
/// stands by itself under `definitions` and is named by reference.
///
/// The library finds subschemas again by paths that it does not escape, and
/// some keywords share the path of their owner, so that one subschema can be
/// taken for another; it follows references without end when they form a ring.
/// Flat schemas have neither trouble, and every refusal has a pointer.
class schema_flattener {
public:
  // -- constants --------------------------------------------------------------

  /// Subschemas inside each other, references included.
  static constexpr std::size_t depth_max = 100;

  // -- constructors -----------------------------------------------------------

  /// Borrows the schema.
  explicit schema_flattener(const nlohmann::json& root);
  ~schema_flattener();

  // -- mutators ---------------------------------------------------------------

  /// The flat schema; `errc::invalid_argument` at a JSON pointer when the
  /// document is no schema.
  [[nodiscard]] result<nlohmann::json> flatten();

  /// The regular expressions that were met, to be taken once.
  [[nodiscard]] regex_set take_expressions();

private:
  using json_pointer_text = std::string;

  /// What a keyword demands of its value.
  enum class rule : std::uint8_t;
  struct keyword;
  [[nodiscard]] static const keyword* find_keyword(std::string_view name);

  bool refuse(const nlohmann::json& found, const json_pointer_text& pointer,
              std::string_view what);
  [[nodiscard]] const nlohmann::json* follow(const nlohmann::json& schema,
                                             json_pointer_text& pointer);
  [[nodiscard]] nlohmann::json reference(const nlohmann::json& schema,
                                         json_pointer_text pointer);
  [[nodiscard]] nlohmann::json members(const nlohmann::json& schema,
                                       const json_pointer_text& pointer);
  void take(const keyword& by, const nlohmann::json& value,
            const json_pointer_text& pointer, nlohmann::json& to);
  void take_schemas(const keyword& by, const nlohmann::json& value,
                    const json_pointer_text& pointer, nlohmann::json& to);
  void take_map(const keyword& by, const nlohmann::json& value,
                const json_pointer_text& pointer, nlohmann::json& to);
  void take_strings(const keyword& by, const nlohmann::json& value,
                    const json_pointer_text& pointer, nlohmann::json& to);
  void take_number(const keyword& by, const nlohmann::json& value,
                   const json_pointer_text& pointer, nlohmann::json& to);
  void take_type(const keyword& by, const nlohmann::json& value,
                 const json_pointer_text& pointer, nlohmann::json& to);
  void take_expression(const std::string& text,
                       const json_pointer_text& pointer);
  void check_draft();

  const nlohmann::json& root_;
  std::unique_ptr<nlohmann::json> definitions_;
  std::map<const nlohmann::json*, std::size_t> numbers_;
  std::size_t depth_ = 0;
  regex_set expressions_;
  std::optional<error> first_;
};

} // namespace libsig::schema::internal
