#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string_view>
#include <vector>

#include "libsig/access/caller.hpp"
#include "libsig/access/rights.hpp"
#include "libsig/http/request.hpp"
#include "libsig/http/responder.hpp"

namespace libsig::sigd {

/// A name that the query of an operation may have.
struct query_parameter {
  enum class kind : std::uint8_t { text, whole };

  std::string_view name;
  /// One line.
  std::string_view summary;
  kind is = kind::text;
  /// Whether it may stand there more than once.
  bool repeats = false;
  /// The bounds of a whole number, both inclusive. Sequences and positions are
  /// what fits a signed number.
  std::uint64_t least = 0;
  std::uint64_t most = std::numeric_limits<std::int64_t>::max();
};

/// A whole number within bounds, both inclusive.
[[nodiscard]] constexpr query_parameter whole_number(std::string_view name,
                                                     std::string_view summary,
                                                     std::uint64_t least,
                                                     std::uint64_t most) {
  return {name, summary, query_parameter::kind::whole, false, least, most};
}

/// A sequence or another position.
[[nodiscard]] constexpr query_parameter log_position(std::string_view name,
                                                     std::string_view summary) {
  return {name, summary, query_parameter::kind::whole};
}

/// One method of one path, as data. Handlers may be called from several threads
/// at once and must not block.
struct operation {
  /// For a known caller who has the scope.
  using handler = std::function<void(http::request&&, const access::caller&,
                                     http::responder&&)>;
  /// For everybody.
  using open_handler = std::function<void(http::request&&, http::responder&&)>;

  std::string_view method;
  /// See `http::route::path`.
  std::string_view path;
  /// In words with `_`, unique: it names the operation in documents.
  std::string_view name;
  /// One line for documents.
  std::string_view summary;
  /// Bytes of the body; 0 when there is none.
  std::size_t body_limit = 0;
  /// See `http::route::media_types`.
  std::vector<std::string_view> media_types = {};
  /// The scope that the caller needs; none when the operation itself looks.
  std::optional<access::scope> scope = {};
  /// The names that its query may have, and what their values are; anything
  /// else is refused before it is asked.
  std::vector<query_parameter> query = {};
  /// The status of an answer that is no refusal, and its media type; empty for
  /// one without a body.
  unsigned success = 200;
  std::string_view answers = "application/json";
  /// One of both is there; an open operation is answered without a look at who
  /// asks.
  handler handle = {};
  open_handler handle_anybody = {};
};

/// The operations of one part of the surface.
using operations = std::vector<operation>;

} // namespace libsig::sigd
