#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <type_traits>
#include <typeinfo>
#include <utility>

namespace libsig {

/// A decoded payload, which travels beside (or instead of) its bytes within the
/// process. Immutable once shared.
class payload {
public:
  virtual ~payload() = default;

  /// Appends the payload as compact JSON with sorted member names, the form in
  /// which two payloads are equal exactly when their texts are.
  virtual void append_json(std::string& out) const = 0;
};

/// The payload when it is a `T`, else null.
template <class T>
[[nodiscard]] const T* payload_as(const payload* of) noexcept {
  // A final class is exactly itself, so that no bases need to be searched.
  if constexpr (std::is_final_v<T>) {
    return of != nullptr && typeid(*of) == typeid(T) ? static_cast<const T*>(of)
                                                     : nullptr;
  } else {
    return dynamic_cast<const T*>(of);
  }
}

/// The `data` of a signal: absent, a JSON value, or bytes. Cheap to copy; the
/// content is shared and never changes.
class event_data {
public:
  enum class kind : std::uint8_t {
    absent, ///< no data at all, which is not `null`
    json,   ///< a JSON value
    binary, ///< bytes that no JSON value stands for
  };

  // -- constructors -----------------------------------------------------------

  /// Absent data.
  event_data() = default;

  /// A JSON value as text, kept to the byte. The caller vouches that the text
  /// is valid JSON within the limits.
  [[nodiscard]] static event_data json(std::string text) {
    return json(std::make_shared<const std::string>(std::move(text)));
  }

  [[nodiscard]] static event_data
  json(std::shared_ptr<const std::string> text) {
    return event_data{kind::json, std::move(text), nullptr};
  }

  /// A JSON value that exists decoded; its text is made when somebody asks.
  [[nodiscard]] static event_data
  decoded(std::shared_ptr<const payload> value) {
    return event_data{kind::json, nullptr, std::move(value)};
  }

  [[nodiscard]] static event_data binary(std::string bytes) {
    return event_data{kind::binary,
                      std::make_shared<const std::string>(std::move(bytes)),
                      nullptr};
  }

  /// The same data with its decoded form beside it.
  [[nodiscard]] event_data
  with_decoded(std::shared_ptr<const payload> value) const {
    return event_data{kind_, text_, std::move(value)};
  }

  // -- observers --------------------------------------------------------------

  [[nodiscard]] event_data::kind which() const noexcept { return kind_; }

  [[nodiscard]] bool absent() const noexcept { return kind_ == kind::absent; }

  /// The bytes as they came: the JSON text or the binary content; null when
  /// the data is absent or exists only decoded.
  [[nodiscard]] const std::string* bytes() const noexcept {
    return text_.get();
  }

  /// Appends the JSON text, as it came or made from the decoded form.
  /// Appends nothing for absent and binary data.
  void append_json(std::string& out) const {
    if (kind_ != kind::json) {
      return;
    }
    if (text_) {
      out += *text_;
    } else {
      decoded_->append_json(out);
    }
  }

  [[nodiscard]] std::string json_text() const {
    std::string out;
    append_json(out);
    return out;
  }

  /// The decoded form when it is a `T`, else null.
  template <class T>
  [[nodiscard]] std::shared_ptr<const T> as() const noexcept {
    const T* const found = peek<T>();
    return found == nullptr ? nullptr
                            : std::shared_ptr<const T>{decoded_, found};
  }

  /// The same without a share in it.
  template <class T>
  [[nodiscard]] const T* peek() const noexcept {
    return payload_as<T>(decoded_.get());
  }

  /// The decoded form, whatever it is; null when there is none.
  [[nodiscard]] const payload* decoded() const noexcept {
    return decoded_.get();
  }

private:
  event_data(kind which, std::shared_ptr<const std::string> text,
             std::shared_ptr<const payload> value) noexcept
    : kind_{which}, text_{std::move(text)}, decoded_{std::move(value)} {}

  kind kind_ = kind::absent;
  std::shared_ptr<const std::string> text_;
  std::shared_ptr<const payload> decoded_;
};

} // namespace libsig
