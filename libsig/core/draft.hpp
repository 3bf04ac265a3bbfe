#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "libsig/core/data.hpp"

namespace libsig {

namespace schema {
class registry;
}

namespace journal {
class restorer;
}

/// An extension attribute of CloudEvents: a lower-case name and a value.
struct extension {
  using value_type = std::variant<bool, std::int32_t, std::string>;

  std::string name;
  value_type value;

  friend bool operator==(const extension&, const extension&) = default;
};

/// The extension attribute that makes a signal mail: to one identity, or to all
/// of them when it is `*`.
inline constexpr std::string_view receiver_attribute = "toidentity";

/// A signal before it is checked: what a client, a file or an actor states.
///
/// Only `schema::registry::validate` turns one into a `valid_draft`, apart from
/// the journal, which reads back what was one.
struct draft {
  /// Empty when the gate shall make one (UUIDv7).
  std::string id;
  std::string source;
  std::string type;
  std::optional<std::string> subject;
  /// RFC 3339 as it was written.
  std::optional<std::string> time;
  std::optional<std::string> data_content_type;
  std::optional<std::string> data_schema;
  /// The id of the signal that caused this one; empty when there is none.
  std::string causation_id;
  /// Every other extension attribute, sorted by name, each name once.
  std::vector<extension> extensions;
  event_data data;

  /// The extension's value, or null.
  [[nodiscard]] const extension::value_type*
  find_extension(std::string_view name) const noexcept;

  /// Whether it is mail, which only its sender and its receiver may see.
  [[nodiscard]] bool has_receiver() const noexcept {
    return find_extension(receiver_attribute) != nullptr;
  }

  /// To whom it is, of mail that was checked; else null.
  [[nodiscard]] const std::string* receiver() const noexcept;
};

/// Which attributes whoever hands a draft in vouches for, because it made or
/// checked them itself; they are not checked again.
struct vouched {
  bool id = false;
  bool source = false;
  bool type = false;
  bool causation_id = false;
};

/// A draft that keeps the rules of CloudEvents and the contract of its type.
class valid_draft {
public:
  [[nodiscard]] const draft& get() const noexcept { return draft_; }

  /// The draft without its proof, for whoever builds the signal.
  [[nodiscard]] draft&& take() && noexcept { return std::move(draft_); }

  /// A hash of the data as JSON, when the contract of the type makes equal data
  /// under one key a duplicate (see `claim`); empty otherwise.
  [[nodiscard]] const std::string& claim() const noexcept { return claim_; }

  [[nodiscard]] std::string take_claim() noexcept { return std::move(claim_); }

private:
  friend class schema::registry;
  /// What was valid when it was written is when it is read.
  friend class journal::restorer;

  explicit valid_draft(draft&& checked) noexcept : draft_{std::move(checked)} {}

  draft draft_;
  std::string claim_;
};

} // namespace libsig
