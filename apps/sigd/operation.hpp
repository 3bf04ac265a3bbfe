#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
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
  enum class kind : std::uint8_t { text, whole, truth };

  std::string_view name;
  /// One line.
  std::string_view summary;
  kind is = kind::text;
  /// Whether it may stand there more than once.
  bool repeats = false;
};

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
  /// The names that its query may have; others are refused before it is asked.
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
