#include "apps/sigd/api.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "apps/sigd/engine_text.hpp"
#include "apps/sigd/path_family.hpp"
#include "apps/sigd/problem.hpp"
#include "apps/sigd/query.hpp"

namespace libsig::sigd {

api::api(operations all, door& way_in)
  : all_{std::move(all)}, way_in_{way_in} {}

result<http::route_table> api::routes() const {
  std::vector<http::route> table;
  table.reserve(all_.size());
  for (const auto& one : all_) {
    http::route made;
    made.method = one.method;
    made.path = one.path;
    made.name = one.name;
    made.summary = one.summary;
    made.body_limit = one.body_limit;
    made.media_types.assign(one.media_types.begin(), one.media_types.end());
    table.push_back(std::move(made));
  }
  return http::route_table::make(std::move(table));
}

std::optional<http::response> api::admit(http::request& head) {
  const auto* const what =
    head.route == nullptr ? nullptr : &all_[head.route->index()];
  if (what != nullptr && what->handle_anybody) {
    return std::nullopt;
  }
  auto by = way_in_.caller_of(head);
  if (!by) {
    return way_in_.refuse(head, by.error());
  }
  if (what != nullptr && what->scope) {
    if (const auto may = by->check_scope(*what->scope); !may) {
      return refusal(may.error());
    }
  }
  head.admission = std::make_shared<const access::caller>(std::move(*by));
  return std::nullopt;
}

void api::handle(http::request received, http::responder answer) {
  const auto& what = all_[received.route->index()];
  if (const auto known = check_query(received, what.query); !known) {
    answer.answer(refusal(known.error()));
    return;
  }
  if (what.handle_anybody) {
    what.handle_anybody(std::move(received), std::move(answer));
    return;
  }
  // Nothing comes here that was not admitted.
  const auto by =
    std::static_pointer_cast<const access::caller>(received.admission);
  what.handle(std::move(received), *by, std::move(answer));
}

void api::shape_refusal(std::string_view target, http::response& refused) {
  switch (family_of(target)) {
  case path_family::plain:
    return;
  case path_family::engine:
    add_engine_error(refused);
    return;
  }
}

} // namespace libsig::sigd
