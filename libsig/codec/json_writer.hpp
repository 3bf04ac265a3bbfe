#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libsig/codec/json_text.hpp"

namespace libsig::codec {

/// Writes one JSON object member by member. The caller gives the members in
/// the order of their names, and names that need no escape.
class json_object {
public:
  // -- constructors -----------------------------------------------------------

  explicit json_object(std::string& out) : out_{out} {}

  // -- mutators ---------------------------------------------------------------

  /// Begins a member; its value is to be appended to the string returned.
  std::string& member(std::string_view name) {
    separate();
    out_ += '"';
    out_ += name;
    out_ += "\":";
    return out_;
  }

  void text(std::string_view name, std::string_view value) {
    append_json_string(member(name), value);
  }

  void whole(std::string_view name, std::uint64_t value) {
    append_json_integer(member(name), value);
  }

  void number(std::string_view name, double value) {
    append_json_number(member(name), value);
  }

  void truth(std::string_view name, bool value) {
    member(name) += value ? "true" : "false";
  }

  void texts(std::string_view name, const std::vector<std::string>& values) {
    list(name, values,
         [this](const std::string& each) { append_json_string(out_, each); });
  }

  /// A list, of which `write` appends one value.
  template <class Values, class Write>
  void list(std::string_view name, const Values& values, Write write) {
    member(name) += '[';
    std::string_view separator;
    for (const auto& each : values) {
      out_ += separator;
      separator = ",";
      write(each);
    }
    out_ += ']';
  }

  /// A member whose name and value are JSON text already.
  void raw(std::string_view member_text) {
    separate();
    out_ += member_text;
  }

  void end() {
    if (separator_ == '{') {
      out_ += separator_;
    }
    out_ += '}';
  }

private:
  void separate() { out_ += std::exchange(separator_, ','); }

  std::string& out_;
  /// What stands before the next member.
  char separator_ = '{';
};

/// Goes over the members of a JSON object that is compact and valid, in order;
/// each is given as its text, `"name":value`.
class json_members {
public:
  explicit json_members(std::string_view object_text);

  [[nodiscard]] bool done() const noexcept { return member_.empty(); }

  [[nodiscard]] std::string_view text() const noexcept { return member_; }

  /// Whether the member's name stands before another one by its bytes; the
  /// other has neither control characters nor `"` nor `\`.
  [[nodiscard]] bool before(std::string_view name) const noexcept;

  void next();

private:
  std::string_view rest_;
  std::string_view member_;
};

} // namespace libsig::codec
