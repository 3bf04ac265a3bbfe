#include "libsig/schema/internal/schema_visitor.hpp"

#include "libsig/codec/json_document.hpp"
#include "libsig/codec/json_text.hpp"
#include "libsig/core/time.hpp"

#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <set>
#include <vector>

namespace libsig::schema::internal {

using nlohmann::json;
using valijson::Subschema;

namespace {

[[nodiscard]] std::string number_text(double value) {
  std::string text;
  codec::append_json_number(text, value);
  if (text.ends_with(".0")) {
    text.resize(text.size() - 2);
  }
  return text;
}

[[nodiscard]] std::string
count_rule(std::string_view bound, std::uint64_t count, std::string_view unit) {
  std::string rule{"must have "};
  rule += bound;
  rule += ' ';
  codec::append_json_integer(rule, count);
  rule += ' ';
  rule += unit;
  return rule;
}

/// The number of code points of a text, which is UTF-8.
[[nodiscard]] std::uint64_t length_of(const json& text) {
  return static_cast<std::uint64_t>(
    std::ranges::count_if(text.get_ref<const std::string&>(), [](char byte) {
      return (static_cast<unsigned char>(byte) >> 6) != 2;
    }));
}

[[nodiscard]] bool equal(const valijson::adapters::FrozenValue& expected,
                         const json& value) {
  return expected.equalTo(valijson::adapters::NlohmannJsonAdapter{value}, true);
}

using named_type = valijson::constraints::TypeConstraint::JsonType;

[[nodiscard]] std::string_view name_of(named_type type) noexcept {
  switch (type) {
  case named_type::kAny:
    return "any";
  case named_type::kArray:
    return "array";
  case named_type::kBoolean:
    return "boolean";
  case named_type::kInteger:
    return "integer";
  case named_type::kNull:
    return "null";
  case named_type::kNumber:
    return "number";
  case named_type::kObject:
    return "object";
  case named_type::kString:
    return "string";
  }
  return "any";
}

[[nodiscard]] bool is_of(named_type type, const json& value) {
  if (type == named_type::kInteger) {
    // A number without a fraction is an integer, however it is written.
    return value.is_number_integer()
           || (value.is_number_float()
               && std::trunc(value.get<double>()) == value.get<double>());
  }
  return type == named_type::kAny || name_of(type) == codec::type_name(value);
}

/// Whether the text has the format; formats other than times are remarks.
[[nodiscard]] bool has_format(const std::string& format,
                              const std::string& text) {
  if (format == "date-time") {
    return parse_rfc3339(text).has_value();
  }
  if (format == "date") {
    return text.size() == 10 && parse_rfc3339(text + "T00:00:00Z").has_value();
  }
  if (format == "time") {
    return parse_rfc3339("2000-01-01T" + text).has_value();
  }
  return true;
}

} // namespace

bool schema_visitor::refuse(std::string_view rule) {
  if (!quiet_) {
    run_.refuse(at_, rule, codec::type_name(value_));
  }
  return false;
}

bool schema_visitor::refuse_member(std::string_view name, std::string_view rule,
                                   std::string_view found) {
  if (!quiet_) {
    const value_path member{at_, name, 0, false};
    run_.refuse(&member, rule, found);
  }
  return false;
}

bool schema_visitor::satisfies(const Subschema& schema) {
  if (schema.getAlwaysInvalid()) {
    return refuse("is not allowed here");
  }
  bool satisfied = false;
  if (run_.spend(1) && run_.enter()) {
    Subschema::ApplyFunction check =
      [this](const valijson::constraints::Constraint& constraint) {
        return constraint.accept(*this) && run_.spend(1);
      };
    satisfied = schema.applyStrict(check);
  }
  run_.leave();
  return satisfied && !run_.exhausted();
}

bool schema_visitor::satisfies_quietly(const Subschema& schema) {
  return schema_visitor{value_, at_, run_, true}.satisfies(schema);
}

bool schema_visitor::member_satisfies(std::string_view name, const json& member,
                                      const Subschema& schema) {
  const value_path path{at_, name, 0, false};
  return schema_visitor{member, &path, run_, quiet_}.satisfies(schema);
}

bool schema_visitor::element_satisfies(std::size_t index,
                                       const Subschema& schema) {
  const value_path path{at_, {}, index, true};
  return schema_visitor{value_[index], &path, run_, quiet_}.satisfies(schema);
}

bool schema_visitor::visit(const AllOfConstraint& constraint) {
  bool satisfied = true;
  constraint.applyToSubschemas([&](unsigned, const Subschema* schema) {
    satisfied = satisfies(*schema);
    return satisfied;
  });
  return satisfied;
}

bool schema_visitor::visit(const AnyOfConstraint& constraint) {
  bool satisfied = false;
  constraint.applyToSubschemas([&](unsigned, const Subschema* schema) {
    satisfied = satisfies_quietly(*schema);
    return !satisfied && !run_.exhausted();
  });
  return satisfied || refuse("must satisfy a schema of anyOf");
}

bool schema_visitor::visit(const OneOfConstraint& constraint) {
  std::size_t count = 0;
  constraint.applyToSubschemas([&](unsigned, const Subschema* schema) {
    count += satisfies_quietly(*schema) ? 1u : 0u;
    return count < 2 && !run_.exhausted();
  });
  return count == 1 || refuse("must satisfy exactly one schema of oneOf");
}

bool schema_visitor::visit(const NotConstraint& constraint) {
  return !satisfies_quietly(*constraint.getSubschema())
         || refuse("must not satisfy the schema of not");
}

bool schema_visitor::visit(const ConditionalConstraint& constraint) {
  const auto* const chosen = satisfies_quietly(*constraint.getIfSubschema())
                               ? constraint.getThenSubschema()
                               : constraint.getElseSubschema();
  return !chosen || satisfies(*chosen);
}

bool schema_visitor::visit(const ConstConstraint& constraint) {
  return equal(*constraint.getValue(), value_)
         || refuse("must be the constant of its schema");
}

bool schema_visitor::visit(const EnumConstraint& constraint) {
  bool found = false;
  constraint.applyToValues(
    [&](const valijson::adapters::FrozenValue& expected) {
      found = run_.spend(1) && equal(expected, value_);
      return !found && !run_.exhausted();
    });
  return found || refuse("must be one of the values of its schema");
}

bool schema_visitor::visit(const FormatConstraint& constraint) {
  if (!value_.is_string()
      || has_format(constraint.getFormat(),
                    value_.get_ref<const std::string&>())) {
    return true;
  }
  return refuse("must be a " + constraint.getFormat());
}

bool schema_visitor::visit(const TypeConstraint& constraint) {
  bool found = false;
  std::string rule = "must be ";
  constraint.applyToNamedTypes([&](named_type type) {
    found = is_of(type, value_);
    rule += rule.size() > 8 ? " or " : "";
    rule += name_of(type);
    return !found;
  });
  return found || refuse(rule);
}

// -- numbers -----------------------------------------------------------------

bool schema_visitor::visit(const MaximumConstraint& constraint) {
  if (!value_.is_number()) {
    return true;
  }
  const double bound = constraint.getMaximum();
  const auto number = value_.get<double>();
  if (constraint.getExclusiveMaximum()) {
    return number < bound || refuse("must be < " + number_text(bound));
  }
  return number <= bound || refuse("must be <= " + number_text(bound));
}

bool schema_visitor::visit(const MinimumConstraint& constraint) {
  if (!value_.is_number()) {
    return true;
  }
  const double bound = constraint.getMinimum();
  const auto number = value_.get<double>();
  if (constraint.getExclusiveMinimum()) {
    return number > bound || refuse("must be > " + number_text(bound));
  }
  return number >= bound || refuse("must be >= " + number_text(bound));
}

bool schema_visitor::multiple_of(double divisor) {
  if (!value_.is_number()) {
    return true;
  }
  // 0.3 is a multiple of 0.1 for people, though its double is none.
  constexpr double tolerance = 1e-9;
  const double quotient = value_.get<double>() / divisor;
  return std::abs(quotient - std::round(quotient)) <= tolerance
         || refuse("must be a multiple of " + number_text(divisor));
}

bool schema_visitor::visit(const MultipleOfDoubleConstraint& constraint) {
  return multiple_of(constraint.getDivisor());
}

bool schema_visitor::visit(const MultipleOfIntConstraint& constraint) {
  return multiple_of(static_cast<double>(constraint.getDivisor()));
}

// -- strings -----------------------------------------------------------------

bool schema_visitor::visit(const MaxLengthConstraint& constraint) {
  return !value_.is_string() || length_of(value_) <= constraint.getMaxLength()
         || refuse(
           count_rule("at most", constraint.getMaxLength(), "characters"));
}

bool schema_visitor::visit(const MinLengthConstraint& constraint) {
  return !value_.is_string() || length_of(value_) >= constraint.getMinLength()
         || refuse(
           count_rule("at least", constraint.getMinLength(), "characters"));
}

bool schema_visitor::visit(const PatternConstraint& constraint) {
  if (!value_.is_string()) {
    return true;
  }
  const auto& text = value_.get_ref<const std::string&>();
  std::string expression;
  constraint.getPattern(expression);
  if (run_.spend(1 + text.size() / 64)
      && run_.expressions().matches(expression, text)) {
    return true;
  }
  std::string rule = "must match ";
  codec::append_json_string(rule, expression);
  return refuse(rule);
}

// -- arrays ------------------------------------------------------------------

bool schema_visitor::visit(const MaxItemsConstraint& constraint) {
  return !value_.is_array() || value_.size() <= constraint.getMaxItems()
         || refuse(count_rule("at most", constraint.getMaxItems(), "elements"));
}

bool schema_visitor::visit(const MinItemsConstraint& constraint) {
  return !value_.is_array() || value_.size() >= constraint.getMinItems()
         || refuse(
           count_rule("at least", constraint.getMinItems(), "elements"));
}

bool schema_visitor::visit(const ContainsConstraint& constraint) {
  if (!value_.is_array()) {
    return true;
  }
  for (const auto& element : value_) {
    if (schema_visitor{element, at_, run_, true}.satisfies(
          *constraint.getSubschema())) {
      return true;
    }
  }
  return refuse("must have an element that satisfies contains");
}

bool schema_visitor::visit(const LinearItemsConstraint& constraint) {
  if (!value_.is_array()) {
    return true;
  }
  bool satisfied = true;
  constraint.applyToItemSubschemas(
    [&](unsigned index, const Subschema* schema) {
      satisfied = index >= value_.size() || element_satisfies(index, *schema);
      return satisfied;
    });
  const std::size_t known = constraint.getItemSubschemaCount();
  const auto* const more = constraint.getAdditionalItemsSubschema();
  if (satisfied && !more && value_.size() > known) {
    return refuse(count_rule("at most", known, "elements"));
  }
  for (std::size_t index = known; satisfied && index < value_.size(); ++index) {
    satisfied = element_satisfies(index, *more);
  }
  return satisfied;
}

bool schema_visitor::visit(const SingularItemsConstraint& constraint) {
  bool satisfied = true;
  for (std::size_t index = 0;
       satisfied && value_.is_array() && index < value_.size(); ++index) {
    satisfied = element_satisfies(index, *constraint.getItemsSubschema());
  }
  return satisfied;
}

bool schema_visitor::visit(const UniqueItemsConstraint&) {
  if (!value_.is_array()) {
    return true;
  }
  std::set<std::string> seen;
  for (const auto& element : value_) {
    auto text = element.dump();
    // One beyond the bounds of a canonical text is compared as it is.
    if (auto canonical = codec::canonical_json(text)) {
      text = *std::move(canonical);
    }
    if (!run_.spend(1 + text.size() / 64)
        || !seen.insert(std::move(text)).second) {
      return refuse("must not have an element twice");
    }
  }
  return true;
}

// -- objects -----------------------------------------------------------------

bool schema_visitor::visit(const MaxPropertiesConstraint& constraint) {
  return !value_.is_object() || value_.size() <= constraint.getMaxProperties()
         || refuse(
           count_rule("at most", constraint.getMaxProperties(), "members"));
}

bool schema_visitor::visit(const MinPropertiesConstraint& constraint) {
  return !value_.is_object() || value_.size() >= constraint.getMinProperties()
         || refuse(
           count_rule("at least", constraint.getMinProperties(), "members"));
}

bool schema_visitor::visit(const RequiredConstraint& constraint) {
  bool satisfied = true;
  constraint.applyToRequiredProperties([&](const auto& name) {
    satisfied = !value_.is_object() || value_.contains(name.c_str())
                || refuse_member(name.c_str(), "is required", "nothing");
    return satisfied;
  });
  return satisfied;
}

bool schema_visitor::visit(const DependenciesConstraint& constraint) {
  bool satisfied = true;
  const auto has = [this](const auto& name) {
    return value_.is_object() && value_.contains(name.c_str());
  };
  constraint.applyToPropertyDependencies(
    [&](const auto& name, const auto& needed) {
      for (const auto& other : needed) {
        satisfied =
          satisfied
          && (!has(name) || has(other)
              || refuse_member(other.c_str(), "is required", "nothing"));
      }
      return satisfied;
    });
  constraint.applyToSchemaDependencies(
    [&](const auto& name, const Subschema* schema) {
      satisfied = satisfied && (!has(name) || satisfies(*schema));
      return satisfied;
    });
  return satisfied;
}

bool schema_visitor::visit(const PropertiesConstraint& constraint) {
  if (!value_.is_object()) {
    return true;
  }
  bool satisfied = true;
  std::set<std::string_view> known;
  constraint.applyToProperties([&](const auto& name, const Subschema* schema) {
    const auto found = value_.find(name.c_str());
    if (found != value_.end()) {
      known.insert(name.c_str());
      satisfied = member_satisfies(name.c_str(), *found, *schema);
    }
    return satisfied && run_.spend(1);
  });
  constraint.applyToPatternProperties(
    [&](const auto& expression, const Subschema* schema) {
      for (auto member = value_.begin(); satisfied && member != value_.end();
           ++member) {
        if (run_.spend(1 + member.key().size() / 64)
            && run_.expressions().matches(expression.c_str(), member.key())) {
          known.insert(member.key());
          satisfied = member_satisfies(member.key(), *member, *schema);
        }
      }
      return satisfied;
    });
  const auto* const more = constraint.getAdditionalPropertiesSubschema();
  for (auto member = value_.begin(); satisfied && member != value_.end();
       ++member) {
    if (!known.contains(member.key())) {
      satisfied = more ? member_satisfies(member.key(), *member, *more)
                       : refuse_member(member.key(), "is no known member",
                                       codec::type_name(*member));
    }
  }
  return satisfied;
}

bool schema_visitor::visit(const PropertyNamesConstraint& constraint) {
  bool satisfied = true;
  for (auto member = value_.is_object() ? value_.begin() : value_.end();
       satisfied && member != value_.end(); ++member) {
    const json name = member.key();
    satisfied = schema_visitor{name, at_, run_, true}.satisfies(
                  *constraint.getSubschema())
                || refuse_member(member.key(),
                                 "must have a name that satisfies "
                                 "propertyNames",
                                 codec::type_name(*member));
  }
  return satisfied;
}

bool schema_visitor::visit(const PolyConstraint&) {
  // Only constraints that a program adds are of this kind.
  return true;
}

} // namespace libsig::schema::internal
