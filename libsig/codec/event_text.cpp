#include "libsig/codec/cloudevents.hpp"

#include "libsig/codec/base64.hpp"
#include "libsig/codec/internal/json_compact.hpp"
#include "libsig/codec/json_text.hpp"

namespace libsig::codec {

namespace {

/// Appends the members of one JSON object.
class object_text {
public:
  explicit object_text(std::string& out) : out_{out} {}

  /// Appends the name; the value follows.
  void name(std::string_view name) {
    out_ += before_;
    before_ = ',';
    append_json_string(out_, name);
    out_ += ':';
  }

  void text(std::string_view called, std::string_view value) {
    name(called);
    append_json_string(out_, value);
  }

  void text_if_any(std::string_view called,
                   const std::optional<std::string>& value) {
    if (value) {
      text(called, *value);
    }
  }

  void text_if_filled(std::string_view called, std::string_view value) {
    if (!value.empty()) {
      text(called, value);
    }
  }

private:
  std::string& out_;
  char before_ = '{';
};

/// Appends an extension's value.
struct append_value {
  std::string& out;

  void operator()(bool value) const { out += value ? "true" : "false"; }

  void operator()(std::int32_t value) const { append_json_integer(out, value); }

  void operator()(const std::string& value) const {
    append_json_string(out, value);
  }
};

void append_attributes(const draft& what, object_text& object,
                       std::string& out) {
  object.text("specversion", "1.0");
  object.text_if_filled("id", what.id);
  object.text("source", what.source);
  object.text("type", what.type);
  object.text_if_any("subject", what.subject);
  object.text_if_any("time", what.time);
  object.text_if_any("datacontenttype", what.data_content_type);
  object.text_if_any("dataschema", what.data_schema);
  for (const auto& [name, value] : what.extensions) {
    object.name(name);
    std::visit(append_value{out}, value);
  }
  object.text_if_filled("causationid", what.causation_id);
}

void append_stamp(const stamp& by, object_text& object, std::string& out) {
  if (by.sequence != 0) {
    object.text("sequence", std::to_string(by.sequence));
  }
  object.text("recordedtime", to_rfc3339(by.recorded_time));
  object.name("hops");
  append_json_integer(out, by.hops);
  object.text_if_filled("tenant", by.tenant);
  object.text_if_filled("onbehalfof", by.on_behalf_of);
}

void append_data(const event_data& data, object_text& object,
                 std::string& out) {
  switch (data.which()) {
  case event_data::kind::absent:
    return;
  case event_data::kind::json:
    object.name("data");
    if (const auto* const bytes = data.bytes()) {
      internal::append_compact_json(out, *bytes);
    } else {
      internal::append_compact_json(out, data.json_text());
    }
    return;
  case event_data::kind::binary:
    object.name("data_base64");
    out += '"';
    append_base64(out, *data.bytes());
    out += '"';
    return;
  }
}

} // namespace

void append_event(const signal& what, std::string& out) {
  object_text object{out};
  append_attributes(what.attributes(), object, out);
  append_stamp(what.stamped(), object, out);
  append_data(what.data(), object, out);
  out += '}';
}

void append_event_without_data(const signal& what, std::string& out) {
  object_text object{out};
  const auto& attributes = what.attributes();
  if (attributes.find_extension("dataomitted") == nullptr) {
    append_attributes(attributes, object, out);
  } else {
    // Whoever leaves the data out says so in this attribute; one that the
    // sender set would stand there twice.
    auto others = attributes;
    std::erase_if(others.extensions, [](const extension& one) {
      return one.name == "dataomitted";
    });
    append_attributes(others, object, out);
  }
  append_stamp(what.stamped(), object, out);
  out += '}';
}

void append_event(const draft& what, std::string& out) {
  object_text object{out};
  append_attributes(what, object, out);
  append_data(what.data, object, out);
  out += '}';
}

void append_batch(const std::vector<signal_ptr>& what, std::string& out) {
  char before = '[';
  for (const auto& item : what) {
    out += before;
    before = ',';
    append_event(*item, out);
  }
  out += what.empty() ? "[]" : "]";
}

} // namespace libsig::codec
