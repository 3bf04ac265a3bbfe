#include "libsig/schema/internal/schema_evaluation.hpp"

#include "libsig/codec/json_pointer.hpp"
#include "libsig/schema/internal/schema_visitor.hpp"

#include <utility>
#include <vector>

namespace libsig::schema::internal {

namespace {

[[nodiscard]] std::string pointer_of(const value_path* at) {
  std::vector<const value_path*> steps;
  for (; at; at = at->parent) {
    steps.push_back(at);
  }
  std::string pointer;
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
    if ((*step)->element) {
      codec::append_pointer_token(pointer, (*step)->index);
    } else {
      codec::append_pointer_token(pointer, (*step)->name);
    }
  }
  return pointer;
}

} // namespace

result<void> schema_evaluation::run(const valijson::Subschema& schema,
                                    const nlohmann::json& document) {
  schema_visitor visitor{document, nullptr, *this, false};
  const bool satisfied = visitor.satisfies(schema);
  if (exhausted_) {
    return fail(errc::schema_violation,
                "takes more steps to check than the schema may take");
  }
  if (satisfied) {
    return {};
  }
  if (!first_) {
    return fail(errc::schema_violation, "does not satisfy its schema");
  }
  return fail(*std::move(first_));
}

bool schema_evaluation::spend(std::size_t steps) noexcept {
  exhausted_ = exhausted_ || steps > steps_max - steps_;
  steps_ += exhausted_ ? 0 : steps;
  return !exhausted_;
}

bool schema_evaluation::enter() noexcept {
  ++depth_;
  exhausted_ = exhausted_ || depth_ > depth_max;
  return !exhausted_;
}

void schema_evaluation::refuse(const value_path* at, std::string_view rule,
                               std::string_view found) {
  if (first_) {
    return;
  }
  std::string detail{rule};
  detail += ", found ";
  detail += found;
  first_ = error(errc::schema_violation, std::move(detail)).at(pointer_of(at));
}

} // namespace libsig::schema::internal
