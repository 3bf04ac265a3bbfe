#include "libsig/codec/json_text.hpp"

#include "libsig/codec/internal/json_number.hpp"
#include "libsig/codec/internal/json_string.hpp"
#include "libsig/codec/internal/json_walker.hpp"

#include <algorithm>
#include <utility>

namespace libsig::codec {

namespace {

using internal::json_kind;

/// A value of the text. The values inside an array or object stand behind it.
struct node {
  json_kind kind = json_kind::null;
  /// The name under which an object has it.
  std::string name;
  /// As it stands in the text; empty for arrays and objects.
  std::string_view text;
  /// The index of the first node behind it that is not inside it.
  std::size_t end = 0;
};

/// All values of a text, in its order; the guard bounds their number.
class node_list {
public:
  // -- mutators ---------------------------------------------------------------

  void on_name(std::string_view inside, bool) {
    name_.clear();
    internal::append_unescaped(name_, inside);
  }

  void on_open(json_kind kind) {
    open_.push_back(nodes_.size());
    nodes_.push_back({kind, std::exchange(name_, {}), {}, 0});
  }

  void on_scalar(json_kind kind, std::string_view text) {
    nodes_.push_back({kind, std::exchange(name_, {}), text, nodes_.size() + 1});
  }

  void on_close(json_kind, std::string_view) {
    nodes_[open_.back()].end = nodes_.size();
    open_.pop_back();
  }

  // -- observers --------------------------------------------------------------

  [[nodiscard]] const node& at(std::size_t index) const {
    return nodes_[index];
  }

  /// The values directly inside an array or object.
  [[nodiscard]] std::vector<std::size_t> inside(std::size_t index) const {
    std::vector<std::size_t> children;
    for (std::size_t child = index + 1; child < nodes_[index].end;
         child = nodes_[child].end) {
      children.push_back(child);
    }
    return children;
  }

private:
  std::vector<node> nodes_;
  std::vector<std::size_t> open_;
  std::string name_;
};

// The writers call each other as deeply as the text is nested, which the guard
// has bounded before.
void append_node(std::string& out, const node_list& nodes, std::size_t index);

void append_object(std::string& out, const node_list& nodes,
                   std::size_t index) {
  auto members = nodes.inside(index);
  std::ranges::sort(members, {}, [&nodes](std::size_t member) {
    return std::string_view{nodes.at(member).name};
  });
  char before = '{';
  for (const std::size_t member : members) {
    out += before;
    before = ',';
    append_json_string(out, nodes.at(member).name);
    out += ':';
    append_node(out, nodes, member);
  }
  out += members.empty() ? "{}" : "}";
}

void append_array(std::string& out, const node_list& nodes, std::size_t index) {
  const auto elements = nodes.inside(index);
  char before = '[';
  for (const std::size_t element : elements) {
    out += before;
    before = ',';
    append_node(out, nodes, element);
  }
  out += elements.empty() ? "[]" : "]";
}

void append_node(std::string& out, const node_list& nodes, std::size_t index) {
  const node& value = nodes.at(index);
  switch (value.kind) {
  case json_kind::null:
  case json_kind::boolean:
    out += value.text;
    return;
  case json_kind::number:
    internal::append_canonical_number(out, value.text);
    return;
  case json_kind::string:
    append_json_string(out, internal::unquoted(value.text));
    return;
  case json_kind::array:
    append_array(out, nodes, index);
    return;
  case json_kind::object:
    append_object(out, nodes, index);
    return;
  }
}

} // namespace

result<std::string> canonical_json(std::string_view text) {
  constexpr json_limits bounds{.bytes_max = limits::review_request_bytes_max};
  if (text.size() > bounds.bytes_max) {
    return fail(errc::too_large,
                "more than " + std::to_string(bounds.bytes_max) + " bytes");
  }
  node_list nodes;
  internal::json_walker walker{text, bounds, nodes};
  const auto end = walker.walk(0);
  if (!end) {
    return fail(end.error());
  }
  if (const auto ended = internal::require_end(text, *end); !ended) {
    return fail(ended.error());
  }
  std::string out;
  append_node(out, nodes, 0);
  return out;
}

} // namespace libsig::codec
