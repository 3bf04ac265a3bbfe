#include "libsig/core/error.hpp"

#include <utility>

namespace libsig {

std::string_view explain(errc code) noexcept {
  switch (code) {
  case errc::invalid_argument:
    return "an argument is not valid";
  case errc::invalid_json:
    return "the text is not valid JSON";
  case errc::too_deep:
    return "the JSON is nested too deeply";
  case errc::too_large:
    return "the input is larger than its limit";
  case errc::too_many_members:
    return "the JSON has more members than allowed";
  case errc::duplicate_member:
    return "a member of an object stands there twice";
  case errc::invalid_signal:
    return "the signal breaks a rule of CloudEvents";
  case errc::invalid_pattern:
    return "the pattern is not valid";
  case errc::schema_violation:
    return "the data breaks the contract of its type";
  case errc::invalid_diff:
    return "the diff is not valid";
  case errc::duplicate_conflict:
    return "the key is taken by a different signal";
  case errc::not_declared:
    return "the actor does not declare that it emits this type";
  case errc::reserved_type:
    return "the type is reserved for the actors that declare it";
  case errc::hops_exceeded:
    return "the chain of causes is too long";
  case errc::overloaded:
    return "a queue is full";
  case errc::stopped:
    return "the runtime is stopped or stopping";
  case errc::not_found:
    return "there is no such thing";
  case errc::already_exists:
    return "there is such a thing already";
  case errc::io:
    return "reading or writing failed";
  case errc::storage_full:
    return "there is no space left to store it";
  case errc::deadline_exceeded:
    return "the deadline has passed";
  case errc::actor_crashed:
    return "the actor crashed";
  case errc::unauthorized:
    return "the caller did not show a valid token";
  case errc::forbidden:
    return "the caller may not do this";
  case errc::internal:
    return "an internal invariant does not hold";
  }
  return "unknown error";
}

std::string_view to_string(errc code) noexcept {
  switch (code) {
  case errc::invalid_argument:
    return "invalid_argument";
  case errc::invalid_json:
    return "invalid_json";
  case errc::too_deep:
    return "too_deep";
  case errc::too_large:
    return "too_large";
  case errc::too_many_members:
    return "too_many_members";
  case errc::duplicate_member:
    return "duplicate_member";
  case errc::invalid_signal:
    return "invalid_signal";
  case errc::invalid_pattern:
    return "invalid_pattern";
  case errc::schema_violation:
    return "schema_violation";
  case errc::invalid_diff:
    return "invalid_diff";
  case errc::duplicate_conflict:
    return "duplicate_conflict";
  case errc::not_declared:
    return "not_declared";
  case errc::reserved_type:
    return "reserved_type";
  case errc::hops_exceeded:
    return "hops_exceeded";
  case errc::overloaded:
    return "overloaded";
  case errc::stopped:
    return "stopped";
  case errc::not_found:
    return "not_found";
  case errc::already_exists:
    return "already_exists";
  case errc::io:
    return "io";
  case errc::storage_full:
    return "storage_full";
  case errc::deadline_exceeded:
    return "deadline_exceeded";
  case errc::actor_crashed:
    return "actor_crashed";
  case errc::unauthorized:
    return "unauthorized";
  case errc::forbidden:
    return "forbidden";
  case errc::internal:
    return "internal";
  }
  return "unknown";
}

error::error(errc code) : code_{code} {}

error::error(errc code, std::string detail)
  : code_{code}, detail_{std::move(detail)} {}

error error::at(std::string place) && {
  place_ = std::move(place);
  return std::move(*this);
}

error error::mend(std::string remedy) && {
  remedy_ = std::move(remedy);
  return std::move(*this);
}

error error::because(error cause) && {
  cause_ = std::make_shared<const error>(std::move(cause));
  return std::move(*this);
}

std::string error::message() const {
  std::string text;
  if (!place_.empty()) {
    text += place_;
    text += ": ";
  }
  text += detail_.empty() ? std::string{explain(code_)} : detail_;
  if (!remedy_.empty()) {
    text += "; ";
    text += remedy_;
  }
  if (cause_) {
    text += " (because ";
    text += cause_->message();
    text += ')';
  }
  return text;
}

} // namespace libsig
