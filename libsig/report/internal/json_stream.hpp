#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace libsig::report {

/// Writes indented JSON from the front to the back, for documents of thousands
/// of parts that nobody needs as a tree. The caller sees to the grammar: a key
/// before every value of an object, a close for every open.
///
/// Characters that cannot be seen are escaped, bytes that are not UTF-8 become
/// U+FFFD.
class json_stream {
public:
  // -- mutators ---------------------------------------------------------------

  void open_object() { open('{', '}'); }
  void open_array() { open('[', ']'); }

  /// Ends the innermost object or array.
  void close();

  void key(std::string_view name);
  void text(std::string_view value);
  void integer(std::uint64_t value);
  void number(double value);

  /// A value that is JSON already, indented from the left margin.
  void json(std::string_view value);

  /// `key` and `text`.
  void member(std::string_view name, std::string_view value);

  /// The document with a line feed at its end.
  [[nodiscard]] std::string take() &&;

private:
  struct level {
    char closing;
    bool empty;
  };

  void open(char opening, char closing);
  void begin_value();
  void start_line();

  std::string out_;
  std::vector<level> levels_;
  bool after_key_ = false;
};

} // namespace libsig::report
