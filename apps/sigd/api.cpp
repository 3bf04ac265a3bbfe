#include "apps/sigd/api.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "apps/sigd/engine_text.hpp"
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
  const auto in_form = [what](http::response made, const error& why) {
    return what != nullptr && what->engine_errors
             ? with_engine_error(std::move(made), problem_of(why).detail)
             : std::move(made);
  };
  auto by = way_in_.caller_of(head);
  if (!by) {
    return in_form(way_in_.refuse(head, by.error()), by.error());
  }
  if (what != nullptr && what->scope) {
    if (const auto may = by->check_scope(*what->scope); !may) {
      return in_form(refusal(may.error()), may.error());
    }
  }
  head.admission = std::make_shared<const access::caller>(std::move(*by));
  return std::nullopt;
}

void api::handle(http::request received, http::responder answer) {
  const auto& what = all_[received.route->index()];
  if (const auto known = check_query(received, what.query); !known) {
    answer.answer(what.engine_errors ? engine_refusal(known.error())
                                     : refusal(known.error()));
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

} // namespace libsig::sigd
