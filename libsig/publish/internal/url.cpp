#include "libsig/publish/internal/url.hpp"

#include <algorithm>
#include <memory>

#include <curl/curl.h>

namespace libsig::publish::internal {

namespace {

struct free_url {
  void operator()(CURLU* what) const noexcept { curl_url_cleanup(what); }
};

using url_ptr = std::unique_ptr<CURLU, free_url>;

/// A part of the URL; nothing when it has none.
[[nodiscard]] std::string part(const url_ptr& of, CURLUPart which,
                               unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(of.get(), which, &text, flags) != CURLUE_OK) {
    return {};
  }
  std::string made{text};
  curl_free(text);
  return made;
}

[[nodiscard]] bool has_part(const url_ptr& of, CURLUPart which) {
  char* text = nullptr;
  const auto got = curl_url_get(of.get(), which, &text, 0);
  curl_free(text);
  return got == CURLUE_OK;
}

[[nodiscard]] tl::unexpected<error> refuse(std::string why) {
  return fail(error(errc::invalid_argument, std::move(why))
                .at("url")
                .mend("state it as https://host/path"));
}

} // namespace

result<checked_url> check_url(const std::string& text) {
  const auto is_plain = [](char each) {
    const auto byte = static_cast<unsigned char>(each);
    return byte > 0x20 && byte < 0x7f && each != '\\';
  };
  if (!std::ranges::all_of(text, is_plain)) {
    // The text is not repeated, since it may break the line it stands in.
    return refuse("an URL has no blanks, control characters, backslashes or "
                  "characters beyond ASCII");
  }
  const url_ptr read{curl_url()};
  if (!read
      || curl_url_set(read.get(), CURLUPART_URL, text.c_str(), 0)
           != CURLUE_OK) {
    return refuse("is no URL of http or https");
  }
  const auto scheme = part(read, CURLUPART_SCHEME);
  if (scheme != "http" && scheme != "https") {
    return refuse("'" + scheme + "' is neither http nor https");
  }
  if (has_part(read, CURLUPART_USER) || has_part(read, CURLUPART_PASSWORD)) {
    return refuse("an URL with a user or a password is not taken");
  }
  checked_url made;
  made.text = part(read, CURLUPART_URL);
  made.host = part(read, CURLUPART_HOST);
  made.port = static_cast<std::uint16_t>(
    std::stoul(part(read, CURLUPART_PORT, CURLU_DEFAULT_PORT)));
  made.origin = scheme + "://" + made.host + ":" + std::to_string(made.port);
  if (made.host.size() > 2 && made.host.front() == '[') {
    made.host = made.host.substr(1, made.host.size() - 2);
  }
  return made;
}

} // namespace libsig::publish::internal
