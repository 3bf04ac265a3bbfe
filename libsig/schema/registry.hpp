#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "libsig/core/draft.hpp"
#include "libsig/core/error.hpp"
#include "libsig/core/open_row.hpp"
#include "libsig/core/signal.hpp"

namespace libsig::schema {

/// What a contract makes of the data of a draft.
struct accepted {
  /// The data that goes on: the same, with its decoded form beside it. Nothing
  /// when there is nothing to put beside.
  std::optional<event_data> data;
  /// The key under which the same data again is a duplicate and other data is
  /// refused (`review_id` of a `review.request`); empty when there is none.
  std::string claim;
  /// The row that says what is owed for the signal, if anything is.
  std::optional<open_row> opens = std::nullopt;
};

/// A signal that was checked and stamped, and what its contract claims.
struct admission {
  /// Nobody else has seen it.
  std::shared_ptr<signal> what;
  /// See `accepted`.
  std::string claim;
  std::optional<open_row> opens;
};

/// The contract of a signal type: what its data must be. Immutable; called from
/// several threads.
class contract {
public:
  virtual ~contract() = default;

  /// Checks the data and decodes it. A refusal is `errc::schema_violation`; it
  /// is placed at the JSON pointer, and its detail names the rule and the type
  /// of the value that was found.
  [[nodiscard]] virtual result<accepted> accept(const draft& signal) const = 0;
};

/// The contracts of all types, and the only maker of valid drafts.
///
/// Types without a contract are opaque: any data is legal. Filled before the
/// runtime starts, then shared read-only.
class registry {
public:
  registry();
  registry(registry&&) noexcept;
  registry& operator=(registry&&) noexcept;
  ~registry();

  // -- mutators ---------------------------------------------------------------

  /// Registers the contract of one type; `errc::already_exists` when it has
  /// one.
  [[nodiscard]] result<void> add(std::string type,
                                 std::shared_ptr<const contract> rule);

  // -- observers --------------------------------------------------------------

  /// Checks the rules of CloudEvents (type and source present, sizes, names of
  /// extensions, time, no empty optional attribute), then the contract of the
  /// type.
  [[nodiscard]] result<valid_draft> validate(draft candidate) const {
    return validate(std::move(candidate), {});
  }

  /// The same, but of the attributes that the caller vouches for. The draft is
  /// moved from when it is valid.
  [[nodiscard]] result<valid_draft> validate(draft&& candidate,
                                             const vouched& by) const;

  /// The same, and makes the signal of it at once: the way of the gate, on
  /// which every draft goes.
  ///
  /// `hops_exceeded` for a signal that opens a row and has too few hops left to
  /// settle it.
  [[nodiscard]] result<admission> admit(draft&& candidate, const vouched& by,
                                        stamp marks) const;

private:
  /// Checks a draft where it stands and completes its data; what its contract
  /// says beside.
  [[nodiscard]] result<accepted> check(draft& candidate,
                                       const vouched& by) const;

  struct state;
  std::unique_ptr<state> state_;
};

/// A contract from the text of a JSON Schema (draft 7). Regular expressions in
/// it run in linear time (RE2); one that RE2 does not take, a schema that is no
/// schema, and remote references are `errc::invalid_argument` with the pointer.
[[nodiscard]] result<std::shared_ptr<const contract>>
json_schema_contract(std::string_view schema_text);

/// The same from a file, with the file's name in errors.
[[nodiscard]] result<std::shared_ptr<const contract>>
json_schema_contract_from_file(const std::string& path);

} // namespace libsig::schema
