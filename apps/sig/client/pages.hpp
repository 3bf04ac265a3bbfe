#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "apps/sig/client/node.hpp"
#include "apps/sig/outcome.hpp"

namespace libsig::sig::client {

/// A list that comes in pages `{"<member>":[...],"next"?}`; `next` goes on as
/// `after`, absent or null at the end.
struct paged_list {
  std::string_view path;
  std::string_view member;
  /// A list that is longer is a fault of the node, which keeps fewer.
  std::size_t rows_max = 0;
  /// What its rows are, for a fault.
  std::string_view rows;
};

/// Reads all pages; each row as the JSON that it is.
[[nodiscard]] outcome<std::vector<std::string>>
read_pages(node& from, const paged_list& what);

} // namespace libsig::sig::client
