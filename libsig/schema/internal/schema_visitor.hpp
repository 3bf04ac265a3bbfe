#pragma once

#include "libsig/codec/json_forward.hpp"
#include "libsig/schema/internal/schema_evaluation.hpp"

#include <valijson/constraints/concrete_constraints.hpp>
#include <valijson/constraints/constraint_visitor.hpp>
#include <valijson/subschema.hpp>

#include <string>
#include <string_view>

namespace libsig::schema::internal {

/// Checks one value against the constraints that the library has read from a
/// schema.
///
/// The library's own visitor runs regular expressions by recursion, so that a
/// long text overflows the stack; it reports without pointers, and compares
/// every element with every other one. Only sources of this folder include this
/// header.
class schema_visitor final : public valijson::constraints::ConstraintVisitor {
public:
  // -- constructors -----------------------------------------------------------

  /// With `quiet` a refusal is only answered, not kept.
  schema_visitor(const nlohmann::json& value, const value_path* at,
                 schema_evaluation& run, bool quiet)
    : value_{value}, at_{at}, run_{run}, quiet_{quiet} {}

  // -- mutators ---------------------------------------------------------------

  /// Whether the value satisfies the schema.
  [[nodiscard]] bool satisfies(const valijson::Subschema& schema);

  bool visit(const AllOfConstraint& constraint) override;
  bool visit(const AnyOfConstraint& constraint) override;
  bool visit(const ConditionalConstraint& constraint) override;
  bool visit(const ConstConstraint& constraint) override;
  bool visit(const ContainsConstraint& constraint) override;
  bool visit(const DependenciesConstraint& constraint) override;
  bool visit(const EnumConstraint& constraint) override;
  bool visit(const FormatConstraint& constraint) override;
  bool visit(const LinearItemsConstraint& constraint) override;
  bool visit(const MaximumConstraint& constraint) override;
  bool visit(const MaxItemsConstraint& constraint) override;
  bool visit(const MaxLengthConstraint& constraint) override;
  bool visit(const MaxPropertiesConstraint& constraint) override;
  bool visit(const MinimumConstraint& constraint) override;
  bool visit(const MinItemsConstraint& constraint) override;
  bool visit(const MinLengthConstraint& constraint) override;
  bool visit(const MinPropertiesConstraint& constraint) override;
  bool visit(const MultipleOfDoubleConstraint& constraint) override;
  bool visit(const MultipleOfIntConstraint& constraint) override;
  bool visit(const NotConstraint& constraint) override;
  bool visit(const OneOfConstraint& constraint) override;
  bool visit(const PatternConstraint& constraint) override;
  bool visit(const PolyConstraint& constraint) override;
  bool visit(const PropertiesConstraint& constraint) override;
  bool visit(const PropertyNamesConstraint& constraint) override;
  bool visit(const RequiredConstraint& constraint) override;
  bool visit(const SingularItemsConstraint& constraint) override;
  bool visit(const TypeConstraint& constraint) override;
  bool visit(const UniqueItemsConstraint& constraint) override;

private:
  bool refuse(std::string_view rule);
  bool refuse_member(std::string_view name, std::string_view rule,
                     std::string_view found);
  bool multiple_of(double divisor);
  [[nodiscard]] bool satisfies_quietly(const valijson::Subschema& schema);
  [[nodiscard]] bool member_satisfies(std::string_view name,
                                      const nlohmann::json& member,
                                      const valijson::Subschema& schema);
  [[nodiscard]] bool element_satisfies(std::size_t index,
                                       const valijson::Subschema& schema);

  const nlohmann::json& value_;
  const value_path* at_;
  schema_evaluation& run_;
  bool quiet_;
};

} // namespace libsig::schema::internal
