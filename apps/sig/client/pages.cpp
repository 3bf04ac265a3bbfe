#include "apps/sig/client/pages.hpp"

#include <optional>
#include <utility>

#include "apps/sig/json_view.hpp"

namespace libsig::sig::client {

namespace {

refusal strange(const node& from, error reason) {
  return {std::move(reason).at(from.with().address.base),
          exit_status::infrastructure};
}

/// Appends the rows of a page; where the next one begins.
std::optional<std::string> take_page(std::string_view page,
                                     std::string_view member,
                                     std::vector<std::string>& rows) {
  std::optional<std::string> next;
  for (const auto& [name, value] : members_of(page)) {
    if (name == "next") {
      next = string_of(value);
    } else if (name == member) {
      const auto found = elements_of(value);
      rows.insert(rows.end(), found.begin(), found.end());
    }
  }
  return next;
}

} // namespace

outcome<std::vector<std::string>> read_pages(node& from,
                                             const paged_list& what) {
  std::vector<std::string> rows;
  std::string position;
  for (;;) {
    call get;
    get.target = what.path;
    if (!position.empty()) {
      append_query(get.target, "after", position);
    }
    const auto page = from.ask(get);
    if (!page) {
      return refuse(page.error());
    }
    if (auto safe = check_answer(page->body); !safe) {
      return refuse(strange(from, std::move(safe).error()));
    }
    auto next = take_page(page->body, what.member, rows);
    if (!next || next->empty()) {
      return rows;
    }
    if (rows.size() > what.rows_max || *next == position) {
      return refuse(strange(
        from, error{errc::too_large, "the list of " + std::string{what.rows}
                                       + " does not end"}));
    }
    position = std::move(*next);
  }
}

} // namespace libsig::sig::client
