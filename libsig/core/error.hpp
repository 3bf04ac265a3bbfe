#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace libsig {

/// What went wrong, as a class of cases that callers tell apart. `explain`
/// gives each its sentence.
enum class errc : std::uint8_t {
  invalid_argument,
  invalid_json,
  too_deep,
  too_large,
  too_many_members,
  duplicate_member,
  invalid_signal,
  invalid_pattern,
  schema_violation,
  invalid_diff,
  duplicate_conflict,
  not_declared,
  reserved_type,
  hops_exceeded,
  overloaded,
  stopped,
  not_found,
  already_exists,
  io,
  storage_full,
  deadline_exceeded,
  actor_crashed,
  /// Who asks is not known: no token, or a wrong one.
  unauthorized,
  /// Who asks is known and may not.
  forbidden,
  internal,
};

/// The sentence for a class of errors, for people.
[[nodiscard]] std::string_view explain(errc code) noexcept;

/// The name of a class of errors as programs see it, such as `invalid_json`.
[[nodiscard]] std::string_view to_string(errc code) noexcept;

/// An error as a value: what, where, and what to do about it.
///
/// `place` is a JSON pointer, a line, a file or an actor, whatever leads a
/// reader to the spot; `remedy` is what the reader can do. Both may be empty.
class error {
public:
  // -- constructors -----------------------------------------------------------

  explicit error(errc code);

  error(errc code, std::string detail);

  // -- mutators, to be chained on a temporary ---------------------------------

  /// Says where: a JSON pointer, `line 7`, a path, an actor's name.
  [[nodiscard]] error at(std::string place) &&;

  /// Says what the reader can do.
  [[nodiscard]] error mend(std::string remedy) &&;

  /// Names the error that this one follows from.
  [[nodiscard]] error because(error cause) &&;

  // -- observers --------------------------------------------------------------

  [[nodiscard]] errc code() const noexcept { return code_; }

  [[nodiscard]] const std::string& detail() const noexcept { return detail_; }

  [[nodiscard]] const std::string& place() const noexcept { return place_; }

  [[nodiscard]] const std::string& remedy() const noexcept { return remedy_; }

  /// The error that this one follows from, or null.
  [[nodiscard]] const error* cause() const noexcept { return cause_.get(); }

  /// One line: place, detail (or the class's sentence), remedy, causes.
  [[nodiscard]] std::string message() const;

private:
  errc code_;
  std::string detail_;
  std::string place_;
  std::string remedy_;
  std::shared_ptr<const error> cause_;
};

/// A value or the error that stands in its way.
template <class T>
using result = tl::expected<T, error>;

/// Makes the failed state of any `result`.
[[nodiscard]] inline tl::unexpected<error> fail(error reason) {
  return tl::unexpected<error>(std::move(reason));
}

[[nodiscard]] inline tl::unexpected<error> fail(errc code, std::string detail) {
  return tl::unexpected<error>(error(code, std::move(detail)));
}

} // namespace libsig
