#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libsig/core/error.hpp"

namespace libsig::http {

/// A method and a path that the application serves, as data.
class route {
public:
  // -- what the application states --------------------------------------------

  /// Upper case. A `GET` answers `HEAD` too.
  std::string method;
  /// Starts with `/`; a segment in braces is a parameter, which stands for one
  /// segment that is not empty: `/v1/topics/{topic}/signals`.
  std::string path;
  /// Bytes of the body; more is 413. 0 means that there is none.
  std::size_t body_limit = 0;
  /// Media types of a body, without parameters, `text/*` and `*/*` included;
  /// any other is 415, as is a body without one. Empty: all are taken.
  std::vector<std::string> media_types;
  /// The name of the operation, for documents and records.
  std::string name;
  /// One line for documents.
  std::string summary;
  /// The application's own: which right it needs, what rides on the answer.
  std::string scope;
  std::uint64_t flags = 0;

  // -- what the table adds ----------------------------------------------------

  /// The names of the parameters, in the order of the path.
  [[nodiscard]] const std::vector<std::string>& parameters() const noexcept {
    return parameters_;
  }

  /// The place in the table, so that an application can keep a table of its
  /// own beside it.
  [[nodiscard]] std::size_t index() const noexcept { return index_; }

private:
  friend class route_table;

  std::vector<std::string> parameters_;
  std::size_t index_ = 0;
};

/// Where a method and a path lead.
struct route_match {
  /// Null when nothing fits.
  const route* found = nullptr;
  /// Where the parameters stand among the segments.
  std::vector<std::uint16_t> captured;
  /// The methods that the path has, as `Allow` names them, sorted; filled when
  /// nothing fits but the path is known. Empty: the path is unknown.
  std::string allow;
};

/// All routes of an application. Immutable, so that all threads may use it.
class route_table {
public:
  /// Builds the table. Refused with `errc::invalid_argument` are a path that
  /// does not start with `/`, an empty or repeated name of a parameter, two
  /// names for the parameter at one place, a repeated method and path, and more
  /// than `routes_max` routes.
  [[nodiscard]] static result<route_table> make(std::vector<route> routes);

  /// Where a request leads. At every segment a literal goes before a parameter;
  /// when that leads nowhere, the parameter is tried. Visits each node at most
  /// once.
  [[nodiscard]] route_match match(std::string_view method,
                                  std::span<const std::string> segments) const;

  /// The routes in the order in which they were given.
  [[nodiscard]] std::span<const route> routes() const noexcept {
    return *routes_;
  }

  static constexpr std::size_t routes_max = 1'000;

private:
  /// A segment of one or several paths.
  struct node {
    /// Sorted by the segment.
    std::vector<std::pair<std::string, std::size_t>> literals;
    /// The node behind a parameter; 0 when there is none.
    std::size_t parameter = 0;
    std::string parameter_name;
    /// The routes that end here.
    std::vector<std::size_t> routes;
  };

  route_table() = default;

  [[nodiscard]] result<void> add(std::size_t index);
  [[nodiscard]] result<std::size_t> step(std::size_t from,
                                         std::string_view part, route& owner);
  [[nodiscard]] std::size_t child(std::size_t of,
                                  std::string_view segment) const;

  // Behind a pointer, so that a route stays where it is when the table moves.
  std::shared_ptr<std::vector<route>> routes_;
  std::vector<node> nodes_;
};

/// Whether a media type, with or without parameters, is one of a list such as
/// `route::media_types`.
[[nodiscard]] bool accepts_media_type(std::span<const std::string> accepted,
                                      std::string_view media_type) noexcept;

} // namespace libsig::http
