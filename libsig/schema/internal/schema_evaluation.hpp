#pragma once

#include "libsig/codec/json_forward.hpp"
#include "libsig/core/error.hpp"
#include "libsig/schema/internal/regex_set.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace valijson {
class Subschema;
}

namespace libsig::schema::internal {

/// The way from the document to one of its values, kept on the stack of
/// whoever walks it and only written out for a refusal.
struct value_path {
  const value_path* parent = nullptr;
  /// The name of a member, or empty with the index of an element.
  std::string_view name;
  std::size_t index = 0;
  bool element = false;
};

/// One check of a document against a schema: its bounds and its outcome.
class schema_evaluation {
public:
  // -- constants --------------------------------------------------------------

  /// Steps of one check: a schema can be written so that it takes a time
  /// exponential in its size.
  static constexpr std::size_t steps_max = 10'000'000;

  /// Schemas inside each other: a schema can apply itself without end.
  static constexpr std::size_t depth_max = 500;

  // -- constructors -----------------------------------------------------------

  /// Borrows the expressions of the schema.
  explicit schema_evaluation(const regex_set& expressions)
    : expressions_{expressions} {}

  // -- mutators ---------------------------------------------------------------

  /// Checks the document.
  [[nodiscard]] result<void> run(const valijson::Subschema& schema,
                                 const nlohmann::json& document);

  /// Accounts for so many steps; false when there are none left.
  [[nodiscard]] bool spend(std::size_t steps) noexcept;

  [[nodiscard]] bool enter() noexcept;
  void leave() noexcept { --depth_; }

  /// Keeps the refusal when it is the first.
  void refuse(const value_path* at, std::string_view rule,
              std::string_view found);

  // -- observers --------------------------------------------------------------

  [[nodiscard]] bool exhausted() const noexcept { return exhausted_; }

  [[nodiscard]] const regex_set& expressions() const noexcept {
    return expressions_;
  }

private:
  const regex_set& expressions_;
  std::size_t steps_ = 0;
  std::size_t depth_ = 0;
  bool exhausted_ = false;
  std::optional<error> first_;
};

} // namespace libsig::schema::internal
